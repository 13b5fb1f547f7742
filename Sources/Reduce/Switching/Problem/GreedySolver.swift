import Quantities

/// The exact optimum without capacities: buy quality where it is cheapest.
///
/// Method `price-rule@1`. Every interval starts at the cheapest hull variant. Step k of interval t costs c*pi*s_k grams
/// (times J/kWh) per point and request and yields n*(q_k - q_(k-1)); steps are taken by rising price until the floor
/// holds, the last one in part. By linear-programming duality this is optimal. With an instant floor every interval starts
/// at the cheapest mix that reaches it instead, and the step that begins there yields only what is left of it.
struct GreedySolver {
  let ladder: Ladder
  let hull: Hull
  let intervals: [Problem.Interval]
  var instantFloor: Double?

  func solve(floor: Double) -> Solution {
    let requests = intervals.reduce(0) { $0 + $1.requests }
    let start = hull.row(reaching: instantFloor)
    let startQuality = hull.quality(of: start)
    let steps = intervals.enumerated().flatMap { t, interval in
      hull.steps(of: t, requests: interval.requests, cost: interval.cost, from: start)
    }
    var ascent = PriceAscent(
      from: [[Double]](repeating: start, count: intervals.count), need: requests * (floor - startQuality))
    ascent.take(steps, tolerance: 1e-12 * max(1, requests * hull.highestQuality))
    for (t, interval) in intervals.enumerated() where interval.requests == 0 {
      ascent.idle(t, on: hull, cost: interval.cost, least: startQuality)
    }
    return Solution(
      shares: ascent.rows.map { hull.ladderShares($0, count: ladder.variants.count) }, price: ascent.price,
      isFeasible: (requests > 0 ? ascent.need <= 1e-9 * max(1, requests) : floor <= hull.highestQuality)
        && (instantFloor ?? 0) <= hull.highestQuality + 1e-9)
  }
}

extension Hull {
  /// The price form: the place on the hull of the variant to serve when a point of quality is worth `price` and a joule
  /// costs `cost` (g/kWh with PUE): the largest k with cost * s_k <= price. The same as the least cost*e - price*q.
  public func index(atPrice price: Double, cost: Double) -> Int {
    slopes.lastIndex { cost * $0 <= price }.map { $0 + 1 } ?? 0
  }
}
