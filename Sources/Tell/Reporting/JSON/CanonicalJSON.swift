import Crypto

extension JSONValue {
  /// The document in one exact form, whatever order its keys came in: RFC 8785 (JSON Canonicalization Scheme). Keys are
  /// sorted by their UTF-16 code units, nothing stands between tokens, numbers are written as ECMAScript writes them.
  ///
  /// A hash of it is the hash of the content, and anybody can compute it with another program.
  public var canonicalText: String {
    var text = ""
    writeCanonically(into: &text)
    return text
  }

  private func writeCanonically(into text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    // Beyond 2^53 a reader's double would be another number than the one written.
    case .integer(let value): text += JSONValue.ecmaScript(Double(value))
    case .number(let value): text += value.isFinite ? JSONValue.ecmaScript(value) : "null"
    case .string(let value): text += JSONValue.quoted(value, escaping: [])
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.writeCanonically(into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { text += "," }
        text += JSONValue.quoted(member.key, escaping: []) + ":"
        member.value.writeCanonically(into: &text)
      }
      text += "}"
    }
  }

  /// A number as `Number::toString` of ECMAScript writes it: the shortest digits that read back as the same double,
  /// plain from 1e-6 to below 1e21, else with an exponent.
  static func ecmaScript(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    if value < 0 { return "-" + ecmaScript(-value) }
    // Swift's description has the shortest digits; only where it puts the point differs.
    let parts = "\(value)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let behind = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
    var digits = String(mantissa[0]) + behind
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].count
    while digits.hasPrefix("0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0") { digits.removeLast() }
    let count = digits.count
    switch exponent {
    case count...21: return digits + String(repeating: "0", count: exponent - count)
    case 1..<count: return digits.prefix(exponent) + "." + digits.dropFirst(exponent)
    case -5...0: return "0." + String(repeating: "0", count: -exponent) + digits
    default:
      let sign = exponent > 0 ? "+" : "-"
      let fraction = count > 1 ? "." + digits.dropFirst() : ""
      return "\(digits.prefix(1))\(fraction)e\(sign)\(abs(exponent - 1))"
    }
  }
}

/// What a label was made from, and a hash by which it can be told whether that is still the same.
public struct Evidence: Hashable, Sendable {
  /// The record.
  public let record: JSONValue
  /// SHA-256 of the record in canonical form, in hexadecimal.
  public let hash: String

  /// The evidence that a record is.
  public init(_ record: JSONValue) {
    self.record = record
    hash = Self.sha256(record.canonicalText)
  }

  /// SHA-256 of a text's UTF-8 in 64 hexadecimal digits.
  static func sha256(_ text: String) -> String {
    var text = text
    var hash = SHA256()
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
