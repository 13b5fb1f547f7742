import Accounting
public import Factors
public import Methods
public import Quantities

/// An accelerator that models are trained on: its power, its speed and what making it cost.
public struct TrainingDevice: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Design power of one.
  public var power: Finding<Power>
  /// Printed operations a second of one, without sparsity.
  public var speed: Finding<Ratio>
  /// Embodied carbon of one with its part of the machine around it.
  public var embodied: Finding<Carbon>
  /// How long it lasts.
  public var life: Finding<Span>

  /// A device of which nothing is known but its name.
  public init(name: String) {
    self.name = name
    power = .unknown("no accelerator was named; name one with --device, or state its power with --power")
    speed = .unknown("no accelerator was named; name one with --device, or state its speed with --peak")
    embodied = .unknown("no accelerator was named whose making could be counted; name one with --device")
    life = .unknown("no accelerator was named")
  }

  /// The accelerator of that name, from published tables.
  ///
  /// - Throws: ``Factors/FactorError`` for an unknown name, with near ones.
  public init(named name: String, from tables: FactorTables) throws(FactorError) {
    (self.name, power, speed) = try TrainingDevice.sheet(of: name, from: tables)
    let cards = Figure(
      "cards in the machine",
      Estimate.exact(Ratio(Double(HostCarbon.cards)), origin: .assumed, method: TrainingPrior.formula.id),
      note: "Assumed by Dimmer: the usual host of \(HostCarbon.cards) cards.")
    embodied = .figure(
      TrainingFormula.deviceEmbodied.figure(
        "embodied carbon of one \(self.name) with its part of the machine",
        [
          Term(try TrainingDevice.card(self.name, from: tables)), Term(try HostCarbon.embodied(tables: tables)),
          Term(cards),
        ],
        note: "Building, cooling and network are not counted."))
    let model = ServerCarbon(tables.embodied)
    life = .figure(try model.life())
  }

  /// Name, power and speed: by the makers' data sheets, else by the tables of older cards.
  private static func sheet(
    of name: String, from tables: FactorTables
  ) throws(FactorError) -> (String, Finding<Power>, Finding<Ratio>) {
    let sheet: AcceleratorTable.Entry
    do throws(FactorError) { sheet = try tables.accelerators.accelerator(name) } catch {
      let gpu = try tables.hardware.gpu(name)
      return (gpu.name, .figure(try tables.hardware.gpuPower(of: name)), speed(of: gpu.name, from: tables))
    }
    func printed<Q: Quantity>(_ what: String, _ value: Q) -> Finding<Q> {
      .figure(
        PublishedFactor.figure(
          "\(what), \(sheet.name)", value, uncertainty: "data-sheet:\(sheet.name)", source: sheet.source,
          note: sheet.note))
    }
    return (
      sheet.name, printed("power limit of a board", Power.watts(sheet.boardWatts)),
      printed("dense 16-bit operations per second", Ratio(sheet.dense16BitTeraflops * 1e12))
    )
  }

  /// The printed speed of an older card; an unknown one says who has a speed, by either kind of table.
  private static func speed(of name: String, from tables: FactorTables) -> Finding<Ratio> {
    let found = tables.speeds.speed(of: name)
    guard found.figure == nil else { return found }
    let known = tables.accelerators.entries.map(\.name) + tables.speeds.entries.map(\.name)
    return .unknown(
      "no table holds the speed of \(name); state it with --peak, or use one of \(known.joined(separator: ", "))")
  }

  /// One card by all models that know it; the coefficient of any card for one that none knows.
  private static func card(_ name: String, from tables: FactorTables) throws(FactorError) -> Figure<Carbon> {
    do throws(FactorError) { return try CardCarbon.embodied(of: name, tables: tables) } catch {
      return try tables.embodied.gpuCard("any GPU")
    }
  }
}
