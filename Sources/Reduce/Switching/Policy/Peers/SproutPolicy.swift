public import Quantities

/// SPROUT's own rule: in each interval the mix of least carbon above a floor that loosens with the intensity. It keeps no
/// mean over a period.
///
/// The floor is a part of the best variant's quality, which stands for SPROUT's level without a directive. The input does not
/// say how long requests take, so the embodied part is left out. See ``SproutProgram``.
public struct SproutPolicy: SwitchingPolicy, Hashable, Codable {
  /// How far quality may fall at the dirtiest intensity, as a fraction: xi.
  public var tolerance: Double
  /// The lowest and highest intensity of the region's year; `nil` for those seen so far.
  public var range: ClosedRange<CarbonIntensity>?

  /// The policy with SPROUT's published tolerance unless another is given.
  public init(tolerance: Double = 0.1, range: ClosedRange<CarbonIntensity>? = nil) {
    self.tolerance = tolerance
    self.range = range
  }

  public var name: String { "sprout@1" }
  public var summary: String {
    "SPROUT's rule: least carbon above a floor that loosens as the grid gets dirtier; keeps no mean over a period"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    guard let current = maker.outlook.current else {
      return maker.decide(
        maker.mix(reaching: input.floor), price: nil, guardRule: nil, state: state, why: .noSignal)
    }
    var state = state
    let known = [current] + input.recent.map(\.intensity).filter { $0.gramsPerKilowattHour.isFinite }
    let lowest = known.reduce(state.lowestSeen ?? current) { min($0, $1) }
    let highest = known.reduce(state.highestSeen ?? current) { max($0, $1) }
    (state.lowestSeen, state.highestSeen) = (lowest, highest)
    let range = range ?? lowest...highest
    let program = SproutProgram(tolerance: tolerance, embodiedGramsPerSecond: 0)
    let levels = input.ladder.variants.map { SproutProgram.Level(quality: $0.quality, energy: $0.energy) }
    let reference = CloverScore().base(of: input.ladder)
    let shares = program.shares(
      levels, reference: input.ladder.index(of: reference.name) ?? 0, at: current, within: range)
    let floor = program.floor(reference: reference.quality, at: current, within: range)
    return maker.decide(
      shares, price: nil, guardRule: nil, state: state,
      why: .always(
        "At \(grams(current)) g/kWh, of \(grams(range.lowerBound)) to \(grams(range.upperBound)), the floor is loosened to "
          + "\(Decimals.fixed(floor, places: 2)) points for this interval, and this mix reaches it with the least "
          + "carbon."))
  }

  private func grams(_ intensity: CarbonIntensity) -> String {
    Decimals.significant(intensity.gramsPerKilowattHour, digits: 3)
  }
}
