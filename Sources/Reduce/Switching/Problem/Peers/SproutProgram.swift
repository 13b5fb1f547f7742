public import Quantities

/// SPROUT's linear programme for one interval: the shares of least carbon whose quality stays above a floor that loosens as
/// the grid gets dirtier.
///
/// Method `sprout-program@1`: minimise sum x*(CI*e + embodied*t) subject to sum x = 1 and
/// sum x*q >= (1 - xi*(CI - CI_min)/(CI_max - CI_min))*q_0. With one constraint beside the sum, an optimum uses at most two
/// levels, so all pairs are looked at. Since the floor loosens each interval by itself, mean quality over a period is not
/// guaranteed, and emissions can fall again at the dirtiest hour.
/// Source: B. Li, Y. Jiang, V. Gadepally, D. Tiwari, "SPROUT: Green Generative AI with Carbon-Efficient LLM Inference",
/// EMNLP 2024, arXiv 2403.12900.
public struct SproutProgram: Hashable, Sendable, Codable {
  /// One level of brevity, or any variant.
  public struct Level: Hashable, Sendable, Codable {
    /// Its quality; SPROUT takes the share of answers that a judge prefers.
    public var quality: Double
    /// Energy of one request.
    public var energy: Energy
    /// Time that one request takes, for the embodied part.
    public var duration: Span

    /// A level.
    public init(quality: Double, energy: Energy, duration: Span = .zero) {
      self.quality = quality
      self.energy = energy
      self.duration = duration
    }
  }

  /// How far quality may fall at the dirtiest intensity, as a fraction of the first level's: xi.
  public var tolerance: Double
  /// Embodied carbon of each second that a request takes, in grams.
  public var embodiedGramsPerSecond: Double

  /// The embodied rate of the published code: 26 356.568 g over five years.
  public static let publishedEmbodiedRate = 26_356.568 / Span.years(5).seconds

  /// The programme with the published settings unless others are given.
  public init(tolerance: Double = 0.1, embodiedGramsPerSecond: Double = publishedEmbodiedRate) {
    self.tolerance = min(max(tolerance, 0), 1)
    self.embodiedGramsPerSecond = max(embodiedGramsPerSecond, 0)
  }

  /// The least quality at an intensity, given the lowest and highest there are; the reference level's own where these
  /// are the same.
  public func floor(
    reference: Double, at intensity: CarbonIntensity, within range: ClosedRange<CarbonIntensity>
  ) -> Double {
    let span = (range.upperBound - range.lowerBound).gramsPerKilowattHour
    guard span > 0 else { return reference }
    let place = (intensity - range.lowerBound).gramsPerKilowattHour / span
    return (1 - tolerance * min(max(place, 0), 1)) * reference
  }

  /// The carbon of one request at a level.
  public func carbon(of level: Level, at intensity: CarbonIntensity) -> Carbon {
    level.energy * intensity + .grams(embodiedGramsPerSecond * level.duration.seconds)
  }

  /// Each level's share of requests.
  ///
  /// - Parameters:
  ///   - levels: the levels; at least one.
  ///   - reference: the place of the level whose quality the floor is a part of, level 0 in SPROUT.
  ///   - intensity: the intensity now, including PUE.
  ///   - range: the lowest and highest intensity, of the region's year in SPROUT.
  /// - Returns: shares that sum to 1; all on the reference level where it is out of range of the levels, and none for no
  ///   levels.
  public func shares(
    _ levels: [Level], reference: Int = 0, at intensity: CarbonIntensity, within range: ClosedRange<CarbonIntensity>
  ) -> [Double] {
    guard levels.indices.contains(reference) else {
      return levels.isEmpty ? [] : [1] + levels.dropFirst().map { _ in 0 }
    }
    let floor = floor(reference: levels[reference].quality, at: intensity, within: range)
    let costs = levels.map { carbon(of: $0, at: intensity).grams }
    var best = (low: reference, high: reference, share: 0.0, cost: costs[reference])
    func offer(_ low: Int, _ high: Int, _ share: Double) {
      let cost = costs[low] + share * (costs[high] - costs[low])
      if cost < best.cost { best = (low, high, share, cost) }
    }
    for (high, level) in levels.enumerated() where level.quality >= floor {
      offer(high, high, 0)
      for (low, other) in levels.enumerated() where other.quality < floor {
        offer(low, high, (floor - other.quality) / (level.quality - other.quality))
      }
    }
    var shares = [Double](repeating: 0, count: levels.count)
    shares[best.low] += 1 - best.share
    shares[best.high] += best.share
    return shares
  }
}
