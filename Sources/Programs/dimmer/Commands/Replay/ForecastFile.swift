import Factors
import Grid
import Quantities
import Switching

/// Somebody else's forecasts: values by the interval they are for and by when they were issued.
struct ForecastFile {
  private struct Issue {
    let issued: Timestamp
    let value: CarbonIntensity
  }

  /// The issues for each interval's start, oldest first.
  private let issues: [Timestamp: [Issue]]

  /// Reads a column. With a column `issued_utc` an interval may stand several times, once for each issue; without it each
  /// UTC day's forecasts are taken as issued when the day began, as day-ahead ones are at the latest.
  init(_ bytes: [UInt8], name: String, column: String) throws {
    var issues: [Timestamp: [Issue]] = [:]
    let unpacked: [UInt8]
    do { unpacked = Gzip.isGzip(bytes) ? try Gzip.unpack(bytes) : bytes } catch {
      throw Failure(.data, "\(name): \(error)")
    }
    let table: CSVTable
    do { table = try CSVTable(parsing: unpacked) } catch { throw Failure(.data, "\(name): \(error)") }
    guard table.columns.contains("issued_utc"), let times = table.columns.first(where: { $0 != "issued_utc" }) else {
      for slot in try SeriesFile(bytes, name: name).series(column: column).slots {
        issues[slot.start] = [Issue(issued: slot.start.startOfDay, value: .gramsPerKilowattHour(slot.value))]
      }
      self.issues = issues
      return
    }
    guard table.columns.contains(column) else {
      throw Failure(
        .data, "\(name): there is no column '\(column)'; the file has \(table.columns.joined(separator: ", "))")
    }
    for row in table.rows {
      do throws(CSVError) {
        let (start, issued) = (try Self.moment(row, times), try Self.moment(row, "issued_utc"))
        guard let value = try row.number(column) else { continue }
        guard let start, let issued else {
          throw try row.error(in: start == nil ? times : "issued_utc", .notANumber("no ISO 8601 UTC time"))
        }
        issues[start, default: []].append(Issue(issued: issued, value: .gramsPerKilowattHour(value)))
      } catch { throw Failure(.data, "\(name): \(error)") }
    }
    self.issues = issues.mapValues { $0.sorted { $0.issued < $1.issued } }
  }

  private static func moment(_ row: CSVRow, _ column: String) throws(CSVError) -> Timestamp? {
    let text = try row.text(column)
    return Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z")
  }

  /// The forecaster of a replay, with persistence where nothing had been issued, and how many intervals never have a
  /// value.
  func forecaster(over history: [HistoryInterval], interval: Span, lag: Int) -> (IntensityForecaster, missing: Int) {
    let issues = issues
    let usual = Forecasters.persistence(interval: interval, lag: lag)
    let forecaster: IntensityForecaster = { past, count in
      let standIn = usual(past, count)
      return (0..<count).map { step in
        let start = past.now + interval * Double(step)
        if let known = issues[start]?.last(where: { $0.issued <= past.now }) { return known.value }
        return step < standIn.count ? standIn[step] : .gramsPerKilowattHour(.nan)
      }
    }
    return (forecaster, history.count { issues[$0.start] == nil })
  }
}
