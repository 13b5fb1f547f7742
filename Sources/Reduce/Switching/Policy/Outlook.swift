import Quantities

/// A policy's view of the rest of the period, made from its input alone.
struct Outlook {
  /// No period is planned for more intervals than this: a year of quarter hours and a little.
  static let longest = 40_000.0

  /// What a decision rests on: the site's own grid, or the best known of the others where no variant stands at home.
  let mode: DecisionMode
  /// The site's current intensity; `nil` when unknown.
  let current: CarbonIntensity?
  /// The site's intensities in the remaining intervals, the current one first; `nil` when there is no forecast.
  let intensities: [CarbonIntensity]?
  /// The grids of all other places where variants stand.
  let elsewhere: [String: GridView]
  /// Expected requests of the remaining intervals, the current one first.
  let requests: [Double]
  /// Whether demand was stated at all; if not, every interval counts the same.
  let isDemandKnown: Bool

  init(_ input: PolicyInput) {
    let ratio = ((input.periodEnd - input.now) / input.interval).rounded(.up)
    let left = ratio.isFinite ? Int(min(max(1, ratio), Outlook.longest)) : 1
    let stated = input.expectedRequests.prefix(left).map { $0 <= 1e15 ? max(0, $0) : 0 }
    isDemandKnown = stated.contains { $0 > 0 }
    if isDemandKnown {
      requests = Outlook.padded(stated, to: left)
    } else {
      let elapsed = max(1, (input.now - input.periodStart) / input.interval)
      let even = input.served.requests > 0 ? input.served.requests / elapsed : 1
      requests = [Double](repeating: even, count: left)
    }
    let home = GridView(signal: input.signal, forecast: input.forecast, interval: input.interval, count: left)
    (current, intensities) = (home.current, home.intensities)
    var elsewhere: [String: GridView] = [:]
    for place in input.ladder.places {
      // Without a usable PUE a place's cost is as unknown as without a signal.
      let there = input.elsewhere?[place].flatMap { Outlook.isUsable(pue: $0.pue) ? $0 : nil }
      elsewhere[place] =
        there.map {
          GridView(signal: $0.signal, forecast: $0.forecast, interval: input.interval, count: left)
        } ?? .unknown
    }
    self.elsewhere = elsewhere
    let modes = Set(elsewhere.values.map(\.mode))
    mode =
      input.ladder.hasHome
      ? home.mode : [DecisionMode.live, .persistence].first(where: modes.contains) ?? .static
  }

  /// The mean quality that the rest of the period needs, in points.
  func requiredQuality(_ input: PolicyInput) -> Double {
    let left = requests.reduce(0, +)
    guard left > 0 else { return input.floor }
    let total = input.served.requests + left
    return (input.floor * total + input.carriedDebt - input.served.points) / left
  }

  private static func padded(_ values: [Double], to count: Int) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values + [Double](repeating: mean, count: max(0, count - values.count))
  }
}
