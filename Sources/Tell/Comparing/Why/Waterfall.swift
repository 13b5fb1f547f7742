public import Methods
public import Quantities

/// Why two claims differ: steps that multiply from one to the other, and what is left.
///
/// `to = from x every step x remainder`, exactly; what no published figure explains is in the remainder, which is
/// always told.
public struct Waterfall: Sendable {
  /// Where it begins.
  public let from: Claim
  /// Where it ends.
  public let to: Claim
  /// What is compared.
  public let quantity: ClaimQuantity
  /// The figure at the beginning.
  public let start: Receipt
  /// The figure at the end.
  public let end: Receipt
  /// The end over the beginning.
  public let ratio: Figure<Ratio>
  /// What explains it, in order.
  public let steps: [WaterfallStep]
  /// What is left: the ratio over the product of all steps.
  public let remainder: Figure<Ratio>
  /// What the remainder may be made of.
  public let open: [OpenDifference]
  /// Slips of units that the remainder looks like.
  public let slips: [UnitSlip]

  /// Whether the remainder is so near 1 that nothing is left to explain: half a percent, the rounding of three digits.
  public var isExplained: Bool { abs(remainder.value.value - 1) <= 0.005 }

  /// The part of the difference, on the logarithm, that the steps explain, where it is one: 0 to 1.
  public var explainedShare: Double? {
    let total = Logarithm.natural(ratio.value.value)
    guard abs(total) > 0.005 else { return nil }
    let left = Logarithm.natural(remainder.value.value)
    let share = 1 - left / total
    return (0...1).contains(share) ? share : nil
  }
}

/// One factor of the way from a claim to another.
public struct WaterfallStep: Sendable {
  /// How the step's size is known.
  public enum Basis: String, Hashable, Sendable, CaseIterable {
    /// Both claims state it, or their formulas were run.
    case computed
    /// One of them counts it and the other does not; its size lies in a published range.
    case bounded
  }

  /// The kind of difference.
  public let group: ClaimFactor.Group
  /// The key of the factor: `pue`, `scope`.
  public let key: String
  /// What changes, for people.
  public let name: String
  /// How it is in the first claim.
  public let from: String
  /// How it is in the second.
  public let to: String
  /// By how much the figure changes for it.
  public let ratio: Figure<Ratio>
  /// How that is known.
  public let basis: Basis
  /// Why, in one sentence.
  public let reason: String
  /// Where the numbers stand.
  public let sources: [Source]
}

/// A difference, or a silence, whose size no published figure gives: a part of the remainder.
public struct OpenDifference: Sendable {
  /// The kind of difference.
  public let group: ClaimFactor.Group
  /// The key of the factor.
  public let key: String
  /// What differs or is not stated, in one sentence.
  public let text: String
  /// Between which factors it can lie, where published figures bound it.
  public let bounds: ClosedRange<Double>?
  /// Where the bounds stand.
  public let sources: [Source]

  init(
    _ group: ClaimFactor.Group, _ key: String, _ text: String, bounds: ClosedRange<Double>? = nil,
    sources: [Source] = []
  ) {
    self.group = group
    self.key = key
    self.text = text
    self.bounds = bounds
    self.sources = sources
  }
}
