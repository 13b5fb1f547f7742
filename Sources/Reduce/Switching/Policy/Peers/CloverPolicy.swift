import Quantities

/// CLOVER's own rule: the variant of highest score, looked for anew only when the intensity has moved by more than 5 % of
/// the reference since it was last looked for. It weighs carbon against quality and keeps no floor.
///
/// CLOVER searches by simulated annealing on live traffic over partitions of a GPU; without partitions the maximum of its
/// score can be taken at once, which is the best that its search could find. A variant that misses the latency objective
/// is not in the input. Source: see ``CloverScore``; trigger after the published code.
public struct CloverPolicy: SwitchingPolicy, Hashable, Codable {
  /// How it scores.
  public var score: CloverScore
  /// The part of the reference intensity by which the intensity must have moved.
  public var trigger: Double

  /// The policy with CLOVER's published weight and trigger unless others are given.
  public init(score: CloverScore = CloverScore(), trigger: Double = 0.05) {
    self.score = score
    self.trigger = trigger
  }

  public var name: String { "clover@2" }
  public var summary: String {
    "CLOVER's rule: the variant of highest weighted score, when the grid has moved by 5 %; keeps no floor"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    guard let current = maker.outlook.current else {
      return maker.decide(
        maker.mix(reaching: input.floor), price: nil, guardRule: nil, state: state, why: .noSignal)
    }
    let now = Decimals.significant(current.gramsPerKilowattHour, digits: 3)
    var state = state
    if let weighed = state.weighedAt, let held = state.current, let index = input.ladder.index(of: held),
      abs((current - weighed).gramsPerKilowattHour) <= trigger * score.reference.gramsPerKilowattHour
    {
      let before = Decimals.significant(weighed.gramsPerKilowattHour, digits: 3)
      return maker.decide(
        maker.only(index), price: nil, guardRule: nil, state: state,
        why: .always("\(now) g/kWh is too near to the \(before) at which \(held) was chosen to choose again."))
    }
    let best = score.best(of: input.ladder, at: current)
    state.weighedAt = current
    return maker.decide(
      maker.only(input.ladder.index(of: best.name) ?? 0), price: nil, guardRule: nil, state: state,
      why: .always("At \(now) g/kWh \(best.name) has the highest weighted score of carbon and quality."))
  }
}
