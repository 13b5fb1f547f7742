#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether one estimate is below another, as far as what is known of both allows to say.
public enum Comparison: Hashable, Sendable {
  /// Below, with at least ``certainty``.
  case lower
  /// Above, with at least ``certainty``.
  case higher
  /// Neither can be said.
  case noClearDifference

  /// How sure a claim must be.
  public static let certainty = 0.95

  /// The probability that `a` is below `b`.
  ///
  /// What both rest on moves both at once and cancels: two energies on one grid are compared by their energies. What
  /// is left is taken as normal, on the logarithm of a / b where that is positive throughout, else on a - b; either
  /// side of the difference has its own width. Equal exact values are one half.
  public static func probability<Q: Quantity>(_ a: Estimate<Q>, below b: Estimate<Q>) -> Double {
    let ratio = a / b
    if a.value.baseValue > 0, b.value.baseValue > 0, isPositive(ratio) {
      let best = log(ratio.value.value)
      return probability(best, low: log(ratio.low.value), high: log(ratio.high.value))
    }
    let difference: Estimate<Q> = a - b
    return probability(
      difference.value.baseValue, low: difference.low.baseValue, high: difference.high.baseValue)
  }

  /// What may be said of `a` beside `b`.
  public static func between<Q: Quantity>(_ a: Estimate<Q>, and b: Estimate<Q>) -> Comparison {
    let below = probability(a, below: b)
    if below >= certainty { return .lower }
    return 1 - below >= certainty ? .higher : .noClearDifference
  }

  private static func isPositive(_ ratio: Estimate<Ratio>) -> Bool {
    ratio.deviations.values.allSatisfy { ratio.value.value + min($0.atLow, $0.atHigh) > 0 }
  }

  /// The probability of being below zero, of something with that best value and 95 % interval.
  private static func probability(_ best: Double, low: Double, high: Double) -> Double {
    if best == 0, low == high { return 0.5 }
    let width = best < 0 ? high - best : best - low
    guard width > 0 else { return best < 0 ? 1 : best > 0 ? 0 : 0.5 }
    return 0.5 * erfc(best / (width / normalEnd) / 2.0.squareRoot())
  }

  /// Where a normal distribution's 95 % interval ends, in standard deviations.
  static let normalEnd = 1.959963984540054
}
