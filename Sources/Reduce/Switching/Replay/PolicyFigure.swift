import Quantities

/// One policy on one grid at one floor, beside what timing is worth there.
public struct PolicyTrial: Hashable, Sendable, Codable {
  /// The grid, or any other name of the case.
  public let label: String
  /// The floor, in points.
  public let floor: Double
  /// What timing is worth there; `nil` when that cannot be told.
  public let worth: TimingWorth?
  /// What the policy did.
  public let result: ReplayResult

  /// Runs a policy over a replay.
  public init(
    _ label: String, _ replay: Replay, policy: any SwitchingPolicy = RecedingHorizon(),
    intensities: IntensityForecaster? = nil, demand: DemandForecaster? = nil
  ) {
    self.init(label, replay, result: replay.run(policy, intensities: intensities, demand: demand))
  }

  /// A replay that has been run.
  public init(_ label: String, _ replay: Replay, result: ReplayResult) {
    self.label = label
    floor = replay.floor
    self.result = result
    worth = TimingWorth(of: replay, result: result)
  }
}

/// A policy judged over several grids and floors: how far it is above the plan that knows each budget period beforehand,
/// at equal mean quality, whether every floor held, and whether it beats the fixed mix where that was promised.
public struct PolicyFigure: Hashable, Sendable, Codable {
  /// The most that the mean regret may be, in percent.
  public static let highestMeanRegretPercent = 1.5
  /// From this possible gain on the fixed mix has to be beaten, in percent.
  public static let promisedPercent = 2.0

  /// The trials.
  public let trials: [PolicyTrial]

  /// The figure of `trials`.
  public init(_ trials: [PolicyTrial]) { self.trials = trials }

  /// The mean over trials of the carbon above the clairvoyant plan, in percent; `nil` unless every trial has one.
  public var meanRegretPercent: Double? {
    let known = trials.compactMap(\.result.regretPercent)
    return known.isEmpty || known.count < trials.count ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// Whether every budget period of every trial met its floor.
  public var isEveryFloorMet: Bool { trials.allSatisfy(\.result.isEveryFloorMet) }

  /// Trials in which timing was promised to be worth something.
  public var promised: [PolicyTrial] {
    trials.filter { ($0.worth?.possible.percent ?? 0) >= Self.promisedPercent }
  }

  /// Those of them in which the fixed mix of the same mean quality emitted no more, rounding aside.
  public var broken: [PolicyTrial] { promised.filter { ($0.result.timingGainPercent ?? 0) <= 1e-6 } }

  /// Whether the figure is met.
  public var isMet: Bool {
    guard let meanRegretPercent else { return false }
    return meanRegretPercent <= Self.highestMeanRegretPercent && isEveryFloorMet && broken.isEmpty
  }

  /// The columns of ``rows``.
  public static let columns = [
    "GRID", "FLOOR", "QUALITY", "SAVED", "SIZING", "TIMING", "REGRET", "FIXED MIX", "POSSIBLE", "DAYS AT FLOOR",
  ]

  /// One row a trial, as text: regret and the fixed mix in percent above the clairvoyant plan, the parts in percent of
  /// always-best, what is possible in percent of the fixed mix with its interval.
  public var rows: [[String]] {
    trials.map { trial in
      let result = trial.result
      return [
        trial.label, Decimals.fixed(trial.floor, places: 1), text(result.quality, 3, unit: ""),
        text(result.savedPercent), text(result.sizingPercent), text(result.timingPercent), text(result.regretPercent),
        text(result.staticRegretPercent), text(trial.worth?.possible),
        "\(result.periods.count { $0.isFloorMet }) of \(result.periods.count)",
      ]
    }
  }

  /// One sentence.
  public var sentence: String {
    let regret = text(meanRegretPercent, 3)
    let floors = isEveryFloorMet ? "the floor held in every period" : "the floor was missed in some periods"
    let beaten = "\(promised.count - broken.count) of \(promised.count)"
    return
      "Mean regret to the clairvoyant plan at equal mean quality \(regret) over \(trials.count) cases; \(floors); the "
      + "fixed mix was beaten in \(beaten) cases that promise \(Decimals.fixed(Self.promisedPercent, places: 0)) % or more."
  }

  private func text(_ value: Double?, _ places: Int = 2, unit: String = " %") -> String {
    value.map { Decimals.fixed($0, places: places) + unit } ?? "unknown"
  }

  private func text(_ gain: TimingWorth.Gain?) -> String {
    guard let gain else { return "unknown" }
    guard let low = gain.low, let high = gain.high else { return text(gain.percent) }
    return "\(text(gain.percent)) (\(text(low, unit: "")) to \(text(high, unit: "")))"
  }
}
