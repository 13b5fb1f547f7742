public import Factors
public import Methods
public import Quantities

/// Embodied carbon of chips after ACT (Gupta and others, ISCA 2022; Meta, ACT), from process, area and fab.
public struct ChipCarbon: Sendable {
  /// How much of the process gases the fab destroys.
  public enum Abatement: String, Hashable, Sendable, CaseIterable {
    /// 95 %.
    case percent95 = "95"
    /// 97 %, the mean of the two tables and ACT's default.
    case percent97 = "97"
    /// 99 %.
    case percent99 = "99"
  }

  private let table: EmbodiedTable

  /// The model on the factors of `table`.
  public init(_ table: EmbodiedTable) { self.table = table }

  /// Carbon per area of a logic process (`act-carbon-per-area@1`): (CI x EPA + GPA + MPA) / yield.
  ///
  /// - Parameters:
  ///   - process: `28nm` to `3nm`.
  ///   - fabGrid: the fab's grid; ACT's own for Taiwan when none is given.
  ///   - yield: the share of good dies, above 0 and at most 1; ACT's default when none is given.
  /// - Throws: ``FactorError`` for an unknown process.
  public func perArea(
    process: String, abatement: Abatement = .percent97, fabGrid: Figure<CarbonIntensity>? = nil,
    yield: Figure<Ratio>? = nil
  ) throws(FactorError) -> Figure<CarbonPerArea> {
    let energy = try table.entry(.logicEnergy, process)
    let gas95 = try table.entry(.logicGas95, process)
    let gas99 = try table.entry(.logicGas99, process)
    let material = try table.entry(.logicMaterial, process)
    let gases =
      switch abatement {
      case .percent95: gas95.value
      case .percent97: (gas95.value + gas99.value) / 2
      case .percent99: gas99.value
      }
    let taiwan = try self.fabGrid("taiwan")
    let defaultYield = try defaultYield()
    let grid = fabGrid ?? taiwan
    let terms = [
      Term(grid), Term(published(energy, Ratio.self, "fab energy per area, \(energy.item), kWh/cm2")),
      Term(
        PublishedFactor.figure(
          "gases per area, \(abatement.rawValue) % abated, g/cm2", Ratio(gases), uncertainty: gas95.uncertainty,
          source: gas95.source)),
      Term(published(material, Ratio.self, "materials per area, g/cm2")), Term(yield ?? defaultYield),
    ]
    return ChipCarbon.perArea.figure("embodied carbon per area, \(energy.item)", terms)
  }

  /// The grid behind a fab: ACT's own figure for a place (`taiwan`, `korea`) or for one source (`coal`, `wind`).
  ///
  /// - Throws: ``FactorError`` for any other name.
  public func fabGrid(_ place: String) throws(FactorError) -> Figure<CarbonIntensity> {
    let entry = try table.entry(.fabGrid, place)
    return published(entry, CarbonIntensity.self, "grid of the fab, \(entry.item)")
  }

  /// A logic die with its packages (`act-logic-die@1`): area x carbon per area + packages.
  ///
  /// The interval is a factor of two either way: the model's tables are of a few fabs and years.
  ///
  /// - Throws: ``FactorError`` when the tables lack the package factor.
  public func die(
    area: Figure<Area>, perArea: Figure<CarbonPerArea>, packages: Int = 1
  ) throws(FactorError) -> Figure<Carbon> {
    let terms = [Term(area), Term(perArea)] + (try packageTerms(packages))
    return withModelBounds(ChipCarbon.die, "embodied carbon of a die", terms, about: perArea.receipt.label)
  }

  /// Memory or storage (`act-memory@1`): capacity x factor / yield + packages; a disk's factor is after yield.
  ///
  /// - Parameters:
  ///   - category: `dram`, `flash` or `disk`.
  ///   - item: the kind in the table: `ddr4_10nm`, `nand_tlc_v3`, `Exosx16`.
  /// - Throws: ``FactorError`` for another category or an unknown item.
  public func memory(
    _ category: EmbodiedTable.Category, _ item: String, capacity: Figure<Bits>, packages: Int = 0,
    yield: Figure<Ratio>? = nil
  ) throws(FactorError) -> Figure<Carbon> {
    guard [.dram, .flash, .disk].contains(category) else {
      throw .unknown(kind: "kind of memory", name: category.rawValue, near: ["dram", "flash", "disk"])
    }
    let entry = try table.entry(category, item)
    let whole = DeclaredValue.figure(
      "yield, already in the factor", Ratio(1), note: "A disk's factor is of good disks: no yield is applied again.")
    let defaultYield = try defaultYield()
    let divisor = category == .disk ? whole : yield ?? defaultYield
    let factor = published(entry, Ratio.self, "factor, \(entry.item), g/GB")
    let terms = [Term(capacity), Term(factor), Term(divisor)] + (try packageTerms(packages))
    return withModelBounds(ChipCarbon.memory, "embodied carbon of \(entry.item)", terms, about: entry.uncertainty)
  }

  private func packageTerms(_ count: Int) throws(FactorError) -> [Term] {
    [
      Term(
        DeclaredValue.figure("packages", Ratio(Double(count)), note: "Packaged chips, as the caller counts them.")),
      Term(published(try table.entry(.package, "per-chip"), Carbon.self, "one package")),
    ]
  }

  private func defaultYield() throws(FactorError) -> Figure<Ratio> {
    published(try table.entry(.yield, "default"), Ratio.self, "yield")
  }

  private func published<Q: Quantity>(_ entry: EmbodiedTable.Entry, _: Q.Type, _ label: String) -> Figure<Q> {
    PublishedFactor.figure(
      label, Q(baseValue: entry.value), uncertainty: entry.uncertainty, source: entry.source, note: entry.note)
  }

  private func withModelBounds(
    _ formula: Formula, _ label: String, _ terms: [Term], about name: String
  ) -> Figure<Carbon> {
    let value = formula.evaluate(terms.map(\.estimate.value.baseValue))
    let bounds = DefaultBounds.embodied
    return formula.figure(
      label, terms, adding: Deviation(atLow: value * bounds.lowerBound, atHigh: value * bounds.upperBound),
      from: "chip-model:\(name)")
  }
}
