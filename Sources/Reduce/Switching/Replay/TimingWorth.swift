import Quantities

/// What watching the grid is worth here, told before anything is deployed: from the grid's variation, the ladder and the
/// floor alone.
///
/// Method `timing-worth@1`. Over past budget periods d, S_d is the carbon of the cheapest fixed mix at the floor and P_d
/// that of the exact plan with the period known beforehand; what is possible is 1 - sum P / sum S. What is reachable is
/// the same with the carbon of a policy that saw only the past, against the fixed mix of each period's own mean quality.
/// Where variants stand on different grids the fixed mix is the one whose places are the best for all these periods together,
/// so that what moving work is worth is not in it.
/// The 95 % interval is that of a ratio of sums over periods, linearised, with the errors of neighbouring periods taken as
/// dependent (Bartlett weights up to seven periods): weather lasts for days. It says how much one month may differ from
/// the next in the same season, not how seasons differ.
/// Sources: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), 6.4; W. K. Newey and K. D. West, Econometrica 55 (1987)
/// 703-708.
public struct TimingWorth: Hashable, Sendable, Codable {
  /// A gain in percent of the fixed mix's carbon.
  public struct Gain: Hashable, Sendable, Codable {
    /// The gain.
    public let percent: Double
    /// The low end of its 95 % interval; `nil` with fewer than ``leastPeriods`` periods.
    public let low: Double?
    /// The high end; `nil` likewise.
    public let high: Double?
  }

  /// Fewer periods say nothing about how much they differ.
  public static let leastPeriods = 5

  /// From this gain on timing is called worth having, in percent.
  public static let worthHaving = 1.0

  /// The budget periods it rests on; those with a gap in the intensities are left out.
  public let periods: Int
  /// How much the intensity varies within a period where the fixed mix stands: its standard deviation as a percentage of the
  /// mean.
  public let variationPercent: Double
  /// The fixed mix that timing is compared with.
  public let mix: StaticMix
  /// The gain if each period were known beforehand: no policy with this floor and ladder can have more.
  public let possible: Gain
  /// The gain of the policy that was tried, which saw only the past.
  public let reachable: Gain

  /// The estimate from a replay of past intensities; `nil` when no period is complete or nothing is emitted in any.
  ///
  /// - Parameters:
  ///   - policy: whose gain is reachable.
  ///   - intensities: its forecast; persistence when not given.
  ///   - demand: the expected requests; those of the day before when not given.
  public init?(
    of replay: Replay, policy: any SwitchingPolicy = RecedingHorizon(), intensities: IntensityForecaster? = nil,
    demand: DemandForecaster? = nil
  ) {
    self.init(of: replay, result: replay.run(policy, intensities: intensities, demand: demand))
  }

  /// The estimate from a replay that has been run.
  public init?(of replay: Replay, result: ReplayResult) {
    let hull = Hull(of: replay.ladder, on: .lowerBound)
    let wanted = max(replay.floor, replay.instantFloor ?? 0)
    let all = result.steps.compactMap { replay.realised($0.interval) }
    let placed = replay.ladder.isPlaced ? FixedMixes(of: replay.ladder, over: all, on: .lowerBound) : nil
    let fixed = { (quality: Double) in
      placed?.anywhere(reaching: quality) ?? StaticMix(of: replay.ladder, hull: hull, reaching: quality)
    }
    let mix = fixed(wanted)
    var (possible, reachable): ([RatioOfSums.Pair], [RatioOfSums.Pair]) = ([], [])
    var spread: [Double] = []
    for steps in Dictionary(grouping: result.steps, by: \.period).sorted(by: { $0.key < $1.key }).map(\.value) {
      let intervals = steps.compactMap { replay.realised($0.interval) }
      let requests = intervals.reduce(0) { $0 + $1.requests }
      guard intervals.count == steps.count, requests > 0 else { continue }
      let plan = Problem.greedy(
        replay.ladder, hull, intervals, instantFloor: replay.instantFloor, floor: replay.floor, basis: .lowerBound)
      let planned = zip(intervals, plan.shares).reduce(0) { $0 + $1.0.grams(sharing: $1.1, on: replay.ladder) }
      let grams = { (mix: StaticMix) in intervals.reduce(0) { $0 + $1.grams(sharing: mix.shares, on: replay.ladder) } }
      possible.append(.init(part: planned, whole: grams(mix)))
      let quality = zip(intervals, steps).reduce(0) { $0 + $1.0.requests * $1.1.qualityLow } / requests
      let emitted = steps.reduce(0) { $0 + ($1.carbon?.grams ?? 0) }
      reachable.append(.init(part: emitted, whole: grams(fixed(quality))))
      spread.append(Self.variation(of: intervals, at: mix, on: replay.ladder))
    }
    guard let first = RatioOfSums(possible), let second = RatioOfSums(reachable) else { return nil }
    periods = possible.count
    variationPercent = spread.reduce(0, +) / Double(spread.count)
    self.mix = mix
    self.possible = Self.gain(first, periods: periods)
    self.reachable = Self.gain(second, periods: periods)
  }

  /// One sentence for a person.
  public var sentence: String {
    let shares = mix.lower == mix.upper ? mix.lower : "\(mix.lower) and \(mix.upper)"
    let basis = "from \(periods) budget periods in which the grid varied by \(fixed(variationPercent)) %"
    if (possible.high ?? possible.percent) < Self.worthHaving {
      return "Timing is worth next to nothing here, at most \(text(possible)) of what a fixed mix of \(shares) emits "
        + "(\(basis)): serve the fixed mix."
    }
    if (reachable.low ?? reachable.percent) <= 0 {
      return "Timing could be worth \(text(possible)) of what a fixed mix of \(shares) emits, but what a policy that "
        + "sees only the past would have had is \(text(reachable)), which may be nothing (\(basis))."
    }
    return "Timing is worth \(text(reachable)) of what a fixed mix of \(shares) emits, and never more than "
      + "\(text(possible)), \(basis)."
  }

  private func text(_ gain: Gain) -> String {
    guard let low = gain.low, let high = gain.high else {
      return "\(fixed(gain.percent)) % (interval unknown: too few periods)"
    }
    return "\(fixed(gain.percent)) % (\(fixed(low)) to \(fixed(high)) %)"
  }

  private func fixed(_ value: Double) -> String { Decimals.fixed(value, places: 1) }

  private static func gain(_ ratio: RatioOfSums, periods: Int) -> Gain {
    let percent = 100 * (1 - ratio.value)
    guard periods >= leastPeriods, let half = ratio.halfWidth95 else {
      return Gain(percent: percent, low: nil, high: nil)
    }
    return Gain(percent: percent, low: percent - 100 * half, high: percent + 100 * half)
  }

  /// Of the grids where the fixed mix stands, by its energy; of the site's own where every variant stands here.
  private static func variation(of intervals: [Problem.Interval], at mix: StaticMix, on ladder: Ladder) -> Double {
    guard ladder.isPlaced else { return variation(intervals.map(\.intensity.gramsPerKilowattHour)) }
    return variation(
      intervals.map { interval in
        zip(mix.shares, ladder.variants).reduce(0) { $0 + $1.0 * $1.1.energy.joules * interval.gramsPerJoule(of: $1.1) }
      })
  }

  private static func variation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    guard mean > 0 else { return 0 }
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return 100 * square.squareRoot() / mean
  }
}
