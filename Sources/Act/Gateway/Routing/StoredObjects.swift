import Synchronization

/// Which backend keeps a response, file or batch, as far as its answers have said. Bounded: the ids learnt and asked
/// for last are known, older ones are forgotten, and then asked for at each backend in turn.
final class StoredObjects: Sendable {
  private struct State {
    /// Two generations, so that forgetting costs nothing: when the young one is full it becomes the old one.
    var young: [String: Int] = [:]
    var old: [String: Int] = [:]
  }

  private let generation: Int
  private let state = Mutex(State())

  /// A memory of about `capacity` ids.
  init(capacity: Int = 16_384) { generation = max(1, capacity / 2) }

  /// The number of the backend that keeps an object; nil when it is not known.
  func owner(of id: String) -> Int? {
    state.withLock { state in
      if let slot = state.young[id] { return slot }
      guard let slot = state.old[id] else { return nil }
      keep(id, slot, &state)
      return slot
    }
  }

  /// Remembers that a backend keeps an object.
  func learn(_ id: String, slot: Int) { state.withLock { keep(id, slot, &$0) } }

  /// Ids known now.
  var count: Int { state.withLock { state in state.young.count + state.old.keys.count { state.young[$0] == nil } } }

  private func keep(_ id: String, _ slot: Int, _ state: inout State) {
    if state.young.count >= generation, state.young[id] == nil {
      state.old = state.young
      state.young = [:]
    }
    state.young[id] = slot
  }
}

/// A request that is about no model of ours: the backends it is asked at, in order.
struct Relay {
  /// Places in the list of backends; at least one.
  let slots: [Int]
  /// Whether a 404 means that the next backend is asked.
  let seeks: Bool

  /// To one backend.
  init(to slot: Int) {
    slots = [slot]
    seeks = false
  }

  /// To the backend that keeps an object; if that is not known to each in turn, the default one last, so that its word
  /// counts when none knows the object.
  init(owner: Int?, default main: Int, count: Int) {
    slots = owner.map { [$0] } ?? (0..<count).filter { $0 != main } + [main]
    seeks = owner == nil
  }
}
