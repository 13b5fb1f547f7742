/// How far somebody's forecast was off, interval by interval.
public struct ForecastError: Hashable, Sendable {
  /// How many intervals have both a forecast and a true value.
  public let count: Int
  /// Mean absolute error in the series' unit.
  public let meanAbsolute: Double
  /// Mean of the absolute error as a part of the truth, in percent, over intervals whose truth is not zero; nothing
  /// when there is none, or where ratios mean nothing.
  public let meanAbsolutePercent: Double?
  /// Nine in ten absolute errors are no larger.
  public let ninetiethPercentile: Double

  /// The error of `forecast` against `truth`; nothing when they share no interval.
  public init?(of forecast: Series, against truth: Series) {
    var errors: [Double] = []
    var relative: [Double] = []
    for slot in forecast.slots {
      guard let value = truth.wholeMean(over: slot.validity) else { continue }
      errors.append(abs(slot.value - value))
      if value != 0, truth.kind.hasMeaningfulRatio || truth.kind == .unstated {
        relative.append(abs(slot.value - value) / abs(value))
      }
    }
    guard !errors.isEmpty else { return nil }
    count = errors.count
    meanAbsolute = errors.reduce(0, +) / Double(errors.count)
    meanAbsolutePercent = relative.isEmpty ? nil : 100 * relative.reduce(0, +) / Double(relative.count)
    errors.sort()
    // The linearly interpolated quantile, as most statistics packages have it.
    let place = 0.9 * Double(errors.count - 1)
    let below = Int(place)
    let above = min(below + 1, errors.count - 1)
    ninetiethPercentile = errors[below] + (place - Double(below)) * (errors[above] - errors[below])
  }
}
