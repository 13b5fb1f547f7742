import Quantities

/// The exact optimum without capacities: buy quality where it is cheapest.
///
/// Method `price-rule@1`. Every interval starts at the cheapest hull variant. Step k of interval t costs c*pi*s_k grams
/// (times J/kWh) per point and request and yields n*(q_k - q_(k-1)); steps are taken by rising price until the floor
/// holds, the last one in part. By linear-programming duality this is optimal.
struct GreedySolver {
  let ladder: Ladder
  let hull: Hull
  let intervals: [Problem.Interval]

  private struct Step {
    let price: Double
    let interval: Int
    let upper: Int
  }

  func solve(floor: Double) -> Solution {
    let slopes = hull.slopes
    let requests = intervals.reduce(0) { $0 + $1.requests }
    var rows = intervals.map { _ in
      var row = [Double](repeating: 0, count: hull.points.count)
      row[0] = 1
      return row
    }
    var steps: [Step] = []
    for (t, interval) in intervals.enumerated() where interval.requests > 0 {
      for (k, slope) in slopes.enumerated() {
        steps.append(Step(price: interval.cost * slope, interval: t, upper: k + 1))
      }
    }
    steps.sort { ($0.price, $0.upper, $0.interval) < ($1.price, $1.upper, $1.interval) }

    var need = requests * (floor - hull.lowestQuality)
    let tolerance = 1e-12 * max(1, requests * hull.highestQuality)
    var price = 0.0
    var next = 0
    while next < steps.count, need > tolerance {
      // Steps of one price are taken in equal part, so that a constant intensity gives the static mix.
      let group = steps[next...].prefix { same($0, steps[next]) }
      let yield = group.reduce(0) { $0 + pointsGained(by: $1) }
      let part = yield - need <= tolerance ? 1 : need / yield
      for step in group {
        rows[step.interval][step.upper] += part
        rows[step.interval][step.upper - 1] = part == 1 ? 0 : rows[step.interval][step.upper - 1] - part
      }
      need = part == 1 ? need - yield : 0
      price = steps[group.endIndex - 1].price
      next = group.endIndex
    }
    for (t, interval) in intervals.enumerated() where interval.requests == 0 {
      rows[t] = [Double](repeating: 0, count: hull.points.count)
      rows[t][hull.index(atPrice: price, cost: interval.cost)] = 1
    }
    return Solution(
      shares: rows.map { hull.ladderShares($0, count: ladder.variants.count) }, price: price,
      isFeasible: requests > 0 ? need <= 1e-9 * max(1, requests) : floor <= hull.highestQuality)
  }

  private func same(_ step: Step, _ other: Step) -> Bool {
    step.upper == other.upper && step.price <= other.price * (1 + 1e-12)
  }

  private func pointsGained(by step: Step) -> Double {
    intervals[step.interval].requests * (hull.points[step.upper].quality - hull.points[step.upper - 1].quality)
  }
}

extension Hull {
  /// The price form: the place on the hull of the variant to serve when a point of quality is worth `price` and a joule
  /// costs `cost` (g/kWh with PUE): the largest k with cost * s_k <= price. The same as the least cost*e - price*q.
  public func index(atPrice price: Double, cost: Double) -> Int {
    slopes.lastIndex { cost * $0 <= price }.map { $0 + 1 } ?? 0
  }
}
