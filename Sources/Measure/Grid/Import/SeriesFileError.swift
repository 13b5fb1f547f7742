public import Factors
public import Quantities

/// What is wrong with a file of series, and where.
public struct SeriesFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of things that can be wrong.
  public enum Problem: Hashable, Sendable {
    /// The file is compressed and cannot be unpacked.
    case compression(GzipError)
    /// The file is no strict CSV.
    case csv(CSVError.Problem)
    /// No column of that name; the nearest names and all of them follow.
    case noColumn(near: [String], columns: [String])
    /// A cell that should be a time.
    case notATime(String)
    /// A time without a zone, in a column whose name does not say UTC.
    case noZone(String)
    /// The same time twice.
    case repeatedTime(Timestamp, firstLine: Int)
    /// A time earlier than the one in the row before.
    case descendingTime(Timestamp, previous: Timestamp)
    /// An interval that ends at or before its start.
    case endsBeforeStart(Timestamp)
    /// An interval that reaches into the next one.
    case overlapsNext(end: Timestamp, next: Timestamp)
    /// Too few rows to tell how long an interval is.
    case unknownStep
    /// A cell that should be a number.
    case notANumber(String)
    /// No row holds a value.
    case noValues
    /// No column of generation that is known.
    case noGeneration(columns: [String])
    /// A column in units of energy that is neither a known fuel nor a known total.
    case unknownFuel(near: [String])
    /// Generation columns in different units.
    case mixedUnits(String, String)
    /// Generation so many times of what is usual in the file, in the columns' unit.
    case otherSize(Double, unit: String)
    /// A row that begins between two steps of the file.
    case outOfStep(Timestamp, previous: Timestamp, step: Span)
    /// Columns parted by something else than commas.
    case separator(String)
    /// None of the fuels in the file has a factor.
    case noFactors(fuels: [String])
    /// The values make no series.
    case series(SeriesError)
  }

  /// The file's name, as it was handed in.
  public let file: String
  /// The line, from 1, where the problem is in a line.
  public let line: Int?
  /// The column's name, where the problem is in a column; for broken CSV the character's place in the line.
  public let column: String?
  /// What is wrong.
  public let problem: Problem

  /// An error at a place.
  public init(file: String, line: Int? = nil, column: String? = nil, _ problem: Problem) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// One line with place and fix.
  public var description: String {
    let isCSV = if case .csv = problem { true } else { false }
    let columnPlace = column.map { isCSV ? "character \($0)" : "column '\($0)'" }
    let place = [file, line.map { "line \($0)" }, columnPlace].compactMap { $0 }
    return "\(place.joined(separator: ", ")): \(problem.text)"
  }
}

extension SeriesFileError.Problem {
  var text: String {
    switch self {
    case .compression(let error): error.description
    // The place is already told by line and column.
    case .csv(let problem):
      CSVError(line: 0, column: 0, problem: problem).description.split(separator: ": ", maxSplits: 1).last.map(
        String.init)
        ?? ""
    case .noColumn(let near, let columns):
      near.isEmpty
        ? "there is no such column; the file has \(columns.joined(separator: ", "))"
        : "there is no such column; did you mean \(near.joined(separator: ", "))?"
    case .notATime(let text): "'\(text)' is not a time; write it like 2021-03-20T00:00Z"
    case .noZone(let text):
      "'\(text)' has no zone; write \(text)Z for UTC, or end the column's name with _utc"
    case .repeatedTime(let time, let line): "\(time) is in line \(line) already; keep one of the two"
    case .descendingTime(let time, let previous): "\(time) comes after \(previous); sort the rows by time"
    case .endsBeforeStart(let start): "the interval that begins at \(start) does not end after it"
    case .overlapsNext(let end, let next): "the interval ends at \(end), after the next one begins at \(next)"
    case .unknownStep: "one row does not show how long an interval is; state the step"
    case .notANumber(let text) where text.contains(","):
      "'\(text)' is not a number; write decimals with a point and thousands without a sign, 1234.5"
    case .notANumber(let text): "'\(text)' is not a number; leave the cell empty to say 'missing'"
    case .noValues: "no row holds a value"
    case .noGeneration(let columns):
      "there is no generation by fuel; name columns like nat_gas_mwh (the file has \(columns.joined(separator: ", ")))"
    case .unknownFuel(let near):
      "the fuel is not known" + (near.isEmpty ? "" : " (did you mean \(near.joined(separator: ", "))?)")
        + "; state what the column holds"
    case .mixedUnits(let first, let second): "generation is in \(second) here and in \(first) before; use one unit"
    case .otherSize(let factor, let unit):
      "the row's generation is \(Decimals.significant(factor, digits: 2)) times what is usual in the file, as if it"
        + " were in another unit than \(unit); write all rows in one unit, or leave the cells empty to say 'missing'"
    case .outOfStep(let time, let previous, let step):
      "\(time) is no whole step of \(Decimals.significant(step.seconds, digits: 5)) s after \(previous); write rows in"
        + " one step and leave out hours that are missing"
    case .separator(let text):
      "columns are parted by \(text); write commas between them, and decimals with a point"
    case .noFactors(let fuels): "no intensity factor is known for \(fuels.joined(separator: ", "))"
    case .series(let error): error.description
    }
  }
}
