/// A JSON document as it stands in the text. Numbers keep their spelling, so that nothing is read into them.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number as it is written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The document in `bytes`.
  ///
  /// Strict: UTF-8, no duplicate keys, no trailing text, at most 64 levels deep. Answers come from anywhere.
  init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
    var reader = JSONReader(bytes)
    self = try reader.document()
  }

  /// What it is, for error messages.
  var label: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number(let text): "the number \(text.prefix(24))"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Why bytes are no JSON, and where.
struct JSONSyntaxError: Error, Hashable {
  /// The byte at which it was noticed, from 0.
  let position: Int
  /// What is wrong.
  let problem: String
}

/// Reads JSON (RFC 8259) byte by byte.
struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0
  private static let depthLimit = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark is no part of the text; some servers send one.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw error("there is more text after the document") }
    return value
  }

  private func error(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(position: index, problem: problem) }

  private mutating func skipSpace() {
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      index += 1
    }
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    guard depth < Self.depthLimit else { throw error("it is nested deeper than \(Self.depthLimit) levels") }
    skipSpace()
    guard index < bytes.count else { throw error("the text ends too early") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    let wanted = Array("\(text)".utf8)
    guard bytes[index...].starts(with: wanted) else { throw error("a value was expected") }
    index += wanted.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    index += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw error("a key was expected") }
      let key = try string()
      guard members[key] == nil else { throw error("the key '\(key.prefix(40))' is there twice") }
      skipSpace()
      guard take(":") else { throw error("':' was expected") }
      members[key] = try value(depth: depth + 1)
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw error("',' or '}' was expected") }
    }
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    index += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw error("',' or ']' was expected") }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func number() throws(JSONSyntaxError) -> String {
    let start = index
    _ = take("-")
    let whole = digits()
    guard whole > 0 else { throw error("a value was expected") }
    if whole > 1, bytes[index - whole] == UInt8(ascii: "0") { throw error("a number begins with 0") }
    if take("."), digits() == 0 { throw error("a digit was expected behind the point") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      if digits() == 0 { throw error("a digit was expected in the exponent") }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() -> Int {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index - start
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a text is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw error("a control character is in a text")
      default: text.append(byte)
      }
    }
    throw error("the text ends inside quotes")
  }

  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard index < bytes.count else { throw error("the text ends inside quotes") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw error("an unknown escape")
    }
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // Half of a surrogate pair; the other half has to follow.
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else { throw error("half a character") }
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("half a character") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw error("the text ends inside quotes") }
    var value: UInt32 = 0
    for byte in bytes[index..<(index + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error("four hex digits expected") }
      value = value << 4 + UInt32(digit)
    }
    index += 4
    return value
  }
}
