public import Quantities

/// The variants worth using: the lower convex hull of energy over quality.
///
/// A variant above the hull costs more than a mix of its two neighbours of the same quality, so no optimum uses it.
/// Method `hull@1`: drop dominated variants, sort by energy, and pop the middle of three points while
/// (e2-e1)(q3-q2) >= (e3-e2)(q2-q1).
public struct Hull: Hashable, Sendable, Codable {
  /// A variant on the hull.
  public struct Point: Hashable, Sendable, Codable {
    /// Its place in the ladder.
    public let index: Int
    /// Its name.
    public let name: String
    /// Its quality on the hull's basis, in points.
    public let quality: Double
    /// Its energy per request.
    public let energy: Energy
  }

  /// A variant that is not worth using, and why.
  public struct Dropped: Hashable, Sendable, Codable {
    /// Its name.
    public let name: String
    /// One sentence.
    public let reason: String
  }

  /// From this ratio of energies on, two neighbours count as far apart.
  ///
  /// If energy grows by a constant factor per point, as it does in families of one architecture, a variant half way
  /// between two of ratio r costs sqrt(r) where their mix costs (1+r)/2. At r = 4 the missing variant would save 20 %,
  /// which is more than timing was seen to save anywhere (4 to 19 %).
  public static let farApartRatio = 4.0

  /// Which quality the hull was made of.
  public let basis: QualityBasis
  /// The variants on the hull, by rising energy and rising quality.
  public let points: [Point]
  /// The variants that are not, in ladder order.
  public let dropped: [Dropped]
  /// Sentences about neighbours that are far apart; empty when there is nothing to say.
  public let warnings: [String]

  /// The hull of `ladder` on `basis`.
  public init(of ladder: Ladder, on basis: QualityBasis = .lowerBound) {
    let all = ladder.variants.enumerated().map { index, variant in
      Point(index: index, name: variant.name, quality: variant.quality(on: basis), energy: variant.energy)
    }
    // Of two that are equal the one at home stays.
    let away = ladder.variants.map { $0.place == nil ? 0 : 1 }
    let byEnergy = all.sorted {
      ($0.energy, -$0.quality, away[$0.index], $0.index) < ($1.energy, -$1.quality, away[$1.index], $1.index)
    }
    var dropped: [Int: String] = [:]
    var hull: [Point] = []
    for point in byEnergy {
      // The last one kept has the highest quality of all cheaper ones.
      if let better = hull.last, better.quality >= point.quality {
        dropped[point.index] = Hull.dominated(point, by: better)
        continue
      }
      while hull.count >= 2 {
        let (first, middle) = (hull[hull.count - 2], hull[hull.count - 1])
        let left = (middle.energy - first.energy).joules * (point.quality - middle.quality)
        let right = (point.energy - middle.energy).joules * (middle.quality - first.quality)
        guard left >= right else { break }
        dropped[middle.index] = Hull.aboveLine(middle, from: first, to: point)
        hull.removeLast()
      }
      hull.append(point)
    }
    self.basis = basis
    self.points = hull
    self.dropped = dropped.sorted { $0.key < $1.key }.map { Dropped(name: all[$0.key].name, reason: $0.value) }
    self.warnings = zip(hull, hull.dropFirst()).compactMap(Hull.farApart)
  }

  /// Joules per point of each step from one hull variant to the next; they rise strictly.
  public var slopes: [Double] {
    zip(points, points.dropFirst()).map { ($1.energy - $0.energy).joules / ($1.quality - $0.quality) }
  }

  /// The lowest quality on the hull, in points.
  public var lowestQuality: Double { points[0].quality }
  /// The highest quality of all variants, in points.
  public var highestQuality: Double { points[points.count - 1].quality }

  /// Shares by ladder order from shares by hull order.
  func ladderShares(_ hullShares: [Double], count: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: count)
    for (point, share) in zip(points, hullShares) { shares[point.index] = share }
    return shares
  }

  private static func dominated(_ point: Point, by better: Point) -> String {
    "\(point.name) is not used: \(better.name) is at least as good (\(points(better.quality)) against \(points(point.quality)) points) "
      + "for no more energy (\(better.energy.formatted()) against \(point.energy.formatted()))."
  }

  private static func aboveLine(_ point: Point, from low: Point, to high: Point) -> String {
    let share = (point.quality - low.quality) / (high.quality - low.quality)
    let mixed = low.energy + (high.energy - low.energy) * share
    return
      "\(point.name) is not used: mixing \(low.name) and \(high.name) gives the same \(points(point.quality)) points "
      + "for \(mixed.formatted()) instead of \(point.energy.formatted())."
  }

  private static func farApart(_ low: Point, _ high: Point) -> String? {
    guard high.energy.joules >= farApartRatio * low.energy.joules else { return nil }
    let ratio = low.energy.joules > 0 ? "\(Decimals.significant(high.energy / low.energy, digits: 2)) times" : "all"
    return "\(low.name) and \(high.name) are far apart (\(high.name) uses \(ratio) the energy): switching between them "
      + "can emit more than always serving a variant from between; add one."
  }

  private static func points(_ quality: Double) -> String { Decimals.fixed(quality, places: 2) }
}
