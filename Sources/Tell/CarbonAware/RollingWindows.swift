import Grid
import Methods
import Quantities

/// Means over windows of a job's length that step through a forecast.
enum RollingWindows {
  /// The means over `[s, s + length)` for each s from `range`'s start on, in steps of the forecast's own resolution.
  ///
  /// An interval counts with its exact overlap; a window is given only when the forecast covers all of it and it ends
  /// no later than `range` does (signals-and-scheduling, 7.6).
  static func means(of slots: [Slot], length: Span, within range: Range<Timestamp>) -> [Slot] {
    guard let first = slots.first, length > .zero,
      let series = try? Series(
        region: .unstated, kind: .unstated, provider: "forecast", source: Source("forecast"), slots: slots)
    else { return [] }
    let step = first.end - first.start
    var windows: [Slot] = []
    var start = range.lowerBound
    while start + length <= range.upperBound {
      let window = start..<(start + length)
      if let mean = series.mean(over: window), mean.coverage == 1 {
        windows.append(Slot(window, value: mean.value, issuedAt: first.issuedAt, isEstimated: true))
      }
      start = start + step
    }
    return windows
  }
}
