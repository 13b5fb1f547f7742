/// How far all uncertain things of a value together move it: at the low end, half-way to it, in the middle, half-way to
/// the high end, at the high end. "Half-way" is of a normal number: 16.4 % and 83.6 %.
///
/// The middle is not zero where things are lopsided: a sum of medians is below the median of the sum.
public struct Spread: Hashable, Sendable, Codable {
  /// The change at the low end of the 95 % interval.
  public var low: Double
  /// Half-way to it.
  public var halfLow: Double
  /// The change of the median.
  public var middle: Double
  /// Half-way to the high end.
  public var halfHigh: Double
  /// The change at the high end.
  public var high: Double

  /// The changes at the five places.
  public init(low: Double, halfLow: Double, middle: Double, halfHigh: Double, high: Double) {
    self.low = low
    self.halfLow = halfLow
    self.middle = middle
    self.halfHigh = halfHigh
    self.high = high
  }

  init(_ response: Response) {
    self.init(
      low: response.low, halfLow: response.halfLow, middle: response.middle, halfHigh: response.halfHigh,
      high: response.high)
  }

  var response: Response { Response(low, halfLow, middle, halfHigh, high) }
}

extension Response {
  /// All of several things together, each changing the value by so much alone, on the scales below and above it on which
  /// they add; on the value itself where one of them reaches zero.
  static func together(_ value: Double, _ all: [Response], _ additivity: Additivity) -> Response {
    let moving = all.filter { !$0.isNothing }.map(\.rising)
    if moving.count < 2 { return moving.first ?? Response(0, 0, 0, 0, 0) }
    guard value > 0, moving.allSatisfy({ value + $0.low > 0 }) else { return sum(moving) }
    func on(_ power: Double) -> Response {
      if power == 1 { return sum(moving) }
      let places = sum(moving.map { $0.mapped { Additivity.scaled((value + $0) / value, power) } })
      // A scale below the logarithm ends at a place; what comes near it belongs on the logarithm.
      guard Additivity.reaches(places.low, power), Additivity.reaches(places.high, power) else { return on(0) }
      return places.mapped { value * Additivity.unscaled($0, power) - value }
    }
    if abs(additivity.down - additivity.up) < 0.02 { return on((additivity.down + additivity.up) / 2) }
    let below = on(additivity.down)
    let above = on(additivity.up)
    return Response(below.low, below.halfLow, (below.middle + above.middle) / 2, above.halfHigh, above.high)
  }
}
