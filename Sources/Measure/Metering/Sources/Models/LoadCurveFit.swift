public import Quantities

/// A processor's power by its load, fitted to readings of a counter: straight between the loads 0, 0.1, 0.5 and 1, never
/// falling, by least squares (Lawson and Hanson, Solving Least Squares Problems, 1974: non-negative least squares).
public struct LoadCurveFit: Hashable, Sendable {
  /// One reading.
  public struct Pair: Hashable, Sendable {
    /// The busy part of all hardware threads, 0 to 1.
    public let load: Double
    /// The processors' power meanwhile.
    public let power: Power

    /// A reading.
    public init(load: Double, power: Power) {
      self.load = load
      self.power = power
    }
  }

  /// The loads at which the curve bends: those of the published one.
  public static let loads = [0, 0.1, 0.5, 1.0]
  /// So many readings are needed in each part of the range.
  public static let readingsPerPart = 5

  /// Power at each of ``loads``.
  public let powers: [Power]
  /// What 95 in 100 readings keep within, as a part of the curve's value.
  public let relativeError: Double
  /// How many readings were used.
  public let count: Int

  /// Fits the curve.
  ///
  /// - Throws: ``MeteringError`` when some part of the range was seen too rarely: what was not seen is not guessed.
  public init(_ pairs: [Pair]) throws(MeteringError) {
    let usable = pairs.filter {
      (0...1).contains($0.load) && $0.power.watts.isFinite && $0.power.watts > 0
    }
    for part in [0...0.1, 0.1...0.5, 0.5...0.9, 0.9...1] {
      let seen = usable.count { part.contains($0.load) }
      guard seen >= Self.readingsPerPart else {
        throw MeteringError(
          "loads from \(part.lowerBound) to \(part.upperBound) were seen \(seen) times and \(Self.readingsPerPart) are "
            + "needed: measure a run that goes from idle to all processors busy")
      }
    }
    let steps = Self.steps(usable)
    var sum = 0.0
    let powers = steps.map { step in
      sum += step
      return Power.watts(sum)
    }
    // More counters than one would show less than nothing here; a curve of zeros is none.
    guard let full = powers.last, full.watts > 0 else {
      throw MeteringError("the readings make no curve: all of them are near 0 W")
    }
    let errors = usable.map { pair in
      let fitted = Self.power(powers, load: pair.load).watts
      return abs(pair.power.watts - fitted) / max(fitted, .leastNormalMagnitude)
    }.sorted()
    self.powers = powers
    relativeError = errors[min(Int((Double(errors.count) * 0.95).rounded(.up)), errors.count) - 1]
    count = usable.count
  }

  /// Power at `load`, straight between the curve's points; outside 0 to 1 its ends.
  static func power(_ powers: [Power], load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    for index in 1..<loads.count where load <= loads[index] {
      let part = (load - loads[index - 1]) / (loads[index] - loads[index - 1])
      return powers[index - 1] + (powers[index] - powers[index - 1]) * part
    }
    return powers[loads.count - 1]
  }

  /// How much of each step of the curve a load has climbed: power is the steps times these.
  private static func climbed(_ load: Double) -> [Double] {
    [1] + (1..<loads.count).map { min(max((load - loads[$0 - 1]) / (loads[$0] - loads[$0 - 1]), 0), 1) }
  }

  /// The idle power and three rises, none negative, that lie closest to the readings: one at a time in turn, which
  /// arrives because the sum of squares is convex.
  private static func steps(_ pairs: [Pair]) -> [Double] {
    let size = loads.count
    var products = [Double](repeating: 0, count: size * size)
    var targets = [Double](repeating: 0, count: size)
    for pair in pairs {
      let row = climbed(pair.load)
      for first in 0..<size {
        targets[first] += row[first] * pair.power.watts
        for second in 0..<size { products[first * size + second] += row[first] * row[second] }
      }
    }
    var steps = [Double](repeating: 0, count: size)
    for _ in 0..<100_000 {
      var change = 0.0
      for index in 0..<size where products[index * size + index] > 0 {
        let others = (0..<size).reduce(0.0) { $0 + ($1 == index ? 0 : products[index * size + $1] * steps[$1]) }
        let next = max((targets[index] - others) / products[index * size + index], 0)
        change = max(change, abs(next - steps[index]))
        steps[index] = next
      }
      if change < 1e-9 { break }
    }
    return steps
  }
}
