/// A table read from comma-separated text (RFC 4180), strictly: what is not plainly right is an error with its place.
///
/// The first record is the header. Fields may be quoted, `""` in quotes is one quote, records end in LF or CRLF. Every
/// record has as many fields as the header; bytes must be UTF-8. A byte order mark in front is skipped.
public struct CSVTable: Hashable, Sendable {
  /// The names in the header, in order; none empty, no two alike.
  public let columns: [String]
  /// The records after the header.
  public let rows: [CSVRow]

  /// Reads a whole table.
  ///
  /// - Throws: ``CSVError`` with line and column of the first thing that is wrong.
  public init(parsing bytes: some Collection<UInt8>) throws(CSVError) {
    var reader = CSVReader(Array(bytes))
    guard let header = try reader.record() else { throw CSVError(line: 1, column: 1, problem: .noHeader) }
    var index: [String: Int] = [:]
    for (position, name) in header.fields.enumerated() {
      guard !name.isEmpty else { throw CSVError(line: 1, column: header.columns[position], problem: .emptyName) }
      guard index.updateValue(position, forKey: name) == nil else {
        throw CSVError(line: 1, column: header.columns[position], problem: .repeatedName(name))
      }
    }
    var rows: [CSVRow] = []
    while let record = try reader.record() {
      guard record.fields.count == header.fields.count else {
        // The first field too many; where there are too few, no field is to blame.
        let place = record.columns.dropFirst(header.fields.count).first ?? 1
        throw CSVError(
          line: record.line, column: place,
          problem: .fieldCount(found: record.fields.count, expected: header.fields.count))
      }
      rows.append(CSVRow(line: record.line, fields: record.fields, places: record.columns, index: index))
    }
    self.columns = header.fields
    self.rows = rows
  }

  /// Reads a whole table from text.
  ///
  /// - Throws: ``CSVError`` with line and column of the first thing that is wrong.
  public init(parsing text: String) throws(CSVError) { try self.init(parsing: Array(text.utf8)) }

  /// Writes records as comma-separated text that ``init(parsing:)-(String)`` reads back unchanged.
  ///
  /// A field is quoted where it must be: it holds a comma, a quote or a line end, or begins with a byte order mark.
  public static func text(_ records: some Sequence<[String]>) -> String {
    var text = ""
    for record in records {
      let fields = record.map { field in
        let mustQuote =
          field.utf8.contains { $0 == UInt8(ascii: ",") || $0 == quote || $0 == newline || $0 == carriageReturn }
          || field.utf8.starts(with: byteOrderMark)
        return mustQuote ? "\"\(doublingQuotes(field))\"" : field
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  private static func doublingQuotes(_ field: String) -> String {
    String(decoding: field.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }, as: UTF8.self)
  }
}

/// One record of a table, with its place in the file.
public struct CSVRow: Hashable, Sendable {
  /// The line in the file on which the record begins, from 1.
  public let line: Int
  /// The fields, as many as the header has.
  public let fields: [String]
  let places: [Int]
  let index: [String: Int]

  /// The field in the named column.
  ///
  /// - Throws: ``CSVError`` when the table has no such column.
  public func text(_ column: String) throws(CSVError) -> String { fields[try position(of: column)] }

  /// The number in the named column, or `nil` when the field is empty: missing is not zero.
  ///
  /// - Throws: ``CSVError`` when the table has no such column or the field is no finite decimal number.
  public func number(_ column: String) throws(CSVError) -> Double? {
    let field = try text(column)
    guard !field.isEmpty else { return nil }
    // Swift also reads "nan", "0x1p3" and "infinity"; a table of decimals must not hold them.
    guard field.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let value = Double(field), value.isFinite
    else {
      throw try error(in: column, .notANumber(field))
    }
    return value
  }

  /// The whole number in the named column, or `nil` when the field is empty.
  ///
  /// - Throws: ``CSVError`` when the table has no such column or the field is no whole number.
  public func integer(_ column: String) throws(CSVError) -> Int? {
    let field = try text(column)
    guard !field.isEmpty else { return nil }
    guard let value = Int(field) else { throw try error(in: column, .notAWholeNumber(field)) }
    return value
  }

  /// An error at the named column of this record, for checks that only the caller can make.
  public func error(in column: String, _ problem: CSVError.Problem) throws(CSVError) -> CSVError {
    CSVError(line: line, column: places[try position(of: column)], problem: problem)
  }

  private func position(of column: String) throws(CSVError) -> Int {
    guard let position = index[column] else {
      let names = index.sorted { $0.value < $1.value }.map(\.key)
      throw CSVError(line: 1, column: 1, problem: .noColumn(column, columns: names))
    }
    return position
  }
}
