public import Quantities

/// How well forecasters do on a series: each is asked again and again as it would have been then, and held against
/// what came. Nothing but what had been issued by the time of asking is handed to any of them.
public enum SkillTable {
  /// How to evaluate.
  public struct Plan: Hashable, Sendable {
    /// The time between two issues.
    public var every: Span
    /// How much of the series' beginning is for learning only.
    public var warmUp: Span
    /// How far each issue looks ahead, up to 48 hours.
    public var horizon: Span
    /// The length of the intervals that forecasts are asked and scored for.
    public var step: Span
    /// When a value becomes known, after its interval began; nothing keeps the series' own issue times.
    public var issueLag: Span?

    /// An issue every hour for the 48 hours from then, values known when their hour is over, three weeks to learn.
    public init(
      every: Span = .hours(1), warmUp: Span = .hours(24 * 21), horizon: Span = .hours(48),
      step: Span = .hours(1), issueLag: Span? = .hours(1)
    ) {
      self.every = every
      self.warmUp = warmUp
      self.horizon = horizon
      self.step = step
      self.issueLag = issueLag
    }
  }

  /// The forecasters of the issue's table: ours and the simple rules it has to beat, all with ranges built alike.
  public static var usual: [(name: String, forecaster: any Forecaster)] {
    [
      ("ensemble", EnsembleForecaster()), ("persistence", RangedForecaster(PersistenceForecast())),
      ("7-day mean", RangedForecaster(TypicalDayForecast())),
    ]
  }

  /// The rows of one series, for each forecaster the bands and then all of them together (`band` nothing).
  ///
  /// Only hours that every forecaster has a value for count for any of them, so that the rows can be compared.
  ///
  /// - Parameter beside: other signals with their true issue times.
  /// - Returns: no rows when the series is not longer than the warm-up.
  public static func rows(
    _ series: Series, _ forecasters: [(name: String, forecaster: any Forecaster)] = usual, beside: [Series] = [],
    plan: Plan = Plan()
  ) -> [SkillRow] {
    guard let extent = series.extent, plan.every.seconds >= 1 else { return [] }
    let known = plan.issueLag.map { series.issued(after: $0) } ?? series
    var forecasters = forecasters
    var tallies = forecasters.map { _ in [SkillTally](repeating: SkillTally(), count: 4) }
    var moment = (extent.lowerBound + plan.warmUp).startOfHour
    while moment < extent.upperBound {
      let history = known.asIssued(by: moment)
      let others = beside.map { $0.asIssued(by: moment) }
      let horizon = moment..<(moment + plan.horizon)
      let forecasts = forecasters.indices.map { index in
        forecasters[index].forecaster.learn(from: history, beside: others)
        return forecasters[index].forecaster.forecast(
          from: history, over: horizon, step: plan.step, beside: others)
      }
      for (place, validity) in horizon.divided(into: plan.step).enumerated() {
        guard let truth = series.wholeMean(over: validity) else { continue }
        let slots = forecasts.map { $0.slots[place] }
        guard slots.allSatisfy({ $0.rule != .issued }) else { continue }
        let band = LeadBand(lead: 1 + Int((validity.lowerBound - moment).hours)).index
        let all = slots.allSatisfy { $0.value != nil }
        for index in slots.indices where all || slots[index].value == nil {
          tallies[index][band].add(slots[index], truth: truth)
        }
      }
      moment = moment + plan.every
    }
    return zip(forecasters, tallies).flatMap { forecaster, tallies in
      var total = SkillTally()
      for tally in tallies { total.add(tally) }
      return LeadBand.allCases.compactMap { tallies[$0.index].row(series, forecaster.name, $0) }
        + [total.row(series, forecaster.name, nil)].compactMap { $0 }
    }
  }
}
