#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How deviations become an interval, and how several uncertain things move a value together.
enum Interval {
  /// The 95 % interval of a value by its deviations.
  static func ends(
    of value: Double, deviations: [Deviation], _ additivity: Additivity
  ) -> (low: Double, high: Double) {
    let sides = deviations.map { (down: min($0.atLow, $0.atHigh, 0), up: max($0.atLow, $0.atHigh, 0)) }
    if value > 0, sides.allSatisfy({ value + $0.down > 0 }) {
      let down = length(sides.map { Additivity.scaled((value + $0.down) / value, additivity.down) })
      let up = length(sides.map { Additivity.scaled((value + $0.up) / value, additivity.up) })
      return (
        down == 0 ? value : value * Additivity.unscaled(-down, additivity.down),
        up == 0 ? value : value * Additivity.unscaled(up, additivity.up)
      )
    }
    return (value - length(sides.map(\.down)), value + length(sides.map(\.up)))
  }

  /// The root of the sum of squares. Sources come in the order of a dictionary, which differs from run to run; adding
  /// in the order of size makes equal estimates equal to the last bit, and with them the ids made from their ends.
  private static func length(_ terms: [Double]) -> Double {
    terms.map { $0 * $0 }.sorted().reduce(0, +).squareRoot()
  }

  /// The value when several uncertain things move it at once, each by so much alone.
  static func moved(_ value: Double, by changes: [Double], _ additivity: Additivity) -> Double {
    if changes.isEmpty { return value }
    if changes.count == 1 { return value + changes[0] }
    guard value > 0, changes.allSatisfy({ value + $0 > 0 }) else { return value + changes.sorted().reduce(0, +) }
    let sum = changes.map { change in
      Additivity.scaled((value + change) / value, change > 0 ? additivity.up : additivity.down)
    }.sorted().reduce(0, +)
    return value * Additivity.unscaled(sum, sum > 0 ? additivity.up : additivity.down)
  }
}
