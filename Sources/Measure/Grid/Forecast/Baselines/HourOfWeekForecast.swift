import Methods
public import Quantities

/// The forecast that knows weekdays from weekends: each hour is the mean of that hour of the week over the last weeks,
/// newer weeks weighing more.
///
///     c(t) = sum_j w^(j-1) c(t - j x 168 h) / sum_j w^(j-1),  j = 1 ... weeks
///
/// It is what a window is extended with beyond a provider's forecast (signals-and-scheduling reference, 9.6).
public struct HourOfWeekForecast: Forecaster, Hashable {
  /// How many weeks are looked at.
  public var weeks: Int
  /// What a week counts against the one after it, above 0 and up to 1.
  public var weightOfOlderWeek: Double

  /// The mean over the last `weeks` weeks that have the time in question.
  public init(weeks: Int = 8, weightOfOlderWeek: Double = 0.78) {
    self.weeks = weeks
    self.weightOfOlderWeek = weightOfOlderWeek
  }

  public var method: MethodID { GridMethods.hourOfWeekMean }

  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast {
    let series = history.series
    let slots = horizon.divided(into: step).map { validity in
      if let issued = series.wholeMean(over: validity) {
        return ForecastSlot(validity: validity, value: issued, rule: .issued)
      }
      let mean = mean(of: validity, in: series)
      return ForecastSlot(validity: validity, value: mean, rule: mean == nil ? .unknown : .climatology)
    }
    return Forecast(
      issuedAt: history.moment, slots: slots, like: series, method: method, reference: history.latest,
      basis: "the mean of the same hour of the week over the last \(weeks) weeks")
  }

  private func mean(of validity: Range<Timestamp>, in series: Series) -> Double? {
    var sum = 0.0
    var total = 0.0
    var weight = 1.0
    for week in stride(from: 1, through: weeks, by: 1) {
      if let value = series.wholeMean(over: validity, daysBack: 7 * week) {
        sum += weight * value
        total += weight
      }
      weight *= weightOfOlderWeek
    }
    return total > 0 ? sum / total : nil
  }
}
