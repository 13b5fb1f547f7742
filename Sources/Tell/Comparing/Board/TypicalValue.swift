import Methods
public import Quantities

/// What is typical of one measure on a board: the median over the options that know it.
public enum TypicalValue: Hashable, Sendable {
  /// The median and how many options it is of.
  case median(Estimate<Ratio>, of: Int)
  /// There is none, for the reason given.
  case none(String)

  /// The median of some values (`typical-option@1`), moved with what moves them.
  public init(_ values: [Estimate<Ratio>], word: String) {
    guard values.count > 1 else {
      self = .none(
        values.isEmpty
          ? "no option's \(word) is known" : "only one option's \(word) is known, and one alone is not typical")
      return
    }
    self = .median(
      .evaluating(values, method: BoardFormulas.typical, BoardFormulas.median), of: values.count)
  }

  /// The median.
  public var estimate: Estimate<Ratio>? {
    if case .median(let estimate, _) = self { estimate } else { nil }
  }

  /// The verdict on an option, in whose place `drawn` is there as soon as there is a median.
  ///
  /// - Parameter drawn: the share of drawn worlds in which it is below the median.
  func verdict(on value: Estimate<Ratio>?, drawn: Double?, unknown reason: String?) -> Verdict {
    guard let value else { return Verdict(unknown: reason ?? "not known") }
    switch self {
    case .median(let typical, _): return Verdict(value, beside: typical, drawn: drawn ?? 0.5)
    case .none(let reason): return Verdict(unknown: reason)
    }
  }
}
