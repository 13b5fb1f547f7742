import GRDB
public import Ledger

extension SQLiteLedger {
  public func account(of id: ActivityID) async throws(LedgerError) -> ActivityAccount? {
    try await read { db in try ActivityTable.account(of: id, db) }
  }

  public func activities(_ query: ActivityQuery) async throws(LedgerError) -> [Activity] {
    try await read { db in try ActivityTable.list(query, db) }
  }

  public func figure(_ id: FigureID) async throws(LedgerError) -> FigureRecord? {
    try await read { db in try FigureTable.figure(id, db) }
  }

  public func signal(_ id: SignalID) async throws(LedgerError) -> SignalRecord? {
    try await read { db in try SignalTable.signal(id, db) }
  }

  public func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord] {
    try await read { db in try SignalTable.list(query, db) }
  }

  public func variant(_ id: VariantID) async throws(LedgerError) -> VariantRecord? {
    try await read { db in
      var conditions = Conditions()
      conditions.add("id = ?", id.description)
      return try VariantTable.list(conditions, db).first
    }
  }

  public func variants(alias: String?) async throws(LedgerError) -> [VariantRecord] {
    try await read { db in
      var conditions = Conditions()
      if let alias { conditions.add("alias = ?", alias) }
      return try VariantTable.list(conditions, db)
    }
  }

  public func decision(_ id: DecisionID) async throws(LedgerError) -> DecisionRecord? {
    try await read { db in try DecisionTable.decision(id, db) }
  }

  public func decisions(_ query: DecisionQuery) async throws(LedgerError) -> [DecisionRecord] {
    try await read { db in try DecisionTable.list(query, db) }
  }

  public func request(_ id: ActivityID) async throws(LedgerError) -> RequestRecord? {
    try await read { db in try RequestTable.request(id, db) }
  }

  public func requests(_ query: RequestQuery) async throws(LedgerError) -> RequestPage {
    try await read { db in try RequestTable.page(query, db) }
  }

  public func rollups(_ query: RollupQuery) async throws(LedgerError) -> [HourRollup] {
    try await read { db in try RollupTable.list(query, db) }
  }

  public func totals(_ query: RollupQuery) async throws(LedgerError) -> RequestSums {
    try await read { db in try RollupTable.totals(query, db) }
  }

  public func journal(at path: String) async throws(LedgerError) -> JournalRecord? {
    try await read { db in
      var conditions = Conditions()
      conditions.add("path = ?", path)
      return try JournalTable.list(conditions, db).first
    }
  }

  public func journals() async throws(LedgerError) -> [JournalRecord] {
    try await read { db in try JournalTable.list(Conditions(), db) }
  }

  public func identifiers(
    beginningWith beginning: String, limit: Int
  ) async throws(LedgerError) -> [String] {
    try await identifiers(from: beginning, "ORDER BY id", limit: limit)
  }

  public func newestIdentifiers(ofPrefix prefix: String, limit: Int) async throws(LedgerError) -> [String] {
    try await identifiers(from: "\(prefix)_", "ORDER BY id DESC", limit: limit)
  }

  private func identifiers(
    from beginning: String, _ order: String, limit: Int
  ) async throws(LedgerError) -> [String] {
    let table = table(ofPrefix: String(beginning.prefix { $0 != "_" }))
    // Every character of an id sorts before the last one of ASCII.
    let sql = "SELECT id FROM \(table) WHERE id >= ? AND id < ? \(order) LIMIT ?"
    return try await read { db in
      try String.fetchAll(db, sql: sql, arguments: [beginning, beginning + "\u{7f}", max(0, limit)])
    }
  }

  private func table(ofPrefix prefix: String) -> String {
    switch prefix {
    case ActivityKind.request.prefix: "request"
    case DecisionID.prefix: "decision"
    case SignalID.prefix: "signal"
    case VariantID.prefix: "variant"
    default: "activity"
    }
  }
}
