/// An option before it is set beside the others.
struct BoardCandidate {
  /// What is chosen.
  let choice: BoardChoice
  /// How its figures came about.
  let basis: BoardOption.Basis
  /// The figures.
  let figures: OptionFigures
  /// What they rest on, a sentence each.
  let notes: [String]
}

/// A choice that is no option, with the reason.
public struct LeftOut: Hashable, Sendable {
  /// The choice in words.
  public let label: String
  /// Why it is no option.
  public let reason: String
}
