extension QualityBound {
  /// The mean of scores from 0 to 1, in points, with its 95 % interval by the normal approximation; for scores that are
  /// all right or wrong the interval of ``wilson(correct:of:)``.
  ///
  /// - Returns: `nil` for no score, for one that is no share, and for fewer than ten scores that are not all right or wrong:
  ///   a spread of so few says nothing.
  public static func mean(of scores: [Double]) -> QualityBound? {
    guard !scores.isEmpty, scores.allSatisfy({ (0...1).contains($0) }) else { return nil }
    if scores.allSatisfy({ $0 == 0 || $0 == 1 }) {
      return wilson(correct: scores.count { $0 == 1 }, of: scores.count)
    }
    guard scores.count >= 10 else { return nil }
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let half = normalQuantile * (variance / count).squareRoot()
    return QualityBound(quality: mean * 100, low: max(0, mean - half) * 100, high: min(1, mean + half) * 100)
  }
}
