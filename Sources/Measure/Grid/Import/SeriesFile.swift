import Factors
import Methods
import Quantities

/// A CSV file of values over time, plain or gzipped, before it is decided what its columns mean.
public struct SeriesFile: Sendable {
  /// The file's name, for errors and sources.
  public let name: String
  /// The columns' names, in order.
  public var columns: [String] { table.columns }
  /// Every row.
  let table: CSVTable

  /// Reads a file's bytes; gzip is recognised by its first two bytes.
  ///
  /// - Parameter limit: the most bytes to unpack.
  /// - Throws: ``SeriesFileError`` when the file cannot be unpacked or is no strict CSV.
  public init(_ bytes: [UInt8], name: String, limit: Int = Gzip.defaultLimit) throws(SeriesFileError) {
    self.name = name
    let text: [UInt8]
    do throws(GzipError) {
      text = Gzip.isGzip(bytes) ? try Gzip.unpack(bytes, limit: limit) : bytes
    } catch {
      throw SeriesFileError(file: name, .compression(error))
    }
    // What spreadsheets write where the comma is the decimal sign.
    let header = text.prefix { $0 != UInt8(ascii: "\n") }
    for (sign, word) in [(UInt8(ascii: ";"), "semicolons"), (UInt8(ascii: "\t"), "tabs")]
    where header.contains(sign) && !header.contains(UInt8(ascii: ",")) {
      throw SeriesFileError(file: name, line: 1, .separator(word))
    }
    do throws(CSVError) {
      table = try CSVTable(parsing: text)
    } catch {
      throw SeriesFileError(file: name, line: error.line, column: "\(error.column)", .csv(error.problem))
    }
  }

  /// The column of that name.
  ///
  /// - Throws: ``SeriesFileError`` with the nearest names.
  func checked(_ column: String) throws(SeriesFileError) -> String {
    guard !columns.contains(column) else { return column }
    throw SeriesFileError(
      file: name, column: column,
      .noColumn(near: Spelling.nearest(to: column, in: columns), columns: columns))
  }

  /// The number in a cell, or nothing when it is empty: missing is not zero.
  func number(_ row: CSVRow, _ column: String) throws(SeriesFileError) -> Double? {
    do throws(CSVError) {
      return try row.number(column)
    } catch {
      guard case .notANumber(let text) = error.problem else {
        throw SeriesFileError(file: name, line: row.line, column: column, .csv(error.problem))
      }
      throw SeriesFileError(file: name, line: row.line, column: column, .notANumber(text))
    }
  }

  /// The text in a cell.
  func text(_ row: CSVRow, _ column: String) throws(SeriesFileError) -> String {
    do throws(CSVError) {
      return try row.text(column)
    } catch {
      throw SeriesFileError(file: name, line: row.line, column: column, .csv(error.problem))
    }
  }
}
