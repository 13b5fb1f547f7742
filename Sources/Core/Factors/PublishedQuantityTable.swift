public import Methods
public import Quantities

/// Single numbers that sources print beside whole rows: shares, gains, parts of a sum. Comparisons rest on them.
public struct PublishedQuantityTable: Sendable {
  /// One printed number.
  public struct Entry: Hashable, Sendable {
    /// The name it is asked for by: `wu-caching`.
    public let id: String
    /// What it is, for people.
    public let label: String
    /// The number as printed, in ``unit``.
    public let value: Double
    /// The unit as printed; `1` for a pure number.
    public let unit: String
    /// How sure it is that it is printed so.
    public let verification: PublishedVerification
    /// Where it stands.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      id = try row.text("id")
      label = try row.text("label")
      value = try row.requiredNumber("value")
      unit = try row.text("unit")
      verification = try row.word("verification")
      source = try row.source()
      note = try row.optionalText("note")
    }

    /// The number as a figure.
    ///
    /// - Throws: ``FactorError/noValue(of:reason:)`` when its unit is of another quantity.
    public func figure<Q: Quantity>(as _: Q.Type = Q.self) throws(FactorError) -> Figure<Q> {
      guard let unit = Q.units.first(where: { $0.symbol == unit }) else {
        throw .noValue(
          of: id, reason: "it is in \(unit), which is none of \(Q.units.map(\.symbol).joined(separator: ", "))")
      }
      return PublishedFactor.figure(
        label, Q(baseValue: value * unit.scale), uncertainty: "published-quantity:\(id)", source: source, note: note)
    }
  }

  /// The numbers, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("published_quantities", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The number of that id.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func entry(_ id: String) throws(FactorError) -> Entry {
    try NameLookup.find(id, in: entries, kind: "published quantity") { [$0.id] }
  }
}
