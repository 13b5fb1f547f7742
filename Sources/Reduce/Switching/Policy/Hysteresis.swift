import Quantities

/// Switches only when it pays: by more than a margin, not before a dwell is over, and not for less than a load costs.
///
/// From `current` to a better variant only if J(current) - J(new) > margin * c * e_current, with
/// J(v) = c*e_v - price*q_v and c including PUE, if at least `dwell` intervals passed since the last switch, and if the
/// gain over the dwell pays for loading: n * dwell * (J(current) - J(new)) > c * E_load.
public struct Hysteresis: Hashable, Sendable, Codable {
  /// The margin, as a fraction of what the current variant costs.
  public var margin: Double
  /// Least intervals between two switches.
  public var dwell: Int

  /// A rule; `Hysteresis(margin: 0, dwell: 0)` never holds anything back.
  public init(margin: Double, dwell: Int) {
    self.margin = max(0, margin)
    self.dwell = max(0, dwell)
  }

  /// The variant to serve.
  ///
  /// - Parameters:
  ///   - current: the variant that serves now; `nil` or one that is not on the hull switches at once, on a ladder with
  ///     variants in other places only one that is not on offer any more.
  ///   - intervalsSinceSwitch: `nil` when there was no switch yet.
  ///   - price: the price of quality, in g/kWh times joules per point.
  ///   - cost: the intensity now, in g/kWh, including PUE.
  ///   - requests: requests expected in one interval.
  ///   - ladder: the variants; their quality on the hull's basis counts.
  ///   - hull: the hull of the ladder.
  public func choose(
    current: String?, intervalsSinceSwitch: Int?, price: Double, cost: Double, requests: Double, ladder: Ladder,
    hull: Hull
  ) -> Hull.Point {
    let wanted = hull.points[hull.index(atPrice: price, cost: cost)]
    guard let current, current != wanted.name, let held = held(current, ladder, hull) else { return wanted }
    let score = { (point: Hull.Point) in cost * point.energy.joules - price * point.quality }
    let gain = score(held) - score(wanted)
    guard gain > margin * cost * held.energy.joules else { return held }
    if let intervalsSinceSwitch, intervalsSinceSwitch < dwell { return held }
    let load = cost * ladder.variants[wanted.index].loadEnergy.joules
    guard load == 0 || requests * Double(max(dwell, 1)) * gain > load else { return held }
    return wanted
  }

  /// Where variants stand on different grids, one leaves the hull whenever another place gets a little cleaner; it is held
  /// all the same.
  private func held(_ current: String, _ ladder: Ladder, _ hull: Hull) -> Hull.Point? {
    if let point = hull.points.first(where: { $0.name == current }) { return point }
    guard ladder.isPlaced, let index = ladder.index(of: current) else { return nil }
    let variant = ladder.variants[index]
    return Hull.Point(index: index, name: current, quality: variant.quality(on: hull.basis), energy: variant.energy)
  }
}
