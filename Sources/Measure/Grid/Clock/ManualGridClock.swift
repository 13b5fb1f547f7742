public import Quantities
import Synchronization

/// A clock that stands still until it is set: time for tests.
public final class ManualGridClock: GridClock {
  private struct State {
    var now: Timestamp
    var nextID = 0
    var sleepers: [Int: (moment: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Takes out the watchers that wait for no more sleepers than there are.
    mutating func takeSatisfiedWatchers() -> [CheckedContinuation<Void, Never>] {
      let count = sleepers.count
      defer { watchers.removeAll { $0.count <= count } }
      return watchers.filter { $0.count <= count }.map(\.continuation)
    }
  }

  private let state: Mutex<State>

  /// A clock that shows `now`.
  public init(_ now: Timestamp) { state = Mutex(State(now: now)) }

  public var now: Timestamp { state.withLock { $0.now } }

  /// Shows `moment` and wakes everyone who waited for it or for an earlier one.
  public func set(to moment: Timestamp) {
    let due = state.withLock { state in
      state.now = moment
      let ids = state.sleepers.filter { $0.value.moment <= moment }.sorted {
        ($0.value.moment, $0.key) < ($1.value.moment, $1.key)
      }
      for (id, _) in ids { state.sleepers[id] = nil }
      return ids.map(\.value.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// Lets `span` pass.
  public func advance(by span: Span) { set(to: now + span) }

  /// The moments that are waited for, earliest first.
  public var awaited: [Timestamp] { state.withLock { $0.sleepers.values.map(\.moment).sorted() } }

  /// Returns when at least `count` tasks wait on this clock, so that a test knows when to move it.
  public func untilWaiting(_ count: Int = 1) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        guard state.sleepers.count < count else { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  public func wait(until moment: Timestamp) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        // A cancellation before this point found no sleeper to wake; it is seen here, under the same lock.
        typealias Outcome = (Result<Void, any Error>?, [CheckedContinuation<Void, Never>])
        let (result, watchers) = state.withLock { state -> Outcome in
          if Task.isCancelled { return (.failure(CancellationError()), []) }
          if state.now >= moment { return (.success(()), []) }
          state.sleepers[id] = (moment, continuation)
          return (nil, state.takeSatisfiedWatchers())
        }
        for watcher in watchers { watcher.resume() }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
