import Factors
import Methods

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Embodied carbon of parts, cards and servers after Boavizta, in kilograms (`boavizta-embodied@1`).
///
/// What is not known of a part (density of memory and disks, mass of a power supply, form of the case) is taken at its
/// usual value, and at both ends of what there is: the ends of the figure.
struct Boavizta: Sendable {
  /// A value with the two ends that unknown parts give it.
  struct Bounds: Hashable, Sendable {
    var best: Double
    var low: Double
    var high: Double
    /// What was assumed of parts known by name, a sentence each.
    var assumptions: [String]

    init(_ exact: Double) { self.init(best: exact, low: exact, high: exact) }

    init(best: Double, low: Double, high: Double, assumptions: [String] = []) {
      self.best = best
      self.low = low
      self.high = high
      self.assumptions = assumptions
    }

    /// The same figure, resting on more assumptions.
    func assuming(_ more: [String]) -> Bounds {
      var copy = self
      copy.assumptions += more.filter { !assumptions.contains($0) }
      return copy
    }

    static func + (left: Bounds, right: Bounds) -> Bounds {
      Bounds(
        best: left.best + right.best, low: left.low + right.low, high: left.high + right.high,
        assumptions: left.assumptions
      ).assuming(right.assumptions)
    }

    static func * (left: Bounds, right: Double) -> Bounds {
      Bounds(
        best: left.best * right, low: left.low * right, high: left.high * right, assumptions: left.assumptions)
    }
  }

  private let table: EmbodiedTable

  /// The model on the factors of `table`.
  init(_ table: EmbodiedTable) { self.table = table }

  func factor(_ item: String) throws(FactorError) -> Double { try table.entry(.boavizta, item).value }

  private func usual(_ given: Double?, _ item: String) throws(FactorError) -> Double {
    if let given { return given }
    return try factor(item)
  }

  // MARK: Parts

  /// A CPU package: die area x factor + base.
  func processor(dieSquareMillimetres area: Double) throws(FactorError) -> Bounds {
    Bounds(try factor("cpu-die") * area + (try factor("cpu-base")))
  }

  /// A module of memory: capacity / density x factor + base.
  func memory(gigabytes: Double, density: Double?) throws(FactorError) -> Bounds {
    try silicon("memory", gigabytes: gigabytes, density: density)
  }

  /// A solid state disk: capacity / density x factor + base.
  func solidStateDisk(gigabytes: Double, density: Double?) throws(FactorError) -> Bounds {
    try silicon("ssd", gigabytes: gigabytes, density: density)
  }

  /// A hard disk.
  func hardDisk() throws(FactorError) -> Bounds { Bounds(try factor("hdd")) }

  /// A power supply, by its mass.
  func powerSupply(kilograms: Double?) throws(FactorError) -> Bounds {
    let each = try factor("power-supply")
    if let kilograms { return Bounds(each * kilograms) }
    let best = try factor("power-supply-mass")
    return Bounds(best: best, low: try factor("power-supply-mass-low"), high: try factor("power-supply-mass-high"))
      * each
  }

  /// The board that everything is plugged into.
  func motherboard() throws(FactorError) -> Bounds { Bounds(try factor("motherboard")) }

  /// Putting a server together.
  func assembly() throws(FactorError) -> Bounds { Bounds(try factor("assembly")) }

  /// A case: a rack's, which may be a blade's with its sixteenth of the chassis, unless the form is known for sure.
  func housing(isBlade: Bool) throws(FactorError) -> Bounds {
    let blade = try factor("case-blade") + (try factor("chassis-blade")) / 16
    if isBlade { return Bounds(blade) }
    let rack = try factor("case-rack")
    return Bounds(best: rack, low: min(rack, blade), high: rack)
  }

  private func silicon(_ kind: String, gigabytes: Double, density: Double?) throws(FactorError) -> Bounds {
    let perArea = try factor("\(kind)-die")
    let base = Bounds(try factor("\(kind)-base"))
    if let density { return Bounds(gigabytes / density * perArea) + base }
    let area = Bounds(
      best: gigabytes / (try factor("\(kind)-density")), low: gigabytes / (try factor("\(kind)-density-high")),
      high: gigabytes / (try factor("\(kind)-density-low")))
    return area * perArea + base
  }

  // MARK: Cards

  /// What is known of a GPU card; what is not is taken as usual.
  struct Card: Hashable, Sendable {
    var memoryGigabytes: Double
    var memoryDies: Double
    /// Wafer area that the processor's dies take, with cuts, edge and rejects.
    var dieEffectiveSquareMillimetres: Double
    var boardSquareCentimetres: Double?
    var casingKilograms: Double?
    var heatsinkKilograms: Double?
    var kilograms: Double?
    var truckKilometres: Double?
    var boatKilometres: Double?
    var planeKilometres: Double?
  }

  /// A GPU card: casing, heat sink, board, dies, memory, transport and end of life.
  func card(_ card: Card) throws(FactorError) -> Bounds {
    let mass = try usual(card.kilograms, "card-mass")
    let casing = try factor("card-casing") * usual(card.casingKilograms, "card-casing-mass")
    let heatsink = try factor("card-heatsink") * usual(card.heatsinkKilograms, "card-heatsink-mass")
    let board = try factor("card-board") * usual(card.boardSquareCentimetres, "card-board-area")
    let dies = try factor("card-die") * card.dieEffectiveSquareMillimetres
    let perDie = try card.memoryGigabytes * factor("card-memory-area") / card.memoryDies
    let memory = try factor("card-memory-die") * card.memoryDies * effectiveArea(perDie)
    let truck = try factor("card-truck") * usual(card.truckKilometres, "card-truck-distance")
    let boat = try factor("card-boat") * usual(card.boatKilometres, "card-boat-distance")
    let plane = try factor("card-plane") * (card.planeKilometres ?? 0)
    let perKilogram = try factor("card-upstream") + factor("card-end-of-life") + truck + boat + plane
    return Bounds(casing + heatsink + board + dies + memory + mass * perKilogram)
  }

  /// A card of the table.
  func card(_ entry: PartsTable.Card) throws(FactorError) -> Bounds {
    var effective = 0.0
    for dies in entry.dies { effective += dies.count * (try effectiveArea(dies.squareMillimetres)) }
    return try card(
      Card(
        memoryGigabytes: entry.memoryGigabytes, memoryDies: entry.memoryDies,
        dieEffectiveSquareMillimetres: effective, boardSquareCentimetres: entry.boardSquareCentimetres,
        casingKilograms: entry.casingKilograms, heatsinkKilograms: entry.heatsinkKilograms,
        kilograms: entry.kilograms))
  }

  /// The part of a wafer that one good die of some area takes: with the cuts around it, the wafer's edge, and the dies
  /// that a defect spoils.
  func effectiveArea(_ squareMillimetres: Double) throws(FactorError) -> Double {
    let diameter = try factor("wafer-diameter")
    let side = squareMillimetres.squareRoot() + (try factor("kerf"))
    let cut = side * side
    let wafer = Double.pi * diameter * diameter / 4
    let dies = wafer / cut - Double.pi * diameter / (2 * cut).squareRoot()
    let defects = try factor("defect-density")
    let good = exp(-(cut / 100 * defects).squareRoot())
    guard dies > 0 else {
      throw .noValue(of: "a die of \(squareMillimetres) mm2", reason: "it does not fit on a wafer of \(diameter) mm")
    }
    return wafer / dies / good
  }
}
