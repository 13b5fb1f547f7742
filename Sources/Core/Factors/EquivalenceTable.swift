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
    /// Of a factor that is no longer right: the name of the one that took its place.
    public let instead: String?

    init(_ row: CSVRow, isSuperseded: Bool = false) throws(CSVError) {
      instead = isSuperseded ? try row.text("instead") : nil
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

  /// A task of a model with its printed energy, to set beside everyday things.
  public struct Task: Hashable, Sendable {
    /// What kind of task.
    public enum Kind: String, Hashable, Sendable {
      /// One image.
      case image
      /// One text.
      case text
    }

    /// The name it is asked for by: `image-mean`.
    public let id: String
    /// What it is: one reply of Llama 3.1 8B.
    public let task: String
    /// Its kind.
    public let kind: Kind
    /// Its energy.
    public let energy: Energy
    /// What the energy counts.
    public let boundary: String
    /// Where it stands.
    public let source: Source

    init(_ row: CSVRow) throws(CSVError) {
      id = try row.text("id")
      task = try row.text("task")
      let name = try row.text("kind")
      guard let kind = Kind(rawValue: name) else { throw try row.error(in: "kind", .other("'\(name)' is no kind")) }
      self.kind = kind
      energy = .wattHours(try row.requiredNumber("wh"))
      boundary = try row.text("boundary")
      source = try row.source()
    }
  }

  /// The comparisons that hold now, in the order of the table.
  public let entries: [Entry]
  /// Factors that other tools still carry: never used, only to explain why a tool says another number.
  public let superseded: [Entry]
  /// Tasks of models with printed energies.
  public let tasks: [Task]

  init(_ bytes: [UInt8], superseded: [UInt8], tasks: [UInt8]) throws(FactorError) {
    entries = try readTable("equivalences", bytes) { row throws(CSVError) in try Entry(row) }
    self.superseded = try readTable("equivalences_superseded", superseded) { row throws(CSVError) in
      try Entry(row, isSuperseded: true)
    }
    self.tasks = try readTable("everyday_tasks", tasks) { row throws(CSVError) in try Task(row) }
  }

  /// The comparison of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func entry(_ id: String) throws(FactorError) -> Entry {
    try NameLookup.find(id, in: entries, kind: "equivalence") { [$0.id] }
  }
}
