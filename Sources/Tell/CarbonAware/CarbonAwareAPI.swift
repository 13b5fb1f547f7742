import Grid
import Methods
public import Quantities
import Reporting

/// The REST interface of the Green Software Foundation's Carbon Aware SDK, answered by Dimmer's grid, so that clients
/// written for it need another address and nothing else.
///
/// Paths, names and times are those of its server (version 1.8); where the server and its papers differ, both are
/// given. Ratings are g/kWh. Pure but for the grid it asks: no sockets here.
public struct CarbonAwareAPI: Sendable {
  /// Most locations of one request.
  static let mostLocations = 100
  /// Most items of one batch.
  static let largestBatch = 1000

  private let grid: any CarbonAwareGrid
  private let now: @Sendable () -> Timestamp

  /// An interface to `grid`.
  public init(grid: any CarbonAwareGrid, now: @escaping @Sendable () -> Timestamp) {
    self.grid = grid
    self.now = now
  }

  /// What to send back.
  public struct Answer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The body's type.
    public let contentType: String
    /// The body; nothing for 204.
    public let body: String?
    /// Methods to name in `Allow`, with 405.
    public let allowed: [String]
  }

  private typealias Handler = (CarbonAwareFields, [UInt8], String?) async throws(CarbonAwareProblem) -> JSONValue?

  /// The paths, for a server's routes.
  public static let paths = [
    "/emissions/bylocation", "/emissions/bylocations", "/emissions/bylocations/best", "/emissions/forecasts/current",
    "/emissions/forecasts/batch", "/emissions/average-carbon-intensity", "/emissions/average-carbon-intensity/batch",
    "/locations", "/health", "/swagger/v1/swagger.json", "/api/v1/swagger.yaml",
  ]

  /// Answers a request; every failure is an answer too.
  ///
  /// - Parameters:
  ///   - query: decoded names and values, in order.
  ///   - contentType: of the body.
  public func answer(
    method: String, path: String, query: [(name: String, value: String)], body: [UInt8] = [], contentType: String? = nil
  ) async -> Answer {
    if ["GET", "HEAD"].contains(method), path.contains("/swagger"), Self.paths.contains(path) {
      // The description is JSON, and JSON is YAML too.
      let type = path.hasSuffix(".yaml") ? "application/yaml" : "application/json; charset=utf-8"
      return Answer(status: 200, contentType: type, body: description, allowed: [])
    }
    do throws(CarbonAwareProblem) {
      let methods = handlers(path)
      guard !methods.isEmpty else {
        throw .notFound("no path \(path.prefix(100)) here; /swagger/v1/swagger.json lists them")
      }
      guard let handler = methods[method == "HEAD" ? "GET" : method] else {
        throw .methodNotAllowed(allowed: methods.keys.sorted())
      }
      let document = try await handler(CarbonAwareFields(query), body, contentType)
      return Answer(
        status: document == nil ? 204 : 200, contentType: "application/json; charset=utf-8", body: document?.text(),
        allowed: [])
    } catch {
      var allowed: [String] = []
      if case .methodNotAllowed(let methods) = error { allowed = methods }
      return Answer(
        status: error.status, contentType: "application/problem+json; charset=utf-8", body: error.json.text(),
        allowed: allowed)
    }
  }

  /// The OpenAPI description, with the names of the places that this grid knows.
  var description: String {
    let text = String(decoding: PackageResources.carbon_aware_openapi_json, as: UTF8.self)
    let names = JSONValue.array(grid.names.map(JSONValue.string)).text()
    return text.replacing(#""enum": []"#, with: #""enum": \#(names)"#)
  }

  private func handlers(_ path: String) -> [String: Handler] {
    switch path {
    case "/emissions/bylocation", "/emissions/bylocations":
      [
        "GET": { fields, _, _ throws(CarbonAwareProblem) in
          try await emissions(fields, isSingle: path.hasSuffix("bylocation"))
        }
      ]
    case "/emissions/bylocations/best": ["GET": { fields, _, _ throws(CarbonAwareProblem) in try await best(fields) }]
    case "/emissions/forecasts/current":
      ["GET": { fields, _, _ throws(CarbonAwareProblem) in try await current(fields) }]
    case "/emissions/forecasts/batch":
      [
        "POST": { _, body, type throws(CarbonAwareProblem) in
          try await forecasts(CarbonAwareBody.objects(body, contentType: type))
        }
      ]
    case "/emissions/average-carbon-intensity":
      ["GET": { fields, _, _ throws(CarbonAwareProblem) in try await average(fields) }]
    case "/emissions/average-carbon-intensity/batch":
      [
        "POST": { _, body, type throws(CarbonAwareProblem) in
          let items = try CarbonAwareBody.objects(body, contentType: type)
          return .array(
            try await each(items) { (item) async throws(CarbonAwareProblem) in try await self.average(item) })
        }
      ]
    case "/locations": ["GET": { _, _, _ throws(CarbonAwareProblem) in places }]
    // Answered before, in a type of their own.
    case "/swagger/v1/swagger.json", "/api/v1/swagger.yaml": ["GET": { _, _, _ throws(CarbonAwareProblem) in nil }]
    case "/health": ["GET": { _, _, _ throws(CarbonAwareProblem) in ["status": "Healthy"] }]
    default: [:]
    }
  }
}

// MARK: - What was

extension CarbonAwareAPI {
  private func emissions(
    _ fields: CarbonAwareFields, isSingle: Bool
  ) async throws(CarbonAwareProblem) -> JSONValue? {
    let found = try await records(fields, isSingle: isSingle)
    return found.isEmpty ? nil : .array(found.map { CarbonAwareDocuments.emission($0.slot, at: $0.location) })
  }

  private func best(_ fields: CarbonAwareFields) async throws(CarbonAwareProblem) -> JSONValue? {
    let found = try await records(fields, isSingle: false)
    let least = found.map(\.slot.value).min()
    let best = found.filter { $0.slot.value == least }
    return best.isEmpty ? nil : .array(best.map { CarbonAwareDocuments.emission($0.slot, at: $0.location) })
  }

  /// The values over [time, toTime); with `time` alone, or neither, the newest that had begun by then.
  private func records(
    _ query: CarbonAwareFields, isSingle: Bool
  ) async throws(CarbonAwareProblem) -> [(location: String, slot: Slot)] {
    var fields = query
    let locations = isSingle ? [fields.location()] : fields.locations()
    let time = fields.time("time")
    let toTime = fields.time("toTime")
    if let toTime {
      if let time, time >= toTime { fields.fail("toTime", "toTime must be after time.") }
      if time == nil { fields.fail("time", "toTime needs time.") }
    }
    try fields.check()
    let found = try await each(locations) { (location) async throws(CarbonAwareProblem) in
      if let time, let toTime { return try await grid.emissions(at: location, over: time..<toTime) }
      return [try await grid.latest(at: location, before: time ?? now())].compactMap(\.self)
    }
    return zip(locations, found).flatMap { location, slots in slots.map { (location, $0) } }
  }

  private func average(_ query: CarbonAwareFields) async throws(CarbonAwareProblem) -> JSONValue {
    var fields = query
    let location = fields.location()
    let start = fields.requiredTime("startTime")
    let end = fields.requiredTime("endTime")
    if let start, let end, start >= end { fields.fail("startTime", "startTime must be before endTime.") }
    try fields.check()
    guard let start, let end else { throw .invalid(fields.problems) }
    let slots = try await grid.emissions(at: location, over: start..<end)
    let series = try? Series(
      region: .unstated, kind: .unstated, provider: "grid", source: Source("grid"), slots: slots)
    guard let mean = series?.mean(over: start..<end) else {
      throw .outOfRange("nothing is known of \(location) from \(start) to \(end), and unknown is not zero")
    }
    return CarbonAwareDocuments.average(mean.value, at: location, over: start..<end)
  }

  private var places: JSONValue {
    .object(
      grid.locations.map { place in
        (
          key: place.name,
          value: [
            "Latitude": .number(place.latitude), "Longitude": .number(place.longitude), "Name": .string(place.name),
          ]
        )
      })
  }
}

// MARK: - What is expected

extension CarbonAwareAPI {
  private func current(_ query: CarbonAwareFields) async throws(CarbonAwareProblem) -> JSONValue {
    var fields = query
    let locations = fields.locations()
    let bounds = Bounds(&fields)
    try fields.check()
    let moment = now()
    return .array(
      try await each(locations) { (location) async throws(CarbonAwareProblem) in
        try await self.forecast(at: location, requestedAt: moment, bounds)
      })
  }

  private func forecasts(_ items: [CarbonAwareFields]) async throws(CarbonAwareProblem) -> JSONValue {
    .array(
      try await each(items) { (item) async throws(CarbonAwareProblem) in
        var fields = item
        let location = fields.location()
        let requestedAt = fields.requiredTime("requestedAt")
        let bounds = Bounds(&fields)
        try fields.check()
        guard let requestedAt else { throw .invalid(fields.problems) }
        return try await self.forecast(at: location, requestedAt: requestedAt, bounds)
      })
  }

  /// Asks about all items at once, so that a grid that is slow for each is not as slow as all together.
  ///
  /// - Throws: the problem of the first item, in order, that has one.
  private func each<Item: Sendable, Found: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws(CarbonAwareProblem) -> Found
  ) async throws(CarbonAwareProblem) -> [Found] {
    let results = await withTaskGroup(of: (Int, Result<Found, CarbonAwareProblem>).self) { group in
      for (index, item) in items.enumerated() {
        group.addTask {
          do throws(CarbonAwareProblem) { return (index, .success(try await work(item))) } catch {
            return (index, .failure(error))
          }
        }
      }
      var results: [Int: Result<Found, CarbonAwareProblem>] = [:]
      for await (index, result) in group { results[index] = result }
      return results
    }
    var found: [Found] = []
    for index in items.indices {
      if let result = results[index] { found.append(try result.get()) }
    }
    return found
  }

  /// The part of a forecast that is asked for.
  private struct Bounds: Sendable {
    let start: Timestamp?
    let end: Timestamp?
    let window: Span?

    init(_ fields: inout CarbonAwareFields) {
      start = fields.time("dataStartAt")
      end = fields.time("dataEndAt")
      window = fields.minutes("windowSize")
      if let start, let end, start >= end { fields.fail("dataStartAt", "dataStartAt must be before dataEndAt.") }
    }
  }

  private func forecast(
    at location: String, requestedAt: Timestamp, _ bounds: Bounds
  ) async throws(CarbonAwareProblem) -> JSONValue {
    let forecast = try await grid.forecast(at: location, issuedBy: requestedAt)
    guard let first = forecast.slots.first, let last = forecast.slots.last else {
      throw .unsupported("no forecast is known for \(location) at \(requestedAt)")
    }
    let start = bounds.start ?? first.start
    let end = bounds.end ?? last.end
    guard start >= first.start, end <= last.end, start < end else {
      throw .outOfRange(
        "the forecast for \(location) reaches from \(first.start) to \(last.end); "
          + "dataStartAt and dataEndAt must lie within it")
    }
    let range = start..<end
    guard let window = bounds.window else {
      let points = forecast.slots.filter { $0.start < end && $0.end > start }
      return CarbonAwareDocuments.forecast(
        points, of: forecast, at: location, requestedAt: requestedAt, range: range, window: first.end - first.start)
    }
    guard window <= end - start else {
      throw .invalid([.init("windowSize", "windowSize is longer than the time from dataStartAt to dataEndAt.")])
    }
    let points = RollingWindows.means(of: forecast.slots, length: window, within: range)
    return CarbonAwareDocuments.forecast(
      points, of: forecast, at: location, requestedAt: requestedAt, range: range, window: window)
  }
}
