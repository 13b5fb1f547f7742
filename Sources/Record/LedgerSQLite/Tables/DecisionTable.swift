import GRDB
import Ledger
import Quantities

/// Decisions as rows; they are only ever added. Input and state are texts, kept byte for byte.
enum DecisionTable {
  private static let insert = SQLText.insert(
    into: "decision",
    [
      "id", "activity", "alias", "grid_ms", "made_ms", "policy", "mode", "price", "chosen", "shares", "reason",
      "expected_saving_grams", "signal_id", "grids", "input", "state",
    ], key: ["id"], .keep)

  static func put(_ decision: DecisionRecord, _ db: Database) throws {
    let values: [Value] = [
      decision.id.description, decision.activity.description, decision.alias, decision.grid.milliseconds,
      decision.made.milliseconds, decision.policy, decision.mode, decision.price, decision.chosen,
      try Column.json(decision.shares), decision.reason, decision.expectedSavingGrams, decision.signalID?.description,
      try decision.grids.map { try Column.json($0) }, decision.input, decision.state,
    ]
    try db.cachedStatement(sql: insert).execute(arguments: StatementArguments(values))
  }

  static func decision(_ id: DecisionID, _ db: Database) throws -> DecisionRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM decision WHERE id = ?", arguments: [id.description]).map(read)
  }

  static func list(_ query: DecisionQuery, _ db: Database) throws -> [DecisionRecord] {
    var conditions = Conditions()
    if let activity = query.activity { conditions.add("activity = ?", activity.description) }
    if let alias = query.alias { conditions.add("alias = ?", alias) }
    if let range = query.range { conditions.add(column: "grid_ms", in: range) }
    let order = query.newestFirst ? "grid_ms DESC, id DESC" : "grid_ms, id"
    let sql = "SELECT * FROM decision\(conditions.clause) ORDER BY \(order) LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments(limit: query.limit)).map(read)
  }

  private static func read(_ row: Row) throws -> DecisionRecord {
    DecisionRecord(
      id: try row.identifier("id"), activity: try row.identifier("activity"), alias: try row.text("alias"),
      grid: try row.moment("grid_ms"), made: try row.moment("made_ms"), policy: try row.text("policy"),
      mode: try row.text("mode"), price: try row.optionalReal("price"), chosen: try row.text("chosen"),
      shares: try row.json("shares"), reason: try row.text("reason"),
      expectedSavingGrams: try row.optionalReal("expected_saving_grams"),
      signalID: try row.optionalIdentifier("signal_id"), grids: try row.optionalJSON("grids"),
      input: try row.text("input"), state: try row.text("state"))
  }
}
