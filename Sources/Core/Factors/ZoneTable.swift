import Methods

/// The parts of countries that grids are known by: Electricity Maps zones and market areas, by name alone.
///
/// Most have no figures of their own here, and take their country's. The list is what tells a zone from a slip.
struct ZoneTable: Sendable {
  /// The names in capitals: `US-CAL-CISO`.
  let codes: Set<String>

  init(_ bytes: [UInt8]) throws(FactorError) {
    codes = Set(
      try readTable("zones", bytes) { row throws(CSVError) in
        _ = try row.source()
        return try row.text("zone")
      })
  }

  /// Whether a name in capitals is a zone's.
  func contains(_ code: String) -> Bool { codes.contains(code) || Self.isBritishPart(code) }

  /// Parts of Great Britain as the UK Carbon Intensity API has them: the numbers of its 14 regions, three nations and
  /// the whole, 1 to 18, or the outward part of a postcode, `GB-OX1`.
  private static func isBritishPart(_ code: String) -> Bool {
    guard code.hasPrefix("GB-") else { return false }
    let part = code.utf8.dropFirst(3)
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
    let isLetter = { (byte: UInt8) in (65...90).contains(byte) }
    if part.allSatisfy(isDigit) { return (1...18).contains(Int(String(decoding: part, as: UTF8.self)) ?? 0) }
    let letters = part.prefix(while: isLetter)
    let rest = part.dropFirst(letters.count)
    guard (1...2).contains(letters.count), (1...2).contains(rest.count), let first = rest.first else { return false }
    return isDigit(first) && rest.dropFirst().allSatisfy { isDigit($0) || isLetter($0) }
  }
}
