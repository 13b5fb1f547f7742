public import Quantities

/// The mean of each hour of the day (UTC) over the last days: what a region's day usually looks like.
public struct TypicalDay: Hashable, Sendable {
  /// One hour of the typical day.
  public struct Hour: Hashable, Sendable {
    /// The hour of the day in UTC, 0 to 23.
    public let hour: Int
    /// The mean in the series' unit; nothing when no day has that hour.
    public let mean: Double?
    /// How many days it is the mean of.
    public let days: Int
  }

  /// The 24 hours, from 0.
  public let hours: [Hour]
  /// The days looked at: whole hours, up to the last whole one.
  public let window: Range<Timestamp>

  /// The typical day of the `days` days up to the start of the current hour. An hour that is not covered whole does
  /// not count.
  public init(of history: IssuedSeries, days: Int = 7) {
    let end = history.moment.startOfHour
    let count = max(days, 0) * 24
    let start = end - .hours(Double(count))
    window = start..<end
    var values = [[Double]](repeating: [], count: 24)
    for index in 0..<count {
      let hour = start + .hours(Double(index))
      guard let mean = history.series.wholeMean(over: hour..<(hour + .hours(1))) else { continue }
      values[TypicalDay.hourOfDay(hour)].append(mean)
    }
    hours = values.enumerated().map { hour, values in
      Hour(
        hour: hour, mean: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), days: values.count)
    }
  }

  /// The typical value at `moment`; nothing when no day has that hour.
  public func value(at moment: Timestamp) -> Double? { hours[TypicalDay.hourOfDay(moment)].mean }

  private static func hourOfDay(_ moment: Timestamp) -> Int {
    Int(moment.hourIndex - moment.dayIndex * 24)
  }
}
