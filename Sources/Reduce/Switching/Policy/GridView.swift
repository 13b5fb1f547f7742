import Quantities

/// What is known of one grid for the rest of the period: the ladder of signals.
///
/// A value for the current interval is used as it is; one up to two intervals old gives way to the forecast made from it; an
/// older one only leaves the forecast (mode `persistence`); older than 26 hours or none leaves nothing (mode `static`).
struct GridView {
  /// A signal older than this many intervals no longer stands for now.
  static let staleAfterIntervals = 2.0
  /// A signal older than this is of no use.
  static let uselessAfter = Span.hours(26)

  let mode: DecisionMode
  /// The current intensity; `nil` in mode static.
  let current: CarbonIntensity?
  /// Intensities of the remaining intervals, the current one first; `nil` when there is no forecast to plan with.
  let intensities: [CarbonIntensity]?

  /// Nothing is known.
  static let unknown = GridView(signal: nil, forecast: [], interval: .hours(1), count: 1)

  /// - Parameter count: the intervals that are left, at least one.
  init(signal: PolicyInput.Signal?, forecast: [CarbonIntensity], interval: Span, count: Int) {
    let forecast = GridView.usable(forecast, count: count)
    guard let signal, signal.age <= GridView.uselessAfter else {
      (mode, current, intensities) = (.static, nil, nil)
      return
    }
    let isValid = GridView.isUsable(signal.value)
    if isValid, signal.age < interval {
      (mode, current) = (.live, signal.value)
    } else if isValid, signal.age <= interval * GridView.staleAfterIntervals {
      (mode, current) = (.live, forecast?[0] ?? signal.value)
    } else if let forecast {
      (mode, current) = (.persistence, forecast[0])
    } else {
      (mode, current, intensities) = (.static, nil, nil)
      return
    }
    if let now = current, var all = forecast ?? (count == 1 ? [now] : nil) {
      all[0] = now
      intensities = all
    } else {
      intensities = nil
    }
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

  /// What is above the dirtiest that there can be is treated as missing.
  static func isUsable(_ intensity: CarbonIntensity) -> Bool {
    abs(intensity.gramsPerKilowattHour) <= Problem.Elsewhere.dirtiest.intensity.gramsPerKilowattHour
  }
}
