import Foundation
import Grid
import Quantities
import Testing

@testable import CarbonAware

func at(_ text: String) -> Timestamp { Timestamp(iso8601: text)! }

/// A grid of hourly values from midnight of 2024-05-01, and a forecast issued at noon.
struct HourlyGrid: CarbonAwareGrid {
  let values: [Double]
  var forecastValues: [Double] = []
  var step = Span.hours(1)
  static let start = at("2024-05-01")
  static let issued = at("2024-05-01T12:00Z")

  var locations: [CarbonAwareLocation] { [CarbonAwareLocation(name: "eastus", latitude: 37.4, longitude: -79.8)] }

  private func slots(_ values: [Double], from start: Timestamp, issued: Timestamp? = nil) -> [Slot] {
    values.enumerated().map { index, value in
      let begin = start + step * Double(index)
      return Slot(begin..<(begin + step), value: value, issuedAt: issued)
    }
  }

  func emissions(at location: String, over range: Range<Timestamp>) async throws(CarbonAwareProblem) -> [Slot] {
    try check(location)
    return slots(values, from: Self.start).filter { $0.start < range.upperBound && $0.end > range.lowerBound }
  }

  func latest(at location: String, before moment: Timestamp) async throws(CarbonAwareProblem) -> Slot? {
    try check(location)
    return slots(values, from: Self.start).last { $0.start <= moment }
  }

  func forecast(
    at location: String, issuedBy moment: Timestamp
  ) async throws(CarbonAwareProblem) -> CarbonAwareForecast {
    try check(location)
    guard moment >= Self.issued else { throw .unsupported("no forecast was known then") }
    return CarbonAwareForecast(
      generatedAt: Self.issued, slots: slots(forecastValues, from: Self.issued, issued: Self.issued))
  }

  private func check(_ location: String) throws(CarbonAwareProblem) {
    if location == "atlantis" { throw .unknownLocation("location", "Unknown Location: 'atlantis' not found") }
  }
}

/// An answer, read.
struct Read {
  let status: Int
  let json: Any?
  let answer: CarbonAwareAPI.Answer

  var list: [[String: Any]] { json as? [[String: Any]] ?? [] }
  var object: [String: Any] { json as? [String: Any] ?? [:] }
  var errors: [String] { (object["errors"] as? [String: Any]).map { Array($0.keys) } ?? [] }
}

extension CarbonAwareAPI {
  init(_ grid: HourlyGrid) { self.init(grid: grid, now: { at("2024-05-01T13:30Z") }) }

  func get(_ path: String, _ query: KeyValuePairs<String, String> = [:], method: String = "GET") async -> Read {
    read(await answer(method: method, path: path, query: query.map { (name: $0.key, value: $0.value) }))
  }

  func post(_ path: String, _ body: String, type: String? = "application/json") async -> Read {
    read(await answer(method: "POST", path: path, query: [], body: Array(body.utf8), contentType: type))
  }

  private func read(_ answer: Answer) -> Read {
    let json = answer.body.flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) }
    return Read(status: answer.status, json: json, answer: answer)
  }
}
