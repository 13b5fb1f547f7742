public import Quantities

/// Energy from power readings: the trapezoid between each two, on the monotonic clock.
public struct PowerIntegral: Hashable, Sendable {
  private struct Point: Hashable, Sendable {
    let power: Power
    let moment: MonotonicInstant
  }

  private var last: Point?

  /// An integral of nothing yet.
  public init() {}

  /// Takes a reading and gives the energy since the last one; `nil` for the first.
  public mutating func add(_ power: Power, at moment: MonotonicInstant) -> Energy? {
    defer { last = Point(power: power, moment: moment) }
    guard let last, moment >= last.moment else { return nil }
    return (last.power + power) / 2 * (moment - last.moment)
  }
}
