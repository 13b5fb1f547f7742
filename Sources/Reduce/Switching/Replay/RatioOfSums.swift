/// The ratio of two sums over periods that follow each other, with its 95 % interval.
struct RatioOfSums {
  /// One period's part and whole.
  struct Pair {
    let part: Double
    let whole: Double
  }

  /// Errors of periods further apart than this are taken as independent.
  static let longestDependence = 7

  /// Sum of parts over sum of wholes.
  let value: Double
  /// Half the 95 % interval's width; `nil` for a single period.
  let halfWidth95: Double?

  /// The ratio; `nil` without a whole.
  init?(_ pairs: [Pair]) {
    let whole = pairs.reduce(0) { $0 + $1.whole }
    guard whole > 0 else { return nil }
    let ratio = pairs.reduce(0) { $0 + $1.part } / whole
    value = ratio
    let count = pairs.count
    guard count > 1 else {
      halfWidth95 = nil
      return
    }
    let errors = pairs.map { $0.part - ratio * $0.whole }
    let reach = min(Self.longestDependence, count / 4)
    var variance = errors.reduce(0) { $0 + $1 * $1 }
    for lag in stride(from: 1, through: reach, by: 1) {
      let together = zip(errors, errors.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
      variance += 2 * (1 - Double(lag) / Double(reach + 1)) * together
    }
    variance *= Double(count) / Double(count - 1)
    halfWidth95 = Self.student95(freedom: Double(count - 1)) * max(0, variance).squareRoot() / whole
  }

  /// The two-sided 95 % quantile of Student's t, by the expansion in 1/freedom of Abramowitz and Stegun, 26.7.5; right to
  /// 1 % from three degrees of freedom on.
  static func student95(freedom: Double) -> Double {
    let z = QualityBound.normalQuantile
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
    let first = (z3 + z) / 4
    let second = (5 * z5 + 16 * z3 + 3 * z) / 96
    let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
    return z + first / freedom + second / (freedom * freedom) + third / (freedom * freedom * freedom)
  }
}
