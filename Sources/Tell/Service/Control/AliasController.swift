import Grid
import Quantities
import Switching

/// The control loop's memory of one alias: what was served, what was asked for, what the policy remembers.
///
/// A pure state machine: events in (`served`, `decide`), decisions out; clocks, ledger and network are its owner's.
struct AliasController: Sendable {
  private let model: ServingModel
  private let pue: Double
  private var state = PolicyState()
  private var budget: QualityBudget
  private var demand: DemandHistory
  private var current: (decision: Decision, units: Double)?

  init(model: ServingModel, pue: Double) {
    self.model = model
    self.pue = pue
    budget = QualityBudget(floor: model.floor)
    demand = DemandHistory(interval: model.interval)
  }

  /// Units were served by a variant at a grid time. What no calibration knows the quality of does not count.
  ///
  /// Units that came before the decision in force and were not known to it count against its limit too: it could not
  /// reckon with them.
  ///
  /// - Returns: shares to put in force at once, when more came than the floor guard covers for this interval.
  mutating func served(units: Double, by variant: String, at moment: Timestamp) -> [VariantShare]? {
    guard let quality = model.qualityLow(of: variant) else { return nil }
    demand.add(units, at: moment)
    budget.add(units, quality: quality, at: moment)
    guard var now = current else { return nil }
    let before = now.units
    now.units += units
    current = now
    guard let limit = now.decision.limit, before < limit.after, now.units >= limit.after else { return nil }
    return limit.shares
  }

  /// The decision for the interval that begins at `now`.
  ///
  /// - Parameters:
  ///   - history: what had been issued by `now`; values that `limits` does not believe are left out.
  ///   - issue: the id of the grid value that `reading` holds.
  mutating func decide(
    at now: Timestamp, history: IssuedSeries?, reading: SignalReading?, issue: String?,
    limits: SignalLimits = SignalLimits()
  ) -> (input: PolicyInput, outcome: DecisionOutcome) {
    budget.roll(to: now)
    let input = input(
      at: now, history: history.flatMap { Self.believed($0, limits: limits) }, reading: reading, issue: issue)
    let before = state
    let (after, decision) = model.policy.decide(input, state: before)
    state = after
    current = (decision, 0)
    return (input, DecisionOutcome(before: before, decision: decision, after: after))
  }

  private func input(
    at now: Timestamp, history: IssuedSeries?, reading: SignalReading?, issue: String?
  ) -> PolicyInput {
    let start = now.startOfDay
    let end = start + .hours(24)
    var forecast: [CarbonIntensity] = []
    var recent: [PolicyInput.Past] = []
    if let history {
      let values = PersistenceForecast().forecast(from: history, over: now..<end, step: model.interval).values
      forecast = values.prefix { $0 != nil }.compactMap { $0.map(CarbonIntensity.gramsPerKilowattHour) }
      recent = past(before: now, in: history.series)
    }
    return PolicyInput(
      now: now, interval: model.interval, periodStart: start, periodEnd: end,
      signal: reading.flatMap { signal($0, at: now, issue: issue ?? "") }, forecast: forecast,
      expectedRequests: demand.expected(from: now, until: end), recent: recent, served: budget.served,
      carriedDebt: budget.debt, ladder: model.ladder, floor: model.floor, pue: pue, requestNoun: model.unitNoun)
  }

  /// The reading as policies take it: its age is zero while the value holds, else the time since the last interval that
  /// it held for began.
  private func signal(_ reading: SignalReading, at now: Timestamp, issue: String) -> PolicyInput.Signal? {
    guard let value = reading.signal, let age = reading.age else { return nil }
    let intervalAge: Span
    switch reading.mode {
    case .live: intervalAge = value.validity.upperBound > now ? .zero : now - value.validity.upperBound + model.interval
    case .persistence: intervalAge = age
    case .staticMix, .unknown: return nil
    }
    return PolicyInput.Signal(
      .gramsPerKilowattHour(value.value), kind: value.kind == .marginal ? .marginal : .average, age: intervalAge,
      issue: issue)
  }

  private func past(before now: Timestamp, in series: Series) -> [PolicyInput.Past] {
    var past: [PolicyInput.Past] = []
    var start = now - .hours(24)
    while start < now {
      if let mean = series.mean(over: start..<(start + model.interval)) {
        past.append(.init(intensity: .gramsPerKilowattHour(mean.value), requests: demand.units(at: start) ?? 1))
      }
      start = start + model.interval
    }
    return past
  }

  /// The values that are believed; an absurd one would otherwise steer the plan as a forecast of its own hour.
  private static func believed(_ history: IssuedSeries, limits: SignalLimits) -> IssuedSeries? {
    let series = history.series
    let believed = series.slots.filter { limits.objection(to: $0.value, kind: series.kind) == nil }
    guard believed.count < series.slots.count else { return history }
    return try? Series(
      region: series.region, kind: series.kind, unit: series.unit, provider: series.provider, source: series.source,
      receipt: series.receipt, slots: believed
    ).asIssued(by: history.moment)
  }
}
