public import Methods

/// What the tables hold about one country or group of countries.
public struct RegionEntry: Hashable, Sendable {
  /// A printed yearly value.
  public struct Yearly: Hashable, Sendable {
    /// The year it is the average of.
    public let year: Int
    /// Grams CO2e per kilowatt-hour, life cycle; `nil` when the printed value is not usable.
    public let gramsPerKilowattHour: Double?
    /// Where it stands.
    public let source: Source
    /// Why it is not usable, or what else to know.
    public let note: String?
  }

  /// Printed water consumption per generated energy.
  public struct WaterUse: Hashable, Sendable {
    /// Litres per kilowatt-hour.
    public let litresPerKilowattHour: Double
    /// Where it stands.
    public let source: Source
  }

  /// The country or group.
  public let region: FactorRegion
  /// Other names it is found under.
  public let aliases: [String]
  /// The yearly intensities, newest first.
  public internal(set) var years: [Yearly]
  /// Water, where the source has the country's own figure.
  public let water: WaterUse?

  init(_ row: CSVRow) throws(CSVError) {
    let level = try row.text("level")
    guard level == "country" || level == "group" else {
      throw try row.error(in: "level", .other("'\(level)' is neither country nor group"))
    }
    let isCountry = level == "country"
    let iso2 = try row.optionalText("iso2")
    let iso3 = try row.optionalText("iso3")
    guard (iso2?.utf8.count == 2 && iso3?.utf8.count == 3) == isCountry else {
      throw try row.error(in: "iso2", .other("a country has ISO codes of two and three letters, a group has none"))
    }
    let name = try row.text("name")
    region = FactorRegion(kind: isCountry ? .country : .group, code: iso2 ?? name, name: name, iso2: iso2, iso3: iso3)
    aliases = try row.names("aliases")
    let source = try row.source()
    guard let year = source.year else { throw try row.error(in: "year", .other("a yearly figure needs its year")) }
    let grams = try row.number("grams_per_kwh")
    let note = try row.optionalText("note")
    guard grams ?? 1 > 0, grams != nil || note != nil else {
      throw try row.error(in: "grams_per_kwh", .other("a life cycle intensity is above 0, or missing with a note"))
    }
    years = [Yearly(year: year, gramsPerKilowattHour: grams, source: source, note: note)]
    water = try RegionEntry.water(row)
  }

  private static func water(_ row: CSVRow) throws(CSVError) -> WaterUse? {
    guard let litres = try row.number("litres_per_kwh") else { return nil }
    let source = Source(
      try row.text("water_source"), year: try row.integer("water_year"), licence: try row.text("water_licence"))
    return WaterUse(litresPerKilowattHour: litres, source: source)
  }
}
