import GRDB
import Ledger
import Quantities

/// Grid values as rows; they are only ever added.
enum SignalTable {
  private static let insert = SQLText.insert(
    into: "signal",
    [
      "id", "region", "kind", "issued_ms", "valid_from_ms", "valid_to_ms", "value", "low", "high", "unit", "provider",
      "estimated", "source",
    ], key: ["id"], .keep)

  static func put(_ signal: SignalRecord, _ db: Database) throws {
    let values: [Value] = [
      signal.id.description, signal.region, signal.kind, signal.issued.milliseconds, signal.validFrom.milliseconds,
      signal.validTo.milliseconds, signal.value, signal.low, signal.high, signal.unit, signal.provider,
      signal.estimated ? 1 : 0, try Column.json(signal.source),
    ]
    try db.cachedStatement(sql: insert).execute(arguments: StatementArguments(values))
  }

  static func signal(_ id: SignalID, _ db: Database) throws -> SignalRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM signal WHERE id = ?", arguments: [id.description]).map(read)
  }

  static func list(_ query: SignalQuery, _ db: Database) throws -> [SignalRecord] {
    guard !query.range.isEmpty else { return [] }
    var conditions = Conditions()
    conditions.add("region = ? AND kind = ?", query.region, query.kind)
    conditions.add("valid_to_ms > ?", query.range.lowerBound.milliseconds)
    conditions.add("valid_from_ms < ?", query.range.upperBound.milliseconds)
    conditions.add("issued_ms <= ?", query.issuedBy.milliseconds)
    if let provider = query.provider { conditions.add("provider = ?", provider) }
    let sql = """
      SELECT * FROM (
        SELECT *, row_number() OVER (
          PARTITION BY valid_from_ms, valid_to_ms ORDER BY issued_ms DESC, id DESC) AS place
        FROM signal\(conditions.clause)
      ) WHERE place = 1 ORDER BY valid_from_ms, valid_to_ms
      """
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments).map(read)
  }

  private static func read(_ row: Row) throws -> SignalRecord {
    SignalRecord(
      id: try row.identifier("id"), region: try row.text("region"), kind: try row.text("kind"),
      issued: try row.moment("issued_ms"), validFrom: try row.moment("valid_from_ms"),
      validTo: try row.moment("valid_to_ms"), value: try row.real("value"), low: try row.optionalReal("low"),
      high: try row.optionalReal("high"), unit: try row.text("unit"), provider: try row.text("provider"),
      estimated: try row.flag("estimated"), source: try row.json("source"))
  }
}
