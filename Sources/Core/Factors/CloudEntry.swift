public import Methods

/// What the tables hold about one cloud region.
public struct CloudEntry: Hashable, Sendable {
  /// The region: `aws:us-east-1`.
  public let region: FactorRegion
  /// Grams CO2e per kilowatt-hour, location-based; `nil` when the printed value is not usable.
  public let gramsPerKilowattHour: Double?
  /// Where it stands.
  public let source: Source
  /// Why it is not usable.
  public let note: String?

  init(_ row: CSVRow) throws(CSVError) {
    let code = "\(try row.text("provider")):\(try row.text("region"))"
    let name = "\(code) (\(try row.text("place")))"
    region = FactorRegion(kind: .cloud, code: code, name: name, iso2: nil, iso3: nil)
    gramsPerKilowattHour = try row.number("grams_per_kwh")
    source = try row.source()
    note = try row.optionalText("note")
    // The dirtiest grids are near 1300 g/kWh; anything far above is a slip of unit in the source.
    guard (gramsPerKilowattHour ?? 1) > 0, (gramsPerKilowattHour ?? 1) < 2000,
      gramsPerKilowattHour != nil || note != nil
    else {
      throw try row.error(
        in: "grams_per_kwh", .other("an intensity lies between 0 and 2000, or is missing with a note"))
    }
  }

  /// The form in which names are compared: `azure:West Europe` and `azure:westeurope` are one region.
  static func key(_ text: String) -> String { String(text.filter { $0 != " " }) }
}
