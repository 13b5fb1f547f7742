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

  /// The machine that cards are taken to stand in: 8 cards around 2 CPUs, 2 TB of memory and 8 solid state disks.
  static let cardsInServer = 8.0
  static let server = ServerCarbon.Parts(cpus: 2, memory: .bytes(2e12), ssds: 8)

  /// The accelerator of that name, from published tables.
  ///
  /// - Throws: ``Factors/FactorError`` for an unknown name, with near ones.
  public init(named name: String, from tables: FactorTables) throws(FactorError) {
    let gpu = try tables.hardware.gpu(name)
    self.name = gpu.name
    power = .figure(try tables.hardware.gpuPower(of: name))
    speed = tables.speeds.speed(of: gpu.name)
    let card = try tables.embodied.gpuCard(gpu.name.hasPrefix("H100") ? "H100 80GB" : "any GPU")
    let model = ServerCarbon(tables.embodied)
    let machine = try model.embodied(in: TrainingDevice.server)
    let cards = Figure(
      "cards in the machine",
      Estimate.exact(Ratio(TrainingDevice.cardsInServer), origin: .assumed, method: TrainingPrior.formula.id),
      note: "Assumed by Dimmer: eight cards around two CPUs, 2 TB of memory and eight solid state disks.")
    embodied = .figure(
      TrainingFormula.deviceEmbodied.figure(
        "embodied carbon of one \(gpu.name) with its part of the machine",
        [Term(card), Term(machine), Term(cards)], note: "Building, cooling and network are not counted."))
    life = .figure(try model.life())
  }
}
