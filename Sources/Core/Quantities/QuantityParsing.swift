/// Why a text is not a quantity.
public struct QuantityParseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text that was given.
  public let text: String
  /// What would have been accepted.
  public let expected: String

  /// One line with the fix.
  public var description: String { "'\(text)' is not \(expected)" }
}

extension Quantity {
  /// Reads a number with a unit, for example `1.2 kWh`, `350 g`, `90min`.
  ///
  /// - Throws: ``QuantityParseError`` when the number is not finite in the base unit, or the unit is missing or of
  ///   another quantity.
  public init(parsing text: String) throws(QuantityParseError) {
    // A share stands without a unit; to everything else its unit belongs.
    let expected =
      Self.self == Ratio.self
      ? "a number such as 0.4, or 40 %"
      : "a number with one of \(Self.units.map(\.symbol).joined(separator: ", ")), for example 1.5 \(Self.baseUnit)"
    let trimmed = text.trimmedOfSpace
    let numeric = trimmed.prefix { "+-.0123456789eE".contains($0) }
    // "1e3 g" has an exponent, "5 e" has not: give back letters that belong to the unit.
    var number = Substring(numeric)
    while let last = number.last, !last.isNumber, last != "." { number.removeLast() }
    let symbol = trimmed[number.endIndex...].drop { $0 == " " }
    guard let value = Double(number), value.isFinite else {
      throw QuantityParseError(text: text, expected: expected)
    }
    if let unit = Self.units.first(where: { $0.symbol == symbol }) {
      guard (value * unit.scale).isFinite else { throw QuantityParseError(text: text, expected: expected) }
      self.init(baseValue: value * unit.scale)
    } else if symbol.isEmpty, Self.self == Ratio.self {
      self.init(baseValue: value)
    } else {
      throw QuantityParseError(text: text, expected: expected)
    }
  }
}

extension StringProtocol {
  /// The text without spaces, tabs and line ends around it.
  public var trimmedOfSpace: String {
    let isSpace = { (character: Character) in character.isWhitespace }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
      return ""
    }
    return String(self[first...last])
  }
}
