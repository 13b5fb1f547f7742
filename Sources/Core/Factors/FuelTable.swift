public import Methods
public import Quantities

/// Life cycle intensities of electricity by fuel.
public struct FuelTable: Sendable {
  /// What the table holds about one fuel.
  public struct Entry: Hashable, Sendable {
    /// The short name: `gas_combined_cycle`.
    public let fuel: String
    /// The name for people: gas, combined cycle.
    public let name: String
    /// Other names it is found under.
    public let aliases: [String]
    /// Grams CO2e per kilowatt-hour, the median over plants; `nil` when the source has none.
    public let gramsPerKilowattHour: Double?
    /// Where it stands.
    public let source: Source
    /// Another checked source's value, which the interval reaches out to.
    public let otherGramsPerKilowattHour: Double?
    /// That other source.
    public let otherSource: String?
    /// Why there is no value.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      fuel = try row.text("fuel")
      name = try row.text("name")
      aliases = try row.names("aliases")
      gramsPerKilowattHour = try row.number("grams_per_kwh")
      source = try row.source()
      otherGramsPerKilowattHour = try row.number("other_grams_per_kwh")
      otherSource = try row.optionalText("other_source")
      note = try row.optionalText("note")
    }
  }

  /// The fuels, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("fuels", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The life cycle intensity of electricity from one fuel: the median of IPCC AR5 (2014), WGIII annex III.
  ///
  /// - Parameter name: a fuel's short or other name, such as `coal`, `gas`, `wind_offshore`.
  /// - Throws: ``FactorError`` for an unknown fuel and for one without a value (oil).
  public func intensity(of name: String) throws(FactorError) -> Figure<CarbonIntensity> {
    let entry = try NameLookup.find(name, in: entries, kind: "fuel", \.names)
    guard let grams = entry.gramsPerKilowattHour else {
      throw .noValue(of: entry.name, reason: entry.note ?? "the table has none")
    }
    let other = entry.otherGramsPerKilowattHour.map { $0 / grams - 1 } ?? 0
    let bounds = min(DefaultBounds.fuel.lowerBound, other)...max(DefaultBounds.fuel.upperBound, other)
    return PublishedFactor.figure(
      "life cycle intensity, \(entry.name)", CarbonIntensity.gramsPerKilowattHour(grams), relative: bounds,
      uncertainty: "fuel:\(entry.fuel)", source: entry.source,
      note: entry.otherSource.map { "The interval reaches to the value of \($0), and at least 20 % either way." })
  }
}

extension FuelTable.Entry {
  var names: [String] { [fuel, name] + aliases }
}
