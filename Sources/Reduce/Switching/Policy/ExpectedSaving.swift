import Methods
import Quantities

/// What a decision is expected to save in its interval against another way to serve the same requests.
enum ExpectedSaving {
  /// The method's name and version.
  static let id: MethodID = "expected-saving@1"

  /// Carbon saved.
  ///
  /// - Parameters:
  ///   - requests: requests expected in the interval.
  ///   - instead: energy of a request the other way, in joules.
  ///   - joules: mean energy of a request by the decision's shares, in joules.
  static func carbon(
    requests: Double, pue: Double, at intensity: CarbonIntensity, instead: Double, joules: Double
  ) -> Carbon {
    .grams(requests * pue * intensity.gramsPerKilowattHour / 3.6e6 * (instead - joules))
  }

  /// The registry's entry.
  static let method = Method(
    id, "Carbon that a decision is expected to save in its interval against always serving the best variant",
    formula: "requests x pue x intensity_grams_per_kwh / 3.6e6 x (best_joules - mean_joules); "
      + "of variants elsewhere, the same sum with each one's own grid and PUE",
    citation: SwitchingMethods.ours,
    inputs: [
      MethodParameter("requests", "requests expected in the interval", in: 0...1e15), SwitchingMethods.pue,
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "carbon intensity of the interval", in: 0...1e5),
      MethodParameter("best_joules", unit: "J", "energy of a request to the best variant", in: 0...1e15),
      MethodParameter("mean_joules", unit: "J", "mean energy of a request by the decision's shares", in: 0...1e15),
    ],
    outputs: [MethodParameter("saved_grams", unit: "g", "carbon saved; negative where more is used")]
  ) { arguments throws(MethodError) in
    let saved = carbon(
      requests: try arguments.number("requests"), pue: try arguments.number("pue"),
      at: .gramsPerKilowattHour(try arguments.number("intensity_grams_per_kwh")),
      instead: try arguments.number("best_joules"), joules: try arguments.number("mean_joules"))
    return ["saved_grams": .number(saved.grams)]
  }
}
