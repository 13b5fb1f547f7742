import Factors
import Foundation
import Gateway
import Grid
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Reporting
import Switching
import Synchronization
import TestSupport
import Testing

@testable import Service

/// A control loop over a real ledger, a clock that is set by hand and a table of routes.
struct LoopBench: Sendable {
  let clock: ManualGridClock
  let store: any LedgerStore
  let activity: ActivityID
  let loop: ControlLoop
  let table: RouteTable
  let model: ServingModel

  init(
    store: any LedgerStore, provider: (any SignalProvider)?, start: Timestamp, model: ServingModel? = nil,
    seed: UInt64 = 7, resumes: Bool = false, forecast: ForecastSource = .ensemble,
    places: [String: PlaceSource] = [:]
  ) async throws {
    let model = try model ?? .sample()
    let wall = at("2026-01-01")
    let identifiers = IdentifierSource(clock: { wall }, random: Seeded(seed))
    clock = ManualGridClock(start)
    activity = identifiers.next(.serve)
    table = try model.table()
    self.store = store
    self.model = model
    var serving = Activity(id: activity, name: model.alias, started: wall)
    serving.region = provider?.region.name
    try await store.commit(LedgerEntry(activity: serving, variants: model.variants))
    var extras = ControlLoop.Extras()
    (extras.resumes, extras.forecast, extras.places) = (resumes, forecast, places)
    loop = ControlLoop(
      model: model, pue: 1, provider: provider, clock: clock, store: store, activity: activity,
      identifiers: identifiers, wall: { wall }, table: table, extras: extras, logger: silent)
  }

  /// One that has decided once, with one grid value in force from two days before to a day after.
  static func decided(
    _ store: any LedgerStore, gramsPerKilowattHour grams: Double, at start: Timestamp, variants: [VariantRecord]
  ) async throws -> LoopBench {
    let series = try hourly(Array(repeating: grams, count: 72), from: start.startOfDay - .hours(48))
    let bench = try await LoopBench(
      store: store, provider: TraceProvider(series), start: start, model: try .sample(variants: variants))
    await bench.loop.decide(at: start)
    return bench
  }

  /// Lives through so many hours as `run` does, with traffic dealt by the shares in force.
  func live(hours: Int, units: (Int) -> Int = { 40 + 10 * ($0 % 5) }) async {
    for hour in 0..<hours {
      await loop.decide(at: clock.now)
      for request in 0..<units(hour) {
        guard let choice = table.choose(alias: model.alias) else { return }
        let moment = clock.now + .seconds(Double(request))
        loop.served(units: 3, by: model.variants[choice.variant].name, at: moment)
      }
      clock.advance(by: .hours(1))
    }
  }

  func decisions() async throws -> [DecisionRecord] { try await store.decisions(DecisionQuery(activity: activity)) }
}

/// The trace that comes with Dimmer.
func cisoTrace() throws -> Series {
  let importer = try GenerationImport(fuels: try FactorTables.embedded().fuels)
  return try BuiltInTrace.ciso.intensity(factors: importer.factors).series
}

@Suite("The control loop")
struct ControlLoopTests {
  private let start = BuiltInTrace.ciso.start

  @Test("48 hours of CISO: the pure policy makes every recorded decision again, byte for byte, from its recorded input")
  func replayed() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: start)
    await bench.live(hours: 48)
    let decisions = try await bench.decisions()
    #expect(decisions.count == 48)
    #expect(Set(decisions.map(\.chosen)).count > 1, "a day on which nothing is decided tests nothing")
    for decision in decisions {
      #expect(try ServedReview.isMadeAgain(decision, by: bench.model.policy), "\(decision.grid)")
    }
    #expect(decisions.allSatisfy { $0.mode == "live" && $0.signalID != nil })
    var tampered = decisions[30]
    tampered.input = tampered.input.replacingOccurrences(of: #""floor":82"#, with: #""floor":89"#)
    #expect(tampered.input != decisions[30].input)
    #expect(try !ServedReview.isMadeAgain(tampered, by: bench.model.policy))
  }

  @Test("two loops over the same events record the same inputs, outcomes and ids")
  func deterministic() async throws {
    let folder = try TemporaryFolder()
    let trace = try cisoTrace()
    var records: [[DecisionRecord]] = []
    for name in ["a", "b"] {
      let bench = try await LoopBench(store: try folder.ledger(name), provider: TraceProvider(trace), start: start)
      await bench.live(hours: 30)
      records.append(try await bench.decisions())
    }
    #expect(records[0].count == 30)
    #expect(records[0] == records[1])
  }

  @Test(
    "replacing the future by noise changes no decision before it, and does change one after it",
    arguments: [0.0, 0.25, 1, 3])
  func noise(lag: Double) async throws {
    let folder = try TemporaryFolder()
    let moment = start + .hours(20)
    var generator = Seeded(11)
    let trace = try cisoTrace().issued(after: .hours(lag))
    let noisy = try Series(
      region: trace.region, kind: trace.kind, provider: trace.provider, source: trace.source,
      slots: trace.slots.map { slot in
        slot.issuedAt <= moment
          ? slot : Slot(slot.validity, value: Double.random(in: 20...900, using: &generator), issuedAt: slot.issuedAt)
      })
    var records: [[DecisionRecord]] = []
    for (name, series) in [("a", trace), ("b", noisy)] {
      // Between two hours: what is issued then belongs to the next decision.
      let bench = try await LoopBench(
        store: try folder.ledger(name), provider: TraceProvider(series), start: start + .seconds(1234))
      await bench.live(hours: 40)
      records.append(try await bench.decisions())
    }
    let before = zip(records[0], records[1]).filter { $0.0.grid <= moment }
    #expect(before.count == 21)
    for (real, other) in before { #expect(real.input == other.input && real.state == other.state, "\(real.grid)") }
    #expect(zip(records[0], records[1]).contains { $0.0.grid > moment && $0.0.input != $0.1.input })
  }

  @Test("a decision at an odd moment rests on what had been issued at its interval's start, not on what came since")
  func issuedByStart() async throws {
    let folder = try TemporaryFolder()
    let series = try hourly((0..<72).map { 100 + Double($0) }, from: start - .hours(48), lag: .seconds(600))
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(series), start: start + .seconds(1800))
    await bench.loop.decide(at: bench.clock.now)
    let decision = try #require(try await bench.decisions().first)
    let input = try DecisionCoding.value(PolicyInput.self, from: decision.input)
    #expect(decision.grid == start)
    #expect(input.signal?.value == .gramsPerKilowattHour(147))
    #expect(input.signal?.age == .hours(1))
    #expect(input.forecast.first.map { $0 < .gramsPerKilowattHour(147.9) } == true, "148 came ten minutes later")
  }

  /// A provider that has to be asked, by a script.
  struct AskedProvider: SignalProvider {
    let series: Series
    let failure: String?
    let answersAfter: Span
    let clock: ManualGridClock
    var name: String { series.provider }
    var region: Region { series.region }
    var kind: SignalKind { series.kind }
    func history(since start: Timestamp, issuedBy moment: Timestamp) async -> IssuedSeries {
      series.asIssued(by: moment).since(start)
    }
    func catchUp(to moment: Timestamp) async -> SignalNews {
      SignalNews(knownBy: max(moment, clock.now + answersAfter), failure: failure)
    }
  }

  @Test("a provider that has to be asked is known up to its answer, also in the middle of an interval")
  func askedInTheMiddle() async throws {
    let folder = try TemporaryFolder()
    let moment = start + .seconds(1800)
    let values = try hourly((0..<72).map { 100 + Double($0) }, from: start - .hours(48))
    // All of it was read two seconds after it was asked for.
    let series = try Series(
      region: values.region, kind: values.kind, provider: "undated", source: values.source,
      slots: values.slots.filter { $0.start <= start }.map {
        Slot($0.validity, value: $0.value, issuedAt: moment + .seconds(2))
      })
    for (name, wait, mode) in [("late", 2.0, "live"), ("early", 1, "static")] {
      let clock = ManualGridClock(moment)
      let provider = AskedProvider(series: series, failure: nil, answersAfter: .seconds(wait), clock: clock)
      let bench = try await LoopBench(store: try folder.ledger(name), provider: provider, start: moment)
      await bench.loop.decide(at: moment)
      let decision = try #require(try await bench.decisions().first)
      #expect(decision.grid == start && decision.mode == mode, "\(name): \(decision.reason)")
      let input = try DecisionCoding.value(PolicyInput.self, from: decision.input)
      #expect(input.signal?.value == (mode == "live" ? .gramsPerKilowattHour(148) : nil))
    }
  }

  @Test("why a provider has nothing new, and what stands in, is in the decision's reason and in what is known now")
  func standing() async throws {
    let folder = try TemporaryFolder()
    let series = try hourly((0..<45).map { 100 + Double($0) }, from: start - .hours(48))
    let clock = ManualGridClock(start)
    let provider = AskedProvider(
      series: series, failure: "Somebody: status 503", answersAfter: .zero, clock: clock)
    let bench = try await LoopBench(store: try folder.ledger(), provider: provider, start: start)
    #expect(bench.loop.standing == nil)
    await bench.loop.decide(at: start)
    let decision = try #require(try await bench.decisions().first)
    let expected =
      "the newest signal began 4 h ago, so the value of 24 h before stands in; Somebody: status 503"
    #expect(decision.mode == "persistence" && decision.reason.hasSuffix(" Grid signal: \(expected)."))
    let standing = try #require(bench.loop.standing)
    #expect(standing.mode == .persistence && standing.reason == expected)
    #expect(standing.signal?.value == 124)
    let document = standing.json(at: start + .hours(1)).text()
    for part in [
      #""mode":"persistence""#, #""value":124"#, #""unit":"g/kWh""#, #""age_seconds":90000"#,
      #""provider":"persistence-forecast@1""#,
    ] { #expect(document.contains(part), "\(part) is not in \(document)") }
    #expect(try ServedReview.isMadeAgain(decision, by: bench.model.policy))
  }

  @Test("the running loop decides at once, then at the start of each interval, and ends when it is cancelled")
  func running() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: start + .seconds(1500))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await bench.loop.run() }
      await bench.clock.untilWaiting()
      #expect(bench.clock.awaited == [start + .hours(1)])
      bench.clock.set(to: start + .hours(1))
      await bench.clock.untilWaiting()
      // Three hours pass unseen, as after a laptop's sleep: one decision for now, none for what is over.
      bench.clock.set(to: start + .hours(4.5))
      await bench.clock.untilWaiting()
      #expect(bench.clock.awaited == [start + .hours(5)])
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(try await bench.decisions().map(\.grid) == [start, start + .hours(1), start + .hours(4)])
  }

  @Test("a decision is in force with its id, and requests can be told which grid value it rests on")
  func inForce() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: start)
    #expect(bench.table.choose(alias: "digits")?.why == .undecided)
    await bench.live(hours: 3)
    let decisions = try await bench.decisions()
    let choice = try #require(bench.table.choose(alias: "digits"))
    #expect(choice.decisionID == decisions[2].id.description)
    for decision in decisions {
      let signal = try #require(bench.loop.ground(of: decision.id, for: "small")?.signal)
      #expect(signal.id == decision.signalID)
      #expect(signal.validFrom == decision.grid)
    }
    #expect(bench.loop.ground(of: IdentifierSource().next(), for: "small") == nil)
  }

  @Test("a provider that cannot be reached, and none at all, leave a fixed mix that keeps the floor, with the reason")
  func noSignal() async throws {
    let folder = try TemporaryFolder()
    for (name, provider) in [("dead", DeadProvider() as (any SignalProvider)?), ("none", nil)] {
      let bench = try await LoopBench(store: try folder.ledger(name), provider: provider, start: start)
      await bench.live(hours: 3)
      let decisions = try await bench.decisions()
      #expect(decisions.count == 3)
      for decision in decisions {
        #expect(decision.mode == "static" && decision.signalID == nil)
        #expect(decision.reason.contains("There is no carbon signal"))
        #expect(try ServedReview.isMadeAgain(decision, by: bench.model.policy))
      }
      #expect(bench.table.choose(alias: "digits")?.why == .price)
    }
  }

  @Test("a series that is no carbon intensity is no signal")
  func otherKind() async throws {
    let folder = try TemporaryFolder()
    let prices = try Series(
      region: Region("DE"), kind: .price, unit: "EUR/MWh", provider: "test", source: .init("a test"),
      slots: [Slot(start..<(start + .hours(5)), value: 90)])
    let bench = try await LoopBench(store: try folder.ledger(), provider: TraceProvider(prices), start: start)
    await bench.live(hours: 1)
    #expect(try await bench.decisions().first?.mode == "static")
  }

  @Test("the ledger has the grid as it was known: two days before the first decision, then each value as it is issued")
  func signalsKept() async throws {
    let folder = try TemporaryFolder()
    let values = (0..<96).map { 100.0 + Double($0) }
    // Three hours late, so that every decision stands on the day before.
    let series = try hourly(values, from: start - .hours(60), lag: .hours(3))
    let bench = try await LoopBench(store: try folder.ledger(), provider: TraceProvider(series), start: start)
    await bench.live(hours: 8)
    #expect(try await bench.decisions().allSatisfy { $0.mode == "persistence" })
    let kept = try await bench.store.signals(
      SignalQuery(
        region: "DE", kind: "average-lifecycle", range: (start - .hours(48))..<(start + .hours(5)),
        issuedBy: start + .hours(24)))
    #expect(kept.map(\.value) == values[12..<65].map { $0 }, "the real values, not those that stood in for them")
    #expect(kept.allSatisfy { $0.provider == "test" })
  }

  @Test("a ledger that refuses for an hour stops nothing, and has every decision afterwards")
  func refusing() async throws {
    let folder = try TemporaryFolder()
    let store = FailingStore(try folder.ledger())
    let bench = try await LoopBench(store: store, provider: TraceProvider(try cisoTrace()), start: start)
    await bench.live(hours: 1)
    store.refuse(next: 2)
    await bench.live(hours: 2)
    #expect(try await bench.decisions().count == 1)
    #expect(bench.table.choose(alias: "digits")?.decisionID == bench.loop.decisionInForce?.description)
    await bench.live(hours: 1)
    #expect(try await bench.decisions().map(\.grid) == (0..<4).map { start + .hours(Double($0)) })
  }

  @Test("when more comes than the guard covers, the shares that keep the floor are in force under the same decision")
  func guardSwitches() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: start)
    var record: DecisionRecord?
    for hour in 0..<24 {
      bench.clock.set(to: start + .hours(Double(hour)))
      await bench.loop.decide(at: bench.clock.now)
      let latest = try #require(try await bench.decisions().last)
      if try DecisionCoding.value(DecisionOutcome.self, from: latest.state).decision.limit != nil {
        record = latest
        break
      }
      for _ in 0..<20 { bench.loop.served(units: 5, by: "large", at: bench.clock.now) }
    }
    let decision = try #require(record, "the test needs an hour with a limit")
    bench.loop.served(units: 1e6, by: "small", at: bench.clock.now)
    let choice = try #require(bench.table.choose(alias: "digits"))
    #expect(choice.why == .guarded)
    #expect(choice.decisionID == decision.id.description)
  }
}
