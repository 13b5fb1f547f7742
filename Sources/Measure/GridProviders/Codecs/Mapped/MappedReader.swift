import Factors
import Grid
import Methods
import Quantities

/// Reads signals from a text by a mapping.
struct MappedReader {
  let mapping: SignalMapping

  var source: Source { Source(mapping.citation ?? mapping.name, licence: mapping.licence) }

  /// One record: its fields by name. Numbers and flags come as they are written.
  private struct Record {
    let place: String
    let field: (String) throws(ProviderError) -> String?
  }

  /// The values of the text. A missing or null value is left out.
  func signals(in body: [UInt8], readAt now: Timestamp) throws(ProviderError) -> [Signal] {
    if let objection = mapping.objection { throw .notOffered(objection) }
    guard let convert = UnitConversion(from: mapping.unit, for: mapping.kind) else { return [] }
    var signals: [Signal] = []
    for record in try records(in: body) {
      guard let text = try record.field(mapping.value) else { continue }
      guard let value = Double(strict: text) else { throw error(record, mapping.value, text, "a number") }
      guard let timeText = try record.field(mapping.time) else {
        throw .malformed(place: record.place, problem: "'\(mapping.time)' is missing")
      }
      let time = try time(timeText, record, mapping.time)
      let validity = try validity(time, record)
      let issued: Timestamp? =
        if let name = mapping.issued, let text = try record.field(name) { try self.time(text, record, name) } else {
          nil
        }
      var isEstimated = mapping.isForecast ?? false
      if let name = mapping.estimated, let text = try record.field(name) {
        guard let flag = ["true": true, "1": true, "false": false, "0": false][text.lowercased()] else {
          throw error(record, name, text, "true, false, 1 or 0")
        }
        isEstimated = isEstimated || flag
      }
      signals.append(
        Signal(
          region: mapping.region, kind: mapping.kind, unit: convert.unit, validity: validity, value: convert(value),
          issuedAt: min(issued ?? now, now), provider: mapping.name, isEstimated: isEstimated, source: source))
    }
    return signals
  }

  private func validity(_ time: Timestamp, _ record: Record) throws(ProviderError) -> Range<Timestamp> {
    if let name = mapping.end {
      guard let text = try record.field(name) else {
        throw .malformed(place: record.place, problem: "'\(name)' is missing")
      }
      let end = try self.time(text, record, name)
      guard time < end else { throw .malformed(place: record.place, problem: "it ends at \(end), not after its start") }
      return time..<end
    }
    let length = Span.seconds(mapping.intervalSeconds ?? 0)
    return mapping.timeIs == .end ? (time - length)..<time : time..<(time + length)
  }

  private func time(_ text: String, _ record: Record, _ name: String) throws(ProviderError) -> Timestamp {
    let time: Timestamp?
    switch mapping.timeFormat ?? .iso8601 {
    case .iso8601: time = Timestamp(iso8601: text)
    case .iso8601UTC: time = Timestamp(iso8601: text + "Z") ?? Timestamp(iso8601: text)
    case .unixSeconds: time = Double(strict: text).map { Timestamp(seconds: $0) }
    case .unixMilliseconds: time = Double(strict: text).map { Timestamp(seconds: $0 / 1000) }
    }
    guard let time, time.isPlausible else {
      throw error(
        record, name, text, "a time between 1990 and 2100 in the form '\((mapping.timeFormat ?? .iso8601).rawValue)'")
    }
    return time
  }

  private func error(_ record: Record, _ field: String, _ text: String, _ expected: String) -> ProviderError {
    .malformed(place: record.place, problem: "'\(field)' is '\(Redaction.excerpt(text))', not \(expected)")
  }

  private func records(in body: [UInt8]) throws(ProviderError) -> [Record] {
    switch mapping.format {
    case .json:
      let nodes = try JSONNode(answer: body).descendant(mapping.records ?? "").elements()
      return nodes.map { node in
        Record(place: node.path.isEmpty ? "the answer" : node.path) { name throws(ProviderError) in
          var found: JSONNode? = node
          for key in name.split(separator: ".") { found = try found?.optional(String(key)) }
          guard let found else { return nil }
          switch found.value {
          case .string(let text): return text.isEmpty ? nil : text
          case .number(let text): return text
          case .bool(let flag): return flag ? "true" : "false"
          case .null: return nil
          case .array, .object: throw found.malformed("a single value was expected, not \(found.value.label)")
          }
        }
      }
    case .csv:
      if let other = BodyKind.of(body).unexpected(where: .other) { throw .notData(expected: "CSV", got: other) }
      do throws(CSVError) {
        return try CSVTable(parsing: body).rows.map { row in
          Record(place: "line \(row.line)") { name throws(ProviderError) in
            do throws(CSVError) {
              let text = try row.text(name)
              return text.isEmpty ? nil : text
            } catch {
              throw .malformed(place: "line 1", problem: Redaction.excerpt("\(error)"))
            }
          }
        }
      } catch {
        throw .malformed(place: "line \(error.line)", problem: Redaction.excerpt("\(error)"))
      }
    }
  }
}
