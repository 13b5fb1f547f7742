public import Quantities

/// Runs a policy over history, showing it only what was known at each moment, and compares the outcome with what could
/// have been done.
public struct Replay: Sendable {
  /// How history is cut into budget periods.
  public enum Period: Hashable, Sendable, Codable {
    /// UTC days.
    case utcDay
    /// Blocks of so many intervals from the first one replayed.
    case intervals(Int)
    /// All of it is one period.
    case whole
  }

  /// History, in order, without holes in time; intensities may be missing.
  public let history: [HistoryInterval]
  /// Index of the first interval to replay; earlier ones only serve as past.
  public let first: Int
  /// Length of an interval.
  public let interval: Span
  /// What may serve.
  public let ladder: Ladder
  /// Least mean quality over a period, in points.
  public let floor: Double
  /// Least mean quality of each single interval, in points; `nil` for none.
  public let instantFloor: Double?
  /// The budget periods.
  public let period: Period
  /// Power usage effectiveness at home.
  public let pue: Double
  /// Power usage effectiveness of the other places where variants stand.
  public let pueElsewhere: [String: Double]
  /// How many intervals late an intensity is known: 0 when the current interval's is known at its start.
  public let lag: Int
  /// What one request is called, in the plural.
  public let requestNoun: String

  /// A replay.
  ///
  /// - Throws: ``SwitchingError`` when there is nothing to replay, times are not evenly spaced, or a number is out of
  ///   range.
  public init(
    history: [HistoryInterval], first: Int = 0, interval: Span = .hours(1), ladder: Ladder, floor: Double,
    instantFloor: Double? = nil, period: Period = .utcDay, pue: Double = 1, lag: Int = 0,
    requestNoun: String = "requests", pueElsewhere: [String: Double] = [:]
  ) throws(SwitchingError) {
    guard history.indices.contains(first) else {
      throw .invalidReplay("there is no interval \(first) in a history of \(history.count)")
    }
    if let problem = Replay.problem(of: ladder, pueElsewhere) { throw problem }
    guard interval > .zero, lag >= 0, pue >= 1, pue.isFinite else {
      throw .invalidReplay("interval must be above 0, lag not negative and PUE at least 1")
    }
    for floor in [floor, instantFloor ?? floor] where !(0...100).contains(floor) { throw .invalidFloor(floor) }
    if case .intervals(let count) = period, count < 1 {
      throw .invalidReplay("a budget period must have at least one interval")
    }
    for index in history.indices {
      guard history[index].requests >= 0, history[index].requests.isFinite else {
        throw .invalidInterval(index, "requests must be finite and not negative")
      }
      let values = [history[index].intensity].compactMap(\.self) + (history[index].elsewhere ?? [:]).values
      guard values.allSatisfy(\.gramsPerKilowattHour.isFinite) else {
        throw .invalidInterval(index, "its intensity is not finite; leave it out where it is missing")
      }
      guard index == 0 || history[index].start == history[index - 1].start + interval else {
        throw .invalidInterval(index, "it does not start where the one before ends; fill gaps with missing intensities")
      }
    }
    self.history = history
    self.first = first
    self.interval = interval
    self.ladder = ladder
    self.floor = floor
    self.instantFloor = instantFloor
    self.period = period
    self.pue = pue
    self.lag = lag
    self.requestNoun = requestNoun
    self.pueElsewhere = pueElsewhere
  }

  /// Replays the whole history.
  ///
  /// - Parameters:
  ///   - policy: who decides.
  ///   - intensities: the forecast; persistence of this replay's lag when not given.
  ///   - demand: the expected requests; those of the day before when not given.
  ///   - elsewhere: the forecasts of other places, which get a view of the place; persistence for one that is not given.
  public func run(
    _ policy: some SwitchingPolicy, intensities: IntensityForecaster? = nil, demand: DemandForecaster? = nil,
    elsewhere: [String: IntensityForecaster] = [:]
  ) -> ReplayResult {
    let forecast = intensities ?? Forecasters.persistence(interval: interval, lag: lag)
    let expect = demand ?? Forecasters.demandOfYesterday(interval: interval)
    var state = PolicyState()
    var steps: [ReplayResult.Step] = []
    var debt = 0.0
    var index = first
    while index < history.count {
      let end = periodEnd(from: index)
      var served = PolicyInput.Served()
      for t in index..<end.index {
        let past = PastView(past: history[..<t], current: history[t], lag: lag)
        let input = PolicyInput(
          now: history[t].start, interval: interval, periodStart: history[index].start, periodEnd: end.moment,
          signal: signal(past), forecast: forecast(past, end.index - t), expectedRequests: expect(past, end.index - t),
          recent: recent(past), served: served, carriedDebt: debt, ladder: ladder, floor: floor,
          instantFloor: instantFloor, pue: pue, requestNoun: requestNoun,
          elsewhere: self.elsewhere(past, elsewhere, count: end.index - t))
        let (next, decision) = policy.decide(input, state: state)
        let step = ReplayResult.Step(
          index: t, period: index, interval: history[t], input: input, stateBefore: state, decision: decision,
          replay: self)
        served.requests += history[t].requests
        served.points += history[t].requests * step.qualityLow
        state = next
        steps.append(step)
      }
      // Quality owed is carried into the next period, quality to spare is not.
      debt = max(0, floor * served.requests + debt - served.points)
      if debt <= 1e-9 * max(1, served.requests) { debt = 0 }
      index = end.index
    }
    return ReplayResult(replay: self, policy: policy.name, steps: steps, debtLeft: debt)
  }

  private func periodEnd(from index: Int) -> (index: Int, moment: Timestamp) {
    var end = history.count
    switch period {
    case .whole: break
    case .intervals(let count): end = min(end, index + count)
    case .utcDay:
      let day = history[index].start.dayIndex
      end = history[index...].firstIndex { $0.start.dayIndex != day } ?? end
    }
    return (end, history[end - 1].start + interval)
  }

  func signal(_ past: PastView) -> PolicyInput.Signal? {
    past.newest.map { newest in
      let age = interval * Double(newest.back)
      return PolicyInput.Signal(newest.intensity, age: age, issue: past.issue(at: past.now - age))
    }
  }

  func recent(_ past: PastView) -> [PolicyInput.Past] {
    let day = max(1, Int((Span.hours(24) / interval).rounded()))
    return (1...day).reversed().compactMap { back in
      guard let intensity = past.intensity(back: back), let requests = past.requests(back: back) else { return nil }
      return PolicyInput.Past(intensity: intensity, requests: requests)
    }
  }
}
