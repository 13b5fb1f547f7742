public import Quantities

/// Two variants and two fixed intensities: the big variant at or below the clean one, the small one at or above the
/// dirty one, and in between the one that serves already.
///
/// A weak baseline, kept to show what a bare threshold costs: fixed numbers fit one grid and one season, and the floor
/// is not kept.
public struct TwoLevelThreshold: SwitchingPolicy, Hashable, Codable {
  /// At or below this intensity the big variant serves.
  public var clean: CarbonIntensity
  /// At or above this intensity the small variant serves.
  public var dirty: CarbonIntensity
  /// The small variant; `nil` for the cheapest on the hull.
  public var small: String?
  /// The big variant; `nil` for the best on the hull.
  public var big: String?

  /// The policy; 200 and 300 g/kWh by default, around CLOVER's reference of 250. A `dirty` below `clean` is taken as
  /// `clean`.
  public init(
    clean: CarbonIntensity = .gramsPerKilowattHour(200), dirty: CarbonIntensity = .gramsPerKilowattHour(300),
    small: String? = nil, big: String? = nil
  ) {
    self.clean = clean
    self.dirty = max(clean, dirty)
    self.small = small
    self.big = big
  }

  public var name: String { "two-level-threshold@1" }
  public var summary: String {
    "the big variant below one fixed intensity, the small one above another; keeps no floor"
  }

  public func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    let maker = DecisionMaker(policy: name, input: input)
    let points = maker.hull.points
    let low = points.first { $0.name == small } ?? points[0]
    let high = points.first { $0.name == big } ?? points[points.count - 1]
    guard let current = maker.outlook.current else {
      return maker.decide(
        maker.mix(reaching: input.floor), price: nil, guardRule: nil, state: state, why: .noSignal)
    }
    let (chosen, place): (Hull.Point, String)
    if current <= clean {
      (chosen, place) = (high, "not above the \(grams(clean)) that count as clean")
    } else if current >= dirty {
      (chosen, place) = (low, "not below the \(grams(dirty)) that count as dirty")
    } else {
      // Before the first decision nothing serves; the big variant is what would without Dimmer.
      chosen = state.current == low.name ? low : high
      place = "between \(grams(clean)) and \(grams(dirty))"
    }
    return maker.decide(
      maker.only(chosen), price: nil, guardRule: nil, state: state,
      why: .always("\(grams(current)) g/kWh is \(place), so \(chosen.name) serves everything."))
  }

  private func grams(_ intensity: CarbonIntensity) -> String {
    Decimals.significant(intensity.gramsPerKilowattHour, digits: 3)
  }
}
