import Grid
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Switching
import Testing

@testable import Service

/// Three hours, two variants, numbers that can be worked out by hand.
///
///     hour  g/kWh  small (2 J, 60 points)  large (8 J, 90 points)
///      0     360        10 units                 0
///      1     720        10                       0
///      2     180         0                      10
///
/// One joule at 360 g/kWh is 0.1 mg. Served: 2 + 4 + 4 = 10 mg. Always large: 8 + 16 + 4 = 28 mg. Mean quality 70 is a
/// third large: 4 J a unit, 4 + 8 + 2 = 14 mg. So of 18 mg saved 14 are sizing and 4 timing.
struct TinyExample {
  let folder: TemporaryFolder
  let store: any LedgerStore
  let model: ServingModel
  let activity = IdentifierSource().next(.serve)
  let start = at("2021-03-20T00:00:00Z")

  init(pue: Double = 1, pinned: Bool = false, unknown: Bool = false) async throws {
    folder = try TemporaryFolder()
    store = try folder.ledger()
    model = try .sample(
      floor: 70,
      variants: [.sample("small", quality: 60, perUnit: 2), .sample("large", quality: 90, perUnit: 8)])
    var serving = Activity(id: activity, name: "digits", started: start)
    serving.region = "DE"
    let signals = zip(0..., [360.0, 720, 180]).map { index, value in
      let begin = start + .hours(Double(index))
      return SignalRecord(
        region: "DE", kind: "average-lifecycle", issued: begin, validFrom: begin, validTo: begin + .hours(1),
        value: value, provider: "test", estimated: false, source: .init("a test"))
    }
    // A variant of the alias that is no longer offered, and better than all that are.
    let gone = VariantRecord.sample("huge", quality: 99, perUnit: 1000)
    try await store.commit(LedgerEntry(activity: serving, signals: signals, variants: model.variants + [gone]))
    var requests: [RequestRecord] = []
    for (hour, name) in ["small", "small", "large"].enumerated() {
      let variant = try #require(model.variants.first { $0.name == name })
      let value = signals[hour].value
      for index in 0..<5 {
        let energy = RequestEnergy.estimate(variant, units: 2)
        let isUnknown = unknown && hour == 1
        requests.append(
          RequestRecord(
            id: IdentifierSource().next(.request), activity: activity, alias: "digits", variant: name,
            received: start, grid: start + .hours(Double(hour)) + .seconds(Double(index)), durationMicroseconds: 1,
            status: 200, protocolName: "kserve-infer", units: 2, energy: energy,
            carbon: isUnknown ? nil : (energy.value * pue) * CarbonIntensity.gramsPerKilowattHour(value), why: "price"))
      }
    }
    // One that failed: it counts nowhere but as failed.
    requests.append(
      RequestRecord(
        id: IdentifierSource().next(.request), activity: activity, alias: "digits", variant: "small", received: start,
        grid: start, durationMicroseconds: 1, status: 502, protocolName: "kserve-infer", units: nil, why: "price"))
    if pinned {
      requests.append(
        RequestRecord(
          id: IdentifierSource().next(.request), activity: activity, alias: "small", variant: "small", received: start,
          grid: start, durationMicroseconds: 1, status: 200, protocolName: "kserve-infer", units: 1,
          energy: RequestEnergy.estimate(model.variants[0], units: 1), carbon: .grams(0.0002 * pue), why: "pinned"))
    }
    try await store.append(requests)
  }

  var range: Range<Timestamp> { start..<(start + .hours(3)) }

  func summary() async throws -> ServedSummary {
    ServedSummary(
      hours: try await store.rollups(RollupQuery(activity: activity, range: range)), variants: model.variants,
      signals: try await store.signals(
        SignalQuery(region: "DE", kind: "average-lifecycle", range: range, issuedBy: range.upperBound)))
  }
}

private func near(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) < 1e-9 } ?? false }

@Suite("What was served, beside what could have been")
struct ServedReviewTests {
  @Test("what a model promises of single hours is part of the contract that it is judged by")
  func instantFloor() throws {
    var settings = try ServingModel.sample().settings
    settings.instantFloor = 75
    let model = try ServingModel(
      settings: settings, policy: RecedingHorizon(), calibrations: try ServingModel.sample().variants)
    #expect(ServedContract(model, pue: 1).instantFloor == 75)
    #expect(ServedContract(try .sample(), pue: 1).instantFloor == nil)
  }

  @Test(
    "served, always the best, sizing and timing are what they are by hand; a site's overhead is in all of them",
    arguments: [1, 1.5])
  func review(pue: Double) async throws {
    let example = try await TinyExample(pue: pue)
    let review = try await ServedReview(
      store: example.store, activity: example.activity, model: example.model, region: "DE",
      signalKind: "average-lifecycle", pue: pue, range: example.range)
    let result = review.result
    #expect(near(result.carbon.grams, 0.010 * pue))
    #expect(near(result.alwaysBest.grams, 0.028 * pue))
    #expect(near(result.staticMix.grams, 0.014 * pue))
    #expect(near(result.savedPercent, 100 * 18 / 28))
    #expect(near(result.sizingPercent, 100 * 14 / 28))
    #expect(near(result.timingPercent, 100 * 4 / 28))
    #expect(near(result.quality, 70))
    #expect(result.requests == 30 && result.switches == 1)
    // The best that can be done with 70 points over the three hours is what was done.
    #expect(near(result.regretPercent, 0))
    #expect(result.isEveryFloorMet)
  }

  @Test("sizing and timing add up to what was saved")
  func sum() async throws {
    let example = try await TinyExample()
    let review = try await ServedReview(
      store: example.store, activity: example.activity, model: example.model, region: "DE",
      signalKind: "average-lifecycle", pue: 1, range: example.range)
    let parts = (review.result.sizingPercent ?? 0) + (review.result.timingPercent ?? 0)
    #expect(near(review.result.savedPercent, parts))
  }

  @Test("an alias that decides every half hour is judged by the hour, as its sums are")
  func halfHours() async throws {
    let example = try await TinyExample()
    let model = try ServingModel.sample(floor: 70, interval: .seconds(1800), variants: example.model.variants)
    let review = try await ServedReview(
      store: example.store, activity: example.activity, model: model, region: "DE", signalKind: "average-lifecycle",
      pue: 1, range: example.range)
    #expect(review.result.steps.count == 3)
    #expect(near(review.result.carbon.grams, 0.010))
  }

  @Test("recorded decisions that the policy makes again are counted")
  func replayed() async throws {
    let folder = try TemporaryFolder()
    let start = at("2021-03-20")
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: start)
    await bench.live(hours: 5)
    let range = start..<(start + .hours(5))
    let review = try await ServedReview(
      store: bench.store, activity: bench.activity, model: bench.model, region: "US-CAL-CISO",
      signalKind: "average-lifecycle", pue: 1, range: range)
    #expect(review.decisions.count == 5 && review.replayedEqual == 5)
    // Hours without requests stand for what was decided, so that switches are those of the decisions.
    let chosen = review.decisions.map(\.chosen)
    #expect(review.result.switches == zip(chosen, chosen.dropFirst()).count { $0 != $1 })
    let other = try ServingModel.sample(policy: StaticMixPolicy())
    let foreign = try await ServedReview(
      store: bench.store, activity: bench.activity, model: other, region: "US-CAL-CISO",
      signalKind: "average-lifecycle", pue: 1, range: range)
    #expect(foreign.replayedEqual == 0)
  }
}

@Suite("The sums on the first page")
struct ServedSummaryTests {
  @Test("totals, baseline and saving are what they are by hand, with a site's overhead in both", arguments: [1, 1.5])
  func sums(pue: Double) async throws {
    let summary = try await TinyExample(pue: pue).summary()
    #expect(summary.total.requests == 16 && summary.total.failed == 1 && summary.total.units == 30)
    #expect(near(summary.total.carbon.grams, 0.010 * pue))
    #expect(near(summary.alwaysBest?.grams, 0.028 * pue))
    #expect(near(summary.savedPercent, 100 * 18 / 28))
    #expect(summary.incomparable == 0)
  }

  @Test("a variant named exactly is its own baseline: nothing was chosen, nothing is saved")
  func pinned() async throws {
    let summary = try await TinyExample(pinned: true).summary()
    #expect(near(summary.alwaysBest?.grams, 0.0282))
    #expect(near(summary.savedPercent, 100 * 18 / 28.2))
  }

  @Test("an hour whose carbon is not known is left out of both sides and counted")
  func unknown() async throws {
    let summary = try await TinyExample(unknown: true).summary()
    #expect(summary.incomparable == 5)
    #expect(near(summary.alwaysBest?.grams, 0.012))
    #expect(near(summary.savedPercent, 50))
  }

  @Test("nothing served, or nothing that can be compared, has no baseline")
  func nothing() {
    let summary = ServedSummary(hours: [], variants: [], signals: [])
    #expect(summary.alwaysBest == nil && summary.savedPercent == nil)
    #expect(summary.chart(window: at("2021-03-20")..<at("2021-03-21"), now: at("2021-03-21")) == nil)
  }

  @Test("an hour of several values counts their mean, and of one moment the latest issue")
  func meanIntensity() {
    let start = at("2021-03-20")
    let signal = { (from: Double, to: Double, value: Double, issued: Double) in
      SignalRecord(
        region: "DE", kind: "average", issued: start + .hours(issued), validFrom: start + .hours(from),
        validTo: start + .hours(to), value: value, provider: "p", estimated: false, source: .init("s"))
    }
    let hour = start..<(start + .hours(1))
    #expect([signal(0, 0.25, 100, 0), signal(0.25, 1, 300, 0)].intensity(over: hour) == 250)
    #expect([signal(0, 1, 100, -24), signal(0, 1, 300, 0)].intensity(over: hour) == 300)
    #expect([signal(0, 1, 300, 0), signal(0, 2, 100, -24)].intensity(over: hour) == 300)
    #expect([signal(0.5, 1, 300, 0), signal(2, 3, 100, 0)].intensity(over: hour) == 300)
    #expect([signal(2, 3, 100, 0)].intensity(over: hour) == nil)
  }
}
