/// A grid zone that Dimmer has series or importers for.
///
/// This is not a list of the world: countries come with the factor tables. It is the few zones that a balancing
/// authority's or a market's own name has to be translated for.
public struct Zone: Hashable, Sendable {
  /// The zone's name, as Electricity Maps writes it.
  public let region: Region
  /// What people call it.
  public let name: String
  /// The code in the US Hourly Electric Grid Monitor (EIA-930), where it has one.
  public let balancingAuthority: String?

  /// The zones, by name.
  public static let all: [Zone] = [
    Zone(region: Region(trusted: "AU-VIC"), name: "Victoria", balancingAuthority: nil),
    Zone(region: Region(trusted: "DE"), name: "Germany", balancingAuthority: nil),
    Zone(region: Region(trusted: "GB"), name: "Great Britain", balancingAuthority: nil),
    Zone(region: Region(trusted: "SG"), name: "Singapore", balancingAuthority: nil),
    Zone(region: Region(trusted: "US-CAL-CISO"), name: "California ISO", balancingAuthority: "CISO"),
    Zone(region: Region(trusted: "US-CENT-SWPP"), name: "Southwest Power Pool", balancingAuthority: "SWPP"),
    Zone(region: Region(trusted: "US-MIDA-PJM"), name: "PJM Interconnection", balancingAuthority: "PJM"),
    Zone(region: Region(trusted: "US-MIDW-MISO"), name: "Midcontinent ISO", balancingAuthority: "MISO"),
    Zone(region: Region(trusted: "US-NE-ISNE"), name: "ISO New England", balancingAuthority: "ISNE"),
    Zone(region: Region(trusted: "US-NY-NYIS"), name: "New York ISO", balancingAuthority: "NYIS"),
    Zone(region: Region(trusted: "US-TEX-ERCO"), name: "Texas (ERCOT)", balancingAuthority: "ERCO"),
  ]

  /// The zone under its own name or its balancing authority's code, in any case; nothing when it is not listed.
  public static func named(_ text: String) -> Zone? {
    let wanted = text.uppercased()
    return all.first { $0.region.name == wanted || $0.balancingAuthority == wanted }
  }
}
