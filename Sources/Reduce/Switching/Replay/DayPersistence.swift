public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The forecast that needs nothing but the past: yesterday's shape, bent towards what is seen now. A small form on plain
/// arrays for replays; live decisions take the forecast of the room Grid. The next day is the same in both, which a test
/// holds; further on, and where values are missing, the grid's has more to stand in.
///
/// c(t+s) = c(t+s-24h) * (1 + (k-1) * exp(-s/6h)) with k = c(t)/c(t-24h), where t is the newest known interval and
/// k is held to a factor of four. Where yesterday's value is missing the day before stands in; where there is none at
/// all, the newest value itself.
public enum DayPersistence {
  /// How fast today's deviation from yesterday is forgotten.
  public static let decay = Span.hours(6)

  /// Forecasts `count` consecutive intervals.
  ///
  /// - Parameters:
  ///   - history: one value per interval, oldest first, `nil` where it is missing. Two days are enough.
  ///   - interval: the length of an interval; it must divide a day.
  ///   - lead: how many intervals after the last of `history` the first forecast interval is. With 0 the first one is
  ///     the last of `history` itself, whose known value is kept.
  ///   - count: how many intervals to forecast.
  /// - Returns: `count` values, or none when the history holds no value at all.
  public static func intensities(
    history: [CarbonIntensity?], interval: Span, lead: Int = 1, count: Int
  ) -> [CarbonIntensity] {
    guard let newest = history.lastIndex(where: { $0 != nil }), let now = history[newest] else { return [] }
    let day = max(1, Int((Span.hours(24) / interval).rounded()))
    var ratio = 1.0
    if newest >= day, let yesterday = history[newest - day], yesterday > .zero {
      ratio = min(max(now / yesterday, 0.25), 4)
    }
    return (0..<max(0, count)).map { step in
      let wanted = history.count - 1 + lead + step
      if wanted < history.count, let known = history[wanted] { return known }
      var index = wanted
      while index > newest || (index >= 0 && history[index] == nil) { index -= day }
      guard index >= 0, let base = history[index] else { return now }
      let ahead = interval * Double(wanted - newest)
      return base * (1 + (ratio - 1) * exp(-(ahead / decay)))
    }
  }
}
