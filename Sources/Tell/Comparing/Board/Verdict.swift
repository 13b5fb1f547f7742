import Methods
public import Quantities

/// What may be said of an option beside what is typical on its board.
public struct Verdict: Hashable, Sendable {
  /// The claim.
  public enum Standing: String, Hashable, Sendable, CaseIterable {
    /// At least 5 % less, and less with at least 95 %.
    case lower
    /// Neither less nor more can be said.
    case typical
    /// At least 5 % more, and more with at least 95 %.
    case higher
    /// The option or what is typical is not known.
    case unknown
  }

  /// How far from typical a claim begins.
  public static let margin = 0.05

  /// The claim.
  public let standing: Standing
  /// Difference to typical in whole percent; nothing when it is not known.
  public let percent: Int?
  /// Probability that the option is below typical, 0 to 1, with what both rest on cancelled.
  public let probability: Double?
  /// One sentence.
  public let reason: String

  /// The verdict on a value beside what is typical (reference: docs/compare.md).
  ///
  /// - Parameters:
  ///   - typical: the median of the same board, from the same uncertain things.
  ///   - drawn: the share of drawn worlds in which the value is below the median; of it and the closed form the one that
  ///     claims less is taken.
  public init(_ value: Estimate<Ratio>, beside typical: Estimate<Ratio>, drawn: Double) {
    let closed = Comparison.probability(value, below: typical)
    let isBelow = value.value < typical.value
    let below = isBelow ? min(closed, drawn) : max(closed, drawn)
    probability = below
    guard typical.value.value > 0 else {
      percent = nil
      standing = value.value.value == 0 ? .typical : below <= 1 - Comparison.certainty ? .higher : .typical
      reason = "what is typical is nothing, of which there are no percent"
      return
    }
    let ratio = value.value.value / typical.value.value
    let percent = Int(max(-1e9, min(1e9, ((ratio - 1) * 100).rounded())))
    self.percent = percent
    let (isLess, isMore) = (ratio <= 1 - Verdict.margin, ratio >= 1 + Verdict.margin)
    let much = "\(abs(percent)) % \(ratio < 1 ? "below" : "above") typical"
    if isLess, below >= Comparison.certainty {
      standing = .lower
      reason = "\(much), and below it with \(Verdict.text(below))"
    } else if isMore, 1 - below >= Comparison.certainty {
      standing = .higher
      reason = "\(much), and above it with \(Verdict.text(1 - below))"
    } else {
      standing = .typical
      let sure = ratio < 1 ? below : 1 - below
      reason =
        isLess || isMore
        ? "\(much), but that is sure with no more than \(Verdict.text(sure)): no clear difference"
        : "within \(Verdict.text(Verdict.margin)) of typical"
    }
  }

  /// No verdict, for a reason.
  public init(unknown reason: String) {
    standing = .unknown
    percent = nil
    probability = nil
    self.reason = reason
  }

  /// A probability as whole percent, never rounded up to certainty or over the bar.
  static func text(_ probability: Double) -> String {
    let percent = (probability * 100 + 1e-9).rounded(.down)
    return percent >= 100 ? "more than 99 %" : "\(Int(percent)) %"
  }

  /// The shape that says it without colour.
  public var shape: String {
    switch standing {
    case .lower: "▼"
    case .typical: "●"
    case .higher: "▲"
    case .unknown: "?"
    }
  }

  /// The difference for people: `-32 %`, `+8 %`, `0 %`.
  public var percentText: String? {
    percent.map { $0 == 0 ? "0 %" : "\($0 > 0 ? "+" : "-")\(abs($0)) %" }
  }
}
