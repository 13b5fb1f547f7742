public import Quantities

/// Two neighbouring hull variants in fixed shares: the best that can be done without looking at the grid.
///
/// Method `static-mix@1`. Made of a ladder it goes by energy alone, whatever the places: the best where all variants stand on
/// one grid. ``Problem/staticMix()`` weighs places.
public struct StaticMix: Hashable, Sendable, Codable {
  /// The cheaper variant's name.
  public let lower: String
  /// The better variant's name; the same as `lower` when one variant alone does it.
  public let upper: String
  /// The better variant's share of requests, 0 to 1.
  public let upperShare: Double
  /// Shares of all variants, in ladder order.
  public let shares: [Double]
  /// Mean quality on the hull's basis, in points.
  public let quality: Double
  /// Mean energy of one request.
  public let energy: Energy
  /// Whether the quality asked for is reached; if not, the best variant alone is served.
  public let isFeasible: Bool

  /// The cheapest fixed mix of `ladder` whose mean quality on `basis` is at least `quality` points.
  public init(of ladder: Ladder, reaching quality: Double, on basis: QualityBasis = .lowerBound) {
    self.init(of: ladder, hull: Hull(of: ladder, on: basis), reaching: quality)
  }

  init(of ladder: Ladder, hull: Hull, reaching quality: Double) {
    let (low, high, share) = hull.bracket(quality)
    self.init(
      of: ladder, lower: hull.points[low].index, upper: hull.points[high].index, upperShare: share, on: hull.basis,
      isFeasible: quality <= hull.highestQuality + 1e-9)
  }

  /// The mix of two variants of the ladder, by their places in it.
  init(of ladder: Ladder, lower: Int, upper: Int, upperShare: Double, on basis: QualityBasis, isFeasible: Bool) {
    var shares = [Double](repeating: 0, count: ladder.variants.count)
    shares[lower] += 1 - upperShare
    shares[upper] += upperShare
    self.lower = ladder.variants[lower].name
    self.upper = ladder.variants[upper].name
    self.upperShare = upperShare
    self.shares = shares
    self.quality = ladder.quality(shares, on: basis)
    self.energy = .joules(ladder.joulesPerRequest(shares))
    self.isFeasible = isFeasible
  }
}

extension Hull {
  /// The two neighbours between which a quality lies, and the upper one's share of a mix that reaches it; an end of the
  /// hull alone for what is beyond.
  func bracket(_ quality: Double) -> (low: Int, high: Int, share: Double) {
    let last = points.count - 1
    guard quality > lowestQuality else { return (0, 0, 0) }
    if quality >= highestQuality { return (last, last, 0) }
    let high = points.firstIndex { $0.quality >= quality } ?? last
    let (below, above) = (points[high - 1], points[high])
    return (high - 1, high, (quality - below.quality) / (above.quality - below.quality))
  }
}
