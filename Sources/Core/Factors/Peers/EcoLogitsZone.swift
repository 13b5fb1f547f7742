public import Methods

/// One grid as EcoLogits counts it: four criteria per delivered kilowatt-hour.
public struct EcoLogitsZone: Hashable, Sendable {
  /// What is counted beside carbon.
  public enum Criterion: String, Hashable, Sendable, CaseIterable {
    /// Water consumed at power plants.
    case water
    /// Primary energy.
    case primaryEnergy = "primary-energy"
    /// Depletion of elements, as antimony.
    case antimony
  }

  /// The country's ISO code of three letters, or `WOR`.
  public let code: String
  /// Grams CO2e per kilowatt-hour; `nil` when the printed value is not usable.
  public let gramsPerKilowattHour: Double?
  /// Where the carbon stands.
  public let source: Source
  /// Litres consumed per kilowatt-hour.
  public let litresPerKilowattHour: Double?
  /// Primary energy in megajoules per kilowatt-hour; carried for the world and the sites' countries only.
  public let megajoulesPerKilowattHour: Double?
  /// Kilograms of antimony equivalent per kilowatt-hour; carried for the world and the sites' countries only.
  public let antimonyKilogramsPerKilowattHour: Double?
  /// Where water, and where primary energy and elements stand.
  public let otherSources: [Source]
  /// The criteria for which EcoLogits takes the world's value because it has none of the country.
  public let worldStandsInFor: Set<Criterion>
  /// Why a value is not usable.
  public let note: String?

  init(_ row: CSVRow) throws(CSVError) {
    code = try row.text("zone")
    guard code.utf8.count == 3 else {
      throw try row.error(in: "zone", .other("a zone is an ISO code of three letters, or WOR"))
    }
    gramsPerKilowattHour = try row.number("grams_per_kwh")
    source = try row.source()
    note = try row.optionalText("note")
    guard gramsPerKilowattHour ?? 1 > 0, gramsPerKilowattHour ?? 1 < 2000, gramsPerKilowattHour != nil || note != nil
    else {
      throw try row.error(
        in: "grams_per_kwh", .other("an intensity lies between 0 and 2000, or is missing with a note"))
    }
    litresPerKilowattHour = try row.optionalNumber("litres_per_kwh")
    megajoulesPerKilowattHour = try row.optionalNumber("megajoules_per_kwh")
    antimonyKilogramsPerKilowattHour = try row.optionalNumber("antimony_kilograms_per_kwh")
    var others: [Source] = []
    if litresPerKilowattHour != nil { others.append(try EcoLogitsZone.source(row, "water")) }
    if megajoulesPerKilowattHour != nil || antimonyKilogramsPerKilowattHour != nil {
      others.append(try EcoLogitsZone.source(row, "resource"))
    }
    otherSources = others
    var criteria: Set<Criterion> = []
    for name in try row.names("world_stands_in_for") {
      guard let criterion = Criterion(rawValue: name) else {
        throw try row.error(in: "world_stands_in_for", .other("'\(name)' is no criterion"))
      }
      criteria.insert(criterion)
    }
    worldStandsInFor = criteria
  }

  private static func source(_ row: CSVRow, _ what: String) throws(CSVError) -> Source {
    guard let citation = try row.optionalText("\(what)_source"), let licence = try row.optionalText("\(what)_licence")
    else {
      throw try row.error(in: "\(what)_source", .other("a value must name its source and licence"))
    }
    return Source(citation, licence: licence)
  }
}

extension CSVRow {
  /// A number that may be missing but must not be negative.
  func optionalNumber(_ column: String) throws(CSVError) -> Double? {
    guard let value = try number(column) else { return nil }
    guard value >= 0 else { throw try error(in: column, .other("a number of at least 0 must stand here")) }
    return value
  }
}
