import Gateway
import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Switching
import Testing

@testable import Service

/// Variants on two grids: two at home, and the better one also in SE, where the nights are clean and the days are
/// dirty.
struct PlacedBench {
  static let start = at("2021-03-20")
  let folder: TemporaryFolder
  let loop: LoopBench

  /// - Parameter values: SE by hours since two days before the start; `nil` for a place without a provider.
  init(
    _ values: (@Sendable (Int) -> Double?)? = { $0 % 24 < 12 ? 50 : 800 }, kind: SignalKind = .averageLifecycle,
    home: Double? = 400, places given: [String: PlaceSource]? = nil
  ) async throws {
    folder = try TemporaryFolder()
    let before = Self.start - .hours(48)
    let here = try hourly((0..<96).map { _ in home }, from: before)
    let there = try values.map { try hourly((0..<96).map($0), from: before, region: "SE", kind: kind) }
    let source = PlaceSource(provider: there.map { TraceProvider($0) }, pue: 1.1)
    loop = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(here), start: Self.start, model: try Self.model(),
      places: given ?? ["SE": source])
  }

  static func model() throws -> ServingModel {
    let calibrations: [VariantRecord] = [
      .sample("small", quality: 60, perUnit: 1), .sample("large", quality: 90, perUnit: 16),
      .sample("north", quality: 90, perUnit: 16),
    ]
    var settings = ModelSettings(
      alias: "digits", floor: 80,
      variants: calibrations.map { VariantSettings(name: $0.name, url: "http://127.0.0.1:9") })
    (settings.variants[2].region, settings.variants[2].pue) = ("SE", 1.1)
    settings.unitNoun = "images"
    return try ServingModel(settings: settings, policy: RecedingHorizon(), calibrations: calibrations, home: "DE")
  }

  /// The decision at an hour.
  func decide(hour: Double) async throws -> DecisionRecord {
    loop.clock.set(to: Self.start + .hours(hour))
    await loop.loop.decide(at: loop.clock.now)
    return try #require(try await loop.decisions().last)
  }

  /// What a request to a variant becomes in the record, when the gateway told no carbon.
  func request(_ variant: String, units: Int = 10) throws -> RequestRecord {
    let accounting = RequestAccounting(loops: [loop.loop], variants: [:], activity: loop.activity, pue: 1.5)
    let decision = loop.loop.decisionInForce
    return try #require(
      accounting.record(
        .sample(variant: variant, decision: decision, received: at("2026-01-01"), units: units), grid: loop.clock.now))
  }
}

@Suite("Variants in other places, as they are served")
struct PlacesTests {
  @Test("the variant on the cleaner grid serves while its grid is the cleaner one, and the sentence says so")
  func cleaner() async throws {
    let bench = try await PlacedBench()
    let night = try await bench.decide(hour: 2)
    #expect((night.shares["north"] ?? 0) > 0.5 && night.shares["large"] == 0, "\(night.shares)")
    #expect(night.reason.contains("SE") && night.mode == "live", "\(night.reason)")
    let day = try await bench.decide(hour: 14)
    #expect(day.shares["north"] == 0, "\(day.shares)")
    let input = try DecisionCoding.value(PolicyInput.self, from: night.input)
    let there = try #require(input.elsewhere?["SE"])
    #expect(there.signal?.value == .gramsPerKilowattHour(50) && there.pue == 1.1)
    #expect(there.forecast.count == 22 && there.recent.count == 24)
    #expect(there.signal?.issue == night.grids?["north"]?.signalID?.description)
  }

  @Test("every decision with places is made again, byte for byte, from its recorded input; its grid values are kept")
  func replayed() async throws {
    let bench = try await PlacedBench()
    await bench.loop.live(hours: 30)
    let decisions = try await bench.loop.decisions()
    #expect(decisions.count == 30 && Set(decisions.map { $0.shares["north"] == 0 }).count == 2)
    for decision in decisions {
      #expect(try ServedReview.isMadeAgain(decision, by: bench.loop.model.policy), "\(decision.grid)")
      let grid = try #require(decision.grids?["north"])
      #expect(grid.region == "SE" && grid.pue == 1.1)
      let id = try #require(grid.signalID)
      let signal = try #require(try await bench.loop.store.signal(id))
      #expect(signal.region == "SE" && signal.validFrom == decision.grid)
    }
  }

  @Test("a request is charged and explained with the grid and PUE of the place where its variant stands")
  func charged() async throws {
    let bench = try await PlacedBench()
    _ = try await bench.decide(hour: 2)
    let (far, near) = (try bench.request("north"), try bench.request("large"))
    // 160 J at 50 g/kWh and PUE 1.1 there, at 400 g/kWh and 1.5 here.
    #expect(far.nanograms == Int64((160.0 * 1.1 * 50 / 3.6e6 * 1e9).rounded()))
    #expect(near.nanograms == Int64((160.0 * 1.5 * 400 / 3.6e6 * 1e9).rounded()))
    try await bench.loop.store.append([far, near])
    let explained = try await bench.loop.store.explained(far)
    #expect(explained.signal?.value == 50 && explained.pue?.value == 1.1 && explained.embodiedPerSecond == nil)
    #expect(explained.carbon.note?.contains("the row was written with") != true)
    #expect(try await bench.loop.store.explained(near).signal?.value == 400)
  }

  @Test("an old value of a place leaves the forecast of it; after a day, or without any, the place is left out")
  func stale() async throws {
    let late = try await PlacedBench { $0 <= 48 + 7 ? ($0 % 24 < 12 ? 50 : 800) : nil }
    let decision = try await late.decide(hour: 10)
    #expect((decision.shares["north"] ?? 0) > 0.5 && decision.reason.contains("by the forecast"), "\(decision.reason)")
    let old = try await PlacedBench { $0 < 48 + 10 - 27 ? 50 : nil }
    for bench in [old, try await PlacedBench(nil)] {
      let decision = try await bench.decide(hour: 10)
      #expect(decision.shares["north"] == 0 && decision.mode == "live", "\(decision.shares)")
      #expect(decision.reason.contains("SE is left out"), "\(decision.reason)")
      #expect(decision.grids?["north"] == VariantGrid(region: "SE", pue: 1.1))
      #expect(try bench.request("north").nanograms == nil, "unknown is not what the grid at home says")
    }
  }

  @Test(
    "a decision is explained with the grid value and PUE of each variant elsewhere, the ladder by what each step costs")
  func explained() async throws {
    let bench = try await PlacedBench()
    let decision = try await bench.decide(hour: 2)
    let explanation = try await bench.loop.store.explain(decision.id.description)
    let id = try #require(decision.grids?["north"]?.signalID)
    #expect(explanation.facts.contains { $0.label == "grid of north" && $0.text == "SE: \(id), PUE 1.1" })
    #expect(explanation.context.contains { $0.id == id.description && $0.kind == "signal" })
    // small at 1 J and 400 g/kWh, north at 16 J, 50 g/kWh and 1.1: large at home is on no step.
    let price = try #require(bench.loop.loop.now?.price)
    guard case .array(let steps)? = price.json["steps"], case .number(let cost)? = steps.first?["cost_carbon_grams"]
    else {
      Issue.record("no steps")
      return
    }
    #expect(steps.count == 1 && steps[0]["from"] == .string("small") && steps[0]["to"] == .string("north"))
    #expect(abs(cost - (16.0 * 1.1 * 50 - 400) / 3.6e6) < 1e-12)
    #expect(price.sentence.contains("small to north in SE costs"), "\(price.sentence)")
    let dirty = try await bench.decide(hour: 14)
    let later = try #require(bench.loop.loop.now?.price)
    guard case .array(let others)? = later.json["steps"] else { return }
    let targets: [JSONValue?] = others.map { $0["to"] }
    #expect(dirty.id != decision.id && targets == [.string("large")])
  }

  @Test("the page holds what was served elsewhere against the best variant here at the hour's value here")
  func summary() async throws {
    let bench = try await PlacedBench()
    _ = try await bench.decide(hour: 2)
    try await bench.loop.store.append([try bench.request("north"), try bench.request("small")])
    let hour = bench.loop.clock.now
    let hours = try await bench.loop.store.rollups(
      RollupQuery(activity: bench.loop.activity, range: hour..<(hour + .hours(1))))
    let signals = try await bench.loop.store.signals(
      SignalQuery(
        region: "DE", kind: SignalKind.averageLifecycle.rawValue, range: hour..<(hour + .hours(1)),
        issuedBy: hour + .hours(24)))
    let summary = ServedSummary(
      hours: hours, variants: bench.loop.model.variants, signals: signals, elsewhere: ["north"], pue: 1.5)
    // 160 J on large for each of the two, at 400 g/kWh and 1.5.
    let baseline = try #require(summary.alwaysBest)
    #expect(abs(baseline.grams - 2 * 160 * 1.5 * 400 / 3.6e6) < 1e-8)
  }

  @Test("a place whose provider is away does not keep the others from being decided for, and is named")
  func away() async throws {
    let bench = try await PlacedBench(places: ["SE": PlaceSource(provider: DeadProvider())])
    let decision = try await bench.decide(hour: 2)
    #expect(decision.mode == "live" && decision.shares["north"] == 0)
    #expect(decision.reason.contains("At SE: grid signal: "), "\(decision.reason)")
  }

  @Test("values of another kind are not weighed against those at home")
  func otherKind() async throws {
    let bench = try await PlacedBench(kind: .marginal)
    #expect(try await bench.decide(hour: 2).shares["north"] == 0)
  }

  @Test(
    "savings of what was served count each place by its own grid: the terms hold what the requests say",
    arguments: [(50.0, 800.0), (100, 100)])
  func savings(_ night: Double, _ day: Double) async throws {
    let bench = try await PlacedBench { $0 % 24 < 12 ? night : day }
    var recorded = 0.0
    for hour in 0..<24 {
      _ = try await bench.decide(hour: Double(hour))
      var requests: [RequestRecord] = []
      for _ in 0..<20 {
        let choice = try #require(bench.loop.table.choose(alias: "digits"))
        let name = bench.loop.model.variants[choice.variant].name
        bench.loop.loop.served(units: 10, by: name, at: bench.loop.clock.now)
        // The site's PUE of the loop is 1.
        let accounting = RequestAccounting(
          loops: [bench.loop.loop], variants: [:], activity: bench.loop.activity, pue: 1)
        let observation = RequestObservation.sample(
          variant: name, decision: bench.loop.loop.decisionInForce, received: at("2026-01-01"))
        requests.append(try #require(accounting.record(observation, grid: bench.loop.clock.now)))
      }
      // The loser of a second try is charged where the winner stands.
      if hour == 2, let won = requests.firstIndex(where: { $0.variant == "north" }) {
        requests[won].hedgedMicrojoules = Microjoules(.joules(100))
      }
      recorded += requests.reduce(0) { $0 + ($1.carbon?.grams ?? .nan) }
      try await bench.loop.store.append(requests)
    }
    let account = try #require(try await SavingsReader(store: bench.loop.store).newest().first)
    let terms = account.statement.ledger.total
    #expect(abs(terms.emitted.grams - recorded) < 1e-6 * recorded)
    #expect(abs((account.statement.recorded?.grams ?? 0) - recorded) < 1e-6 * recorded)
    // Over the day SE is the dirtier place when its days are: only going there by the hour saves then.
    #expect(day > night ? terms.placing == .zero && terms.timing > .zero : terms.placing > .zero)
    let parts = terms.sizing + terms.directive + terms.placing + terms.timing
    #expect(abs((terms.alwaysBest - terms.emitted - parts).grams) < 1e-9)
    #expect(abs((terms.hedging?.grams ?? 0) + 100 * 1.1 * night / 3.6e6) < 1e-12)
    #expect(account.statement.ledger.periods.allSatisfy { $0.isFloorMet })
  }
}

@Suite("Places in dimmer.yaml")
struct PlaceSettingsTests {
  private func yaml(_ places: String, _ variant: String) -> String {
    """
    grid: {region: DE, series: de.csv, column: ci\(places)}
    models:
      - alias: digits
        floor: 80
        variants:
          - {name: small, url: "http://h", region: DE, quality: 70, energy_per_unit: 1 J}
          - {name: brief, url: "http://h", of: small, directive: Be brief., quality: 60, energy_per_unit: 0.5 J}
          - {name: north, url: "http://h", quality: 90, energy_per_unit: 9 J\(variant)}
    """
  }

  @Test("a variant of another region stands there, one of the site's own at home; a place has a series and a PUE")
  func read() throws {
    let text = yaml(", places: [{region: SE, series: se.csv, column: x, kind: marginal}]", ", region: SE, pue: 1.1")
    let configuration = try Configuration(yaml: text, file: "dimmer.yaml")
    #expect(configuration.grid.places == ["SE": RecordedColumn(path: "se.csv", column: "x", kind: .marginal)])
    let model = try #require(
      try Calibrations.models(
        of: configuration, kept: [], identifiers: IdentifierSource(), now: at("2026-01-01")
      ).models.first)
    #expect(model.ladder.variants.map(\.place) == [nil, nil, "SE"])
    #expect(model.statedPUE == ["SE": 1.1])
    #expect(model.variants.map(\.directiveOf) == ["small", nil, nil])
  }

  @Test(
    "a place that does not fit is refused with its line",
    arguments: [
      ("", ", pue: 1.1", "needs its 'region'"), ("", ", region: SE, pue: 0.9", "pue"),
      (", places: [{region: SE, series: se.csv}]", "", "'column'"),
      (", places: [{region: nowhere, series: s, column: c}]", "", "nowhere"),
      ("", ", region: DE, pue: 1.1", "a place has one"),
    ])
  func refused(places: String, variant: String, words: String) {
    do throws(ConfigurationError) {
      _ = try Configuration(yaml: yaml(places, variant), file: "dimmer.yaml")
      Issue.record("it was taken")
    } catch { #expect("\(error)".contains(words), "\(error)") }
  }
}
