public import Quantities

/// The score by which CLOVER ranks configurations, kept as a method to compare with.
///
/// Method `clover-score@1`, after B. Li, S. Samsi, V. Gadepally, D. Tiwari, "Clover: Toward Sustainable AI with
/// Carbon-Aware Machine Learning Inference Service", SC'23, arXiv 2304.09781: f = lambda*dC - (1-lambda)*dA, both in
/// percent of a base variant at a reference intensity. A weight gives no guarantee on mean quality, which is why
/// Dimmer keeps a floor instead.
public struct CloverScore: Hashable, Sendable, Codable {
  /// The weight of carbon against quality, 0 to 1. The published code uses 0.1.
  public var weight: Double
  /// The intensity at which the base variant's carbon is taken.
  public var reference: CarbonIntensity
  /// The PUE of base and candidates.
  public var pue: Double

  /// The score with CLOVER's published settings unless others are given.
  public init(weight: Double = 0.1, reference: CarbonIntensity = .gramsPerKilowattHour(250), pue: Double = 1.5) {
    self.weight = weight
    self.reference = reference
    self.pue = pue
  }

  /// The score of serving `variant` at `intensity`, in percent; higher is better. It may be negative.
  public func score(_ variant: Variant, base: Variant, at intensity: CarbonIntensity) -> Double {
    let baseCarbon = (base.energy * reference) * pue
    let carbon = (variant.energy * intensity) * pue
    let carbonGain = baseCarbon > .zero ? (baseCarbon - carbon) / baseCarbon : 0
    let qualityLoss = base.quality > 0 ? (base.quality - variant.quality) / base.quality : 0
    return 100 * (weight * carbonGain - (1 - weight) * qualityLoss)
  }

  /// The variant that others are scored against: the one of highest quality, the earlier one on a tie.
  public func base(of ladder: Ladder) -> Variant {
    ladder.variants.dropFirst().reduce(ladder.variants[0]) { $1.quality > $0.quality ? $1 : $0 }
  }

  /// The variant of highest score (the earlier one on a tie).
  public func best(of ladder: Ladder, at intensity: CarbonIntensity) -> Variant {
    let variants = ladder.variants
    let base = base(of: ladder)
    return variants.dropFirst().reduce(variants[0]) {
      score($1, base: base, at: intensity) > score($0, base: base, at: intensity) ? $1 : $0
    }
  }
}
