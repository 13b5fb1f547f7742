import GRDB
import Ledger
import Quantities

/// Activities as rows.
enum ActivityTable {
  private static let columns = [
    "id", "kind", "parent", "name", "status", "reason", "started_ms", "ended_ms", "grid_started_ms", "grid_ended_ms",
    "monotonic_started_ns", "monotonic_ended_ns", "clock", "meter", "region", "decision_id", "signal_id", "exit_code",
    "detail",
  ]

  /// ``ActivityStatus/knowledge`` in SQL.
  private static func knowledge(_ status: String) -> String {
    "CASE \(status) WHEN 'running' THEN 0 WHEN 'not_observed' THEN 1 ELSE 2 END"
  }

  private static let upsert = SQLText.insert(
    into: "activity", columns, key: ["id"],
    .replace(unless: "\(knowledge("excluded.status")) < \(knowledge("activity.status"))"))

  /// - Returns: whether the row now is the given one.
  static func put(_ activity: Activity, _ db: Database) throws -> Bool {
    let values: [Value] = [
      activity.id.description, activity.kind.rawValue, activity.parent?.description, activity.name,
      activity.status.name, activity.reason, activity.started.milliseconds, activity.ended?.milliseconds,
      activity.gridStarted?.milliseconds, activity.gridEnded?.milliseconds, instant(activity.monotonicStarted),
      instant(activity.monotonicEnded), activity.clock, activity.meter, activity.region,
      activity.decisionID?.description, activity.signalID?.description, activity.exitCode.map { Int64($0) },
      try Column.json(activity.detail),
    ]
    try db.cachedStatement(sql: upsert).execute(arguments: StatementArguments(values))
    return db.changesCount == 1
  }

  static func account(of id: ActivityID, _ db: Database) throws -> ActivityAccount? {
    let key = id.description
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM activity WHERE id = ?", arguments: [key]) else {
      return nil
    }
    return ActivityAccount(
      activity: try read(row), components: try ComponentTable.of(key, db),
      conservation: try ConservationTable.of(key, db), figures: try FigureTable.of(key, db))
  }

  static func list(_ query: ActivityQuery, _ db: Database) throws -> [Activity] {
    var conditions = Conditions()
    if !query.kinds.isEmpty { conditions.add(column: "kind", in: query.kinds.map(\.rawValue).sorted()) }
    if let parent = query.parent { conditions.add("parent = ?", parent.description) }
    if let since = query.since { conditions.add("started_ms >= ?", since.milliseconds) }
    if let after = query.after {
      conditions.add("(started_ms, id) < (SELECT started_ms, id FROM activity WHERE id = ?)", after.description)
    }
    let sql = "SELECT * FROM activity\(conditions.clause) ORDER BY started_ms DESC, id DESC LIMIT ?"
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments(limit: query.limit)).map(read)
  }

  private static func instant(_ instant: MonotonicInstant?) -> Int64? {
    instant.map { Int64(bitPattern: $0.nanoseconds) }
  }

  private static func read(_ row: Row) throws -> Activity {
    let ended = try row.optionalMoment("ended_ms")
    var activity = Activity(
      id: try row.identifier("id"), parent: try row.optionalIdentifier("parent"), name: try row.text("name"),
      status: try row.parsed(row.text("status"), "status") { ActivityStatus(name: $0, ended: ended) },
      started: try row.moment("started_ms"), clock: try row.text("clock"), detail: try row.json("detail"))
    activity.reason = try row.optionalText("reason")
    activity.ended = ended
    activity.gridStarted = try row.optionalMoment("grid_started_ms")
    activity.gridEnded = try row.optionalMoment("grid_ended_ms")
    activity.monotonicStarted = try row.optionalInstant("monotonic_started_ns")
    activity.monotonicEnded = try row.optionalInstant("monotonic_ended_ns")
    activity.meter = try row.optionalText("meter")
    activity.region = try row.optionalText("region")
    activity.decisionID = try row.optionalIdentifier("decision_id")
    activity.signalID = try row.optionalIdentifier("signal_id")
    activity.exitCode = try row.optionalInteger("exit_code").map(Int32.init(truncatingIfNeeded:))
    return activity
  }
}
