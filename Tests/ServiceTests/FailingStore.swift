import Ledger
import Quantities
import Synchronization

/// A real ledger whose writing calls can be made to fail, as on a full disk.
final class FailingStore: LedgerStore {
  private let store: any LedgerStore
  private let left = Mutex(0)
  private let calls = Mutex(0)

  init(_ store: any LedgerStore) { self.store = store }

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
    return try await store.commit(entry)
  }
  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    try admit()
    return try await store.append(requests)
  }
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] {
    try admit()
    return try await store.judge(verdicts)
  }
  func account(of id: ActivityID) async throws(LedgerError) -> ActivityAccount? { try await store.account(of: id) }
  func activities(_ query: ActivityQuery) async throws(LedgerError) -> [Activity] { try await store.activities(query) }
  func figure(_ id: FigureID) async throws(LedgerError) -> FigureRecord? { try await store.figure(id) }
  func signal(_ id: SignalID) async throws(LedgerError) -> SignalRecord? { try await store.signal(id) }
  func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord] { try await store.signals(query) }
  func variant(_ id: VariantID) async throws(LedgerError) -> VariantRecord? { try await store.variant(id) }
  func variants(alias: String?) async throws(LedgerError) -> [VariantRecord] { try await store.variants(alias: alias) }
  func decision(_ id: DecisionID) async throws(LedgerError) -> DecisionRecord? { try await store.decision(id) }
  func decisions(_ query: DecisionQuery) async throws(LedgerError) -> [DecisionRecord] {
    try await store.decisions(query)
  }
  func request(_ id: ActivityID) async throws(LedgerError) -> RequestRecord? { try await store.request(id) }
  func requests(_ query: RequestQuery) async throws(LedgerError) -> RequestPage { try await store.requests(query) }
  func rollups(_ query: RollupQuery) async throws(LedgerError) -> [HourRollup] { try await store.rollups(query) }
  func totals(_ query: RollupQuery) async throws(LedgerError) -> RequestSums { try await store.totals(query) }
  func journal(at path: String) async throws(LedgerError) -> JournalRecord? { try await store.journal(at: path) }
  func journals() async throws(LedgerError) -> [JournalRecord] { try await store.journals() }
  func identifiers(beginningWith beginning: String, limit: Int) async throws(LedgerError) -> [String] {
    try await store.identifiers(beginningWith: beginning, limit: limit)
  }
  func newestIdentifiers(ofPrefix prefix: String, limit: Int) async throws(LedgerError) -> [String] {
    try await store.newestIdentifiers(ofPrefix: prefix, limit: limit)
  }
}
