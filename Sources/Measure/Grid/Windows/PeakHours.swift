public import Quantities

/// The hours of highest demand of each day, in which a utility asks big users not to run.
///
/// Peak avoidance is a goal of its own (strain on the grid, demand charges) and enters a plan as a constraint, not as a
/// claim about carbon (signals-and-scheduling, 13.3).
public enum PeakHours {
  /// The `count` hours of highest demand of each local day, as intervals to forbid; those that touch are one.
  ///
  /// Only hours that are covered whole can be among them. Ties go to the earliest.
  /// - Parameters:
  ///   - demand: what is expected of demand or net load, as issued by now.
  ///   - window: the days that have some part of it are looked at.
  ///   - clock: what a day is there.
  public static func highest(
    _ count: Int, of demand: IssuedSeries, in window: Range<Timestamp>, clock: LocalClock
  ) -> [Range<Timestamp>] {
    guard count > 0, !window.isEmpty else { return [] }
    let index = WindowIndex(demand)
    var byDay: [Int64: [(hour: Timestamp, mean: Double)]] = [:]
    // A local day is at most 25 h long, so that the window's first day begins within that before it.
    var hour = (window.lowerBound - .hours(25)).startOfHour
    let days =
      clock.day(of: window.lowerBound)...clock.day(of: Timestamp(milliseconds: window.upperBound.milliseconds - 1))
    while hour < window.upperBound + .hours(25) {
      let next = hour + .hours(1)
      let day = clock.day(of: hour)
      if days.contains(day), let mean = index.wholeMean(over: hour..<next) {
        byDay[day, default: []].append((hour, mean))
      }
      hour = next
    }
    let runs = byDay.values.flatMap { hours in
      hours.sorted { $0.mean != $1.mean ? $0.mean > $1.mean : $0.hour < $1.hour }.prefix(count).map {
        (start: $0.hour.milliseconds, end: $0.hour.milliseconds + 3_600_000)
      }
    }
    return runs.merged.map { Timestamp(milliseconds: $0.start)..<Timestamp(milliseconds: $0.end) }
  }
}
