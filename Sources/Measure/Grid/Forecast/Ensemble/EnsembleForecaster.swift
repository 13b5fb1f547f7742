import Methods
public import Quantities

/// The forecast for places where the provider has none: several simple forecasts, each weighted by how well its own
/// issues did lately on this series, with ranges learned from its own past errors.
///
/// The members are persistence, the mean of the hour over the last week, slowly fading means of the hour of the day and
/// of the week, and a ridge regression for each hour ahead (``EnsembleMember``). Weights are kept for each ``LeadBand``,
/// ranges for each hour ahead. All of it is learned by going through the history hour by hour, issuing a forecast from
/// each hour and holding it against what came: nothing later is ever looked at, so the record of skill that comes with a
/// forecast is that of real forecasts.
///
/// It answers from the first hours on: from a few hours with the newest value that fades to their mean, from a day on
/// with persistence and the typical day, from two weeks on with everything. Up to 48 hours ahead it is the ensemble,
/// beyond that the mean of the hour of the week, and the slots say which.
///
/// It can be used without keeping it: it then learns from the last ``memory`` of the history given. Kept (as a value, or
/// by coding it) and told what is new by ``learn(from:beside:)`` it knows more and answers faster. Asked about a time
/// before what it has learned, it begins anew from the history given.
/// Source: forecast combination after Bates and Granger (1969); see ``GridMethods/ensembleForecast``.
public struct EnsembleForecaster: Forecaster, Hashable, Codable {
  /// The forecasts it is made of.
  public let members: [EnsembleMember]
  /// The share of truths that its ranges are to hold, 0 to 1.
  public let level: Double
  /// How much history is learned from when there is nothing kept.
  public let memory: Span
  /// What values are believed; others count as missing.
  public let limits: SignalLimits
  private var state: EnsembleState?

  /// A gap after which what was learned before is dropped.
  private static var longestGap: Int64 { 24 * 30 }

  /// An ensemble that has learned nothing yet.
  public init(
    members: [EnsembleMember] = EnsembleMember.allCases, level: Double = 0.8, memory: Span = .hours(24 * 60),
    limits: SignalLimits = SignalLimits()
  ) {
    self.members = members
    self.level = level
    self.memory = memory
    self.limits = limits
  }

  public var method: MethodID { GridMethods.ensembleForecast }

  /// How its past issues did on this series, by band; empty before it has learned.
  public var skill: [ForecastSkill] { state?.skill.skill ?? [] }

  public mutating func learn(from history: IssuedSeries, beside: [IssuedSeries] = []) {
    let hours = HourlyValues(series: history.series, limits: limits)
    guard let extent = hours.extent else { return }
    let identity = SeriesIdentity(history.series)
    let besides = beside.map { SeriesIdentity($0.series) }
    let reach = Int64(max(24, min(memory.hours, 1e6)))
    var first = max(extent.lowerBound, extent.upperBound - reach + 1)
    if let state, state.identity == identity, state.besides == besides, state.newest <= extent.upperBound,
      extent.upperBound - state.newest <= reach
    {
      first = state.newest + 1
    } else {
      state = nil
    }
    guard first <= extent.upperBound else { return }
    for hour in first...extent.upperBound {
      let value = hours.value(at: hour)
      if let state, value != nil, hour - state.lastKnown > Self.longestGap { self.state = nil }
      if state == nil {
        guard value != nil else { continue }
        state = EnsembleState(identity, besides: besides, members: members, level: level, first: hour)
      }
      take(hour, value, beside: beside, moment: min(HourlyValues.range(hour).upperBound, history.moment))
    }
  }

  private mutating func take(_ hour: Int64, _ value: Double?, beside: [IssuedSeries], moment: Timestamp) {
    let known = beside.map { HourlyValues(series: $0.asIssued(by: moment).series, limits: limits) }
    state?.take(value) { signal, lead in
      let target = hour + Int64(lead)
      guard let ahead = known[signal].value(at: target) else { return nil }
      let first = Int64((lead + 23) / 24)
      let usual = (first..<(first + 7)).compactMap { known[signal].value(at: target - 24 * $0) }
      return usual.isEmpty ? nil : ahead - usual.reduce(0, +) / Double(usual.count)
    }
  }

  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast {
    var learned = self
    learned.learn(from: history, beside: beside)
    let hours = HourlyValues(series: history.series, limits: limits)
    // An hour known in part is taken for the whole hour, in this copy only.
    if let underWay = hours.hourUnderWay, let value = hours.value(at: underWay, atLeast: HourlyValues.enoughUnderWay),
      learned.state == nil || learned.state?.newest == underWay - 1
    {
      if learned.state == nil {
        learned.state = EnsembleState(
          SeriesIdentity(history.series), besides: beside.map { SeriesIdentity($0.series) }, members: members,
          level: level, first: underWay)
      }
      learned.take(underWay, value, beside: beside, moment: history.moment)
    }
    let reading = EnsembleReading(state: learned.state, history: history, limits: limits)
    return Forecast(
      issuedAt: history.moment, slots: horizon.divided(into: step).map(reading.slot), like: history.series,
      method: method, reference: history.latest, level: level, skill: learned.skill, basis: reading.basis)
  }
}
