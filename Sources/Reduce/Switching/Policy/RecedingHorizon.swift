import Quantities

/// Plans the rest of the budget period anew in each interval and carries out the first step.
///
/// Each interval the exact problem is solved on the forecast with the quality that the rest of the period still needs,
/// (Q*N_total - served)/N_left, on lower confidence bounds; the floor guard then has the last word. Where keeping variants
/// loaded draws power and it is known which are, the plan says which to keep, too. Without a forecast it falls back to
/// ``TrailingPrice``, without a signal to a fixed mix.
public struct RecedingHorizon: SwitchingPolicy, Hashable, Codable {
  /// What keeps the floor within reach.
  public var guardRule: FloorGuard
  /// Holds back small gains; `nil` lets every interval be mixed as planned.
  public var hysteresis: Hysteresis?

  /// The default policy.
  public init(guardRule: FloorGuard = FloorGuard(), hysteresis: Hysteresis? = nil) {
    self.guardRule = guardRule
    self.hysteresis = hysteresis
  }

  public var name: String { "receding-horizon@2" }
  public var summary: String {
    "plans the rest of the budget period on the forecast, again in each interval, and keeps the floor within reach"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    let required = maker.outlook.requiredQuality(input)
    if maker.isInfeasible {
      return maker.decide(
        maker.mix(reaching: required), price: nil, guardRule: guardRule, state: state, why: .noForecast)
    }
    guard maker.outlook.mode != .static, let cost = maker.cost else {
      return maker.decide(
        maker.mix(reaching: required), price: nil, guardRule: guardRule, state: state, why: .noSignal)
    }
    guard let intervals = maker.outlook.intervals(input) else {
      if !maker.outlook.past(input).isEmpty {
        return TrailingPrice(guardRule: guardRule, hysteresis: hysteresis).decide(maker, state: state)
      }
      return maker.decide(
        maker.mix(reaching: required), price: nil, guardRule: guardRule, state: state, why: .noForecast)
    }
    if let residency = residency(maker, intervals, required: required, state: state) { return residency }
    let solution =
      input.ladder.isCapacityLimited
      ? CapacitySolver(
        ladder: input.ladder, basis: .lowerBound, intervals: intervals, instantFloor: input.instantFloor
      ).solve(floor: required)
      : Problem.greedy(
        input.ladder, maker.hull, intervals, instantFloor: input.instantFloor, floor: required, basis: .lowerBound)
    var shares = solution.shares[0]
    if let hysteresis, !input.ladder.isCapacityLimited {
      shares = maker.only(
        hysteresis.choose(
          current: state.current, intervalsSinceSwitch: state.intervalsSinceSwitch, price: solution.price, cost: cost,
          requests: maker.outlook.requests[0], ladder: maker.ladder, hull: maker.hull))
    }
    return maker.decide(
      shares, price: solution.price, guardRule: guardRule, state: state, why: .weighed(against: .forecast))
  }

  /// The decision when residency counts; `nil` when it does not or cannot be planned for. Hysteresis and capacities are
  /// not part of such a plan.
  private func residency(
    _ maker: DecisionMaker, _ intervals: [Problem.Interval], required: Double, state: PolicyState
  ) -> (PolicyState, Decision)? {
    let input = maker.input
    guard let loaded = input.loaded, input.ladder.drawsResidentPower, !input.ladder.isCapacityLimited,
      hysteresis == nil,
      let problem = try? Problem(
        ladder: input.ladder, floor: min(max(required, 0), 100), instantFloor: input.instantFloor,
        intervals: intervals),
      let plan = problem.solveResidency(loaded: loaded)
    else { return nil }
    var (next, decision) = maker.decide(
      plan.shares[0], price: plan.price, guardRule: guardRule, state: state, why: .weighed(against: .forecast))
    // The guard may have added a variant; one that serves is loaded.
    let serving = Set(decision.shares.filter { $0.share > 0 }.map(\.variant)).union(plan.loaded[0])
    let kept = input.ladder.variants.map(\.name).filter(serving.contains)
    decision.loaded = kept
    decision.reason = "\(decision.reason.dropLast()), with \(kept.joined(separator: " and ")) loaded."
    next.current = decision.main
    return (next, decision)
  }
}
