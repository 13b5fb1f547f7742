import Gateway
import Grid
import Ledger
import Quantities
import Switching

/// The control loop's memory of one alias: what was served, what was asked for, what the policy remembers.
///
/// A pure state machine: events in (`served`, `decide`), decisions out; clocks, ledger and network are its owner's.
struct AliasController: Sendable {
  private var model: ServingModel
  /// The variants' names in the gateway's order, which stays when the ladder's changes.
  private let names: [String]
  /// The model with the calibrations that came since the last decision; the next one is made with it.
  private var renewed: ServingModel?
  private var credit: QualityCredit
  private let pue: Double
  private let speed: Double
  private var forecast: PlanForecast
  private var forecastsElsewhere: [String: PlanForecast] = [:]
  private var latency = LatencyWatch()
  private var health = VariantHealth()
  private var state = PolicyState()
  private var budget: QualityBudget
  private var demand: DemandHistory
  private var current: (decision: Decision, units: Double, input: PolicyInput)?

  /// - Parameters:
  ///   - forecast: whose forecast is wanted.
  ///   - speed: seconds of grid time a real second.
  init(model: ServingModel, pue: Double, forecast: ForecastSource = .ensemble, speed: Double = 1) {
    self.model = model
    names = model.ladder.variants.map(\.name)
    credit = QualityCredit(model)
    self.pue = pue
    self.speed = speed
    self.forecast = PlanForecast(source: forecast)
    budget = QualityBudget(floor: model.floor)
    demand = DemandHistory(interval: model.interval)
  }

  /// Goes on with what an earlier serve left, beside what came since.
  mutating func resume(_ account: ResumedAccount) {
    budget.resume(account)
    for hour in account.demand { demand.add(hour.units, over: hour.start..<(hour.start + .hours(1))) }
    if current == nil, let remembered = account.state { state = remembered }
  }

  /// What is said about the alias, with what was found since the start.
  var settings: ModelSettings { (renewed ?? model).settings }

  /// Variants were calibrated anew: their energy, their quality, or both. The next decision is made with it; until then the
  /// shares in force rest on what was known when they were decided, and what they serve is credited by that.
  ///
  /// - Parameter settings: what is said about the alias, where more is known by now.
  /// - Throws: ``SwitchingError`` when no ladder can be made of them; then all stays as it was.
  mutating func recalibrated(_ records: [VariantRecord], settings: ModelSettings? = nil) throws(SwitchingError) {
    renewed = try (renewed ?? model).recalibrated(records, settings: settings)
  }

  /// What a decision saw, what it is, and what else is to be said.
  struct Decided: Sendable {
    let input: PolicyInput
    let outcome: DecisionOutcome
    /// One sentence for each variant that is limited or left out.
    let remarks: [String]
  }

  /// A variant answered a request under this alias, in so long from when it came by the wall clock.
  mutating func answered(by variant: String, units: Double, received: Timestamp, latency span: Span) {
    health.answered(variant)
    if model.settings.latencyObjective != nil {
      latency.answered(by: variant, units: units, at: received, latency: span)
    }
  }

  /// A variant was tried for a request under this alias and gave no answer.
  mutating func failed(_ variant: String) { health.failed(variant) }

  /// Units were served by a variant at a grid time; they are credited with the lower quality bound that was in force
  /// then. What no calibration knows the quality of does not count.
  ///
  /// Units that came before the decision in force and were not known to it count against its limit too: it could not
  /// reckon with them.
  ///
  /// - Returns: shares to put in force at once, when more came than the floor guard covers for this interval.
  mutating func served(units: Double, by variant: String, at moment: Timestamp) -> [VariantShare]? {
    guard let quality = credit.quality(of: variant, at: moment) else { return nil }
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
  ///   - provided: the provider's forecast as issued by then.
  ///   - issue: the id of the grid value that `reading` holds.
  ///   - wall: the wall time, by which measured latencies age.
  ///   - loaded: the variants that are loaded; `nil` when that is not known.
  ///   - elsewhere: the same of other places where variants stand; one that is not given is unknown.
  mutating func decide(
    at now: Timestamp, history: IssuedSeries?, provided: Series? = nil, reading: SignalReading?, issue: String?,
    limits: SignalLimits = SignalLimits(), wall: Timestamp? = nil, loaded: [String]? = nil,
    elsewhere: [String: PlaceNews] = [:]
  ) -> Decided {
    budget.roll(to: now)
    if let renewed {
      model = renewed
      credit.put(renewed, from: now)
      self.renewed = nil
    }
    let (ladder, remarks) = ladder(at: now, wall: wall ?? now)
    let history = history.flatMap { Self.believed($0.series, limits: limits)?.asIssued(by: $0.moment) }
    let provided = provided.flatMap { Self.believed($0, limits: limits) }
    let end = now.startOfDay + .hours(24)
    let plan = history.map { forecast.plan(from: $0, provided: provided, over: now..<end, step: model.interval) }
    let there = self.elsewhere(elsewhere, for: ladder, over: now..<end)
    let input = PolicyInput(
      now: now, interval: model.interval, periodStart: now.startOfDay, periodEnd: end,
      signal: reading.flatMap { signal($0, at: now, issue: issue ?? "") }, forecast: plan?.values ?? [],
      expectedRequests: demand.expected(from: now, until: end),
      recent: history.map { past(before: now, in: $0.series) } ?? [], served: budget.served,
      carriedDebt: budget.debt, ladder: ladder, floor: model.floor, instantFloor: model.settings.instantFloor,
      loaded: loaded.map { $0.filter { ladder.index(of: $0) != nil } }, pue: pue, requestNoun: model.unitNoun,
      elsewhere: there?.grids)
    let before = state
    let (after, decision) = model.policy.decide(input, state: before)
    state = after
    current = (decision, 0, input)
    let outcome = DecisionOutcome(
      before: before, decision: decision, after: after, forecast: plan?.note,
      forecastsElsewhere: there?.notes)
    return Decided(input: input, outcome: outcome, remarks: remarks)
  }

  /// What the gateway's deal has to keep until the next decision, when the period ends at this wall time; `nil` before the
  /// first decision and for a policy that keeps no floor.
  func promise(endingAt ends: Timestamp?) -> QualityFloor? {
    guard let (decision, _, input) = current else { return nil }
    // Shares that keep the floor by themselves need nothing owed; who is below it without a guard keeps none.
    guard let owed = decision.debtLimit ?? (decision.quality >= model.floor - 1e-9 ? 0 : nil) else { return nil }
    let surplus = input.served.points - model.floor * input.served.requests - input.carriedDebt
    // Variants of limited capacity cannot pay all at once: what is owed already is paid as the shares say.
    let debtLimit = input.ladder.isCapacityLimited ? max(owed, -surplus) : owed
    let standIns = decision.limit?.shares.filter { $0.share > 0 }.compactMap { names.firstIndex(of: $0.variant) }
    return QualityFloor(
      floor: model.floor, qualities: names.map(model.qualityLow(of:)), period: input.periodStart, ends: ends,
      debtLimit: debtLimit, opening: surplus, standIns: standIns ?? [])
  }

  /// What is known of the places where a ladder's variants stand; `nil` when every one stands here.
  private mutating func elsewhere(
    _ news: [String: PlaceNews], for ladder: Ladder, over rest: Range<Timestamp>
  ) -> (grids: [String: PolicyInput.Elsewhere], notes: [String: ForecastNote])? {
    guard ladder.isPlaced else { return nil }
    let now = rest.lowerBound
    var grids: [String: PolicyInput.Elsewhere] = [:]
    var notes: [String: ForecastNote] = [:]
    for place in ladder.places {
      let news = news[place] ?? PlaceNews(pue: pue)
      let history = news.history.flatMap { Self.believed($0.series, limits: news.limits)?.asIssued(by: $0.moment) }
      let provided = news.provided.flatMap { Self.believed($0, limits: news.limits) }
      var planner = forecastsElsewhere[place] ?? PlanForecast(source: forecast.source)
      let plan = history.map { planner.plan(from: $0, provided: provided, over: rest, step: model.interval) }
      forecastsElsewhere[place] = planner
      notes[place] = plan?.note
      grids[place] = PolicyInput.Elsewhere(
        signal: news.reading.flatMap { signal($0, at: now, issue: news.issue ?? "") }, forecast: plan?.values ?? [],
        recent: history.map { past(before: now, in: $0.series) } ?? [], pue: news.pue)
    }
    return (grids, notes)
  }

  /// The variants that may serve now, and why the others may not. When all fail all stay: something has to be tried.
  private mutating func ladder(at now: Timestamp, wall: Timestamp) -> (Ladder, [String]) {
    let names = model.ladder.variants.map(\.name)
    let out = health.leftOut(of: names, at: now, interval: model.interval)
    var (ladder, remarks) = (model.ladder, names.compactMap { out[$0] })
    if !out.isEmpty {
      if let rest = try? Ladder(ladder.variants.filter { out[$0.name] == nil }) {
        ladder = rest
      } else {
        remarks = ["All variants failed lately, so all of them stay."]
      }
    }
    guard let objective = model.settings.latencyObjective else { return (ladder, remarks) }
    let limited = LatencyLimit(
      ladder, profiles: latency.profiles(at: wall), objective: objective, speed: speed, noun: model.unitNoun)
    return (limited.ladder, remarks + limited.sentences)
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
  private static func believed(_ series: Series, limits: SignalLimits) -> Series? {
    let believed = series.slots.filter { limits.objection(to: $0.value, kind: series.kind) == nil }
    guard believed.count < series.slots.count else { return series }
    return try? Series(
      region: series.region, kind: series.kind, unit: series.unit, provider: series.provider, source: series.source,
      receipt: series.receipt, slots: believed)
  }
}
