public import Methods
public import Quantities

/// Everyday things that energy or carbon is compared with, each dated.
public struct EquivalenceTable: Sendable {
  /// What one of the things is counted in.
  public enum Amount: Hashable, Sendable {
    /// Its energy: the comparison does not depend on the grid.
    case energy(Energy)
    /// Its carbon.
    case carbon(Carbon)
  }

  /// One comparison.
  public struct Entry: Hashable, Sendable {
    /// The name it is asked for by: `phone-charge-energy`.
    public let id: String
    /// What is counted, in the plural: smartphone charges.
    public let activity: String
    /// Energy or carbon of one.
    public let amount: Amount
    /// Which gases the carbon counts: `CO2e`, `CO2 only`, `CO2e, well to wake`; empty for energy.
    public let gases: String
    /// Where it stands.
    public let source: Source

    init(_ row: CSVRow) throws(CSVError) {
      id = try row.text("id")
      activity = try row.text("activity")
      let value = try row.requiredNumber("value")
      switch (try row.text("basis"), try row.text("unit")) {
      case ("energy", "kWh"): amount = .energy(.kilowattHours(value))
      case ("carbon", "kg"): amount = .carbon(.kilograms(value))
      case ("carbon", "g"): amount = .carbon(.grams(value))
      default: throw try row.error(in: "unit", .other("energy goes with kWh, carbon with kg or g"))
      }
      guard value > 0 else { throw try row.error(in: "value", .other("one of it must be more than nothing")) }
      gases = try row.text("gas")
      source = try row.source()
    }
  }

  /// The comparisons, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("equivalences", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The comparison of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func entry(_ id: String) throws(FactorError) -> Entry {
    guard let entry = entries.first(where: { $0.id == id }) else {
      throw .unknown(kind: "equivalence", name: id, near: Spelling.nearest(to: id, in: entries.map(\.id)))
    }
    return entry
  }
}
