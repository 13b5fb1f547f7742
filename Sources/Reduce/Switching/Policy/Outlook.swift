import Quantities

/// A policy's view of the rest of the period, made from its input alone.
///
/// The ladder of signals: a value for the current interval is used as it is; one up to two intervals old gives way to
/// the forecast made from it; an older one only leaves the forecast (mode `persistence`); older than 26 hours or none
/// leaves nothing (mode `static`).
struct Outlook {
  /// A signal older than this many intervals no longer stands for now.
  static let staleAfterIntervals = 2.0
  /// A signal older than this is of no use.
  static let uselessAfter = Span.hours(26)
  /// No period is planned for more intervals than this: a year of quarter hours and a little.
  static let longest = 40_000.0

  let mode: DecisionMode
  /// The current intensity; `nil` in mode static.
  let current: CarbonIntensity?
  /// Intensities of the remaining intervals, the current one first; `nil` when there is no forecast to plan with.
  let intensities: [CarbonIntensity]?
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

    let forecast = Outlook.usable(input.forecast, count: left)
    guard let signal = input.signal, signal.age <= Outlook.uselessAfter else {
      (mode, current, intensities) = (.static, nil, nil)
      return
    }
    let isValid = Outlook.isUsable(signal.value)
    if isValid, signal.age < input.interval {
      (mode, current) = (.live, signal.value)
    } else if isValid, signal.age <= input.interval * Outlook.staleAfterIntervals {
      (mode, current) = (.live, forecast?[0] ?? signal.value)
    } else if let forecast {
      (mode, current) = (.persistence, forecast[0])
    } else {
      (mode, current, intensities) = (.static, nil, nil)
      return
    }
    if let now = current, var all = forecast ?? (left == 1 ? [now] : nil) {
      all[0] = now
      intensities = all
    } else {
      intensities = nil
    }
  }

  /// The mean quality that the rest of the period needs, in points.
  func requiredQuality(_ input: PolicyInput) -> Double {
    let left = requests.reduce(0, +)
    guard left > 0 else { return input.floor }
    let total = input.served.requests + left
    return (input.floor * total + input.carriedDebt - input.served.points) / left
  }

  /// The first `count` values, where missing ones are the mean of those given; `nil` when nothing usable is given or
  /// the current interval is not covered.
  private static func usable(_ forecast: [CarbonIntensity], count: Int) -> [CarbonIntensity]? {
    let given = forecast.prefix(count)
    guard let first = given.first, isUsable(first) else { return nil }
    let known = given.filter(isUsable).map(\.gramsPerKilowattHour)
    let mean = CarbonIntensity.gramsPerKilowattHour(known.reduce(0, +) / Double(known.count))
    return (0..<count).map { $0 < given.count && isUsable(given[$0]) ? given[$0] : mean }
  }

  private static func padded(_ values: [Double], to count: Int) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values + [Double](repeating: mean, count: max(0, count - values.count))
  }

  /// Ten times the dirtiest fuel is not a signal but an error, and treated as missing.
  private static func isUsable(_ intensity: CarbonIntensity) -> Bool {
    abs(intensity.gramsPerKilowattHour) <= 10_000
  }
}
