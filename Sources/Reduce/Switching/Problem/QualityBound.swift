/// A share of right answers, in points, with its 95 % interval.
public struct QualityBound: Hashable, Sendable, Codable {
  /// The observed share, in points 0 to 100.
  public let quality: Double
  /// The low end of the interval, in points.
  public let low: Double
  /// The high end of the interval, in points.
  public let high: Double

  /// The standard normal quantile of a two-sided 95 % interval.
  public static let normalQuantile = 1.959963984540054

  /// The score interval of a binomial share. It stays inside 0 to 100 and is honest at both ends, where the familiar
  /// plus-or-minus interval is not.
  ///
  /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc.
  /// 22 (1927) 209-212.
  ///
  /// - Returns: the bound, or `nil` when nothing was asked or the counts contradict each other: unknown is not zero.
  public static func wilson(correct: Int, of total: Int) -> QualityBound? {
    guard total > 0, (0...total).contains(correct) else { return nil }
    let n = Double(total)
    let share = Double(correct) / n
    let z = normalQuantile
    let scale = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / scale
    let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At the two ends the bound is exact; rounding must not push it past the observed share.
    return QualityBound(
      quality: share * 100, low: max(0, min(centre - half, share)) * 100, high: min(1, max(centre + half, share)) * 100)
  }
}
