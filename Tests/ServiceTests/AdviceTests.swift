import Grid
import Ledger
import Quantities
import Reporting
import Switching
import Testing

@testable import Service

@Suite("What is said before serving, and the price while serving")
struct AdviceTests {
  /// The EfficientNet ladder of TV-6.
  private func efficientNet(_ names: [String] = ["B1", "B3", "B5", "B7"], floor: Double = 83) throws -> ServingModel {
    let all: [(String, Double, Double)] = [
      ("B1", 78.382, 0.235), ("B3", 81.528, 0.29), ("B5", 83.776, 0.695), ("B7", 84.582, 2.05),
    ]
    let variants = all.filter { names.contains($0.0) }.map {
      VariantRecord.sample($0.0, quality: $0.1, perUnit: $0.2)
    }
    return try .sample(floor: floor, variants: variants)
  }

  @Test("TV-8: two variants far apart are warned about; neighbours are not")
  func farPair() throws {
    let pair = AliasReview(of: try efficientNet(["B3", "B7"]), on: GridPast())
    #expect(pair.ladder.contains { $0.hasPrefix("B3 and B7 are far apart") }, "\(pair.ladder)")
    #expect(pair.ladder.contains { $0.hasPrefix("Gap between B3 and B7") })
    let whole = AliasReview(of: try efficientNet(), on: GridPast())
    #expect(whole.ladder.isEmpty, "\(whole.ladder)")
  }

  @Test("a variant that is of no use, a floor out of reach and a policy without a floor are each named")
  func named() throws {
    var variants: [VariantRecord] = [
      .sample("a", quality: 70, perUnit: 1), .sample("b", quality: 72, perUnit: 3),
      .sample("c", quality: 76, perUnit: 2),
    ]
    let review = AliasReview(of: try .sample(floor: 80, variants: variants), on: GridPast())
    #expect(review.ladder.contains { $0.hasPrefix("b is not used: c is at least as good") })
    #expect(review.ladder.contains { $0.hasPrefix("The floor of 80 points is above the best variant (c") })
    variants.removeLast()
    var settings = ModelSettings(alias: "digits", floor: 70, variants: [])
    settings.policy = .clover
    settings.variants = variants.map { VariantSettings(name: $0.name, url: "http://h") }
    settings.variants[0].idlePower = .watts(70)
    let model = try ServingModel(settings: settings, policy: CloverPolicy(), calibrations: variants)
    let said = AliasReview(of: model, on: GridPast()).settings
    #expect(said.contains { $0.hasPrefix("The policy clover does not keep the floor of 70 points") })
    #expect(said.contains { $0.hasPrefix("The idle power of a is recorded and not planned with") })
    #expect(!model.ladder.drawsResidentPower)
  }

  @Test("a place is told with how it counts; one whose grid nobody tells is named with what to do")
  func places() throws {
    let model = try PlacedBench.model()
    let known = AliasReview(of: model, on: GridPast(), grids: ["SE": .averageLifecycle])
    #expect(known.settings == ["north stands in SE: weighed and charged with that place's grid and a PUE of 1.1."])
    let other = AliasReview(of: model, on: GridPast(), grids: ["SE": .marginal], kind: .averageLifecycle)
    #expect(other.settings.first?.contains("the two are not compared: it counts as the dirtiest") == true)
    let unknown = AliasReview(of: model, on: GridPast(), grids: [:])
    #expect(unknown.settings.first?.hasPrefix("Nobody tells the grid of SE, where north stands: it counts as") == true)
    #expect(unknown.ladder.allSatisfy { !$0.contains("north") }, "large is not held against it: \(unknown.ladder)")
  }

  @Test("what timing is worth is told from the grid at hand, with its interval; without one it is said why not")
  func timing() throws {
    let model = try efficientNet()
    let start = at("2021-03-01T07:00:00Z")
    let values = (0..<288).map { (hour: Int) -> Double? in (hour % 24 < 12 ? 400 : 100) + Double(hour / 24) }
    let varied = try hourly(values, from: start)
    let finding = TimingFinding(for: model, on: GridPast(home: varied), pue: 1.2)
    let worth = try #require(finding.worth)
    #expect(worth.periods == 10, "whole days, the first of them only looked at")
    #expect(worth.reachable.low != nil && worth.possible.percent > 5)
    #expect(finding.sentence.hasPrefix("Timing is worth "), "\(finding.sentence)")
    let level = [Double?](repeating: 300, count: 240)
    let flat = TimingFinding(for: model, on: GridPast(home: try hourly(level, from: start)), pue: 1)
    #expect(flat.sentence.hasPrefix("Timing is worth next to nothing here"), "\(flat.sentence)")
    let short = TimingFinding(for: model, on: GridPast(home: try hourly(Array(level.prefix(20)), from: start)), pue: 1)
    #expect(short.worth == nil && short.sentence.contains("do not cover a whole UTC day"))
    #expect(TimingFinding(for: model, on: GridPast(), pue: 1).sentence.contains("no grid values are at hand"))
  }

  @Test("variants elsewhere are in what timing is worth where their grid is at hand; else it is said that they are not")
  func timingElsewhere() throws {
    let model = try PlacedBench.model()
    let start = at("2021-03-01")
    let here = try hourly([Double?](repeating: 400, count: 240), from: start)
    let there = try hourly((0..<240).map { $0 % 24 < 12 ? 50 : 800 }, from: start, region: "SE")
    let alone = TimingFinding(for: model, on: GridPast(home: here), pue: 1)
    #expect(alone.worth?.possible.percent == 0 && alone.sentence.hasSuffix("without those elsewhere."))
    let both = TimingFinding(for: model, on: GridPast(home: here, elsewhere: ["SE": there]), pue: 1)
    #expect(try #require(both.worth).possible.percent > 20 && !both.sentence.contains("without those elsewhere"))
    let other = try hourly((0..<240).map { _ in 50 }, from: start, region: "SE", kind: .marginal)
    let mixed = TimingFinding(for: model, on: GridPast(home: here, elsewhere: ["SE": other]), pue: 1)
    #expect(mixed.worth == alone.worth, "values of another kind are not put beside those here")
  }

  @Test("kept values are read back for the estimator, of the first kind there is, without those of later hours")
  func kept() async throws {
    let now = at("2021-03-20T10:00:00Z")
    let store = MemorySignalStore()
    let values = try hourly((0..<100).map { 100 + Double($0) }, from: now - .hours(80), kind: .average)
    await store.append(values.slots.map { SignalIssue(values.signal($0), fetchedAt: max($0.start, $0.issuedAt)) })
    let series = await KeptSeries.read(
      from: store, region: values.region, kinds: [.averageLifecycle, .average], until: now)
    #expect(series?.kind == .average && series?.slots.count == 81)
    #expect(await KeptSeries.read(from: store, region: values.region, kinds: [.marginal], until: now) == nil)
  }

  @Test("the price tells what each step up costs now, what it is worth, and agrees with what is served")
  func price() throws {
    let start = at("2021-03-20")
    var controller = AliasController(model: try efficientNet(), pue: 1.2, forecast: .persistence)
    let series = try hourly((0..<72).map { $0 % 24 < 8 ? 100 : 400 }, from: start - .hours(48))
    let history = series.asIssued(by: start + .hours(2))
    let decided = controller.decide(
      at: start + .hours(2), history: history, reading: SignalLadder().read(history, at: start + .hours(2)),
      issue: "sig_x")
    let view = PriceView(input: decided.input, decision: decided.outcome.decision, decisionID: "dec_x")
    let mu = try #require(decided.outcome.decision.price)
    guard case .array(let steps)? = view.json["steps"] else {
      Issue.record("no steps")
      return
    }
    #expect(steps.count == 3)
    for (step, slope) in zip(steps, [0.017483, 0.180160, 1.681141]) {
      guard case .number(let cost)? = step["cost_carbon_grams"], case .number(let worth)? = step["worth_carbon_grams"],
        case .number(let points)? = step["extra_quality_points"]
      else {
        Issue.record("\(step.text())")
        continue
      }
      #expect(abs(cost - 100 * 1.2 / 3.6e6 * slope * points) < 1e-10)
      #expect(abs(worth - mu / 3.6e6 * points) < 1e-15)
    }
    #expect(view.json["shadow_price_grams_per_point_request"]?.text() == JSONValue.number(mu / 3.6e6).text())
    #expect(view.sentence.hasPrefix("A point of mean quality is worth "), "\(view.sentence)")
    #expect(view.sentence.contains("B1 to B3 costs") && view.sentence.contains("is worth it"))
  }

  @Test("without a price it says why there is none, and no figure is made up")
  func noPrice() throws {
    var controller = AliasController(model: try efficientNet(), pue: 1)
    let decided = controller.decide(at: at("2021-03-20"), history: nil, reading: nil, issue: nil)
    let view = PriceView(input: decided.input, decision: decided.outcome.decision, decisionID: "dec_x")
    #expect(view.sentence.hasPrefix("No price of quality is in force: There is no carbon signal"))
    #expect(view.json["shadow_price_grams_per_point_request"] == .null)
    guard case .array(let steps)? = view.json["steps"] else { return }
    #expect(steps.allSatisfy { $0["cost_carbon_grams"] == .null && $0["reason"] != .null })
  }
}
