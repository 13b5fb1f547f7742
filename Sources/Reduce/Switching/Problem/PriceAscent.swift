/// One step up the hull of one interval, to the next better variant.
struct PricedStep {
  /// Grams a point.
  let price: Double
  /// Which interval.
  let interval: Int
  /// The place on the hull that it leads to.
  let upper: Int
  /// The share of the interval's requests that can take it.
  let share: Double
  /// Point-requests that it yields.
  let gain: Double
}

/// Buys quality where it is cheapest: takes steps by rising price until enough is gained, the last ones in part. What
/// ``GreedySolver`` and ``PlacedSolver`` share; by linear-programming duality the result is optimal.
struct PriceAscent {
  /// Shares by interval and place on its hull.
  private(set) var rows: [[Double]]
  /// Point-requests that are still to be gained.
  private(set) var need: Double
  /// The price of the last steps that were taken; 0 before any.
  private(set) var price = 0.0

  /// Starts with these shares, and so much to be gained.
  init(from rows: [[Double]], need: Double) {
    self.rows = rows
    self.need = need
  }

  /// Takes steps until no more than `tolerance` is to be gained, or there are none left.
  mutating func take(_ steps: [PricedStep], tolerance: Double) {
    let steps = steps.sorted { ($0.price, $0.upper, $0.interval) < ($1.price, $1.upper, $1.interval) }
    var next = 0
    while next < steps.count, need > tolerance {
      // Steps of one price are taken in equal part, so that a constant intensity gives a fixed mix.
      let group = steps[next...].prefix {
        $0.upper == steps[next].upper && $0.price <= steps[next].price * (1 + 1e-12)
      }
      let yield = group.reduce(0) { $0 + $1.gain }
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
  }

  /// In an interval without requests the variant that the price asks for is ready, unless it is worse than `least`.
  mutating func idle(_ interval: Int, on hull: Hull, cost: Double, least: Double) {
    let wanted = hull.index(atPrice: price, cost: cost)
    guard hull.points[wanted].quality >= least else { return }
    rows[interval] = [Double](repeating: 0, count: hull.points.count)
    rows[interval][wanted] = 1
  }
}

extension Hull {
  /// The cheapest shares that reach a quality at once; those of the cheapest variant without one.
  func row(reaching quality: Double?) -> [Double] {
    let start = bracket(quality ?? lowestQuality)
    var row = [Double](repeating: 0, count: points.count)
    row[start.low] += 1 - start.share
    row[start.high] += start.share
    return row
  }

  /// The mean quality of such shares.
  func quality(of row: [Double]) -> Double { zip(row, points).reduce(0) { $0 + $1.0 * $1.1.quality } }

  /// The steps up this hull that an interval's requests can take from such shares; none without requests.
  ///
  /// - Parameter cost: what a unit of the hull's own costs there.
  func steps(of interval: Int, requests: Double, cost: Double, from row: [Double]) -> [PricedStep] {
    guard requests > 0 else { return [] }
    // Rounding must not let a step come before the one that it stands on.
    var dearest = 0.0
    return slopes.enumerated().compactMap { k, slope in
      dearest = max(dearest, cost * slope)
      let share = row[...k].reduce(0, +)
      guard share > 0 else { return nil }
      let gain = requests * share * (points[k + 1].quality - points[k].quality)
      return PricedStep(price: dearest, interval: interval, upper: k + 1, share: share, gain: gain)
    }
  }
}
