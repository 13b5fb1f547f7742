import Quantities

/// Always the same mix, the cheapest that meets the floor by itself. It needs no signal and no forecast. Where variants stand
/// on different grids it goes by the mean of each one's last 24 hours, or takes all alike where one has none.
public struct StaticMixPolicy: SwitchingPolicy, Hashable, Codable {
  /// The policy.
  public init() {}

  public var name: String { "static-mix@1" }
  public var summary: String { "always the cheapest fixed mix that meets the floor; looks at nothing" }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input, looksAtTheHour: false)
    let floor = max(input.floor, maker.instantFloor)
    let isFeasible = floor <= maker.hull.highestQuality + 1e-9
    return maker.decide(
      maker.mix(reaching: floor), mode: isFeasible ? .static : .infeasible, price: nil, guardRule: nil,
      state: state,
      why: .always(
        "A fixed mix of neighbouring variants meets the floor of \(Decimals.fixed(floor, places: 2)) points with "
          + "the least energy; the \(input.ladder.isPlaced ? "hour" : "grid") is not looked at."))
  }
}

/// Always the variant of highest quality: what would be served without Dimmer.
public struct AlwaysBest: SwitchingPolicy, Hashable, Codable {
  /// The policy.
  public init() {}

  public var name: String { "always-best@1" }
  public var summary: String { "always the variant of highest quality, as without Dimmer" }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    let isFeasible = input.floor <= maker.hull.highestQuality + 1e-9
    return maker.decide(
      maker.best, mode: isFeasible ? .static : .infeasible, price: nil, guardRule: nil, state: state,
      why: .always("The best variant serves everything, whatever the grid does."))
  }
}
