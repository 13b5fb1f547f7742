import Factors
import Foundation
public import Ledger
import Quantities

/// A record of an `emissions.csv` as a run: read, checked, and with a place in the file.
public struct CodeCarbonRun: Hashable, Sendable {
  /// The record.
  public let row: CodeCarbonRow
  /// The line on which it begins, from 1.
  public let line: Int
  /// The run's id, made from what the record says: the same record is always the same run. A record that Dimmer had
  /// exported has the id of the run that Dimmer measured.
  public let id: ActivityID
  /// When it began.
  let started: Timestamp
  /// When the record was written.
  let ended: Timestamp

  /// The most energy of one run: what a count of microjoules can hold.
  static let mostKilowattHours = 2.5e6
  /// The longest run, a century.
  private static let mostSeconds = 3.2e9

  /// Checks a record.
  ///
  /// - Parameter timeZone: CodeCarbon writes local time without saying which.
  /// - Throws: ``Factors/CSVError`` with the place of what no run can have: an amount below zero, no time, no duration.
  init(_ row: CodeCarbonRow, at record: CSVRow, timeZone: TimeZone) throws(CSVError) {
    func wrong(_ column: CodeCarbonColumn, _ text: String) throws(CSVError) -> CSVError {
      try record.error(in: column.rawValue, .other("'\(row[column] ?? "")' in \(column.rawValue): \(text)"))
    }
    guard let ended = row[.timestamp].flatMap({ Self.moment($0, in: timeZone) }) else {
      throw try wrong(.timestamp, "it must be a time, for example 2025-01-02T03:04:05")
    }
    guard let seconds = row.number(.duration) else {
      throw try wrong(.duration, "how long the run took is missing; without it there is no beginning")
    }
    guard (0...Self.mostSeconds).contains(seconds) else { throw try wrong(.duration, "no run takes so many seconds") }
    for column in [CodeCarbonColumn.energyConsumed, .cpuEnergy, .gpuEnergy, .ramEnergy, .emissions, .waterConsumed] {
      guard let value = row.number(column) else { continue }
      guard value >= 0 else {
        throw try wrong(
          column, "less than nothing was never used; a counter that wrapped looks like this (mlco2/codecarbon#309)")
      }
      let most = [.emissions, .waterConsumed].contains(column) ? 1e12 : Self.mostKilowattHours
      guard value <= most else { throw try wrong(column, "it is more than one run can have") }
    }
    if let pue = row.number(.pue), !(1...100).contains(pue) {
      throw try wrong(.pue, "a PUE is total over IT energy and at least 1")
    }
    self.row = row
    line = record.line
    self.ended = ended
    started = ended - .seconds(seconds)
    id = Self.id(of: row, started: started)
  }

  private static func id(of row: CodeCarbonRow, started: Timestamp) -> ActivityID {
    if row.isOfDimmer, let ulid = row[.runID].flatMap({ ULID(uuid: $0) }) { return ActivityID(.run, ulid) }
    let content = CodeCarbonColumn.allCases.map { row[$0] ?? "" }
    return ActivityID(.run, ULID(started, content: ["codecarbon"] + content))
  }

  /// A local time, or one that says its zone. In the hour that an autumn has twice it is the later one.
  static func moment(_ text: String, in timeZone: TimeZone) -> Timestamp? {
    guard text.utf8.count > 10 else { return nil }
    if let moment = Timestamp(iso8601: text) { return moment }
    guard let local = Timestamp(iso8601: text + "Z") else { return nil }
    let offset = { (moment: Timestamp) in
      Span.seconds(Double(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: moment.seconds))))
    }
    return local - offset(local - offset(local))
  }

  /// The run as CodeCarbon knows it; `nil` when the row says none.
  public var runID: String? { row[.runID] }

  /// Whether the ledger's state of the run has all that this one has, so that there is nothing to take from it.
  public func isNoMore(than known: Activity) -> Bool {
    guard let kept = known.detail.imported.flatMap(CodeCarbonRow.init) else { return true }
    return Self.has(kept, allOf: row)
  }

  /// Whether it has all that another state of the same run had.
  func isLaterState(of earlier: CodeCarbonRun) -> Bool { Self.has(row, allOf: earlier.row) }

  /// Of one run, duration, energy and carbon only grow.
  private static func has(_ later: CodeCarbonRow, allOf earlier: CodeCarbonRow) -> Bool {
    [CodeCarbonColumn.duration, .energyConsumed, .emissions].allSatisfy {
      (later.number($0) ?? 0) >= (earlier.number($0) ?? 0)
    }
  }
}
