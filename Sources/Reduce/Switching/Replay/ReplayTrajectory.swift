public import Quantities

/// How carbon added up over a replay, interval by interval: the outcome's, and beside it each baseline's.
///
/// The last step is the result's own sums: the fixed mix is the one of the achieved mean quality, the clairvoyant plan is
/// made for each budget period at that period's achieved mean quality. Intervals without a realised intensity add nothing
/// to any of them.
public struct ReplayTrajectory: Hashable, Sendable, Codable {
  /// The sums at the end of one interval.
  public struct Step: Hashable, Sendable, Codable {
    /// When the interval began.
    public let start: Timestamp
    /// Carbon emitted so far.
    public let carbon: Carbon
    /// Carbon of always serving the best variant.
    public let alwaysBest: Carbon
    /// Carbon of the best fixed mix at the mean quality that was achieved over the whole.
    public let staticMix: Carbon
    /// Carbon of the plan made with each budget period known beforehand. Within a period it may be above the outcome: a
    /// plan spends its quality in other hours.
    public let clairvoyant: Carbon
  }

  /// The intervals, in order.
  public let steps: [Step]

  /// The course of a result of `replay`.
  public init(_ result: ReplayResult, of replay: Replay) {
    let hull = Hull(of: replay.ladder, on: .mean)
    let best = hull.points[hull.points.count - 1].energy.joules
    let fixed = StaticMix(of: replay.ladder, hull: hull, reaching: Self.quality(result.steps) ?? 0).energy.joules
    var sums = (carbon: 0.0, best: 0.0, fixed: 0.0, plan: 0.0)
    var steps: [Step] = []
    var rest = result.steps[...]
    while let head = rest.first {
      let period = rest.prefix { $0.period == head.period }
      rest = rest.dropFirst(period.count)
      let planned = Self.plan(period, replay: replay, hull: hull)
      for step in period {
        if let intensity = step.interval.intensity {
          let interval = Problem.Interval(
            requests: step.interval.requests, intensity: intensity, pue: replay.pue, length: replay.interval)
          sums.carbon += step.carbon?.grams ?? 0
          sums.best += interval.grams(joulesPerRequest: best)
          sums.fixed += interval.grams(joulesPerRequest: fixed)
          sums.plan += planned[step.index].map { interval.grams(joulesPerRequest: $0) } ?? 0
        }
        steps.append(
          Step(
            start: step.interval.start, carbon: .grams(sums.carbon), alwaysBest: .grams(sums.best),
            staticMix: .grams(sums.fixed), clairvoyant: .grams(sums.plan)))
      }
    }
    self.steps = steps
  }

  /// The clairvoyant plan's joules per request by the step's place in the history.
  private static func plan(_ period: ArraySlice<ReplayResult.Step>, replay: Replay, hull: Hull) -> [Int: Double] {
    let known = period.filter { $0.interval.intensity != nil }
    let intervals = known.map {
      Problem.Interval(
        requests: $0.interval.requests, intensity: $0.interval.intensity ?? .zero, pue: replay.pue,
        length: replay.interval)
    }
    let solution = GreedySolver(
      ladder: replay.ladder, hull: hull, intervals: intervals, instantFloor: replay.instantFloor
    ).solve(floor: quality(known) ?? 0)
    let joules = solution.shares.map(replay.ladder.joulesPerRequest)
    return Dictionary(zip(known.map(\.index), joules), uniquingKeysWith: { first, _ in first })
  }

  /// Mean quality over the requests of steps whose intensity is known, in points.
  private static func quality(_ steps: some Sequence<ReplayResult.Step>) -> Double? {
    var (points, requests) = (0.0, 0.0)
    for step in steps where step.interval.intensity != nil {
      points += step.interval.requests * step.quality
      requests += step.interval.requests
    }
    return requests > 0 ? points / requests : nil
  }
}
