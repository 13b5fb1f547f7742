public import Factors
public import Foundation

/// The runs of an `emissions.csv`. Pure: a file in, runs out, or the place of the first thing that is wrong.
///
/// CodeCarbon writes a row at each `flush()` and at `stop()`, always with all that its tracker counted so far. Rows of
/// one run id are states of one run, and only the last one counts: added up they would count the same joules again.
public struct CodeCarbonImport: Sendable {
  /// The runs, in the file's order.
  public let runs: [CodeCarbonRun]
  /// Rows that are earlier states of those runs, or the same row again.
  public let earlierStates: Int

  /// Reads and checks every record.
  ///
  /// - Throws: ``Factors/CSVError`` with line and column of the first thing that is wrong.
  public init(_ file: CodeCarbonFile, timeZone: TimeZone) throws(CSVError) {
    for column in [CodeCarbonColumn.duration] where !file.columns.contains(column.rawValue) {
      throw CSVError(line: 1, column: 1, problem: .noColumn(column.rawValue, columns: file.columns))
    }
    var runs: [CodeCarbonRun] = []
    var places: [String: Int] = [:]
    for (row, record) in zip(file.rows, file.records) {
      let run = try CodeCarbonRun(row, at: record, timeZone: timeZone)
      let key = run.runID.map { "run \($0)" } ?? "\(run.id)"
      guard let place = places[key] else {
        places[key] = runs.count
        runs.append(run)
        continue
      }
      let known = runs[place]
      if run.isLaterState(of: known) {
        runs[place] = run
      } else if !known.isLaterState(of: run) {
        throw try record.error(
          in: CodeCarbonColumn.timestamp.rawValue,
          .other(
            "run_id '\(run.runID ?? "")' stands in line \(known.line), too, and of the two rows neither has all of the "
              + "other's duration, energy and emissions: they are two runs; give each a run_id of its own"))
      }
    }
    self.runs = runs
    earlierStates = file.rows.count - runs.count
  }
}
