import Grid
import Quantities
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Service

/// Holds its answers back until told to answer.
private final class HesitantProvider: SignalProvider {
  let name = "hesitant"
  let region = Region.unstated
  let kind = SignalKind.averageLifecycle
  private let gate = AsyncStream<Never>.makeStream()

  func answer() { gate.continuation.finish() }

  func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries {
    for await _ in gate.stream {}
    throw CancellationError()
  }
}

/// Writes down that it was started.
private final class StartedService: Service {
  private let isStarted = Mutex(false)
  var ran: Bool { isStarted.withLock { $0 } }
  func run() async throws { isStarted.withLock { $0 = true } }
}

@Suite("What waits for the first decisions")
struct AfterFirstDecisionsTests {
  private let provider = HesitantProvider()
  private let service = StartedService()
  private let folder: TemporaryFolder
  private let bench: LoopBench

  init() async throws {
    folder = try TemporaryFolder()
    bench = try await LoopBench(store: try folder.ledger(), provider: provider, start: at("2021-03-20"))
  }

  private func waiting(_ loops: Int = 1, atMost limit: Duration) -> AfterFirstDecisions {
    AfterFirstDecisions(
      of: Array(repeating: bench.loop, count: loops), start: service, atMost: limit, logger: silent)
  }

  @Test("It starts when the decision is in force, not before")
  func inOrder() async throws {
    let running = Task { try await waiting(atMost: .seconds(600)).run() }
    let deciding = Task { await bench.loop.decide(at: bench.clock.now) }
    for _ in 0..<100 { await Task.yield() }
    #expect(!service.ran && bench.loop.decisionInForce == nil)
    provider.answer()
    try await running.value
    #expect(service.ran && bench.loop.decisionInForce != nil)
    _ = await deciding.value
  }

  @Test("After the first decision nothing waits any more")
  func later() async throws {
    provider.answer()
    await bench.loop.decide(at: bench.clock.now)
    try await waiting(atMost: .seconds(600)).run()
    #expect(service.ran)
  }

  @Test("A grid that does not answer keeps it for no longer than it may")
  func late() async throws {
    try await waiting(atMost: .milliseconds(1)).run()
    #expect(service.ran && bench.loop.decisionInForce == nil)
  }

  @Test("A server that is to stop while it waits never starts it")
  func stopped() async throws {
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await waiting(atMost: .seconds(600)).run() }
        trigger.triggerGracefulShutdown()
        try await group.waitForAll()
      }
    }
    #expect(!service.ran)
  }

  @Test("With no alias there is nothing to wait for")
  func none() async throws {
    try await waiting(0, atMost: .seconds(600)).run()
    #expect(service.ran)
  }
}
