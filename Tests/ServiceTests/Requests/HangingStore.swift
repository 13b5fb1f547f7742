import Ledger
import Quantities
import Synchronization

/// A real ledger that can be made to hang in `append`, as on a disk that has stopped.
final class HangingStore: LedgerStore {
  private struct State {
    var hangs = false
    var isHung = false
    var held: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  private let store: any LedgerStore
  private let state = Mutex(State())

  init(_ store: any LedgerStore) { self.store = store }

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
    return try await store.append(requests)
  }

  func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome { try await store.commit(entry) }
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] {
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
