import Methods
import Quantities

/// EcoLogits' estimate of one text request, as of its versions 0.1 to 0.8 (`ecologits-formula-earlier@1`).
///
/// A100 80 GB cards, weights of 4 bits, regressions on the LLM-Perf leaderboard, and every request alone on its cards:
/// no batch divides it. The later formula (``EcoLogitsText``) answers the same question with about a twentieth.
enum EcoLogitsTextEarlier {
  /// Energy and carbon of one request.
  ///
  /// - Parameters:
  ///   - active: parameters at work on one token, in billions.
  ///   - total: all parameters, in billions.
  ///   - cap: the caller's wait in seconds, which caps the time.
  ///   - carbon: kilograms CO2e per kilowatt-hour.
  static func impacts(
    active: Double, total: Double, tokens: Double, cap: Double, pue: Double, carbon: Double
  ) -> (energyKilowattHours: Double, usageKilograms: Double, embodiedKilograms: Double) {
    let cards = (1.2 * total * 4 / 8 / 80).rounded(.up)
    let seconds = min(cap, tokens * (8.02e-4 * active + 2.23e-2))
    let server = seconds / 3600 * cards / 8
    let energy = pue * (server + cards * tokens * (8.91e-8 * active + 1.43e-6))
    let embodied = seconds / Span.years(5).seconds * (cards / 8 * 3000 + cards * 143)
    return (energy, energy * carbon, embodied)
  }

  static let method = Method(
    "ecologits-formula-earlier@1", "EcoLogits' estimate of a text request as of its versions 0.1 to 0.8",
    formula: """
      kwh = pue x (seconds / 3600 x 1 kW x cards / 8 + cards x tokens x (8.91e-8 x active_b + 1.43e-6)); \
      seconds = min(cap, tokens x (8.02e-4 x active_b + 0.0223)); cards = 1.2 x total_b x 0.5 GB in 80 GB each, up; \
      embodied = seconds / 5 years x (cards / 8 x 3000 kg + cards x 143 kg)
      """,
    citation: Source(
      "EcoLogits 0.1 to 0.8, LLM inference methodology 1.0", year: 2024, licence: "MPL-2.0; numeric facts"),
    inputs: [
      MethodParameter("active_b", "parameters at work on one token, in billions", in: EcoLogitsText.billions),
      MethodParameter("total_b", "all parameters, in billions", in: EcoLogitsText.billions),
      MethodParameter("output_tokens", "tokens written", in: EcoLogitsText.tokens),
      MethodParameter(
        "request_latency_s", unit: "s", "the caller's wait, which caps the time",
        default: .number(EcoLogitsText.unbounded), in: 0...EcoLogitsText.unbounded),
      MethodParameter("if_electricity_mix_gwp", unit: "kg/kWh", "carbon per energy, CO2e", in: 0...5),
      MethodParameter("datacenter_pue", "the site's PUE", default: .number(1.2), in: 1...100),
    ],
    outputs: [
      MethodParameter("energy_kWh", unit: "kWh", "electricity with the site's overhead"),
      MethodParameter("gwp_kg", unit: "kg", "carbon of use and hardware, CO2e"),
      MethodParameter("usage_gwp_kg", unit: "kg", "carbon of the electricity, CO2e"),
      MethodParameter("embodied_gwp_kg", unit: "kg", "the request's share of the hardware's carbon, CO2e"),
    ]
  ) { arguments throws(MethodError) in
    let (active, total) = (try arguments.number("active_b"), try arguments.number("total_b"))
    guard active <= total else {
      throw .noAnswer("'active_b' is above 'total_b': a model cannot work with more parameters than it has")
    }
    let result = impacts(
      active: active, total: total, tokens: try arguments.number("output_tokens"),
      cap: try arguments.number("request_latency_s"), pue: try arguments.number("datacenter_pue"),
      carbon: try arguments.number("if_electricity_mix_gwp"))
    return [
      "energy_kWh": .number(result.energyKilowattHours),
      "gwp_kg": .number(result.usageKilograms + result.embodiedKilograms),
      "usage_gwp_kg": .number(result.usageKilograms), "embodied_gwp_kg": .number(result.embodiedKilograms),
    ]
  }
}
