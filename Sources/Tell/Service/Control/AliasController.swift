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
  private var period: Timestamp?
  private var servedInPeriod = PolicyInput.Served()
  private var carriedDebt = 0.0
  private var demand: DemandHistory
  private var current: (decision: Decision, since: Timestamp, units: Double)?

  init(model: ServingModel, pue: Double) {
    self.model = model
    self.pue = pue
    demand = DemandHistory(interval: model.interval)
  }

  /// Units were served by a variant at a grid time.
  ///
  /// - Returns: shares to put in force at once, when more came than the floor guard covers for this interval.
  mutating func served(units: Double, by variant: String, at moment: Timestamp) -> [VariantShare]? {
    roll(to: moment)
    demand.add(units, at: moment)
    guard let quality = model.qualityLow(of: variant) else { return nil }
    servedInPeriod.requests += units
    servedInPeriod.points += units * quality
    guard var now = current else { return nil }
    let before = now.units
    now.units += units
    current = now
    guard let limit = now.decision.limit, before < limit.after, now.units >= limit.after else { return nil }
    return limit.shares
  }

  /// The decision for the interval that holds `now`.
  mutating func decide(
    at now: Timestamp, history: IssuedSeries?, reading: SignalReading?, issue: String?
  ) -> (input: PolicyInput, outcome: DecisionOutcome) {
    roll(to: now)
    let input = input(at: now, history: history, reading: reading, issue: issue)
    let before = state
    let (after, decision) = model.policy.decide(input, state: before)
    state = after
    current = (decision, now, 0)
    return (input, DecisionOutcome(before: before, decision: decision, after: after))
  }

  private func input(
    at now: Timestamp, history: IssuedSeries?, reading: SignalReading?, issue: String?
  ) -> PolicyInput {
    let start = now.startOfDay
    let end = start + .hours(24)
    var signal: PolicyInput.Signal?
    if let reading, reading.mode == .live || reading.mode == .persistence, let value = reading.signal, let age = reading.age {
      signal = PolicyInput.Signal(
        .gramsPerKilowattHour(value.value), kind: value.kind == .marginal ? .marginal : .average, age: age,
        issue: issue ?? "")
    }
    var forecast: [CarbonIntensity] = []
    var recent: [PolicyInput.Past] = []
    if let history {
      let values = PersistenceForecast().forecast(from: history, over: now..<end, step: model.interval).values
      forecast = values.prefix { $0 != nil }.compactMap { $0.map(CarbonIntensity.gramsPerKilowattHour) }
      recent = past(before: now, in: history.series)
    }
    return PolicyInput(
      now: now, interval: model.interval, periodStart: start, periodEnd: end, signal: signal, forecast: forecast,
      expectedRequests: demand.expected(from: now, until: end), recent: recent, served: servedInPeriod,
      carriedDebt: carriedDebt, ladder: model.ladder, floor: model.floor, pue: pue, requestNoun: model.unitNoun)
  }

  private func past(before now: Timestamp, in series: Series) -> [PolicyInput.Past] {
    var past: [PolicyInput.Past] = []
    var start = now - .hours(24)
    while start < now {
      if let value = series.value(at: start) {
        past.append(.init(intensity: .gramsPerKilowattHour(value), requests: demand.units(at: start) ?? 1))
      }
      start = start + model.interval
    }
    return past
  }

  /// Closes the budget day when a new one has begun; what it fell short by is carried, never forgotten.
  private mutating func roll(to moment: Timestamp) {
    let start = moment.startOfDay
    guard start != period else { return }
    if period != nil {
      let owed = model.floor * servedInPeriod.requests - servedInPeriod.points + carriedDebt
      carriedDebt = max(0, owed)
    }
    period = start
    servedInPeriod = PolicyInput.Served()
  }
}

/// How many units came in each interval, and how many are to be expected: as many as at the same time yesterday, scaled
/// by how today compares so far; on the first day the mean of today.
struct DemandHistory: Sendable {
  private let interval: Span
  private var byInterval: [Int64: Double] = [:]
  private var first: Int64?

  init(interval: Span) { self.interval = interval }

  private func index(_ moment: Timestamp) -> Int64 {
    Int64((Double(moment.milliseconds) / 1000 / interval.seconds).rounded(.down))
  }

  mutating func add(_ units: Double, at moment: Timestamp) {
    let index = index(moment)
    byInterval[index, default: 0] += units
    if first.map({ index < $0 }) ?? true { first = index }
    // A week is more than any rule here looks back.
    let oldest = index - Int64(8 * 86400 / interval.seconds)
    if byInterval.count > 2000 { byInterval = byInterval.filter { $0.key >= oldest } }
  }

  /// What came in the interval of that moment; `nil` before anything was seen.
  func units(at moment: Timestamp) -> Double? {
    guard let first, index(moment) >= first else { return nil }
    return byInterval[index(moment)] ?? 0
  }

  /// Units expected in each interval from `start` to `end`; empty while nothing is known.
  func expected(from start: Timestamp, until end: Timestamp) -> [Double] {
    guard let first else { return [] }
    let now = index(start)
    let day = Int64((86400 / interval.seconds).rounded())
    let today = (max(first, now - day)..<now).map { byInterval[$0] ?? 0 }
    guard !today.isEmpty else { return [] }
    let mean = today.reduce(0, +) / Double(today.count)
    let count = Int64(((end - start) / interval).rounded(.up))
    let compared = (max(first + day, now - day / 4)..<max(now, first + day)).map { ($0, $0 - day) }
    let seen = compared.reduce(0.0) { $0 + (byInterval[$1.0] ?? 0) }
    let before = compared.reduce(0.0) { $0 + (byInterval[$1.1] ?? 0) }
    let scale = seen > 0 && before > 0 ? min(max(seen / before, 0.5), 2) : 1
    return (0..<count).map { offset in
      let yesterday = now + offset - day
      return yesterday >= first ? (byInterval[yesterday] ?? 0) * scale : mean
    }
  }
}
