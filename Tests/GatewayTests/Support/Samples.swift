import Quantities

@testable import Gateway

extension GridFact {
  /// A live value of 250 g/kWh.
  static func sample(
    _ intensity: Double? = 250, pue: Double = 1, embodied: GramRange? = nil, text: String = "250; mode=live"
  ) -> GridFact {
    GridFact(
      intensity: intensity.map(CarbonIntensity.gramsPerKilowattHour), kind: "average-direct",
      issued: Timestamp(milliseconds: 1_699_999_200_000), mode: "live", pue: pue, embodiedGramsPerSecond: embodied,
      text: text)
  }
}
