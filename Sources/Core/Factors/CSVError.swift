/// What is wrong with comma-separated text, and where.
public struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of things that can be wrong.
  public enum Problem: Hashable, Sendable {
    /// There is no header line.
    case noHeader
    /// A column without a name.
    case emptyName
    /// Two columns of one name.
    case repeatedName(String)
    /// A record with more or fewer fields than the header.
    case fieldCount(found: Int, expected: Int)
    /// A quoted field that is never closed.
    case openQuote
    /// A quote inside a field that does not begin with one.
    case strayQuote
    /// Something other than a comma or a line end after a closing quote.
    case afterQuote
    /// A carriage return that is not followed by a line feed.
    case loneCarriageReturn
    /// Bytes that are not UTF-8.
    case notUTF8
    /// The table has no column of that name.
    case noColumn(String, columns: [String])
    /// A field that should be a number.
    case notANumber(String)
    /// A field that should be a whole number.
    case notAWholeNumber(String)
    /// Anything that only the reader of the table can know, in words.
    case other(String)
  }

  /// The line in the file, from 1.
  public let line: Int
  /// The character in the line, from 1; in a field over several lines, that of the field's beginning.
  public let column: Int
  /// What is wrong.
  public let problem: Problem

  /// An error at a place.
  public init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// One line with place and fix.
  public var description: String { "line \(line), column \(column): \(problem.text)" }
}

extension CSVError.Problem {
  var text: String {
    switch self {
    case .noHeader: "the file is empty; its first line must name the columns"
    case .emptyName: "a column has no name; give it one in the header"
    case .repeatedName(let name): "two columns are called '\(name)'; rename one"
    case .fieldCount(let found, let expected):
      "the record has \(found) \(found == 1 ? "field" : "fields"), the header \(expected)"
        + (found > expected ? "; a number with a comma for its decimals is two fields: write a point" : "")
    case .openQuote: "a quoted field is not closed; end it with a quote"
    case .strayQuote: "a quote inside a field without quotes; quote the whole field and double the quote"
    case .afterQuote: "after a closing quote only a comma or a line end may follow"
    case .loneCarriageReturn: "a carriage return without a line feed; end lines with LF or CRLF"
    case .notUTF8: "the text is not UTF-8; convert the file"
    case .noColumn(let name, let columns): "no column '\(name)'; the table has \(columns.joined(separator: ", "))"
    case .notANumber(let field): "'\(field)' is not a number"
    case .notAWholeNumber(let field): "'\(field)' is not a whole number"
    case .other(let text): text
    }
  }
}
