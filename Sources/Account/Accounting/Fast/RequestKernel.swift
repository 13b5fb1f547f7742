#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The footprint of one request in one pass over plain numbers: for those who reckon a million of them.
///
/// It gives the numbers that ``FacilityEnergy``, ``OperationalCarbon``, ``EmbodiedCarbon`` and ``WaterUse`` give with
/// their receipts, values and ends, to the last bit (tested), where each input is one uncertain thing of its own. It
/// allocates nothing. What explains a figure is made from the same inputs when somebody asks.
public enum RequestKernel {
  /// A number with its 95 % ends.
  public struct Bounded: Hashable, Sendable {
    /// The best value.
    public var value: Double
    /// The low end.
    public var low: Double
    /// The high end.
    public var high: Double

    /// A number with its ends; all above 0.
    @inlinable public init(_ value: Double, low: Double, high: Double) {
      self.value = value
      self.low = low
      self.high = high
    }

    /// A number without uncertainty.
    @inlinable public init(exactly value: Double) { self.init(value, low: value, high: value) }
  }

  /// What a request is reckoned from. All are above 0.
  public struct Inputs: Hashable, Sendable {
    /// IT energy in joules.
    public var energyJoules: Bounded
    /// Total over IT energy of the site.
    public var pue: Bounded
    /// Grid intensity in g/kWh.
    public var gramsPerKilowattHour: Bounded
    /// Embodied carbon of the machine in grams.
    public var machineGrams: Bounded
    /// Life of the machine in seconds.
    public var lifeSeconds: Bounded
    /// Litres on the site for each kWh of IT energy.
    public var onSiteLitresPerKilowattHour: Bounded
    /// Litres at the power plants for each kWh.
    public var offSiteLitresPerKilowattHour: Bounded
    /// How long the machine was held, in seconds.
    public var heldSeconds: Double
    /// The part of the machine that was held.
    public var share: Double

    /// Inputs of one request.
    public init(
      energyJoules: Bounded, pue: Bounded, gramsPerKilowattHour: Bounded, machineGrams: Bounded, lifeSeconds: Bounded,
      onSiteLitresPerKilowattHour: Bounded, offSiteLitresPerKilowattHour: Bounded, heldSeconds: Double, share: Double
    ) {
      self.energyJoules = energyJoules
      self.pue = pue
      self.gramsPerKilowattHour = gramsPerKilowattHour
      self.machineGrams = machineGrams
      self.lifeSeconds = lifeSeconds
      self.onSiteLitresPerKilowattHour = onSiteLitresPerKilowattHour
      self.offSiteLitresPerKilowattHour = offSiteLitresPerKilowattHour
      self.heldSeconds = heldSeconds
      self.share = share
    }
  }

  /// What a request costs. Sums have no ends here: those depend on what their terms share.
  public struct Footprint: Hashable, Sendable {
    /// Energy with overhead, in joules (`pue@1`).
    public var facilityJoules: Bounded
    /// Carbon of the electricity, in grams (`operational-carbon@1`).
    public var operationalGrams: Bounded
    /// The machine's share, in grams (`embodied-by-time@1`).
    public var embodiedGrams: Bounded
    /// Water on the site, in litres (`water-on-site@1`).
    public var onSiteLitres: Bounded
    /// Water at the power plants, in litres (`water-off-site@1`).
    public var offSiteLitres: Bounded
    /// Carbon of use and making, in grams (`run-carbon@2`).
    public var totalGrams: Double
    /// Water in all, in litres (`water@2`).
    public var litres: Double
  }

  /// The footprint of one request.
  public static func footprint(_ inputs: Inputs) -> Footprint {
    let energy = inputs.energyJoules
    let facility = energy.value * inputs.pue.value
    let byEnergy = Move(
      low: (energy.value + (energy.low - energy.value)) * inputs.pue.value - facility,
      high: (energy.value + (energy.high - energy.value)) * inputs.pue.value - facility)
    let byPUE = Move(
      low: energy.value * (inputs.pue.value + (inputs.pue.low - inputs.pue.value)) - facility,
      high: energy.value * (inputs.pue.value + (inputs.pue.high - inputs.pue.value)) - facility)
    let operational = perKilowattHour(facility, byEnergy, byPUE, inputs.gramsPerKilowattHour)
    let offSite = perKilowattHour(facility, byEnergy, byPUE, inputs.offSiteLitresPerKilowattHour)
    let own = Move(low: energy.low - energy.value, high: energy.high - energy.value)
    let onSite = perKilowattHour(energy.value, own, Move.none, inputs.onSiteLitresPerKilowattHour)
    let embodied = embodied(inputs)
    return Footprint(
      facilityJoules: ends(facility, byEnergy, byPUE, Move.none), operationalGrams: operational,
      embodiedGrams: embodied, onSiteLitres: onSite, offSiteLitres: offSite,
      totalGrams: operational.value + embodied.value, litres: onSite.value + offSite.value)
  }

  /// How far one uncertain thing moves a value.
  private struct Move {
    var low: Double
    var high: Double
    static let none = Move(low: 0, high: 0)
  }

  /// Energy in joules, moved by two things, times an amount for each kilowatt-hour.
  private static func perKilowattHour(
    _ joules: Double, _ first: Move, _ second: Move, _ factor: Bounded
  ) -> Bounded {
    let value = joules / 3.6e6 * factor.value
    return ends(
      value,
      Move(
        low: (joules + first.low) / 3.6e6 * factor.value - value,
        high: (joules + first.high) / 3.6e6 * factor.value - value),
      Move(
        low: (joules + second.low) / 3.6e6 * factor.value - value,
        high: (joules + second.high) / 3.6e6 * factor.value - value),
      Move(
        low: joules / 3.6e6 * (factor.value + (factor.low - factor.value)) - value,
        high: joules / 3.6e6 * (factor.value + (factor.high - factor.value)) - value))
  }

  private static func embodied(_ inputs: Inputs) -> Bounded {
    let machine = inputs.machineGrams
    let life = inputs.lifeSeconds
    let value = machine.value * inputs.heldSeconds / life.value * inputs.share
    return ends(
      value,
      Move(
        low: (machine.value + (machine.low - machine.value)) * inputs.heldSeconds / life.value * inputs.share - value,
        high: (machine.value + (machine.high - machine.value)) * inputs.heldSeconds / life.value * inputs.share - value
      ),
      Move(
        low: machine.value * inputs.heldSeconds / (life.value + (life.low - life.value)) * inputs.share - value,
        high: machine.value * inputs.heldSeconds / (life.value + (life.high - life.value)) * inputs.share - value),
      Move.none)
  }

  /// A product's ends: the logarithms of what each thing does add by squares, smallest first as in ``Estimate``.
  private static func ends(_ value: Double, _ a: Move, _ b: Move, _ c: Move) -> Bounded {
    let rounding = 1e-12 * value
    func square(_ move: Move, up: Bool) -> Double {
      // What is left of a thing that does nothing is rounding.
      guard abs(move.low) > rounding || abs(move.high) > rounding else { return 0 }
      let change = up ? max(move.low, move.high, 0) : min(move.low, move.high, 0)
      let length = log((value + change) / value)
      return length * length
    }
    func length(up: Bool) -> Double {
      let (x, y, z) = (square(a, up: up), square(b, up: up), square(c, up: up))
      let smallest = min(x, min(y, z))
      let largest = max(x, max(y, z))
      let middle = max(min(x, y), min(max(x, y), z))
      return (smallest + middle + largest).squareRoot()
    }
    let down = length(up: false)
    let up = length(up: true)
    return Bounded(value, low: down == 0 ? value : value * exp(-down), high: up == 0 ? value : value * exp(up))
  }
}
