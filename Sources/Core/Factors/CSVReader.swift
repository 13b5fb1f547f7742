let quote = UInt8(ascii: "\"")
let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

/// Walks over the bytes of comma-separated text, one record at a time.
struct CSVReader {
  struct Record {
    let line: Int
    var fields: [String]
    /// The column, in characters, at which each field begins.
    var columns: [Int]
  }

  private let bytes: [UInt8]
  private var index: Int
  private var line = 1
  /// The byte whose column was asked for last, and that column; counting goes on from here, so that a file of one long
  /// line is still read in one pass.
  private var counted: (index: Int, column: Int)

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    index = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    counted = (index, 1)
  }

  /// The next record, or `nil` at the end. An empty last line is the end, not a record.
  mutating func record() throws(CSVError) -> Record? {
    guard index < bytes.count else { return nil }
    var record = Record(line: line, fields: [], columns: [])
    repeat {
      record.columns.append(column(of: index))
      record.fields.append(bytes[index...].first == quote ? try quotedField() : try plainField())
    } while take(UInt8(ascii: ","))
    try endLine()
    return record
  }

  private mutating func plainField() throws(CSVError) -> String {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ","), newline, carriageReturn: return try text(bytes[start..<index], from: start)
      case quote: throw problem(.strayQuote, at: index)
      default: index += 1
      }
    }
    return try text(bytes[start..<index], from: start)
  }

  private mutating func quotedField() throws(CSVError) -> String {
    let start = index
    let place = (line: line, column: column(of: start))
    index += 1
    var content: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote {
        guard take(quote) else {
          if let next = bytes[index...].first, next != UInt8(ascii: ","), next != newline, next != carriageReturn {
            throw problem(.afterQuote, at: index)
          }
          guard let text = String(validating: content, as: UTF8.self) else {
            throw CSVError(line: place.line, column: place.column, problem: .notUTF8)
          }
          return text
        }
      } else if byte == newline {
        line += 1
        counted = (index, 1)
      }
      content.append(byte)
    }
    throw CSVError(line: place.line, column: place.column, problem: .openQuote)
  }

  private mutating func endLine() throws(CSVError) {
    guard index < bytes.count else { return }
    if take(carriageReturn), index >= bytes.count || bytes[index] != newline {
      throw problem(.loneCarriageReturn, at: index - 1)
    }
    _ = take(newline)
    line += 1
    counted = (index, 1)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(CSVError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw problem(.notUTF8, at: start) }
    return text
  }

  private mutating func problem(_ problem: CSVError.Problem, at index: Int) -> CSVError {
    CSVError(line: line, column: column(of: index), problem: problem)
  }

  /// The column in characters; continuation bytes of UTF-8 do not begin one.
  private mutating func column(of index: Int) -> Int {
    if index > counted.index {
      counted.column += bytes[counted.index..<index].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
      counted.index = index
      return counted.column
    }
    // An error can lie before the byte counted last, for example a text that turns out not to be UTF-8.
    return counted.column - bytes[index..<counted.index].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }
}
