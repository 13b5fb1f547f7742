import Ledger
import LedgerConformance
import Quantities
import Synchronization

/// A real ledger whose writing calls can be made to fail, as on a full disk.
final class FailingStore: ForwardingStore {
  let inner: any LedgerStore
  private let left = Mutex(0)
  private let calls = Mutex(0)

  init(_ store: any LedgerStore) { inner = store }

  /// Refuses the next so many writing calls.
  func refuse(next count: Int) { left.withLock { $0 = count } }

  /// How many writing calls came.
  var writes: Int { calls.withLock { $0 } }

  private func admit() throws(LedgerError) {
    calls.withLock { $0 += 1 }
    let isRefused = left.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if isRefused { throw .diskFull(path: "test") }
  }

  func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome {
    try admit()
    return try await inner.commit(entry)
  }
  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    try admit()
    return try await inner.append(requests)
  }
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] {
    try admit()
    return try await inner.judge(verdicts)
  }
}
