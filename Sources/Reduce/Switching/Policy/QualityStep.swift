public import Quantities

/// One step up the variants worth using, as a policy weighs it: from one to the next better one.
///
/// It takes extra energy de a request and gives dq points. On one grid it costs c*PUE*de; where the two stand on
/// different grids, what the better one emits there less what the other emits where it stands. Source:
/// inference-gateway reference, 7.2; method `price-rule@1`, across places `placed-price-rule@1`.
public struct QualityStep: Hashable, Sendable {
  /// The variant below, and the one above.
  public let from: Variant, to: Variant
  /// What a request more on the upper one emits beyond what it would on the lower one; `nil` when a grid is not known.
  public let cost: Carbon?

  /// Extra energy of a request; negative where a better variant elsewhere takes less.
  public var extraEnergy: Energy { to.energy - from.energy }
  /// Extra quality in points, on lower bounds.
  public var extraQuality: Double { to.qualityLow - from.qualityLow }
}

extension PolicyInput {
  /// The steps between the variants worth using, cheapest first.
  ///
  /// Where variants stand on different grids these are those of the hour, as far as its grids are known; else those of
  /// how the places compare without it. Negative intensities cost nothing, as in the choice.
  public var steps: [QualityStep] {
    let maker = DecisionMaker(policy: "", input: self)
    return zip(maker.hull.points, maker.hull.points.dropFirst()).map { lower, upper in
      let (from, to) = (ladder.variants[lower.index], ladder.variants[upper.index])
      let isKnown = maker.isKnown(from.place) && maker.isKnown(to.place)
      // The hull's energies are joules, or, with places, joules times what each costs.
      let grams = maker.cost.map { $0 * (upper.energy - lower.energy).joules / 3.6e6 }
      return QualityStep(from: from, to: to, cost: isKnown ? grams.map(Carbon.grams) : nil)
    }
  }
}
