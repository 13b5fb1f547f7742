public import Methods
public import Quantities

/// A facility's power usage effectiveness as a function of the wet-bulb temperature: method `pue-wet-bulb@1`.
///
///     PUE = base + slope x max(0, wet bulb - threshold)
///
/// (signals-and-scheduling, 0.8), or straight lines between a facility's own points, flat beyond the first and the
/// last one: nothing is made up outside what was measured. With it "train when it is cooler" enters a plan as kWh.
public struct PUECurve: Hashable, Sendable {
  /// One point of the curve.
  public struct Point: Hashable, Sendable, Codable {
    /// Wet-bulb temperature in °C.
    public let wetBulbCelsius: Double
    /// Facility energy over energy of the computing, 1 or more.
    public let pue: Double
    /// A point.
    public init(wetBulbCelsius: Double, pue: Double) {
      self.wetBulbCelsius = wetBulbCelsius
      self.pue = pue
    }
  }

  /// Where the curve bends, by temperature.
  public let points: [Point]
  /// How much PUE rises per °C beyond the last point.
  public let slopeBeyond: Double
  /// Where the numbers come from.
  public let origin: Origin
  /// How far off the rise over the lowest PUE can be, as a share of it: 1 for "between none and twice as much".
  public let spread: Double
  /// What to cite.
  public let source: Source

  /// A line that rises above a threshold.
  ///
  /// - Parameters:
  ///   - base: PUE at and below the threshold, 1 to 5.
  ///   - slope: rise of PUE per °C above it, 0 to 0.2.
  ///   - threshold: wet-bulb temperature in °C.
  ///   - spread: how far off the rise can be, as a share of it, 0 to 1.
  /// - Throws: ``WeatherError/badCurve(_:)``.
  public init(
    base: Double, slope: Double, above threshold: Double, origin: Origin = .declared, spread: Double = 0, source: Source
  ) throws(WeatherError) {
    guard (0...0.2).contains(slope) else {
      throw .badCurve("PUE rises by 0 to 0.2 per °C, not by \(slope); give the slope per °C of wet bulb")
    }
    try self.init(
      checking: [Point(wetBulbCelsius: threshold, pue: base)], slopeBeyond: slope, origin: origin, spread: spread,
      source: source)
  }

  /// A facility's own points, in any order.
  ///
  /// - Throws: ``WeatherError/badCurve(_:)`` for no points, two at one temperature, or a PUE that cannot be.
  public init(points: [Point], origin: Origin = .declared, spread: Double = 0, source: Source) throws(WeatherError) {
    try self.init(checking: points, slopeBeyond: 0, origin: origin, spread: spread, source: source)
  }

  private init(
    checking points: [Point], slopeBeyond: Double, origin: Origin, spread: Double, source: Source
  ) throws(WeatherError) {
    guard !points.isEmpty else { throw .badCurve("a PUE needs at least one point") }
    for point in points {
      guard (1...5).contains(point.pue) else {
        throw .badCurve("a PUE is 1 to 5, not \(point.pue); it is all of the facility's energy over the computers'")
      }
      guard (-60...60).contains(point.wetBulbCelsius) else {
        throw .badCurve("a wet bulb is -60 to 60 °C, not \(point.wetBulbCelsius)")
      }
    }
    guard (0...1).contains(spread) else { throw .badCurve("a spread is a share from 0 to 1, not \(spread)") }
    let sorted = points.sorted { $0.wetBulbCelsius < $1.wetBulbCelsius }
    for (point, next) in zip(sorted, sorted.dropFirst()) where point.wetBulbCelsius == next.wetBulbCelsius {
      throw .badCurve("two PUEs at \(point.wetBulbCelsius) °C; keep one")
    }
    self.points = sorted
    self.slopeBeyond = slopeBeyond
    self.origin = origin
    self.spread = spread
    self.source = source
  }

  /// The curve of a facility of which only its PUE in cool weather is known: 0.01 more per °C of wet bulb above 12 °C,
  /// between none and twice that. These two numbers are Dimmer's assumption; no measurement stands behind them.
  ///
  /// - Throws: ``WeatherError/badCurve(_:)`` when the PUE cannot be.
  public static func assumed(base: Double) throws(WeatherError) -> PUECurve {
    try PUECurve(
      base: base, slope: 0.01, above: 12, origin: .assumed, spread: 1,
      source: Source("Dimmer: assumed rise of PUE with the wet bulb; declare your facility's own points"))
  }

  /// The PUE at a wet-bulb temperature.
  public func pue(at wetBulbCelsius: Double) -> Double {
    let after = points.firstIndex { $0.wetBulbCelsius > wetBulbCelsius }
    switch after {
    case 0: return points[0].pue
    case nil:
      let last = points[points.count - 1]
      return last.pue + slopeBeyond * (wetBulbCelsius - last.wetBulbCelsius)
    case .some(let index):
      let (low, high) = (points[index - 1], points[index])
      let share = (wetBulbCelsius - low.wetBulbCelsius) / (high.wetBulbCelsius - low.wetBulbCelsius)
      return low.pue + share * (high.pue - low.pue)
    }
  }

  /// The ends of the PUE's interval: the rise over the curve's lowest PUE, less or more by the spread.
  public func range(at wetBulbCelsius: Double) -> ClosedRange<Double> {
    let value = pue(at: wetBulbCelsius)
    let lowest = points.map(\.pue).min() ?? value
    return (value - spread * (value - lowest))...(value + spread * (value - lowest))
  }
}
