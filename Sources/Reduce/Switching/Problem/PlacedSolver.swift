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

  private struct Step {
    let price: Double
    let interval: Int
    let upper: Int
    /// Point-requests that it yields.
    let gain: Double
    /// The share of the interval's requests that can take it.
    let share: Double
  }

  func solve(floor: Double) -> Solution {
    let hulls = intervals.map { Hull(of: $0.priced(ladder), on: basis) }
    var rows = hulls.map { startRow($0) }
    let starts = zip(hulls, rows).map { quality($1, on: $0) }
    var steps: [Step] = []
    var need = 0.0
    for (t, interval) in intervals.enumerated() where interval.requests > 0 {
      need += interval.requests * (floor - starts[t])
      steps += self.steps(t, hull: hulls[t], row: rows[t])
    }
    steps.sort { ($0.price, $0.upper, $0.interval) < ($1.price, $1.upper, $1.interval) }

    let requests = intervals.reduce(0) { $0 + $1.requests }
    let highest = ladder.variants.map { $0.quality(on: basis) }.max() ?? 0
    let tolerance = 1e-12 * max(1, requests * highest)
    var price = 0.0
    var next = 0
    while next < steps.count, need > tolerance {
      // Steps of one price are taken in equal part, so that constant intensities give a fixed mix.
      let group = steps[next...].prefix {
        $0.upper == steps[next].upper && $0.price <= steps[next].price * (1 + 1e-12)
      }
      let yield = group.reduce(0) { $0 + $1.gain }
      let part = yield - need <= tolerance ? 1 : need / yield
      for step in group {
        let below = rows[step.interval][step.upper - 1]
        rows[step.interval][step.upper] += part * step.share
        rows[step.interval][step.upper - 1] = part == 1 ? 0 : below - part * step.share
      }
      need = part == 1 ? need - yield : 0
      price = steps[group.endIndex - 1].price
      next = group.endIndex
    }
    for (t, interval) in intervals.enumerated() where interval.requests == 0 {
      // Costs are in the hull itself: a unit of it costs 1.
      let wanted = hulls[t].index(atPrice: price, cost: 1)
      guard hulls[t].points[wanted].quality >= starts[t] else { continue }
      rows[t] = [Double](repeating: 0, count: rows[t].count)
      rows[t][wanted] = 1
    }
    return Solution(
      shares: zip(hulls, rows).map { $0.ladderShares($1, count: ladder.variants.count) }, price: price,
      isFeasible: (requests > 0 ? need <= 1e-9 * max(1, requests) : floor <= highest)
        && (instantFloor ?? 0) <= highest + 1e-9)
  }

  /// The cheapest row that reaches the instant floor; the cheapest variant without one.
  private func startRow(_ hull: Hull) -> [Double] {
    let start = hull.bracket(instantFloor ?? hull.lowestQuality)
    var row = [Double](repeating: 0, count: hull.points.count)
    row[start.low] += 1 - start.share
    row[start.high] += start.share
    return row
  }

  private func quality(_ row: [Double], on hull: Hull) -> Double {
    zip(row, hull.points).reduce(0) { $0 + $1.0 * $1.1.quality }
  }

  private func steps(_ t: Int, hull: Hull, row: [Double]) -> [Step] {
    // Rounding must not let a step come before the one that it stands on.
    var dearest = 0.0
    return hull.slopes.enumerated().compactMap { k, slope in
      dearest = max(dearest, slope)
      let share = row[...k].reduce(0, +)
      guard share > 0 else { return nil }
      let gain = intervals[t].requests * share * (hull.points[k + 1].quality - hull.points[k].quality)
      return Step(price: dearest, interval: t, upper: k + 1, gain: gain, share: share)
    }
  }
}
