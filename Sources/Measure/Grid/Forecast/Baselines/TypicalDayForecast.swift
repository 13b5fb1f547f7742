import Methods
public import Quantities

/// The forecast that the typical day makes: each hour is the mean of that hour (UTC) over the last days.
///
/// With seven days it is the "7-day mean" that forecasts of carbon intensity are compared with. Sub-hourly steps get
/// the mean of their own time of the day. Source: signals-and-scheduling reference, 9.5.
public struct TypicalDayForecast: Forecaster, Hashable {
  /// How many days the mean is of.
  public var days: Int

  /// The mean of the last `days` days that have the time in question.
  public init(days: Int = 7) { self.days = days }

  public var method: MethodID { GridMethods.typicalDay }

  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast {
    let series = history.series
    let end = history.latest?.end
    let slots = horizon.divided(into: step).map { validity in
      if let issued = series.wholeMean(over: validity) {
        return ForecastSlot(validity: validity, value: issued, rule: .issued)
      }
      guard let end else { return ForecastSlot(validity: validity, value: nil, rule: .unknown) }
      // Days that cannot be known yet do not count as missing ones: the mean begins with the newest day there can be.
      let ahead = max((validity.upperBound - end).hours / 24, 0)
      let first = ahead.isFinite && ahead < 1e6 ? max(Int(ahead.rounded(.up)), 1) : 1
      let known = (first..<(first + max(days, 0))).compactMap { series.wholeMean(over: validity, daysBack: $0) }
      return known.isEmpty
        ? ForecastSlot(validity: validity, value: nil, rule: .unknown)
        : ForecastSlot(validity: validity, value: known.reduce(0, +) / Double(known.count), rule: .climatology)
    }
    return Forecast(
      issuedAt: history.moment, slots: slots, like: series, method: method, reference: history.latest,
      basis: "the mean of the same time over the last \(days) days")
  }
}
