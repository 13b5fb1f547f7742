import Quantities

/// What became of a plan that was made on a forecast: promised, realised, and the best there was to have.
public struct PlanReview: Hashable, Sendable {
  /// The plan as it was made.
  public let plan: WindowPlan
  /// The same pieces, met by what really was.
  public let realised: WindowPlan
  /// The best plan in hindsight.
  public let clairvoyant: WindowPlan

  /// The mean that the plan promised.
  public var promisedMean: Double { plan.meanWithPauses }
  /// The mean that it met.
  public var realisedMean: Double { realised.meanWithPauses }
  /// The mean of the best plan there was.
  public var clairvoyantMean: Double { clairvoyant.meanWithPauses }
  /// How much more than the best plan it cost: 0 is as good as knowing the future; nothing when the best costs nothing.
  public var regret: Double? { clairvoyantMean > 0 ? realisedMean / clairvoyantMean - 1 : nil }
  /// The share of the possible saving that it got; negative when it was worse than starting at once, nothing when
  /// there was none to get.
  public var shareKept: Double? {
    guard let possible = clairvoyant.saved, let got = realised.saved, possible > 0 else { return nil }
    return got / possible
  }
  /// How much the saving fell short of what was promised, in the series' unit: a residual for later verdicts.
  public var residual: Double? {
    guard let promised = plan.saved, let got = realised.saved else { return nil }
    return got - promised
  }
}

extension WindowPlan {
  /// What became of this plan, now that it is known what was.
  ///
  /// - Throws: ``WindowError`` when the history does not have the window; ``SeriesError`` is not thrown, the caller
  ///   sees to it that both are of one kind (``Series/checkSameMeaning(as:)``).
  public func review(on history: WindowIndex) throws(WindowError) -> PlanReview {
    guard let realised = history.evaluate(pieces, of: query), realised.coverage == 1 else {
      throw .nothingKnown(start..<end)
    }
    return PlanReview(plan: self, realised: realised, clairvoyant: try history.plan(query))
  }
}
