import Gateway
import Grid
import Ledger
import LedgerSQLite
import Methods
import Quantities
import ServiceLifecycle
import Switching
import Synchronization
import Testing

@testable import Service

@Suite("Recording requests")
struct RequestRecorderTests {
  private let start = at("2021-03-20T10:00:00Z")
  private static let wall = at("2026-01-01T12:00:00Z")

  /// A recorder beside a loop that has decided once, with 300 g/kWh in force.
  private struct Bench {
    let loop: LoopBench
    let queue: ObservationQueue
    let recorder: RequestRecorder
    let pauses: Pauses
  }

  private struct DoneAtOnce: Service {
    func run() async throws {}
  }

  /// Counts the waits between tries.
  private final class Pauses: Sendable {
    let count = Mutex(0)
  }

  private func bench(
    _ store: any LedgerStore, speed: Double = 1, pue: Double = 1, capacity: Int = 100
  ) async throws -> Bench {
    let variants: [VariantRecord] = [
      .sample("small", quality: 60, perUnit: 2, perRequest: 10, spread: 0.1),
      .sample("large", quality: 90, perUnit: 20, perRequest: 10, spread: 0.1),
    ]
    let loop = try await LoopBench.decided(store, gramsPerKilowattHour: 300, at: start, variants: variants)
    let queue = ObservationQueue(capacity: capacity)
    let pauses = Pauses()
    let recorder = RequestRecorder(
      queue: queue, loops: [loop.loop], variants: ["small": "digits", "large": "digits"], clock: loop.clock,
      gridSpeed: speed, wall: { Self.wall }, store: store, activity: loop.activity, pue: pue,
      pause: { _ in pauses.count.withLock { $0 += 1 } }, logger: silent)
    return Bench(loop: loop, queue: queue, recorder: recorder, pauses: pauses)
  }

  private func recorded(_ bench: Bench, _ observations: [RequestObservation]) async throws -> [RequestRecord] {
    for observation in observations { bench.queue.offer(observation) }
    bench.queue.finish()
    try await bench.recorder.run()
    return try await bench.loop.store.requests(RequestQuery(activity: bench.loop.activity)).requests
  }

  @Test("energy is the variant's calibration times the units, carbon is that times PUE and the decision's grid value")
  func figures() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger(), pue: 1.5)
    let decision = try #require(bench.loop.loop.decisionInForce)
    let request = try #require(
      try await recorded(bench, [.sample(decision: decision, received: Self.wall, units: 10)]).first)
    // 10 J a request and 10 x 2 J.
    #expect(request.microjoules == Microjoules(30_000_000))
    #expect(request.lowMicrojoules.map { $0 < Microjoules(30_000_000) } == true)
    // 30 J x 1.5 x 300 g/kWh.
    #expect(request.nanograms == Int64((30.0 * 1.5 * 300 / 3.6e6 * 1e9).rounded()))
    #expect(request.units == 10 && request.variant == "small" && request.why == "price")
    #expect(request.decisionID == decision)
  }

  @Test("a request keeps the grid value of the decision that chose it, also when the next one is in force already")
  func earlierDecision() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let decision = try #require(bench.loop.loop.decisionInForce)
    bench.loop.clock.set(to: start + .hours(40))
    await bench.loop.loop.decide(at: start + .hours(40))
    let next = try #require(bench.loop.loop.decisionInForce)
    #expect(bench.loop.loop.ground(of: next, for: "small")?.signal == nil, "the trace is over by then")
    let request = try #require(try await recorded(bench, [.sample(decision: decision, received: Self.wall)]).first)
    #expect(request.carbon != nil)
    let explained = try await bench.loop.store.explained(request)
    #expect(explained.carbon.note?.contains("the row was written with") != true)
    #expect(explained.signal?.value == 300)
  }

  @Test(
    "an answer that failed has no energy, no carbon and no units: unknown, not zero",
    arguments: [400, 404, 499, 502, 504])
  func failed(status: Int) async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let request = try #require(try await recorded(bench, [.sample(received: Self.wall, status: status)]).first)
    #expect(request.microjoules == nil && request.nanograms == nil && request.units == nil)
    #expect(request.isFailed)
    let sums = try await bench.loop.store.totals(RollupQuery(activity: bench.loop.activity))
    #expect(sums.requests == 1 && sums.failed == 1 && sums.withoutEnergy == 1 && sums.withoutCarbon == 1)
    #expect(sums.units == 0, "no baseline may count what nobody got")
  }

  @Test("without a grid value in force energy is known and carbon is not")
  func noSignal() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let request = try #require(
      try await recorded(bench, [.sample(decision: nil, received: Self.wall, why: .undecided)]).first)
    #expect(request.microjoules != nil)
    #expect(request.nanograms == nil)
  }

  @Test("a variant that nobody calibrated leaves energy and carbon unknown")
  func noCalibration() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let observation = RequestObservation.sample(
      variant: "stranger", decision: bench.loop.loop.decisionInForce, received: Self.wall)
    let request = try #require(try await recorded(bench, [observation]).first)
    #expect(request.microjoules == nil && request.nanograms == nil)
  }

  @Test(
    "a request belongs to the grid time at which it came, however fast grid time runs and however late it is written")
  func gridTime() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger(), speed: 1440)
    bench.loop.clock.set(to: start + .hours(2))
    // Came 4 s before it is written, was answered 1 s later.
    let request = try #require(
      try await recorded(bench, [.sample(received: Self.wall - .seconds(4), duration: .seconds(1))]).first)
    #expect(request.grid == start + .hours(2) - .seconds(4 * 1440))
    #expect(request.received == Self.wall - .seconds(4))
    #expect(request.durationMicroseconds == 1_000_000)
  }

  @Test("a wall clock that was set back does not make a request come after its answer")
  func clockSetBack() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let request = try #require(
      try await recorded(bench, [.sample(received: Self.wall + .hours(1), duration: .seconds(2))]).first)
    #expect(request.grid == start - .seconds(2))
  }

  @Test(
    "a variant named exactly is charged by its own calibration and the grid value in force, and counts for no promise")
  func pinned() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    let request = try #require(
      try await recorded(
        bench, [.sample(alias: "large", variant: "large", received: Self.wall, units: 1, why: .pinned)]
      ).first)
    #expect(request.microjoules == Microjoules(30_000_000))
    #expect(request.nanograms != nil)
    #expect(request.decisionID == bench.loop.loop.decisionInForce)
    await bench.loop.loop.decide(at: start + .hours(1))
    let input = try DecisionCoding.value(
      PolicyInput.self, from: try #require(try await bench.loop.decisions().last).input)
    #expect(input.served.requests == 0)
    #expect(input.expectedRequests.isEmpty)
  }

  @Test("what was answered under the alias is in the next decision's input")
  func fed() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger())
    _ = try await recorded(
      bench,
      [
        .sample(received: Self.wall, units: 4), .sample(variant: "large", received: Self.wall, units: 2),
        .sample(received: Self.wall, status: 502, units: 100),
      ])
    await bench.loop.loop.decide(at: start + .hours(1))
    let input = try DecisionCoding.value(
      PolicyInput.self, from: try #require(try await bench.loop.decisions().last).input)
    #expect(input.served == PolicyInput.Served(requests: 6, points: 420))
  }

  @Test("a ledger that refuses some times and then accepts has everything, once")
  func refusesAndAccepts() async throws {
    let folder = try TemporaryFolder()
    let store = FailingStore(try folder.ledger())
    let bench = try await bench(store)
    store.refuse(next: 7)
    let requests = try await recorded(bench, (0..<20).map { _ in .sample(received: Self.wall) })
    #expect(requests.count == 20)
    #expect(bench.recorder.written == 20 && bench.recorder.dropped == 0)
    #expect(bench.pauses.count.withLock { $0 } == 7)
  }

  @Test("a ledger that never accepts loses what it is shown at the end, and that is counted")
  func neverAccepts() async throws {
    let folder = try TemporaryFolder()
    let store = FailingStore(try folder.ledger())
    let bench = try await bench(store)
    store.refuse(next: .max)
    for _ in 0..<3 { bench.queue.offer(.sample(received: Self.wall)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await bench.recorder.run() }
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(bench.recorder.dropped == 3 && bench.recorder.written == 0)
  }

  @Test("a record that the ledger calls invalid is not tried again")
  func invalid() async throws {
    let folder = try TemporaryFolder()
    let store = FailingStore(try folder.ledger())
    let bench = try await bench(store)
    let stray = RequestRecorder(
      queue: bench.queue, loops: [], variants: [:], clock: bench.loop.clock, gridSpeed: 1, wall: { Self.wall },
      store: store, activity: IdentifierSource().next(.serve), pue: 1, pause: { _ in }, logger: silent)
    let before = store.writes
    bench.queue.offer(.sample(received: Self.wall))
    bench.queue.finish()
    try await stray.run()
    #expect(store.writes == before + 1)
    #expect(stray.dropped == 1)
  }

  @Test("what a full queue drops is counted")
  func full() async throws {
    let folder = try TemporaryFolder()
    let bench = try await bench(try folder.ledger(), capacity: 5)
    let requests = try await recorded(bench, (0..<8).map { _ in .sample(received: Self.wall) })
    #expect(requests.count == 5)
    #expect(bench.recorder.dropped == 3)
  }

  @Test("a shutdown, graceful or not, writes all that was answered", arguments: [true, false])
  func shutdown(isGraceful: Bool) async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await bench(store)
    for _ in 0..<50 { bench.queue.offer(.sample(received: Self.wall)) }
    if isGraceful {
      // A service that is done at once brings the others down gracefully.
      let services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: bench.recorder),
        .init(service: DoneAtOnce(), successTerminationBehavior: .gracefullyShutdownGroup),
      ]
      try await ServiceGroup(configuration: .init(services: services, logger: silent)).run()
    } else {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await bench.recorder.run() }
        tasks.cancelAll()
        try await tasks.waitForAll()
      }
    }
    #expect(bench.recorder.written == 50)
    #expect(try await store.totals(RollupQuery(activity: bench.loop.activity)).requests == 50)
    #expect(try await store.check().isEmpty)
  }
}
