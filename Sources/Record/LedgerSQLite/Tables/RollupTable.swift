import GRDB
import Ledger
import Quantities

/// Hours as rows: what pages and reports read instead of all requests.
enum RollupTable {
  private static let keys = ["activity", "alias", "variant", "hour_ms"]
  private static let sums = [
    "requests", "failed", "units", "microjoules", "without_energy", "nanograms", "without_carbon", "judged", "correct",
    "cancelled", "cancelled_microjoules", "cancelled_without_energy", "wasted_microjoules", "without_wasted",
    "hedged_microjoules",
    "points",
  ]
  private static let upsert = SQLText.insert(into: "rollup_hour", keys + sums, key: keys, .add(sums))

  static func add(_ hours: [HourKey: RequestSums], _ db: Database) throws {
    let statement = try db.cachedStatement(sql: upsert)
    for (key, sums) in hours {
      let values: [Value] = [
        key.activity.description, key.alias, key.variant, key.hour.milliseconds, sums.requests, sums.failed, sums.units,
        sums.microjoules.count, sums.withoutEnergy, sums.nanograms, sums.withoutCarbon, sums.judged, sums.correct,
        sums.cancelled, sums.cancelledMicrojoules.count, sums.cancelledWithoutEnergy, sums.wastedMicrojoules.count,
        sums.withoutWasted, sums.hedgedMicrojoules.count,
        sums.points,
      ]
      statement.setUncheckedArguments(StatementArguments(values))
      try statement.execute()
    }
  }

  static func list(_ query: RollupQuery, _ db: Database) throws -> [HourRollup] {
    let conditions = conditions(query)
    let sql = "SELECT * FROM rollup_hour\(conditions.clause) ORDER BY hour_ms, activity, alias, variant"
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments).map { row in
      HourRollup(
        HourKey(
          activity: try row.identifier("activity"), alias: try row.text("alias"), variant: try row.text("variant"),
          hour: try row.moment("hour_ms")), try readSums(row))
    }
  }

  static func totals(_ query: RollupQuery, _ db: Database) throws -> RequestSums {
    let conditions = conditions(query)
    let columns = sums.map { "coalesce(sum(\($0)), 0) AS \($0)" }.joined(separator: ", ")
    let sql = "SELECT \(columns) FROM rollup_hour\(conditions.clause)"
    return try Row.fetchOne(db, sql: sql, arguments: conditions.arguments).map(readSums) ?? RequestSums()
  }

  /// Hours that are not the sums of their requests, one line each.
  static func differences(_ db: Database) throws -> [String] {
    let kept = (keys + sums).joined(separator: ", ")
    let counted = """
      SELECT activity, alias, variant,
        CASE WHEN grid_ms >= 0 THEN grid_ms / 3600000 ELSE -((3599999 - grid_ms) / 3600000) END * 3600000 AS hour_ms,
        count(*), sum(status NOT BETWEEN 200 AND 399), sum(coalesce(units, 0)), sum(coalesce(microjoules, 0)),
        sum(microjoules IS NULL), sum(coalesce(nanograms, 0)), sum(nanograms IS NULL),
        sum(CASE WHEN correct IS NULL AND points IS NULL THEN 0 ELSE coalesce(units, 1) END),
        sum(coalesce(correct, 0)),
        sum(coalesce(cancelled, status = 499)),
        sum(CASE WHEN coalesce(cancelled, status = 499) THEN coalesce(microjoules, 0) ELSE 0 END),
        sum(coalesce(cancelled, status = 499) AND microjoules IS NULL), sum(coalesce(wasted_microjoules, 0)),
        sum(coalesce(failed_tries, 0) > 0 AND wasted_microjoules IS NULL), sum(coalesce(hedged_microjoules, 0)),
        sum(coalesce(points, 0.0))
      FROM request GROUP BY 1, 2, 3, 4
      """
    let stored = "SELECT \(kept) FROM rollup_hour"
    let sql = "SELECT * FROM (\(counted) EXCEPT \(stored)) UNION SELECT * FROM (\(stored) EXCEPT \(counted))"
    let rows = try Row.fetchAll(db, sql: sql)
    let keys = try rows.map { row in
      let hour = Timestamp(milliseconds: try row.decode(Int64.self, atIndex: 3))
      return "the hour \(hour) of \(try row.decode(String.self, atIndex: 0)) is not the sum of its requests"
    }
    return Set(keys).sorted()
  }

  private static func conditions(_ query: RollupQuery) -> Conditions {
    var conditions = Conditions()
    if let activity = query.activity { conditions.add("activity = ?", activity.description) }
    if let alias = query.alias { conditions.add("alias = ?", alias) }
    if let range = query.range { conditions.add(column: "hour_ms", in: range) }
    return conditions
  }

  private static func readSums(_ row: Row) throws -> RequestSums {
    var sums = RequestSums()
    sums.requests = try row.integer("requests")
    sums.failed = try row.integer("failed")
    sums.units = try row.integer("units")
    sums.microjoules = try row.energy("microjoules")
    sums.withoutEnergy = try row.integer("without_energy")
    sums.nanograms = try row.integer("nanograms")
    sums.withoutCarbon = try row.integer("without_carbon")
    sums.judged = try row.integer("judged")
    sums.correct = try row.integer("correct")
    sums.cancelled = try row.integer("cancelled")
    sums.cancelledMicrojoules = try row.energy("cancelled_microjoules")
    sums.cancelledWithoutEnergy = try row.integer("cancelled_without_energy")
    sums.wastedMicrojoules = try row.energy("wasted_microjoules")
    sums.withoutWasted = try row.integer("without_wasted")
    sums.hedgedMicrojoules = try row.energy("hedged_microjoules")
    sums.points = try row.real("points")
    return sums
  }
}
