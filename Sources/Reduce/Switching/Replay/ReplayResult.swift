public import Quantities

/// What a policy did over history, and what could have been done.
///
/// Carbon sums leave out intervals whose realised intensity is missing, in the outcome and in every baseline alike;
/// they are counted. Where variants stand on different grids, all of them must be known. Quality and requests count in all
/// intervals. Baselines use mean qualities.
public struct ReplayResult: Hashable, Sendable, Codable {
  /// One interval.
  public struct Step: Hashable, Sendable, Codable {
    /// Its place in the history.
    public let index: Int
    /// The place of its budget period's first interval.
    public let period: Int
    /// What happened in it.
    public let interval: HistoryInterval
    /// What the policy was given.
    public let input: PolicyInput
    /// What the policy remembered.
    public let stateBefore: PolicyState
    /// What it decided.
    public let decision: Decision
    /// Shares served in ladder order: the decision's, and those beyond its limit for requests that came on top.
    public let servedShares: [Double]
    /// Mean quality served, in points.
    public let quality: Double
    /// The same on lower bounds, which the floor is held against.
    public let qualityLow: Double
    /// Mean energy of one request.
    public let energyPerRequest: Energy
    /// Carbon emitted; `nil` when the realised intensity is missing, of any place where a variant stands.
    public let carbon: Carbon?
  }

  /// One budget period.
  public struct Period: Hashable, Sendable, Codable {
    /// When it began.
    public let start: Timestamp
    /// Requests served in it.
    public let requests: Double
    /// Mean quality in points; `nil` when nothing was served.
    public let quality: Double?
    /// Mean of lower bounds in points; `nil` when nothing was served.
    public let qualityLow: Double?
    /// Whether the floor was met, on lower bounds.
    public let isFloorMet: Bool
    /// Carbon emitted.
    public let carbon: Carbon
    /// The least carbon that could have been emitted at the same mean quality with all of the period known beforehand,
    /// with no interval below the instant floor where there is one.
    public let clairvoyant: Carbon
  }

  /// Who decided.
  public let policy: String
  /// All intervals.
  public let steps: [Step]
  /// All budget periods.
  public let periods: [Period]
  /// Requests served.
  public let requests: Double
  /// Mean quality in points; `nil` when nothing was served.
  public let quality: Double?
  /// Mean of lower bounds in points; `nil` when nothing was served.
  public let qualityLow: Double?
  /// Energy of all requests.
  public let energy: Energy
  /// Carbon emitted.
  public let carbon: Carbon
  /// Carbon of always serving the best variant, at home where one of that quality stands there.
  public let alwaysBest: Carbon
  /// Carbon of the best fixed mix at the achieved mean quality that stays at home as far as variants there reach it; the same
  /// as ``staticMix`` when every variant stands here.
  public let stayingMix: Carbon
  /// Carbon of the best fixed mix at the achieved mean quality, with places chosen once for all hours.
  public let staticMix: Carbon
  /// Carbon of the plan made with each period known beforehand, at each period's achieved mean quality.
  public let clairvoyant: Carbon
  /// How often the main variant changed.
  public let switches: Int
  /// Intervals without a realised intensity.
  public let missingIntervals: Int
  /// Intervals decided in each mode.
  public let modes: [String: Int]
  /// Point-requests still owed after the last period.
  public let debtLeft: Double

  /// Carbon saved against always-best, in percent of always-best: sizing, placing and timing together.
  public var savedPercent: Double? { percent(alwaysBest - carbon, of: alwaysBest) }
  /// The part saved by smaller variants on average: always-best less the fixed mix at home, in percent of always-best.
  public var sizingPercent: Double? { percent(alwaysBest - stayingMix, of: alwaysBest) }
  /// The part saved by choosing places once: the fixed mix at home less the one anywhere, in percent of always-best.
  public var placingPercent: Double? { percent(stayingMix - staticMix, of: alwaysBest) }
  /// The part saved by choosing the hours: the fixed mix less the outcome, in percent of always-best.
  public var timingPercent: Double? { percent(staticMix - carbon, of: alwaysBest) }
  /// What choosing the hours removed from what the fixed mix leaves, in percent of the fixed mix.
  public var timingGainPercent: Double? { percent(staticMix - carbon, of: staticMix) }
  /// Carbon above the clairvoyant plan, in percent of it.
  public var regretPercent: Double? { percent(carbon - clairvoyant, of: clairvoyant) }
  /// How far the fixed mix is above the clairvoyant plan, in percent of that plan: all that timing could have gained.
  public var staticRegretPercent: Double? { percent(staticMix - clairvoyant, of: clairvoyant) }

  /// Whether every budget period met its floor.
  public var isEveryFloorMet: Bool { periods.allSatisfy(\.isFloorMet) }

  private func percent(_ part: Carbon, of whole: Carbon) -> Double? { whole > .zero ? 100 * (part / whole) : nil }
}

extension ReplayResult.Step {
  init(
    index: Int, period: Int, interval: HistoryInterval, input: PolicyInput, stateBefore: PolicyState,
    decision: Decision, replay: Replay
  ) {
    let ladder = replay.ladder
    self.index = index
    self.period = period
    self.interval = interval
    self.input = input
    self.stateBefore = stateBefore
    self.decision = decision
    servedShares = Self.served(decision, requests: interval.requests)
    quality = ladder.quality(servedShares, on: .mean)
    qualityLow = ladder.quality(servedShares, on: .lowerBound)
    energyPerRequest = .joules(ladder.joulesPerRequest(servedShares))
    carbon = replay.carbon(of: servedShares, in: interval)
  }

  private static func served(_ decision: Decision, requests: Double) -> [Double] {
    let own = decision.shares.map(\.share)
    guard let limit = decision.limit, requests > limit.after else { return own }
    let part = limit.after / requests
    return zip(own, limit.shares.map(\.share)).map { part * $0 + (1 - part) * $1 }
  }
}

extension ReplayResult {
  init(replay: Replay, policy: String, steps: [Step], debtLeft: Double) {
    self.policy = policy
    self.steps = steps
    self.debtLeft = debtLeft
    let hull = Hull(of: replay.ladder, on: .mean)
    let totals = Totals(steps)
    requests = totals.requests
    quality = totals.mean(totals.points)
    qualityLow = totals.mean(totals.pointsLow)
    energy = totals.energy
    carbon = totals.carbon
    // Carbon baselines at the quality of the intervals that have carbon at all.
    let known = Totals(steps.filter { $0.carbon != nil })
    let wanted = known.mean(known.points) ?? 0
    if replay.ladder.isPlaced {
      let fixed = FixedMixes(
        of: replay.ladder, over: steps.compactMap { replay.realised($0.interval) }, on: .mean)
      alwaysBest = fixed.alwaysBest
      stayingMix = fixed.carbon(of: fixed.staying(reaching: wanted))
      staticMix = fixed.carbon(of: fixed.anywhere(reaching: wanted))
    } else {
      let best = hull.points[hull.points.count - 1].energy
      let fixed = StaticMix(of: replay.ladder, hull: hull, reaching: wanted).energy
      alwaysBest = known.carbon(of: best, pue: replay.pue)
      staticMix = known.carbon(of: fixed, pue: replay.pue)
      stayingMix = staticMix
    }
    let periods = Self.periods(steps, replay: replay, hull: hull)
    self.periods = periods
    clairvoyant = periods.reduce(.zero) { $0 + $1.clairvoyant }
    switches = zip(steps, steps.dropFirst()).count { $0.decision.main != $1.decision.main }
    missingIntervals = steps.count { $0.carbon == nil }
    modes = Dictionary(steps.map { ($0.decision.mode.rawValue, 1) }, uniquingKeysWith: +)
  }

  private static func periods(_ steps: [Step], replay: Replay, hull: Hull) -> [Period] {
    var result: [Period] = []
    var rest = steps[...]
    while let head = rest.first {
      let own = rest.prefix { $0.period == head.period }
      rest = rest.dropFirst(own.count)
      let totals = Totals(own)
      let known = own.filter { $0.carbon != nil }
      let knownTotals = Totals(known)
      let intervals = known.compactMap { replay.realised($0.interval) }
      let solution = Problem.greedy(
        replay.ladder, hull, intervals, instantFloor: replay.instantFloor,
        floor: knownTotals.mean(knownTotals.points) ?? 0, basis: .mean)
      let grams = zip(intervals, solution.shares).reduce(0) {
        $0 + $1.0.grams(sharing: $1.1, on: replay.ladder)
      }
      let low = totals.mean(totals.pointsLow)
      result.append(
        Period(
          start: head.interval.start, requests: totals.requests, quality: totals.mean(totals.points), qualityLow: low,
          isFloorMet: low.map { $0 >= replay.floor - 1e-9 } ?? true, carbon: totals.carbon, clairvoyant: .grams(grams)))
    }
    return result
  }

  private struct Totals {
    var requests = 0.0
    var points = 0.0
    var pointsLow = 0.0
    var energy = Energy.zero
    var carbon = Carbon.zero
    /// Requests times intensity in g/kWh.
    var weightedIntensity = 0.0

    init(_ steps: some Sequence<Step>) {
      for step in steps {
        let count = step.interval.requests
        requests += count
        points += count * step.quality
        pointsLow += count * step.qualityLow
        energy += step.energyPerRequest * count
        carbon += step.carbon ?? .zero
        weightedIntensity += count * (step.interval.intensity?.gramsPerKilowattHour ?? 0)
      }
    }

    /// The carbon of the same requests at a fixed energy each.
    func carbon(of energy: Energy, pue: Double) -> Carbon {
      energy * .gramsPerKilowattHour(weightedIntensity * pue)
    }

    func mean(_ sum: Double) -> Double? { requests > 0 ? sum / requests : nil }
  }
}
