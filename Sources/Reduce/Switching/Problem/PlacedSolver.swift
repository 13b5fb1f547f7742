import Quantities

/// The exact optimum where variants stand on different grids: the greedy of ``GreedySolver`` with a hull for each interval.
///
/// Method `placed-price-rule@1`. In interval t a request of variant v costs k_tv = c_(t,p(v)) * pi_p(v) * e_v, where p(v) is
/// the variant's place. Only the lower convex hull of (q_v, k_tv) of that interval can serve; its slopes s_tk rise strictly,
/// so taking the steps of all intervals by rising price s_tk until the floor holds is feasible, and by linear-programming
/// duality optimal. The price of the last step is mu, and argmin over v of k_tv - mu*q_v serves. With one place it is
/// `price-rule@1`.
struct PlacedSolver {
  let ladder: Ladder
  let basis: QualityBasis
  let intervals: [Problem.Interval]
  var instantFloor: Double?

  func solve(floor: Double) -> Solution {
    let hulls = intervals.map { Hull(of: $0.priced(ladder), on: basis) }
    let rows = hulls.map { $0.row(reaching: instantFloor) }
    let starts = zip(hulls, rows).map { $0.quality(of: $1) }
    let need = zip(intervals, starts).reduce(0) { $0 + $1.0.requests * (floor - $1.1) }
    // Costs are in the hulls themselves: a unit of them costs 1.
    let steps = intervals.enumerated().flatMap { t, interval in
      hulls[t].steps(of: t, requests: interval.requests, cost: 1, from: rows[t])
    }
    let requests = intervals.reduce(0) { $0 + $1.requests }
    let highest = ladder.variants.map { $0.quality(on: basis) }.max() ?? 0
    var ascent = PriceAscent(from: rows, need: need)
    ascent.take(steps, tolerance: 1e-12 * max(1, requests * highest))
    for (t, interval) in intervals.enumerated() where interval.requests == 0 {
      ascent.idle(t, on: hulls[t], cost: 1, least: starts[t])
    }
    return Solution(
      shares: zip(hulls, ascent.rows).map { $0.ladderShares($1, count: ladder.variants.count) }, price: ascent.price,
      isFeasible: (requests > 0 ? ascent.need <= 1e-9 * max(1, requests) : floor <= highest)
        && (instantFloor ?? 0) <= highest + 1e-9)
  }
}
