import Synchronization

/// The latest requests, for callers who ask about one of theirs before the ledger has it. A ring: the newest replaces
/// the oldest. Safe on an event loop.
public final class RecentRequests: Sendable {
  private struct State {
    var ring: [RequestObservation] = []
    var next = 0
    /// Where in the ring a request is.
    var places: [String: Int] = [:]
  }

  /// How many are kept.
  public let capacity: Int
  private let state = Mutex(State())

  /// A ring of so many requests.
  public init(capacity: Int = 4096) { self.capacity = max(1, capacity) }

  /// Keeps a request.
  public func keep(_ observation: RequestObservation) {
    state.withLock { state in
      if state.ring.count < capacity {
        state.places[observation.id] = state.ring.count
        state.ring.append(observation)
      } else {
        state.places[state.ring[state.next].id] = nil
        state.places[observation.id] = state.next
        state.ring[state.next] = observation
        state.next = (state.next + 1) % capacity
      }
    }
  }

  /// The request of that id; `nil` when it was never here or is gone.
  public func request(_ id: String) -> RequestObservation? {
    state.withLock { state in state.places[id].map { state.ring[$0] } }
  }
}
