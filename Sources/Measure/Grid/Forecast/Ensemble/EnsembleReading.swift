import Quantities

/// Turns what an ensemble says of whole hours into slots of any length.
struct EnsembleReading {
  private let state: EnsembleState?
  private let series: Series
  private let limits: SignalLimits
  /// The newest value that is believed: where curves within the hour begin.
  private let anchor: Slot?

  init(state: EnsembleState?, history: IssuedSeries, limits: SignalLimits) {
    self.state = state
    self.limits = limits
    series = history.series
    anchor = history.series.slots.last { limits.objection(to: $0.value, kind: history.series.kind) == nil }
  }

  /// Value and range of one hour.
  private struct Hour {
    let value: Double
    let low: Double
    let high: Double
    let rule: FillRule
  }

  /// One slot. A slot that is issued already is passed on as it is.
  func slot(_ validity: Range<Timestamp>) -> ForecastSlot {
    if let issued = series.wholeMean(over: validity), isBelieved(validity) {
      return ForecastSlot(validity: validity, value: issued, low: issued, high: issued, rule: .issued)
    }
    guard let mean = validity.span.hours < 1 ? within(validity) : mean(validity) else {
      return ForecastSlot(validity: validity, value: nil, rule: .unknown)
    }
    let hasRange = mean.low.isFinite && mean.high.isFinite
    return ForecastSlot(
      validity: validity, value: mean.value, low: hasRange ? min(mean.low, mean.value) : nil,
      high: hasRange ? max(mean.high, mean.value) : nil, rule: mean.rule)
  }

  private func isBelieved(_ validity: Range<Timestamp>) -> Bool {
    var index = series.slots.partitionPoint { $0.end <= validity.lowerBound }
    while index < series.slots.endIndex, series.slots[index].start < validity.upperBound {
      if limits.objection(to: series.slots[index].value, kind: series.kind) != nil { return false }
      index += 1
    }
    return true
  }

  private func hour(_ hour: Int64) -> Hour? {
    guard let state, let issue = state.issue else { return nil }
    let distance = hour - state.newest
    // An hour in the past that nobody knows: what is usual then, and no claim about how sure that is.
    guard distance >= 1 else {
      let usual = state.climatology(hour)
      return usual.isFinite ? Hour(value: state.value(usual), low: .nan, high: .nan, rule: .climatology) : nil
    }
    if distance <= Int64(LeadBand.farthest) {
      let lead = Int(distance)
      return Hour(
        value: state.value(issue[lead, .center]), low: state.value(issue[lead, .low]),
        high: state.value(issue[lead, .high]), rule: state.restsOnFewHours(lead: lead) ? .recentMean : .ensemble)
    }
    let usual = state.climatology(hour)
    guard usual.isFinite else {
      return Hour(
        value: state.value(issue[LeadBand.farthest, .center]), low: .nan, high: .nan, rule: .recentMean)
    }
    let reach = state.reach(lead: LeadBand.farthest, at: hour)
    return Hour(
      value: state.value(usual), low: state.value(usual - reach.below), high: state.value(usual + reach.above),
      rule: .climatology)
  }

  /// The mean over the hours that a slot of an hour or more overlaps; nothing unless all of them have a value.
  private func mean(_ validity: Range<Timestamp>) -> Hour? {
    var sums = (value: 0.0, low: 0.0, high: 0.0)
    var rule = FillRule.ensemble
    var index = validity.lowerBound.hourIndex
    while HourlyValues.range(index).lowerBound < validity.upperBound {
      let part = HourlyValues.range(index).clamped(to: validity).span.hours
      let one = known(index) ?? hour(index)
      guard let one else { return nil }
      sums = (sums.value + part * one.value, sums.low + part * one.low, sums.high + part * one.high)
      if one.rule != .ensemble, one.rule != .issued { rule = one.rule }
      index += 1
    }
    let hours = validity.span.hours
    return Hour(value: sums.value / hours, low: sums.low / hours, high: sums.high / hours, rule: rule)
  }

  private func known(_ hour: Int64) -> Hour? {
    guard let value = HourlyValues(series: series, limits: limits).value(at: hour) else { return nil }
    return Hour(value: value, low: value, high: value, rule: .issued)
  }

  /// A slot within an hour: on the straight line between the middles of hours, which begins at the newest value.
  private func within(_ validity: Range<Timestamp>) -> Hour? {
    let middle = validity.lowerBound.seconds + validity.span.seconds / 2
    let index = validity.lowerBound.hourIndex
    guard let own = hour(index) else { return nil }
    let center = Double(index) * 3600 + 1800
    var left = (time: center, value: own.value)
    var right = left
    if middle < center {
      if let before = hour(index - 1), before.rule != .climatology { left = (center - 3600, before.value) }
      if let anchor, anchor.end <= validity.lowerBound {
        let time = anchor.start.seconds + anchor.validity.span.seconds / 2
        if time > center - 3600 || left.time == center { left = (max(time, center - 3600), anchor.value) }
      }
    } else if let after = hour(index + 1) {
      right = (center + 3600, after.value)
    }
    let share = right.time > left.time ? (middle - left.time) / (right.time - left.time) : 0
    let value = left.value + (right.value - left.value) * min(max(share, 0), 1)
    return Hour(
      value: value, low: value - (own.value - own.low), high: value + (own.high - own.value), rule: own.rule)
  }

  /// One sentence on what the forecast rests on.
  var basis: String {
    guard let state else { return "nothing is known of the series yet" }
    let filled = state.hoursFilled > 0 ? ", \(state.hoursFilled) missing ones filled in by its own forecast" : ""
    let active = state.active(lead: 24).map(\.rawValue)
    let from =
      active.isEmpty
      ? "the newest value, fading to the mean of the hours there are" : active.joined(separator: ", ")
    return "\(from); learned from \(state.hoursKnown) hours\(filled)"
  }
}
