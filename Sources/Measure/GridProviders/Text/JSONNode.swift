import Quantities

/// A place in a JSON answer that knows its own path, so that an error can name it: `data[3].intensity.actual`.
struct JSONNode: Sendable {
  let value: JSONValue
  let path: String

  /// The whole answer.
  ///
  /// - Throws: ``ProviderError/notData(expected:got:)`` for what is plainly something else, as an HTML page, and
  ///   ``ProviderError/malformed(place:problem:)`` for broken JSON.
  init(answer body: [UInt8]) throws(ProviderError) {
    do throws(JSONSyntaxError) {
      self.init(value: try JSONValue(parsing: body), path: "")
    } catch {
      if let page = BodyKind.of(body).unexpected(where: .json) { throw .notData(expected: "JSON", got: page) }
      throw .malformed(place: "byte \(error.position)", problem: error.problem)
    }
  }

  init(value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  private var place: String { path.isEmpty ? "the answer" : path }

  func malformed(_ problem: String) -> ProviderError { .malformed(place: place, problem: problem) }

  private func mismatch(_ expected: String) -> ProviderError {
    malformed("\(expected) was expected, not \(value.label)")
  }

  /// The member of that name; nothing when it is missing or null.
  func optional(_ key: String) throws(ProviderError) -> JSONNode? {
    guard case .object(let members) = value else { throw mismatch("an object") }
    guard let member = members[key], member != .null else { return nil }
    return JSONNode(value: member, path: path.isEmpty ? key : "\(path).\(key)")
  }

  /// The member of that name.
  func member(_ key: String) throws(ProviderError) -> JSONNode {
    guard let member = try optional(key) else { throw malformed("'\(key)' is missing") }
    return member
  }

  /// The node at a path of names with points: `response.data`; the node itself for an empty path.
  func descendant(_ path: String) throws(ProviderError) -> JSONNode {
    var node = self
    for key in path.split(separator: ".") { node = try node.member(String(key)) }
    return node
  }

  /// The list's elements, nulls included.
  func elements() throws(ProviderError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw mismatch("a list") }
    return elements.enumerated().map { JSONNode(value: $1, path: "\(path)[\($0)]") }
  }

  func text() throws(ProviderError) -> String {
    guard case .string(let text) = value else { throw mismatch("a text") }
    return text
  }

  /// A finite number, written as one.
  func number() throws(ProviderError) -> Double {
    guard case .number(let text) = value, let number = Double(text), number.isFinite else { throw mismatch("a number") }
    return number
  }

  /// A finite number, written as one or as a text of one; nothing for null.
  func looseNumber() throws(ProviderError) -> Double? {
    switch value {
    case .null: return nil
    case .string(let text):
      guard let number = Double(strict: text) else { throw mismatch("a number") }
      return number
    default: return try number()
    }
  }

  func flag() throws(ProviderError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  /// An ISO 8601 time with a zone.
  func time() throws(ProviderError) -> Timestamp {
    let text = try text()
    guard let time = Timestamp(iso8601: text), time.isPlausible else {
      throw malformed("'\(text.prefix(40))' is no time with a zone between 1990 and 2100")
    }
    return time
  }

  /// Whole seconds since 1970.
  func unixTime() throws(ProviderError) -> Timestamp {
    let seconds = try number()
    guard let whole = Int64(exactly: seconds), abs(whole) < 1 << 40, Timestamp(milliseconds: whole * 1000).isPlausible
    else { throw malformed("\(value.label) is no time in seconds between 1990 and 2100") }
    return Timestamp(milliseconds: whole * 1000)
  }
}

extension Double {
  /// A finite decimal number and nothing else: Swift would also read `nan`, `0x1p3` and `infinity`.
  init?(strict text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let value = Double(text),
      value.isFinite
    else { return nil }
    self = value
  }
}

extension Timestamp {
  /// Between 1990 and 2100: what lies beyond is a slip of unit, not a time of a grid.
  var isPlausible: Bool { (631_152_000_000..<4_102_444_800_000).contains(milliseconds) }
}
