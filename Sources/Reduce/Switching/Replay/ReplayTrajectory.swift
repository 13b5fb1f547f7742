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
    let (best, fixed) = Self.fixed(result, replay: replay, hull: hull)
    var sums = (carbon: 0.0, best: 0.0, fixed: 0.0, plan: 0.0)
    var steps: [Step] = []
    var rest = result.steps[...]
    while let head = rest.first {
      let period = rest.prefix { $0.period == head.period }
      rest = rest.dropFirst(period.count)
      let planned = Self.plan(period, replay: replay, hull: hull)
      for step in period {
        if let carbon = step.carbon, let interval = replay.realised(step.interval) {
          sums.carbon += carbon.grams
          sums.best += interval.grams(sharing: best, on: replay.ladder)
          sums.fixed += interval.grams(sharing: fixed, on: replay.ladder)
          sums.plan += planned[step.index].map { interval.grams(sharing: $0, on: replay.ladder) } ?? 0
        }
        steps.append(
          Step(
            start: step.interval.start, carbon: .grams(sums.carbon), alwaysBest: .grams(sums.best),
            staticMix: .grams(sums.fixed), clairvoyant: .grams(sums.plan)))
      }
    }
    self.steps = steps
  }

  /// The shares of the two baselines that look at no hour: the best variant, and the best fixed mix.
  private static func fixed(
    _ result: ReplayResult, replay: Replay, hull: Hull
  ) -> (best: [Double], fixed: [Double]) {
    let wanted = quality(result.steps) ?? 0
    guard replay.ladder.isPlaced else {
      let top = hull.points[hull.points.count - 1].quality
      return (
        StaticMix(of: replay.ladder, hull: hull, reaching: top).shares,
        StaticMix(of: replay.ladder, hull: hull, reaching: wanted).shares
      )
    }
    let mixes = FixedMixes(of: replay.ladder, over: result.steps.compactMap { replay.realised($0.interval) }, on: .mean)
    return (mixes.staying(reaching: .infinity).shares, mixes.anywhere(reaching: wanted).shares)
  }

  /// The clairvoyant plan's shares by the step's place in the history.
  private static func plan(_ period: ArraySlice<ReplayResult.Step>, replay: Replay, hull: Hull) -> [Int: [Double]] {
    let known = period.filter { $0.carbon != nil }
    let solution = Problem.greedy(
      replay.ladder, hull, known.compactMap { replay.realised($0.interval) }, instantFloor: replay.instantFloor,
      floor: quality(known) ?? 0, basis: .mean)
    return Dictionary(zip(known.map(\.index), solution.shares), uniquingKeysWith: { first, _ in first })
  }

  /// Mean quality over the requests of steps whose carbon is known, in points.
  private static func quality(_ steps: some Sequence<ReplayResult.Step>) -> Double? {
    var (points, requests) = (0.0, 0.0)
    for step in steps where step.carbon != nil {
      points += step.interval.requests * step.quality
      requests += step.interval.requests
    }
    return requests > 0 ? points / requests : nil
  }
}
