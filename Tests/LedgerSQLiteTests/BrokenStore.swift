import Ledger
import LedgerConformance
import LedgerSQLite
import Quantities

/// A bench for a store with three faults, to see that the suite finds faults.
struct BrokenBench: LedgerBench {
  private let sound: TemporaryBench
  init() throws { sound = try TemporaryBench() }
  func open() throws -> any LedgerStore { BrokenStore(sound: try sound.openLedger()) }
  func openAfterPowerCut() throws -> any LedgerStore { try sound.openAfterPowerCut() }
}

/// Passes everything on to a sound store, except: the future is visible, verdicts are lost, batches are split.
struct BrokenStore: LedgerStore {
  let sound: SQLiteLedger

  func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord] {
    var query = query
    query.issuedBy = Timestamp(milliseconds: .max)
    return try await sound.signals(query)
  }
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] { [] }
  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    var count = 0
    for request in requests { count += try await sound.append([request]) }
    return count
  }

  func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome { try await sound.commit(entry) }
  func account(of id: ActivityID) async throws(LedgerError) -> ActivityAccount? { try await sound.account(of: id) }
  func activities(_ query: ActivityQuery) async throws(LedgerError) -> [Activity] { try await sound.activities(query) }
  func figure(_ id: FigureID) async throws(LedgerError) -> FigureRecord? { try await sound.figure(id) }
  func signal(_ id: SignalID) async throws(LedgerError) -> SignalRecord? { try await sound.signal(id) }
  func variant(_ id: VariantID) async throws(LedgerError) -> VariantRecord? { try await sound.variant(id) }
  func variants(alias: String?) async throws(LedgerError) -> [VariantRecord] { try await sound.variants(alias: alias) }
  func decision(_ id: DecisionID) async throws(LedgerError) -> DecisionRecord? { try await sound.decision(id) }
  func decisions(_ query: DecisionQuery) async throws(LedgerError) -> [DecisionRecord] {
    try await sound.decisions(query)
  }
  func request(_ id: ActivityID) async throws(LedgerError) -> RequestRecord? { try await sound.request(id) }
  func requests(_ query: RequestQuery) async throws(LedgerError) -> RequestPage { try await sound.requests(query) }
  func rollups(_ query: RollupQuery) async throws(LedgerError) -> [HourRollup] { try await sound.rollups(query) }
  func totals(_ query: RollupQuery) async throws(LedgerError) -> RequestSums { try await sound.totals(query) }
  func journal(at path: String) async throws(LedgerError) -> JournalRecord? { try await sound.journal(at: path) }
  func journals() async throws(LedgerError) -> [JournalRecord] { try await sound.journals() }
  func identifiers(beginningWith beginning: String, limit: Int) async throws(LedgerError) -> [String] {
    try await sound.identifiers(beginningWith: beginning, limit: limit)
  }
  func newestIdentifiers(ofPrefix prefix: String, limit: Int) async throws(LedgerError) -> [String] {
    try await sound.newestIdentifiers(ofPrefix: prefix, limit: limit)
  }
}
