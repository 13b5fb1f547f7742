public import Methods
public import Quantities

/// Losses of the lines between power plants and the meter (`delivered-intensity@1`).
public enum GridLosses {
  /// The intensity of electricity as delivered: that of generation over what arrives.
  ///
  /// Factors differ in this basis by the losses, 5 to 10 % in most places; mixing them is a slip that no total shows. A
  /// factor whose row says "delivered" must not be passed through here again.
  ///
  /// - Parameter loss: the part that is lost on the way, 0 to below 1.
  public static func delivered(
    _ generated: Figure<CarbonIntensity>, loss: Figure<Ratio>
  ) -> Figure<CarbonIntensity> {
    formula.figure("grid intensity, delivered", [Term(generated), Term(loss)], note: "With losses of the lines.")
  }

  static let formula = Formula(
    id: "delivered-intensity@1", summary: "Grid intensity at the meter: that of generation over what arrives",
    formula: "intensity_grams_per_kwh / (1 - loss)",
    citation: Source(
      "GHG Protocol Scope 2 Guidance (2015), transmission and distribution losses (scope 3, category 3)"),
    inputs: [
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "intensity of generation", in: 0...5000),
      MethodParameter("loss", "part lost on the way", in: 0...0.9),
    ],
    output: MethodParameter("delivered_grams_per_kwh", unit: "g/kWh", "intensity at the meter"),
    evaluate: { $0[0] / (1 - $0[1]) })
}
