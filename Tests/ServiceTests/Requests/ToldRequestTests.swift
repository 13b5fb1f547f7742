import Gateway
import Grid
import Ledger
import LedgerConformance
import LedgerSQLite
import Methods
import Quantities
import Reporting
import Testing

@testable import Service

@Suite("What callers are told is what is kept")
struct ToldRequestTests {
  private let start = at("2021-03-20T10:00:00Z")
  private static let wall = at("2026-01-01T12:00:00Z")

  private struct Bench {
    let loop: LoopBench
    let queue: ObservationQueue
    let recorder: RequestRecorder
    let recent: RecentRequests
    let lookup: RequestLookup
  }

  private func bench(_ store: any LedgerStore) async throws -> Bench {
    let loop = try await LoopBench.decided(
      store, gramsPerKilowattHour: 250, at: start,
      variants: [.sample("small", quality: 60, perUnit: 2, perRequest: 10)])
    let pue = FigureRecord(
      loop.activity, .pue,
      Figure("PUE", Estimate<Ratio>.exact(Ratio(1.2), origin: .declared, method: "declared-value@1")))
    try await store.commit(LedgerEntry(figures: [pue]))
    let queue = ObservationQueue(capacity: 10_000)
    let recorder = RequestRecorder(
      queue: queue, loops: [loop.loop], variants: ["small": "digits"], clock: loop.clock, gridSpeed: 1,
      wall: { Self.wall }, store: store, activity: loop.activity, pue: 1.2, site: [pue], pause: { _ in }, logger: silent
    )
    let clock = loop.clock
    let recent = RecentRequests(capacity: 3)
    let lookup = RequestLookup(
      recent: recent, accounting: recorder.accounting,
      sustainability: SustainabilityKeeper(store: store, now: { clock.now }, logger: silent),
      grid: { recorder.grid(of: $0) }, control: "127.0.0.1:8081")
    return Bench(loop: loop, queue: queue, recorder: recorder, recent: recent, lookup: lookup)
  }

  private func told(_ bench: Bench) -> RequestObservation {
    var observation = RequestObservation.sample(decision: bench.loop.loop.decisionInForce, received: Self.wall)
    observation.charge = EnergyCharge(
      joules: JouleRange(value: 544.906336, low: 490.4157, high: 599.397), origin: .measured,
      method: "reported-energy@1", isReported: true)
    observation.carbonGrams = GramRange(value: 0.045408861, low: 0.04, high: 0.05)
    observation.tokens = TokenUsage(input: 120, output: 93, cachedInput: 20)
    observation.wasted = EnergyCharge(
      joules: JouleRange(exactly: 3.5), origin: .modelled, method: "request-energy@2")
    observation.failedVariants = ["small"]
    observation.timeToFirstByte = .seconds(0.05)
    return observation
  }

  @Test("header, lookup and ledger agree to the digit: 544.906336 J and 0.045408861 g")
  func agree() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await bench(store)
    let observation = told(bench)
    bench.recent.keep(observation)
    guard case .found(let before) = bench.lookup.documents.look("/dimmer/v1/requests/\(observation.id)") else {
      Issue.record("the gateway does not know its own request")
      return
    }
    bench.queue.offer(observation)
    bench.queue.finish()
    try await bench.recorder.run()
    let id = try #require(ActivityID(parsing: observation.id))
    let record = try #require(try await store.request(id))
    #expect(record.microjoules == Microjoules(544_906_336) && record.nanograms == 45_408_861)
    #expect(record.energyOrigin == .measured && record.energyMethod == "reported-energy@1")
    #expect(
      record.tokensInCached == 20 && record.failedTries == 1 && record.wastedMicrojoules == Microjoules(3_500_000))
    #expect(record.firstByteMicroseconds == 50_000 && record.isStreamed == false && !record.isCancelled)
    let after = RequestDocument.json(try await store.explained(record))
    #expect(after["energy_joules"]?["value"] == .number(544.906336))
    #expect(after["carbon_grams"]?["value"] == .number(0.045408861))
    for figure in ["energy_joules", "carbon_grams"] {
      let text = try #require(after[figure]).text()
      #expect(before.contains("\"\(figure)\":\(text)"), "\(figure): \(before)")
    }
  }

  @Test("a request that left the ring, and any other path, is refused with where to look")
  func gone() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let first = told(bench)
    bench.recent.keep(first)
    for _ in 0..<3 { bench.recent.keep(told(bench)) }
    guard case .missing(let hint) = bench.lookup.documents.look("/dimmer/v1/requests/\(first.id)") else {
      Issue.record("a ring of 3 has 4")
      return
    }
    #expect(hint.contains("127.0.0.1:8081") && hint.contains("latest 3"))
    #expect(bench.recent.request(first.id) == nil)
    guard case .missing = bench.lookup.documents.look("/dimmer/v1/other") else {
      Issue.record("there is nothing there")
      return
    }
  }

  @Test("a caller who left is charged what the gateway says; the hour knows it as cancelled energy")
  func cancelled() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await bench(store)
    var observation = told(bench)
    (observation.status, observation.isCancelled, observation.failedVariants) = (499, true, [])
    observation.wasted = nil
    bench.queue.offer(observation)
    bench.queue.finish()
    try await bench.recorder.run()
    let sums = try await store.totals(RollupQuery())
    #expect(sums.cancelled == 1 && sums.cancelledMicrojoules == Microjoules(544_906_336))
    #expect(sums.units == 0 && sums.withoutWasted == 0)
    #expect(try await store.check().isEmpty)
  }

  @Test("whole days are disclosed and the running one is not; unknown energy is null beside how many lack it")
  func sustainability() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await bench(store)
    var yesterday = try #require(bench.recorder.accounting.record(told(bench), grid: start - .hours(24)))
    var today = try #require(bench.recorder.accounting.record(told(bench), grid: start))
    var unknown = try #require(bench.recorder.accounting.record(told(bench), grid: start - .hours(48)))
    (unknown.microjoules, unknown.nanograms) = (nil, nil)
    yesterday.alias = "digits"
    today.alias = "digits"
    try await store.append([yesterday, today, unknown])
    let keeper = SustainabilityKeeper(store: store, now: { [start] in start }, logger: silent)
    await keeper.refresh()
    #expect(keeper.text.contains("\"date\":\"2021-03-18\",\"requests\":1,\"energy_joules\":null"))
    #expect(keeper.text.contains("\"date\":\"2021-03-19\",\"requests\":1,\"energy_joules\":544.906336"))
    #expect(!keeper.text.contains("2021-03-20\",\"requests\""))
  }

  @Test("while the ledger hangs, every offer returns at once and every row is written afterwards or counted")
  func hanging() async throws {
    let folder = try TemporaryFolder()
    let store = HangingStore(try folder.ledger())
    let bench = try await bench(store)
    store.hang()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await bench.recorder.run() }
      // The queue holds 10 000, the batch that hangs is out of it.
      bench.queue.offer(told(bench))
      await store.isHung()
      for _ in 0..<10_500 { bench.queue.offer(.sample(received: Self.wall)) }
      #expect(bench.queue.count == 10_000 && bench.queue.dropped == 500)
      #expect(bench.recorder.written == 0)
      store.goOn()
      bench.queue.finish()
      try await group.waitForAll()
    }
    #expect(bench.recorder.written == 10_001 && bench.recorder.dropped == 500)
    #expect(try await store.totals(RollupQuery()).requests == 10_001)
  }
}
