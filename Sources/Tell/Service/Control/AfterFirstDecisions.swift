import Logging
import ServiceLifecycle

/// Starts a service once each alias has been decided for the first time: a request that came before would be answered
/// by shares that nobody decided and charged without a grid.
///
/// A grid that keeps everyone waiting does not keep callers waiting for long: after `limit` the service starts anyhow.
struct AfterFirstDecisions: Service {
  private let service: any Service
  private let loops: [ControlLoop]
  private let limit: Duration
  private let clock: any Clock<Duration>
  private let logger: Logger

  /// - Parameters:
  ///   - loops: one for each alias; they are started elsewhere.
  ///   - service: what waits for their first decisions.
  ///   - limit: for how long it waits at most.
  ///   - clock: what `limit` is taken by.
  init(
    of loops: [ControlLoop], start service: any Service, atMost limit: Duration = .seconds(5),
    clock: any Clock<Duration> = ContinuousClock(), logger: Logger
  ) {
    self.service = service
    self.loops = loops
    self.limit = limit
    self.clock = clock
    self.logger = logger
  }

  func run() async throws {
    let mayStart = await cancelWhenGracefulShutdown { [self] in
      let wereDecided = await decisionsCame()
      if !wereDecided && !Task.isCancelled {
        logger.warning("the first decisions are late; requests are served by quality until they come")
      }
      return !Task.isCancelled
    }
    guard mayStart else { return }
    try await service.run()
  }

  /// Waits until each loop has decided, or for as long as it may.
  ///
  /// - Returns: whether all have.
  private func decisionsCame() async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for loop in loops { await loop.firstDecision() }
        return !Task.isCancelled
      }
      group.addTask {
        try? await clock.sleep(for: limit)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }
}
