import Grid
import Quantities
import Synchronization

/// Waits for work no longer than until a moment, even for work that does not heed its cancellation.
enum Deadline {
  /// The work's result, or ``ProviderError/timedOut(after:)`` at the moment. The work is then cancelled and left
  /// behind.
  static func race<Value: Sendable>(
    _ clock: any GridClock, until moment: Timestamp,
    _ work: @escaping @Sendable () async throws(ProviderError) -> Value
  ) async throws(ProviderError) -> Value {
    let began = clock.now
    let race = Race<Value>()
    let runner = Task {
      do throws(ProviderError) { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
    }
    let timer = Task {
      guard (try? await clock.wait(until: moment)) != nil else { return }
      race.end(.failure(.timedOut(after: clock.realTime(of: moment - began))))
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { race.begin($0) }
    } onCancel: {
      race.end(.failure(.cancelled))
    }
    runner.cancel()
    timer.cancel()
    return try result.get()
  }

  /// Hands on the first result, whenever it comes.
  private final class Race<Value: Sendable>: Sendable {
    private struct State {
      var continuation: CheckedContinuation<Result<Value, ProviderError>, Never>?
      var result: Result<Value, ProviderError>?
    }
    private let state = Mutex(State())

    func begin(_ continuation: CheckedContinuation<Result<Value, ProviderError>, Never>) {
      let result = state.withLock { state in
        if state.result == nil { state.continuation = continuation }
        return state.result
      }
      if let result { continuation.resume(returning: result) }
    }

    func end(_ result: Result<Value, ProviderError>) {
      let waiting = state.withLock { state -> CheckedContinuation<Result<Value, ProviderError>, Never>? in
        guard state.result == nil else { return nil }
        state.result = result
        defer { state.continuation = nil }
        return state.continuation
      }
      waiting?.resume(returning: result)
    }
  }
}
