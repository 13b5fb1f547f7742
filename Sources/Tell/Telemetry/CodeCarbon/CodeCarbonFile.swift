public import Factors

/// An `emissions.csv` as CodeCarbon writes and reads it: 38 columns in version 3, 31 in version 2, in any order.
public struct CodeCarbonFile: Hashable, Sendable {
  /// The columns in the file's order; names that CodeCarbon does not have are kept here and not read.
  public let columns: [String]
  /// The records.
  public let rows: [CodeCarbonRow]
  /// The same records with their places, for errors that only a reader of their meaning can make.
  let records: [CSVRow]

  /// Reads a whole file. Columns may stand in any order and be missing; both LF and CRLF end a line.
  ///
  /// - Throws: ``Factors/CSVError`` with line and column of the first thing that is wrong.
  public init(parsing bytes: some Collection<UInt8>) throws(CSVError) {
    let table = try CSVTable(parsing: bytes)
    // Every version has these; a table without them is something else.
    for column in [CodeCarbonColumn.timestamp, .emissions] where !table.columns.contains(column.rawValue) {
      throw CSVError(line: 1, column: 1, problem: .noColumn(column.rawValue, columns: table.columns))
    }
    let known = table.columns.compactMap(CodeCarbonColumn.init(rawValue:))
    var rows: [CodeCarbonRow] = []
    for record in table.rows {
      var row = CodeCarbonRow()
      for column in known {
        if column.isNumber { _ = try record.number(column.rawValue) }
        row[column] = try record.text(column.rawValue)
      }
      rows.append(row)
    }
    self.columns = table.columns
    self.rows = rows
    records = table.rows
  }

  /// The rows as a new file: CodeCarbon's header and order, LF.
  public static func text(_ rows: [CodeCarbonRow]) -> String {
    let columns = CodeCarbonColumn.allCases
    return CSVTable.text([columns.map(\.rawValue)] + rows.map { row in columns.map { row[$0] ?? "" } })
  }

  /// What to write behind an existing file, and which rows that is.
  public struct Addition: Hashable, Sendable {
    /// The records, in the file's column order and with its line ends; begins with a line end where the file lacks one.
    public let text: String
    /// Rows left out, because a record with their run id is there already: added twice they would count twice.
    public let repeated: [CodeCarbonRow]
  }

  /// The rows as records to write behind `existing`; for an empty file, a whole file.
  ///
  /// - Throws: ``Factors/CSVError`` when `existing` cannot be read or lacks a column that a row has a value for.
  public static func appending(
    _ rows: [CodeCarbonRow], to existing: some Collection<UInt8>
  ) throws(CSVError) -> Addition {
    guard !existing.isEmpty else { return Addition(text: text(rows), repeated: []) }
    let file = try CodeCarbonFile(parsing: existing)
    let held = Set(file.rows.compactMap { $0[.runID] })
    let isHeld = { (row: CodeCarbonRow) in row[.runID].map(held.contains) ?? false }
    let new = rows.filter { !isHeld($0) }
    for column in CodeCarbonColumn.allCases
    where !file.columns.contains(column.rawValue) && new.contains(where: { $0[column] != nil }) {
      throw CSVError(
        line: 1, column: 1,
        problem: .other(
          "the file has no column '\(column.rawValue)', so that a value would be lost; it is of an older CodeCarbon, "
            + "write to a new file instead"))
    }
    var text = CSVTable.text(
      new.map { row in file.columns.map { CodeCarbonColumn(rawValue: $0).flatMap { row[$0] } ?? "" } })
    if existing.contains(UInt8(ascii: "\r")) { text = withCarriageReturns(text) }
    let isOpen = existing.suffix(1).elementsEqual([UInt8(ascii: "\n")]) == false
    if isOpen, !new.isEmpty { text = "\n" + text }
    return Addition(text: text, repeated: rows.filter(isHeld))
  }

  /// The text with CRLF where a record ends, and line ends in quoted fields as they were.
  private static func withCarriageReturns(_ text: String) -> String {
    var isQuoted = false
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { bytes.append(UInt8(ascii: "\r")) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
