import Ledger
import LedgerConformance
import Quantities
import Synchronization

/// A real ledger that can be made to hang in `append`, as on a disk that has stopped.
final class HangingStore: ForwardingStore {
  private struct State {
    var hangs = false
    var isHung = false
    var held: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  let inner: any LedgerStore
  private let state = Mutex(State())

  init(_ store: any LedgerStore) { inner = store }

  /// From now on requests are not written, and nobody is told why.
  func hang() { state.withLock { $0.hangs = true } }

  /// Waits until somebody hangs.
  func isHung() async {
    await withCheckedContinuation { continuation in
      let isSo = state.withLock { state in
        if !state.isHung { state.watchers.append(continuation) }
        return state.isHung
      }
      if isSo { continuation.resume() }
    }
  }

  /// The disk goes on.
  func goOn() {
    let held = state.withLock { state in
      state.hangs = false
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    await withCheckedContinuation { continuation in
      let (isFree, watchers) = state.withLock { state in
        guard state.hangs else { return (true, [CheckedContinuation<Void, Never>]()) }
        state.isHung = true
        state.held.append(continuation)
        defer { state.watchers = [] }
        return (false, state.watchers)
      }
      for watcher in watchers { watcher.resume() }
      if isFree { continuation.resume() }
    }
    return try await inner.append(requests)
  }
}
