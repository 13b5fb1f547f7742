import GRDB
import Ledger
import Quantities

/// Requests as rows. This is the path with many rows: statements are prepared once a connection.
enum RequestTable {
  private static let insert = SQLText.insert(
    into: "request",
    [
      "id", "activity", "alias", "variant", "decision_id", "received_ms", "grid_ms", "duration_us", "status",
      "protocol", "units", "microjoules", "low_microjoules", "high_microjoules", "nanograms", "tokens_in",
      "tokens_out", "why", "correct", "energy_origin", "energy_method", "tokens_in_cached", "failed_tries",
      "wasted_microjoules", "hedged_microjoules", "cancelled", "first_byte_us", "streamed",
      "points",
    ], key: ["id"], .keep)

  /// Adds those that are not there yet.
  ///
  /// - Returns: how many were added, and what they add to which hour.
  static func add(_ requests: [RequestRecord], _ db: Database) throws -> (count: Int, hours: [HourKey: RequestSums]) {
    var row = try RowWriter(insert, db)
    var count = 0
    var hours: [HourKey: RequestSums] = [:]
    for request in requests {
      row.bind(request.id.description)
      row.bind(request.activity.description)
      row.bind(request.alias)
      row.bind(request.variant)
      row.bind(request.decisionID?.description)
      row.bind(request.received.milliseconds)
      row.bind(request.grid.milliseconds)
      row.bind(request.durationMicroseconds)
      row.bind(Int64(request.status))
      row.bind(request.protocolName)
      row.bind(request.units)
      row.bind(request.microjoules?.count)
      row.bind(request.lowMicrojoules?.count)
      row.bind(request.highMicrojoules?.count)
      row.bind(request.nanograms)
      row.bind(request.tokensIn)
      row.bind(request.tokensOut)
      row.bind(request.why)
      row.bind(request.correct)
      row.bind(request.energyOrigin?.rawValue)
      row.bind(request.energyMethod?.description)
      row.bind(request.tokensInCached)
      row.bind(request.failedTries)
      row.bind(request.wastedMicrojoules?.count)
      row.bind(request.hedgedMicrojoules?.count)
      row.bind(Int64(request.isCancelled ? 1 : 0))
      row.bind(request.firstByteMicroseconds)
      row.bind(request.isStreamed.map { Int64($0 ? 1 : 0) })
      row.bind(request.points)
      guard try row.execute() else { continue }
      count += 1
      hours[HourKey(request), default: RequestSums()] += RequestSums(request)
    }
    return (count, hours)
  }

  /// Sets how good an answer was.
  ///
  /// - Returns: what that adds to its hour; `nil` when the request is not there.
  static func judge(
    _ id: ActivityID, _ verdict: Verdict, _ db: Database
  ) throws -> (hour: HourKey, change: RequestSums)? {
    guard let before = try request(id, db) else { return nil }
    let after = before.judged(verdict)
    let update = try db.cachedStatement(sql: "UPDATE request SET correct = ?, points = ? WHERE id = ?")
    try update.execute(arguments: [after.correct, after.points, id.description])
    return (HourKey(before), RequestSums(after) - RequestSums(before))
  }

  static func request(_ id: ActivityID, _ db: Database) throws -> RequestRecord? {
    let statement = try db.cachedStatement(sql: "SELECT * FROM request WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id.description]).map(read)
  }

  static func page(_ query: RequestQuery, _ db: Database) throws -> RequestPage {
    var conditions = Conditions()
    if let activity = query.activity { conditions.add("activity = ?", activity.description) }
    if let alias = query.alias { conditions.add("alias = ?", alias) }
    if let range = query.received { conditions.add(column: "received_ms", in: range) }
    if let range = query.grid { conditions.add(column: "grid_ms", in: range) }
    if let after = query.after {
      conditions.add("(received_ms, id) < (?, ?)", after.received.milliseconds, after.id.description)
    }
    let limit = max(0, query.limit)
    let sql = "SELECT * FROM request\(conditions.clause) ORDER BY received_ms DESC, id DESC LIMIT ?"
    // One more than asked for tells whether there is a next page.
    let found = try Row.fetchAll(db, sql: sql, arguments: conditions.arguments(limit: limit + 1)).map(read)
    let requests = Array(found.prefix(limit))
    let next = requests.last.map { RequestQuery.Cursor(received: $0.received, id: $0.id) }
    return RequestPage(requests: requests, next: found.count > limit ? next : nil)
  }

  private static func read(_ row: Row) throws -> RequestRecord {
    var request = RequestRecord(
      id: try row.identifier("id"), activity: try row.identifier("activity"), alias: try row.text("alias"),
      variant: try row.text("variant"), decisionID: try row.optionalIdentifier("decision_id"),
      received: try row.moment("received_ms"), grid: try row.moment("grid_ms"),
      durationMicroseconds: try row.integer("duration_us"), status: Int(try row.integer("status")),
      protocolName: try row.text("protocol"), units: try row.optionalInteger("units"), why: try row.text("why"))
    request.microjoules = try row.optionalEnergy("microjoules")
    request.lowMicrojoules = try row.optionalEnergy("low_microjoules")
    request.highMicrojoules = try row.optionalEnergy("high_microjoules")
    request.nanograms = try row.optionalInteger("nanograms")
    request.tokensIn = try row.optionalInteger("tokens_in")
    request.tokensOut = try row.optionalInteger("tokens_out")
    request.correct = try row.optionalInteger("correct")
    request.energyOrigin = try row.optionalOrigin("energy_origin")
    request.energyMethod = try row.optionalMethod("energy_method")
    request.tokensInCached = try row.optionalInteger("tokens_in_cached")
    request.failedTries = try row.optionalInteger("failed_tries")
    request.wastedMicrojoules = try row.optionalEnergy("wasted_microjoules")
    request.hedgedMicrojoules = try row.optionalEnergy("hedged_microjoules")
    // Rows from before this was kept are read by their status, as the initialiser does.
    request.isCancelled = try row.optionalInteger("cancelled").map { $0 != 0 } ?? request.isCancelled
    request.firstByteMicroseconds = try row.optionalInteger("first_byte_us")
    request.isStreamed = try row.optionalInteger("streamed").map { $0 != 0 }
    request.points = try row.optionalReal("points")
    return request
  }
}
