public import Factors
import Methods
public import Quantities

/// The name of a grid: an ISO 3166 country (`DE`, `DEU`) or an Electricity Maps zone (`US-CAL-CISO`, `DK-DK1`).
///
/// A name here has a zone's form; whether anything is known about it is another question, which
/// ``Region/init(_:among:)`` asks.
public struct Region: Hashable, Comparable, Sendable, CodedAsText {
  /// The name in capitals.
  public let name: String

  /// A region of that name.
  ///
  /// - Throws: ``RegionError/malformed(_:)`` when the text has not the form of a country or a zone.
  public init(_ text: some StringProtocol) throws(RegionError) {
    let name = text.uppercased()
    guard Region.isWellFormed(name) else { throw .malformed(String(text)) }
    self.name = name
  }

  public init?(parsing text: some StringProtocol) { try? self.init(text) }

  /// A region that must be one of `known`.
  ///
  /// - Throws: ``RegionError`` with the nearest known names.
  public init(_ text: some StringProtocol, among known: some Sequence<String>) throws(RegionError) {
    let name = text.uppercased()
    let names = known.map { $0.uppercased() }
    guard names.contains(name) else { throw .unknown(String(text), near: Spelling.nearest(to: name, in: names)) }
    try self.init(name)
  }

  /// The region of a place in the factor tables: the ISO country's two letters, or the zone.
  ///
  /// - Throws: ``RegionError/malformed(_:)`` for the world and for cloud regions, which are no grid.
  public init(_ place: FactorRegion) throws(RegionError) { try self.init(place.code) }

  /// Skips the check, for names written in this room's source.
  init(trusted name: StaticString) { self.name = "\(name)" }

  /// The region of a series whose region nobody stated: `ZZ`, the code that Unicode CLDR keeps for "unknown region".
  public static let unstated = Region(trusted: "ZZ")

  /// The country part: `US` of `US-CAL-CISO`.
  public var country: String { String(name.prefix { $0 != "-" }) }

  public var description: String { name }
  public static var textForm: String { "a region; write a country such as DE or a zone such as US-CAL-CISO" }

  public static func < (left: Region, right: Region) -> Bool { left.name < right.name }

  /// Two or three letters, then up to three parts of one to six letters or digits.
  private static func isWellFormed(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard let country = parts.first, (2...3).contains(country.count), parts.count <= 4 else { return false }
    let isLetter = { (byte: UInt8) in (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    return country.allSatisfy(isLetter)
      && parts.dropFirst().allSatisfy { part in
        (1...6).contains(part.count) && part.allSatisfy { isLetter($0) || isDigit($0) }
      }
  }
}

/// Why a text names no region.
public enum RegionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text has not the form of a country or zone.
  case malformed(String)
  /// The text has the form but nothing is known under it; the nearest known names follow.
  case unknown(String, near: [String])

  /// One line with the fix.
  public var description: String {
    switch self {
    case .malformed(let text):
      "'\(text)' is not \(Region.textForm)"
    case .unknown(let text, let near):
      "no region '\(text)'"
        + (near.isEmpty
          ? "; 'dimmer grid regions' lists the known ones" : "; did you mean \(near.joined(separator: ", "))?")
    }
  }
}
