import Factors
public import Quantities

/// How the times in a file are to be read.
public struct TimeLayout: Hashable, Sendable {
  /// Which end of its interval a row's time is.
  public enum Label: String, Hashable, Sendable, Codable, CaseIterable {
    /// The interval begins at the time: Electricity Maps, WattTime, UK Carbon Intensity, and Dimmer's own files.
    case start
    /// The interval ends at the time: EIA-930 files as downloaded.
    case end
  }

  /// The column with the times; found by its name when not stated.
  public var column: String?
  /// Which end of the interval the times are.
  public var label: Label
  /// How long an interval is; the most frequent distance between rows when not stated.
  public var step: Span?

  /// A layout; by default times are interval starts and column and step are found out.
  public init(column: String? = nil, label: Label = .start, step: Span? = nil) {
    self.column = column
    self.label = label
    self.step = step
  }
}

/// How regular a file's rows are.
public struct Cadence: Hashable, Sendable {
  /// The interval's nominal length.
  public let step: Span
  /// How many whole steps are missing between rows.
  public let missingSteps: Int
  /// How many distances between rows are no multiple of the step.
  public let irregularSteps: Int
  /// Whether every row follows the one before after one step.
  public var isRegular: Bool { missingSteps == 0 && irregularSteps == 0 }
}

extension SeriesFile {
  /// Names under which the time column is looked for, best first; without any of them it is the first column.
  static let timeColumns = ["datetime_utc", "datetime", "timestamp", "time"]
  /// Names of a column that states where the interval ends.
  static let endColumns = ["interval_end_utc", "end_utc", "valid_to"]

  /// A row with its interval.
  struct TimedRow {
    let row: CSVRow
    let validity: Range<Timestamp>
  }

  /// The rows with their intervals, and how regular they are.
  ///
  /// An interval is as long as the step, shorter where the next row comes earlier, and never longer: what a longer
  /// distance leaves open is a gap. A column that states the ends is believed instead.
  func timedRows(_ layout: TimeLayout) throws(SeriesFileError) -> (rows: [TimedRow], cadence: Cadence) {
    let column = try layout.column.map { name throws(SeriesFileError) in try checked(name) } ?? defaultTimeColumn
    let times = try times(in: column)
    let endColumn = layout.label == .start ? SeriesFile.endColumns.first { columns.contains($0) } : nil
    guard !times.isEmpty else { throw SeriesFileError(file: name, column: column, .noValues) }
    let distances = zip(times, times.dropFirst()).map { $1.milliseconds - $0.milliseconds }
    var step =
      layout.step.map { Int64(exactly: ($0.seconds * 1000).rounded()) ?? 0 } ?? SeriesFile.mostFrequent(distances)
    var rows: [TimedRow] = []
    for (index, time) in times.enumerated() {
      let row = table.rows[index]
      if let endColumn {
        let end = try moment(row, endColumn)
        guard time < end else {
          throw SeriesFileError(file: name, line: row.line, column: endColumn, .endsBeforeStart(time))
        }
        if index + 1 < times.count, end > times[index + 1] {
          throw SeriesFileError(
            file: name, line: row.line, column: endColumn, .overlapsNext(end: end, next: times[index + 1]))
        }
        step = step ?? (end.milliseconds - time.milliseconds)
        rows.append(TimedRow(row: row, validity: time..<end))
        continue
      }
      guard let step, step > 0 else { throw SeriesFileError(file: name, line: row.line, column: column, .unknownStep) }
      switch layout.label {
      case .start:
        let end = Timestamp(milliseconds: time.milliseconds + step)
        rows.append(TimedRow(row: row, validity: time..<(index + 1 < times.count ? min(end, times[index + 1]) : end)))
      case .end:
        let start = Timestamp(milliseconds: time.milliseconds - step)
        rows.append(TimedRow(row: row, validity: (index > 0 ? max(start, times[index - 1]) : start)..<time))
      }
    }
    return (rows, SeriesFile.cadence(distances, step: step ?? 0))
  }

  /// Refuses a row that begins between two steps: its amount would be of a part of an interval.
  ///
  /// A longer distance of whole steps is a gap. Steps of a day and more may follow the calendar: months have no one
  /// length.
  func requireSteps(of step: Span, in rows: [TimedRow], _ layout: TimeLayout) throws(SeriesFileError) {
    let length = Int64((step.seconds * 1000).rounded())
    guard length > 0, step < .hours(24), !SeriesFile.endColumns.contains(where: columns.contains) else { return }
    let starts = rows.map { layout.label == .start ? $0.validity.lowerBound : $0.validity.upperBound }
    for index in starts.indices.dropFirst() {
      let distance = starts[index].milliseconds - starts[index - 1].milliseconds
      guard distance % length != 0 else { continue }
      throw SeriesFileError(
        file: name, line: rows[index].row.line, column: layout.column ?? defaultTimeColumn,
        .outOfStep(starts[index], previous: starts[index - 1], step: step))
    }
  }

  private var defaultTimeColumn: String {
    SeriesFile.timeColumns.first { columns.contains($0) } ?? columns.first ?? ""
  }

  /// The times of all rows, checked to ascend.
  private func times(in column: String) throws(SeriesFileError) -> [Timestamp] {
    var times: [Timestamp] = []
    times.reserveCapacity(table.rows.count)
    for row in table.rows {
      let time = try moment(row, column)
      if let previous = times.last, time <= previous {
        let firstLine = times.firstIndex(of: time).map { table.rows[$0].line }
        throw SeriesFileError(
          file: name, line: row.line, column: column,
          firstLine.map { .repeatedTime(time, firstLine: $0) } ?? .descendingTime(time, previous: previous))
      }
      times.append(time)
    }
    return times
  }

  /// The time in a cell. A time without a zone is UTC where the column's name ends in `utc`, and refused elsewhere.
  private func moment(_ row: CSVRow, _ column: String) throws(SeriesFileError) -> Timestamp {
    let text = try text(row, column)
    if let time = Timestamp(iso8601: text) { return time }
    if let time = Timestamp(iso8601: text + "Z") {
      guard column.lowercased().hasSuffix("utc") else {
        throw SeriesFileError(file: name, line: row.line, column: column, .noZone(text))
      }
      return time
    }
    throw SeriesFileError(file: name, line: row.line, column: column, .notATime(text))
  }

  /// The most frequent distance, the shortest of several.
  private static func mostFrequent(_ distances: [Int64]) -> Int64? {
    let counts = Dictionary(distances.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }

  private static func cadence(_ distances: [Int64], step: Int64) -> Cadence {
    var missing = 0
    var irregular = 0
    for distance in distances where step > 0 && distance != step {
      if distance % step == 0 { missing += Int(distance / step) - 1 } else { irregular += 1 }
    }
    return Cadence(step: .seconds(Double(step) / 1000), missingSteps: missing, irregularSteps: irregular)
  }
}
