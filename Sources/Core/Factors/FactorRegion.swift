/// A place whose grid has a published yearly intensity, as a user named it.
public struct FactorRegion: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The kinds of places.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// A country, by ISO 3166 code or name.
    case country
    /// An Electricity Maps zone inside a country, for which the country's figure stands in.
    case zone
    /// A cloud provider's region.
    case cloud
    /// A group of countries, or the world: only when asked for by name.
    case group
  }

  /// What kind of place it is.
  public let kind: Kind
  /// The short name: `DE`, `US-CAL-CISO`, `aws:us-east-1`, `World`.
  public let code: String
  /// The name for people: Germany.
  public let name: String
  /// The country's two letters (ISO 3166-1 alpha-2); `nil` for groups and cloud regions.
  public let iso2: String?
  /// The country's three letters (ISO 3166-1 alpha-3); `nil` for groups and cloud regions.
  public let iso3: String?

  public var description: String { code }
}
