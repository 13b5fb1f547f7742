import Methods
public import Quantities

/// Any forecaster with ranges around its values, built as the ensemble's are: learned hour by hour from its own past
/// errors. It is what the ensemble's ranges are compared with, and serves where a simple rule is wanted with a range.
///
/// Kept and told what is new it goes on; else it begins anew from the last ``memory`` of the history given. Ranges are
/// made for hours of UTC up to 48 hours after the newest whole hour; other slots get none.
public struct RangedForecaster<Base: Forecaster>: Forecaster {
  /// The forecaster that makes the values.
  public private(set) var base: Base
  /// The share of truths that the ranges are to hold, 0 to 1.
  public let level: Double
  /// How much history is learned from when there is nothing kept.
  public let memory: Span
  private var newest: Int64?
  private var tracker: IntervalTracker
  private var issues: [(hour: Int64, past: [(center: Double, low: Double, high: Double)])] = []

  /// Ranges around the values of `base`.
  public init(_ base: Base, level: Double = 0.8, memory: Span = .hours(24 * 60)) {
    self.base = base
    self.level = level
    self.memory = memory
    tracker = IntervalTracker(level: level)
  }

  public var method: MethodID { base.method }

  public mutating func learn(from history: IssuedSeries, beside: [IssuedSeries]) {
    base.learn(from: history, beside: beside)
    let hours = HourlyValues(series: history.series, limits: SignalLimits())
    guard let extent = hours.extent else { return }
    let reach = Int64(max(24, min(memory.hours, 1e6)))
    var first = max(extent.lowerBound, extent.upperBound - reach + 1)
    if let newest, newest <= extent.upperBound, extent.upperBound - newest <= reach {
      first = newest + 1
    } else {
      tracker = IntervalTracker(level: level)
      issues = []
    }
    let scale = SeriesIdentity(history.series)
    for hour in stride(from: first, through: extent.upperBound, by: 1) {
      if let truth = hours.value(at: hour).map(scale.kept) {
        tracker.learn(
          truth, at: hour,
          issues.compactMap { issue in
            let lead = Int(hour - issue.hour)
            guard issue.past.indices.contains(lead - 1) else { return nil }
            let one = issue.past[lead - 1]
            return (lead, one.center, one.low, one.high)
          })
      }
      issues.append((hour, issue(after: hour, from: history, beside: beside, scale)))
      if issues.count > LeadBand.farthest { issues.removeFirst() }
    }
    newest = extent.upperBound
  }

  /// What the base said for the 48 hours after an hour, from what had been issued by its end.
  private func issue(
    after hour: Int64, from history: IssuedSeries, beside: [IssuedSeries], _ scale: SeriesIdentity
  ) -> [(center: Double, low: Double, high: Double)] {
    let start = HourlyValues.range(hour).upperBound
    let until = history.series.slots.partitionPoint { $0.end <= start }
    let past = history.with(history.series.slots[..<until])
    let forecast = base.forecast(
      from: past, over: start..<(start + .hours(Double(LeadBand.farthest))), step: .hours(1),
      beside: beside.map { $0.asIssued(by: start) })
    return forecast.slots.enumerated().map { index, slot in
      guard let value = slot.value else { return (.nan, .nan, .nan) }
      let center = scale.kept(value)
      let reach = tracker.reach(lead: index + 1, at: hour + Int64(index) + 1)
      return (center, center - reach.below, center + reach.above)
    }
  }

  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast {
    var learned = self
    learned.learn(from: history, beside: beside)
    let plain = learned.base.forecast(from: history, over: horizon, step: step, beside: beside)
    let scale = SeriesIdentity(history.series)
    let slots = plain.slots.map { slot in
      guard let value = slot.value, slot.rule != .issued, let newest = learned.newest else { return slot }
      let hour = slot.validity.lowerBound.hourIndex
      guard (1...Int64(LeadBand.farthest)).contains(hour - newest) else { return slot }
      let reach = learned.tracker.reach(lead: Int(hour - newest), at: hour)
      guard reach.below.isFinite, reach.above.isFinite else { return slot }
      let center = scale.kept(value)
      return ForecastSlot(
        validity: slot.validity, value: value, low: min(scale.value(center - reach.below), value),
        high: max(scale.value(center + reach.above), value), rule: slot.rule)
    }
    return Forecast(
      issuedAt: plain.issuedAt, slots: slots, like: history.series, method: plain.method, reference: plain.reference,
      ratio: plain.ratio, isRatioLimited: plain.isRatioLimited, level: level, skill: plain.skill, basis: plain.basis)
  }
}
