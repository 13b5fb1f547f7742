public import Ledger

/// A store that passes every call on to another one: a test that needs a store with a fault writes the faulty calls only.
public protocol ForwardingStore: LedgerStore {
  /// Where the calls go.
  var inner: any LedgerStore { get }
}

extension ForwardingStore {
  public func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome { try await inner.commit(entry) }
  public func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int { try await inner.append(requests) }
  public func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] {
    try await inner.judge(verdicts)
  }
  public func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord] {
    try await inner.signals(query)
  }
  public func account(of id: ActivityID) async throws(LedgerError) -> ActivityAccount? {
    try await inner.account(of: id)
  }
  public func activities(_ query: ActivityQuery) async throws(LedgerError) -> [Activity] {
    try await inner.activities(query)
  }
  public func figure(_ id: FigureID) async throws(LedgerError) -> FigureRecord? { try await inner.figure(id) }
  public func signal(_ id: SignalID) async throws(LedgerError) -> SignalRecord? { try await inner.signal(id) }
  public func variant(_ id: VariantID) async throws(LedgerError) -> VariantRecord? { try await inner.variant(id) }
  public func variants(alias: String?) async throws(LedgerError) -> [VariantRecord] {
    try await inner.variants(alias: alias)
  }
  public func decision(_ id: DecisionID) async throws(LedgerError) -> DecisionRecord? { try await inner.decision(id) }
  public func decisions(_ query: DecisionQuery) async throws(LedgerError) -> [DecisionRecord] {
    try await inner.decisions(query)
  }
  public func request(_ id: ActivityID) async throws(LedgerError) -> RequestRecord? { try await inner.request(id) }
  public func requests(_ query: RequestQuery) async throws(LedgerError) -> RequestPage {
    try await inner.requests(query)
  }
  public func rollups(_ query: RollupQuery) async throws(LedgerError) -> [HourRollup] { try await inner.rollups(query) }
  public func totals(_ query: RollupQuery) async throws(LedgerError) -> RequestSums { try await inner.totals(query) }
  public func journal(at path: String) async throws(LedgerError) -> JournalRecord? { try await inner.journal(at: path) }
  public func journals() async throws(LedgerError) -> [JournalRecord] { try await inner.journals() }
  public func identifiers(beginningWith beginning: String, limit: Int) async throws(LedgerError) -> [String] {
    try await inner.identifiers(beginningWith: beginning, limit: limit)
  }
  public func newestIdentifiers(ofPrefix prefix: String, limit: Int) async throws(LedgerError) -> [String] {
    try await inner.newestIdentifiers(ofPrefix: prefix, limit: limit)
  }
}
