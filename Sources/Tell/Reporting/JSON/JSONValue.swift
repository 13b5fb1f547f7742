public import Quantities

/// A JSON document that keeps its keys in the order they were written, so that output is stable and reads well.
public enum JSONValue: Hashable, Sendable {
  /// Not known.
  case null
  /// Yes or no.
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// A number; not-a-number and infinities are written as null.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Keys and values, in order.
  case object([(key: String, value: JSONValue)])

  public static func == (left: JSONValue, right: JSONValue) -> Bool { left.text() == right.text() }
  public func hash(into hasher: inout Hasher) { hasher.combine(text()) }

  /// The document as text; with `indent` it is set out over lines for people.
  public func text(indent: Bool = false) -> String {
    var result = ""
    write(into: &result, indent: indent, depth: 0)
    return result
  }

  private func write(into text: inout String, indent: Bool, depth: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += JSONValue.number(value)
    case .string(let value): text += JSONValue.quoted(value, escaping: JSONValue.unsafeInPages)
    case .array(let values):
      JSONValue.list("[", "]", values, into: &text, indent: indent, depth: depth) { value, text in
        value.write(into: &text, indent: indent, depth: depth + 1)
      }
    case .object(let members):
      JSONValue.list("{", "}", members, into: &text, indent: indent, depth: depth) { member, text in
        text += JSONValue.quoted(member.key, escaping: JSONValue.unsafeInPages) + (indent ? ": " : ":")
        member.value.write(into: &text, indent: indent, depth: depth + 1)
      }
    }
  }

  private static func list<Element>(
    _ open: String, _ close: String, _ elements: [Element], into text: inout String, indent: Bool, depth: Int,
    write: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if indent { text += "\n" + String(repeating: "  ", count: depth + 1) }
      write(element, &text)
    }
    if indent, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: depth) }
    text += close
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
    return "\(value)"
  }

  /// Escaped so that a document can stand inside a page's script element.
  private static let unsafeInPages: [Unicode.Scalar] = ["<", "&", "\u{2028}", "\u{2029}"]

  /// A text in quotes: what JSON demands is escaped, in the short form where there is one, and what else is named.
  static func quoted(_ value: String, escaping more: [Unicode.Scalar]) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{9}": result += "\\t"
      case "\u{A}": result += "\\n"
      case "\u{C}": result += "\\f"
      case "\u{D}": result += "\\r"
      case _ where scalar.value < 0x20 || more.contains(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { (key: $0.0, value: $0.1) })
  }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue {
  /// A text, or null.
  public static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
  /// A number, or null.
  public static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
  /// A whole number.
  public static func count(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(value)) }
  /// A moment in ISO 8601 UTC.
  public static func time(_ value: Timestamp?) -> JSONValue { .optional(value?.description) }

  /// The member under `key` of an object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The object with more members behind its own.
  public func adding(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    guard case .object(let own) = self else { return self }
    return .object(own + members.map { (key: $0.key, value: $0.value) })
  }
}
