import Quantities

/// The optimum when variants take only so many requests per second: bisection on the price of quality.
///
/// With capacities the hull argument fails, because a full variant makes the next best useful, even one above the hull.
/// For a given price each interval fills its variants by rising cost*e - price*q; quality rises with price, so the
/// smallest price that meets the floor is found by bisection, and the two fillings at that price are mixed. An interval
/// whose filling is below an instant floor takes the cheapest filling that reaches it.
struct CapacitySolver {
  let ladder: Ladder
  let basis: QualityBasis
  let intervals: [Problem.Interval]
  var instantFloor: Double?

  func solve(floor: Double) -> Solution {
    guard let instantFloor else { return solve(floor: floor, least: nil) }
    // An interval that cannot reach the instant floor serves the best it has.
    let least = intervals.map {
      CapacitySolver(ladder: ladder, basis: basis, intervals: [$0]).solve(floor: instantFloor, least: nil)
    }
    var solution = solve(floor: floor, least: least.map { $0.shares[0] })
    solution.isFeasible = solution.isFeasible && zip(intervals, least).allSatisfy { $0.requests == 0 || $1.isFeasible }
    return solution
  }

  /// - Parameter least: for each interval the filling to use where that of the price has less quality.
  private func solve(floor: Double, least: [[Double]]?) -> Solution {
    let requests = intervals.reduce(0) { $0 + $1.requests }
    let filled = { (price: Double) in raised(filling(atPrice: price), to: least) }
    let cheap = filled(0)
    let best = filled(highestPrice)
    let isWithin = cheap.isWithinCapacity
    guard quality(cheap.rows) < floor else {
      return Solution(shares: cheap.rows, price: 0, isFeasible: true, isWithinCapacity: isWithin)
    }
    guard quality(best.rows) > floor else {
      let isMet = floor - quality(best.rows) <= 1e-9 || requests == 0
      return Solution(shares: best.rows, price: highestPrice, isFeasible: isMet, isWithinCapacity: isWithin)
    }
    var (low, high) = (0.0, highestPrice)
    var (below, above) = (cheap.rows, best.rows)
    for _ in 0..<200 where high - low > 1e-15 * high {
      let middle = (low + high) / 2
      let rows = filled(middle).rows
      if quality(rows) >= floor { (high, above) = (middle, rows) } else { (low, below) = (middle, rows) }
    }
    let part = (floor - quality(below)) / (quality(above) - quality(below))
    let mixed = zip(below, above).map { zip($0, $1).map { $0 + part * ($1 - $0) } }
    return Solution(shares: mixed, price: high, isFeasible: true, isWithinCapacity: isWithin)
  }

  /// A price at which every interval prefers quality to carbon between any two variants.
  private var highestPrice: Double {
    let qualities = ladder.variants.map { $0.quality(on: basis) }.sorted()
    let gaps = zip(qualities, qualities.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
    return 2 * (highestSpread + 1) / (gaps.min() ?? 1)
  }

  /// No two variants differ by more in what a request costs.
  private var highestSpread: Double {
    guard !ladder.isPlaced else {
      return intervals.map { interval in
        ladder.variants.map { interval.cost(of: $0) * $0.energy.joules }.max() ?? 0
      }.max() ?? 0
    }
    let energies = ladder.variants.map(\.energy.joules)
    let spread = (energies.max() ?? 0) - (energies.min() ?? 0)
    return (intervals.map(\.cost).max() ?? 0) * spread
  }

  private func quality(_ rows: [[Double]]) -> Double {
    var (points, requests) = (0.0, 0.0)
    for (interval, row) in zip(intervals, rows) {
      points += interval.requests * ladder.quality(row, on: basis)
      requests += interval.requests
    }
    return requests > 0 ? points / requests : 0
  }

  private func raised(
    _ filling: (rows: [[Double]], isWithinCapacity: Bool), to least: [[Double]]?
  ) -> (rows: [[Double]], isWithinCapacity: Bool) {
    guard let least else { return filling }
    let rows = zip(filling.rows, least).map {
      ladder.quality($0, on: basis) < ladder.quality($1, on: basis) ? $1 : $0
    }
    return (rows, filling.isWithinCapacity)
  }

  private func filling(atPrice price: Double) -> (rows: [[Double]], isWithinCapacity: Bool) {
    var isWithin = true
    let rows = intervals.map { interval in
      let score = { (variant: Variant) in
        interval.cost(of: variant) * variant.energy.joules - price * variant.quality(on: basis)
      }
      let order = ladder.variants.indices.sorted { left, right in
        let (l, r) = (ladder.variants[left], ladder.variants[right])
        return (score(l), l.energy.joules, left) < (score(r), r.energy.joules, right)
      }
      var row = [Double](repeating: 0, count: ladder.variants.count)
      var left = 1.0
      for index in order where left > 0 {
        let part = min(left, capacityShare(of: ladder.variants[index], in: interval))
        row[index] = part
        left -= part
      }
      if left > 1e-12 {
        // More requests than all variants together can take: everyone is still served, each variant in proportion.
        isWithin = false
        let sum = row.reduce(0, +)
        row = row.map { $0 / sum }
      }
      return row
    }
    return (rows, isWithin)
  }

  private func capacityShare(of variant: Variant, in interval: Problem.Interval) -> Double {
    guard let capacity = variant.capacity, interval.requests > 0 else { return 1 }
    return capacity * interval.length.seconds / interval.requests
  }
}
