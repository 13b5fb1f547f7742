import Quantities

/// Serves one variant at a time, at the price that the last 24 hours would have needed.
///
/// The price is that of the exact plan for the last 24 hours at the floor plus `feedback` times the quality owed so far
/// (in points, per request of an interval). It needs no forecast.
public struct TrailingPrice: SwitchingPolicy, Hashable, Codable {
  /// How strongly quality owed raises the floor that the price is made for, per interval.
  public var feedback: Double
  /// What keeps the floor within reach.
  public var guardRule: FloorGuard
  /// Holds back small gains.
  public var hysteresis: Hysteresis?

  /// The policy; the defaults are those of the reference results (margin 5 %, dwell 3 intervals).
  public init(
    feedback: Double = 0.1, guardRule: FloorGuard = FloorGuard(),
    hysteresis: Hysteresis? = Hysteresis(margin: 0.05, dwell: 3)
  ) {
    self.feedback = feedback
    self.guardRule = guardRule
    self.hysteresis = hysteresis
  }

  public var name: String { "trailing-price@2" }
  public var summary: String {
    "serves one variant at a time at the price that the last 24 hours needed; needs no forecast"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    decide(DecisionMaker(policy: name, input: input), state: state)
  }

  func decide(_ maker: DecisionMaker, state: PolicyState) -> (PolicyState, Decision) {
    let input = maker.input
    let required = maker.outlook.requiredQuality(input)
    let past = maker.outlook.past(input)
    guard maker.outlook.mode != .static, let cost = maker.cost, !past.isEmpty, !maker.isInfeasible else {
      let why: Reason.Kind = maker.outlook.mode == .static ? .noSignal : .noForecast
      return maker.decide(maker.mix(reaching: required), price: nil, guardRule: guardRule, state: state, why: why)
    }
    let owed = input.floor * input.served.requests + input.carriedDebt - input.served.points
    let typical = maker.outlook.requests.reduce(0, +) / Double(maker.outlook.requests.count)
    let target = input.floor + feedback * owed / max(typical, 1e-9)
    let price = Problem.greedy(
      input.ladder, maker.hull, past, instantFloor: nil, floor: target, basis: .lowerBound
    ).price
    let rule = hysteresis ?? Hysteresis(margin: 0, dwell: 0)
    let chosen = rule.choose(
      current: state.current, intervalsSinceSwitch: state.intervalsSinceSwitch, price: price, cost: cost,
      requests: maker.outlook.requests[0], ladder: maker.ladder, hull: maker.hull)
    return maker.decide(
      maker.only(chosen), price: price, guardRule: guardRule, isWhole: true, state: state,
      why: .weighed(against: .lastDay))
  }
}
