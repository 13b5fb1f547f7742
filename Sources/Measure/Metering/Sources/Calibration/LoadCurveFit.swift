public import Quantities

/// A processor's power by its load, fitted to readings of a counter: straight between the loads 0, 0.1, 0.5 and 1, never
/// falling, by least squares (Lawson and Hanson, Solving Least Squares Problems, 1974: non-negative least squares).
///
/// One half of the readings makes the curve, the other tells how far off it is.
public struct LoadCurveFit: Hashable, Sendable {
  /// A range of loads that was seen, and how far off the curve is in it.
  public struct Seen: Hashable, Sendable {
    /// From the lowest load seen to the highest.
    public let loads: ClosedRange<Double>
    /// No more than 5 in 100 readings are further off, as a part of the curve's value.
    public let relativeError: Double
  }

  /// The loads at which the curve bends: those of the published one.
  public static let loads = [0, 0.1, 0.5, 1.0]
  /// So many readings each half needs: at one a second, most of a minute in all.
  public static let fewestReadings = 15.0
  /// So many readings a range of loads needs in each half to count as seen.
  static let fewestInRange = 3.0
  /// Of any distribution with one peak, no more than 5 in 100 lie further from a point than this times the root mean
  /// square distance from it: sqrt(4 / 9 / 0.05) (Vysochanskij and Petunin 1980; Pukelsheim, The Three Sigma Rule, 1994).
  static let coverage = (4 / 9 / 0.05).squareRoot()

  /// Power at each of ``loads``.
  public let powers: [Power]
  /// The root mean square distance of the readings held out, as a part of the curve's value.
  public let rootMeanSquare: Double
  /// What 95 in 100 of the readings held out keep within, as a part of the curve's value.
  public var relativeError: Double { Self.coverage * rootMeanSquare }
  /// The ranges of loads that were seen, in order.
  public let seen: [Seen]
  /// How many readings were used, both halves.
  public let count: Double

  /// Fits the curve.
  ///
  /// - Throws: ``MeteringError`` when there are too few readings.
  public init(_ readings: LoadBins) throws(MeteringError) {
    let bins = readings.bins
    let (fitted, held) = (bins.reduce(0) { $0 + $1.fit.count }, bins.reduce(0) { $0 + $1.test.count })
    let usable = bins.filter { min($0.fit.count, $0.test.count) >= Self.fewestInRange }
    guard min(fitted, held) >= Self.fewestReadings, !usable.isEmpty else {
      throw MeteringError(
        "\(Int(fitted + held)) readings are too few for a curve; \(Int(2 * Self.fewestReadings)) are needed, "
          + "\(Int(2 * Self.fewestInRange)) of them at about one load: measure a longer run")
    }
    var sum = 0.0
    let powers = Self.steps(bins.map(\.fit)).map { step in
      sum += step
      return Power.watts(sum)
    }
    // The mean of squares in each range, as parts of the curve's value there.
    let squares = bins.map { bin -> Double in
      guard bin.test.count > 0 else { return 0 }
      let (watts, slope) = Self.line(powers, load: bin.test.load)
      guard watts > 0 else { return .infinity }
      return bin.test.squares(fromLineThrough: watts, slope: slope) / (watts * watts) / bin.test.count
    }
    let mean = zip(bins, squares).reduce(0) { $0 + ($1.0.test.count > 0 ? $1.1 * $1.0.test.count : 0) } / held
    guard let full = powers.last, full.watts > 0, full.watts.isFinite, mean.isFinite else {
      throw MeteringError("the readings make no curve: some of them are near 0 W")
    }
    self.powers = powers
    rootMeanSquare = mean.squareRoot()
    seen = zip(bins, squares).compactMap { bin, squares in
      guard min(bin.fit.count, bin.test.count) >= Self.fewestInRange else { return nil }
      // A run may stay in one range: what is true of all ranges together is not enough.
      return Seen(
        loads: min(bin.fit.lowest, bin.test.lowest)...max(bin.fit.highest, bin.test.highest),
        relativeError: Self.coverage * max(mean, squares).squareRoot())
    }
    count = fitted + held
  }

  /// Power at `load`, straight between the curve's points; outside 0 to 1 its ends.
  public func power(load: Double) -> Power { Self.power(powers, load: load) }

  static func power(_ powers: [Power], load: Double) -> Power {
    .watts(line(powers, load: min(max(load.isNaN ? 0 : load, 0), 1)).watts)
  }

  /// The curve's watts at `load`, 0 to 1, and how many watts it rises there over the whole range of loads.
  private static func line(_ powers: [Power], load: Double) -> (watts: Double, slope: Double) {
    let above = (1..<loads.count).first { load <= loads[$0] } ?? loads.count - 1
    let slope = (powers[above] - powers[above - 1]).watts / (loads[above] - loads[above - 1])
    return (powers[above - 1].watts + slope * (load - loads[above - 1]), slope)
  }

  /// How much of each step of the curve a load has climbed: power is the steps times these.
  private static func climbed(_ load: Double) -> [Double] {
    [1] + (1..<loads.count).map { min(max((load - loads[$0 - 1]) / (loads[$0] - loads[$0 - 1]), 0), 1) }
  }

  /// The idle power and three rises, none negative, that lie closest to the readings. Sums over a range are exact, because
  /// the curve is straight in it. What the readings leave open is as the published curve has it, scaled to them.
  private static func steps(_ ranges: [LoadMoments]) -> [Double] {
    let size = loads.count
    let factors = LoadCurve.points.map(\.factor)
    var problem = NonNegativeLeastSquares(size: size)
    var (watts, shape) = (0.0, 0.0)
    for range in ranges where range.count > 0 {
      let row = climbed(range.load)
      problem.add(row, range.watts, weight: range.count)
      let part = (1..<size).first { range.load <= loads[$0] } ?? size - 1
      let rise = 1 / (loads[part] - loads[part - 1])
      problem.add(at: part, square: rise * rise * range.loadLoad, product: rise * range.loadWatts)
      watts += range.count * range.watts
      shape += range.count * line(factors.map { .watts($0) }, load: range.load).watts
    }
    let scale = watts / shape
    let published = factors.indices.map { scale * (factors[$0] - ($0 > 0 ? factors[$0 - 1] : 0)) }
    // So light that it moves no power by a thousandth of a watt where there are readings.
    let weight = 1e-7 * ranges.reduce(0) { $0 + $1.count }
    for index in 0..<size {
      problem.add(at: index, square: weight, product: weight * published[index])
    }
    return problem.solution
  }
}
