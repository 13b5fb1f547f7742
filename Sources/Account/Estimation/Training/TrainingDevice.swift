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
    let gpu = try tables.hardware.gpu(name)
    self.name = gpu.name
    power = .figure(try tables.hardware.gpuPower(of: name))
    speed = tables.speeds.speed(of: gpu.name)
    let cards = Figure(
      "cards in the machine",
      Estimate.exact(Ratio(Double(HostCarbon.cards)), origin: .assumed, method: TrainingPrior.formula.id),
      note: "Assumed by Dimmer: the usual host of \(HostCarbon.cards) cards.")
    embodied = .figure(
      TrainingFormula.deviceEmbodied.figure(
        "embodied carbon of one \(gpu.name) with its part of the machine",
        [
          Term(try TrainingDevice.card(gpu.name, from: tables)), Term(try HostCarbon.embodied(tables: tables)),
          Term(cards),
        ],
        note: "Building, cooling and network are not counted."))
    let model = ServerCarbon(tables.embodied)
    life = .figure(try model.life())
  }

  /// One card by all models that know it; the coefficient of any card for one that none knows.
  private static func card(_ name: String, from tables: FactorTables) throws(FactorError) -> Figure<Carbon> {
    do throws(FactorError) { return try CardCarbon.embodied(of: name, tables: tables) } catch {
      return try tables.embodied.gpuCard("any GPU")
    }
  }
}
