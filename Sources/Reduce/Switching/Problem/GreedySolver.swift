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

  private struct Step {
    let price: Double
    let interval: Int
    let upper: Int
    /// The share of the interval's requests that can still take the step.
    let share: Double
  }

  func solve(floor: Double) -> Solution {
    let slopes = hull.slopes
    let requests = intervals.reduce(0) { $0 + $1.requests }
    let start = hull.bracket(instantFloor ?? hull.lowestQuality)
    var startRow = [Double](repeating: 0, count: hull.points.count)
    startRow[start.low] += 1 - start.share
    startRow[start.high] += start.share
    let startQuality = zip(startRow, hull.points).reduce(0) { $0 + $1.0 * $1.1.quality }
    var rows = [[Double]](repeating: startRow, count: intervals.count)
    var steps: [Step] = []
    for (t, interval) in intervals.enumerated() where interval.requests > 0 {
      for (k, slope) in slopes.enumerated() where k >= start.low {
        let share = startRow[...k].reduce(0, +)
        guard share > 0 else { continue }
        steps.append(Step(price: interval.cost * slope, interval: t, upper: k + 1, share: share))
      }
    }
    steps.sort { ($0.price, $0.upper, $0.interval) < ($1.price, $1.upper, $1.interval) }

    var need = requests * (floor - startQuality)
    let tolerance = 1e-12 * max(1, requests * hull.highestQuality)
    var price = 0.0
    var next = 0
    while next < steps.count, need > tolerance {
      // Steps of one price are taken in equal part, so that a constant intensity gives the static mix.
      let group = steps[next...].prefix { same($0, steps[next]) }
      let yield = group.reduce(0) { $0 + pointsGained(by: $1) }
      let part = yield - need <= tolerance ? 1 : need / yield
      for step in group {
        rows[step.interval][step.upper] += part * step.share
        rows[step.interval][step.upper - 1] =
          part == 1 ? 0 : rows[step.interval][step.upper - 1] - part * step.share
      }
      need = part == 1 ? need - yield : 0
      price = steps[group.endIndex - 1].price
      next = group.endIndex
    }
    for (t, interval) in intervals.enumerated() where interval.requests == 0 {
      let wanted = hull.index(atPrice: price, cost: interval.cost)
      guard hull.points[wanted].quality >= startQuality else { continue }
      rows[t] = [Double](repeating: 0, count: hull.points.count)
      rows[t][wanted] = 1
    }
    return Solution(
      shares: rows.map { hull.ladderShares($0, count: ladder.variants.count) }, price: price,
      isFeasible: (requests > 0 ? need <= 1e-9 * max(1, requests) : floor <= hull.highestQuality)
        && (instantFloor ?? 0) <= hull.highestQuality + 1e-9)
  }

  private func same(_ step: Step, _ other: Step) -> Bool {
    step.upper == other.upper && step.price <= other.price * (1 + 1e-12)
  }

  private func pointsGained(by step: Step) -> Double {
    intervals[step.interval].requests * step.share
      * (hull.points[step.upper].quality - hull.points[step.upper - 1].quality)
  }
}

extension Hull {
  /// The price form: the place on the hull of the variant to serve when a point of quality is worth `price` and a joule
  /// costs `cost` (g/kWh with PUE): the largest k with cost * s_k <= price. The same as the least cost*e - price*q.
  public func index(atPrice price: Double, cost: Double) -> Int {
    slopes.lastIndex { cost * $0 <= price }.map { $0 + 1 } ?? 0
  }
}
