import GRDB
import Ledger
import Quantities

/// Energy by component as rows.
enum ComponentTable {
  private static let upsert = SQLText.insert(
    into: "component",
    ["activity", "name", "microjoules", "low_microjoules", "high_microjoules", "origin", "method", "detail"],
    key: ["activity", "name"], .replace())

  static func put(_ component: Component, _ db: Database) throws {
    let values: [Value] = [
      component.activity.description, component.name, component.microjoules?.count, component.lowMicrojoules?.count,
      component.highMicrojoules?.count, component.origin?.rawValue, component.method?.description, component.detail,
    ]
    try db.cachedStatement(sql: upsert).execute(arguments: StatementArguments(values))
  }

  static func of(_ activity: String, _ db: Database) throws -> [Component] {
    let sql = "SELECT * FROM component WHERE activity = ? ORDER BY name"
    return try Row.fetchAll(db, sql: sql, arguments: [activity]).map { row in
      Component(
        activity: try row.identifier("activity"), name: try row.text("name"),
        microjoules: try row.optionalEnergy("microjoules"),
        lowMicrojoules: try row.optionalEnergy("low_microjoules"),
        highMicrojoules: try row.optionalEnergy("high_microjoules"), origin: try row.optionalOrigin("origin"),
        method: try row.optionalMethod("method"), detail: try row.optionalText("detail"))
    }
  }
}

/// Where energy went, as rows.
enum ConservationTable {
  private static let upsert = SQLText.insert(
    into: "conservation", ["activity", "host", "attributed", "idle", "self", "unattributed"], key: ["activity"],
    .replace())

  static func put(_ conservation: Conservation, _ db: Database) throws {
    let values: [Value] = [
      conservation.activity.description, conservation.host.count, conservation.attributed.count,
      conservation.idle.count, conservation.own.count, conservation.unattributed.count,
    ]
    try db.cachedStatement(sql: upsert).execute(arguments: StatementArguments(values))
  }

  static func of(_ activity: String, _ db: Database) throws -> Conservation? {
    let sql = "SELECT * FROM conservation WHERE activity = ?"
    return try Row.fetchOne(db, sql: sql, arguments: [activity]).map { row in
      Conservation(
        activity: try row.identifier("activity"), host: try row.energy("host"),
        attributed: try row.energy("attributed"), idle: try row.energy("idle"), own: try row.energy("self"),
        unattributed: try row.energy("unattributed"))
    }
  }
}

/// Figures as rows.
enum FigureTable {
  private static let upsert = SQLText.insert(
    into: "figure",
    ["id", "activity", "name", "value", "low", "high", "unit", "origin", "method", "reason", "receipt"], key: ["id"],
    .replace())

  static func put(_ figure: FigureRecord, _ db: Database) throws {
    let values: [Value] = [
      figure.id.description, figure.id.activity.description, figure.id.name.description, figure.value, figure.low,
      figure.high, figure.unit, figure.origin?.rawValue, figure.method?.description, figure.reason,
      try Column.json(figure.receipt),
    ]
    try db.cachedStatement(sql: upsert).execute(arguments: StatementArguments(values))
  }

  static func of(_ activity: String, _ db: Database) throws -> [FigureRecord] {
    let sql = "SELECT * FROM figure WHERE activity = ? ORDER BY name"
    return try Row.fetchAll(db, sql: sql, arguments: [activity]).map(read)
  }

  static func figure(_ id: FigureID, _ db: Database) throws -> FigureRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM figure WHERE id = ?", arguments: [id.description]).map(read)
  }

  private static func read(_ row: Row) throws -> FigureRecord {
    let id = try row.parsed(row.text("id"), "id") { FigureID(parsing: $0) }
    var figure = FigureRecord(id: id, receipt: try row.json("receipt"), reason: nil)
    figure.value = try row.optionalReal("value")
    figure.low = try row.optionalReal("low")
    figure.high = try row.optionalReal("high")
    figure.unit = try row.text("unit")
    figure.origin = try row.optionalOrigin("origin")
    figure.method = try row.optionalMethod("method")
    figure.reason = try row.optionalText("reason")
    return figure
  }
}

/// Journals that were taken in, as rows.
enum JournalTable {
  private static let upsert = SQLText.insert(
    into: "journal", ["path", "activity", "bytes", "closed_ms"], key: ["path"], .replace())

  static func put(_ journal: JournalRecord, _ db: Database) throws {
    let values: [Value] = [
      journal.path, journal.activity.description, journal.bytes, journal.closed.milliseconds,
    ]
    try db.cachedStatement(sql: upsert).execute(arguments: StatementArguments(values))
  }

  static func list(_ conditions: Conditions, _ db: Database) throws -> [JournalRecord] {
    let sql = "SELECT * FROM journal\(conditions.clause) ORDER BY path"
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments).map { row in
      JournalRecord(
        path: try row.text("path"), activity: try row.identifier("activity"), bytes: try row.integer("bytes"),
        closed: try row.moment("closed_ms"))
    }
  }
}
