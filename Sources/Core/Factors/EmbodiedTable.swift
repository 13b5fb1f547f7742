public import Methods
public import Quantities

/// Coefficients of embodied carbon: chips by process, memory, servers by part, cards.
public struct EmbodiedTable: Sendable {
  /// What a coefficient is of.
  public enum Category: String, Hashable, Sendable, CaseIterable {
    /// Fab energy per area of a logic process, kWh/cm2.
    case logicEnergy = "logic-energy"
    /// Direct gases per area with 95 % abatement, g/cm2.
    case logicGas95 = "logic-gas-95"
    /// Direct gases per area with 99 % abatement, g/cm2.
    case logicGas99 = "logic-gas-99"
    /// Materials per area, g/cm2.
    case logicMaterial = "logic-material"
    /// Working memory before yield, g/GB.
    case dram
    /// Flash storage before yield, g/GB.
    case flash
    /// Disk storage, g/GB.
    case disk
    /// Packaging of one chip, g.
    case package
    /// Share of good dies, a ratio.
    case yield
    /// Grid intensity of a fab's place, g/kWh.
    case fabGrid = "fab-grid"
    /// Whole coefficients of LLMCarbon, in the row's unit.
    case llmcarbon
    /// One GPU card, kg.
    case gpuCard = "gpu-card"
    /// The server model of Cloud Carbon Footprint: kg, kg/GB, and its life in years.
    case ccfServer = "ccf-server"
    /// The same model as Impact Framework carries it.
    case impactFrameworkServer = "if-server"
    /// Coefficients and usual values of Boavizta's parts model, in the row's unit.
    case boavizta
  }

  /// One coefficient.
  public struct Entry: Hashable, Sendable {
    /// What it is of.
    public let category: Category
    /// Which one: `7nm`, `ddr4_10nm`, `base`.
    public let item: String
    /// The value, in ``unit``.
    public let value: Double
    /// The unit as printed.
    public let unit: String
    /// Where it stands.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      let name = try row.text("category")
      guard let category = Category(rawValue: name) else {
        throw try row.error(in: "category", .other("'\(name)' is no category"))
      }
      self.category = category
      item = try row.text("item")
      value = try row.requiredNumber("value")
      unit = try row.text("unit")
      source = try row.source()
      note = try row.optionalText("note")
    }

    /// A name for what is uncertain about it.
    public var uncertainty: UncertaintySource { "embodied-\(category.rawValue):\(item)" }
  }

  /// The coefficients, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("embodied", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The coefficient of that category and item.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with the items that there are when none is near.
  public func entry(_ category: Category, _ item: String) throws(FactorError) -> Entry {
    let known = entries.filter { $0.category == category }
    return try NameLookup.find(item, in: known, kind: "embodied factor '\(category.rawValue)'", elseNaming: 8) {
      [$0.item]
    }
  }

  /// The embodied carbon of one GPU card as printed: `H100 80GB`, `any GPU`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func gpuCard(_ name: String) throws(FactorError) -> Figure<Carbon> {
    let entry = try entry(.gpuCard, name)
    return PublishedFactor.figure(
      "embodied carbon of one card, \(entry.item)", Carbon.kilograms(entry.value), relative: DefaultBounds.embodiedGPU,
      uncertainty: entry.uncertainty, source: entry.source, note: entry.note)
  }
}
