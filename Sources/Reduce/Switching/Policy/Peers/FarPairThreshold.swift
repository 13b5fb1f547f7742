import Quantities

/// Two far-apart variants and a threshold: the big one when the grid is clean, the small one when it is dirty.
///
/// A weak baseline, kept to show what a bare threshold costs: it can emit more than a fixed mix that ignores the grid,
/// and it does not keep the floor. The threshold is the quantile of the last 24 hours at the share of requests that the
/// big variant would need if demand were even.
public struct FarPairThreshold: SwitchingPolicy, Hashable, Codable {
  /// The small variant; `nil` for the cheapest on the hull.
  public var small: String?
  /// The big variant; `nil` for the best on the hull.
  public var big: String?

  /// The policy.
  public init(small: String? = nil, big: String? = nil) {
    self.small = small
    self.big = big
  }

  public var name: String { "far-pair-threshold@1" }
  public var summary: String {
    "the big variant below a quantile of the last 24 hours, else the small one; keeps no floor"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    let points = maker.hull.points
    let low = points.first { $0.name == small } ?? points[0]
    let high = points.first { $0.name == big } ?? points[points.count - 1]
    let gap = high.quality - low.quality
    let share = gap > 0 ? min(1, max(0, (input.floor - low.quality) / gap)) : 1
    guard let current = maker.outlook.current, !input.recent.isEmpty else {
      return maker.decide(
        maker.mix(reaching: input.floor), price: nil, guardRule: nil, state: state,
        why: maker.outlook.mode == .static ? .noSignal : .noForecast)
    }
    let sorted = input.recent.map(\.intensity).sorted()
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    let isClean = rank >= 0 && current <= sorted[min(rank, sorted.count - 1)]
    let chosen = isClean ? high : low
    let part = "\(isClean ? "in" : "not in") the cleanest \(Decimals.fixed(share * 100, places: 0)) %"
    return maker.decide(
      maker.only(chosen), price: nil, guardRule: nil, state: state,
      why: .always(
        "\(Decimals.significant(current.gramsPerKilowattHour, digits: 3)) g/kWh is \(part) of the last 24 hours, so "
          + "\(chosen.name) serves everything."))
  }
}
