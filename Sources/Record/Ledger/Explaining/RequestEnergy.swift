public import Methods
public import Quantities

/// The energy of a request from its variant's calibration: joules per request + units x joules per unit.
public enum RequestEnergy {
  /// The method's name and version.
  public static let id: MethodID = "request-energy@1"

  /// The energy of a request of so many units, with both coefficients as independent uncertain things.
  public static func estimate(_ variant: VariantRecord, units: Int64) -> Estimate<Energy> {
    let perRequest = coefficient(
      variant, "request", variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh)
    let perUnit = coefficient(
      variant, "unit", variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh)
    return .combining(perRequest, perUnit, method: id) { $0 + Double(units) * $1 }
  }

  /// The same with its receipt: the two coefficients, the count, and how the variant was calibrated.
  public static func figure(_ variant: VariantRecord, units: Int64) -> Figure<Energy> {
    let origin = variant.receipt.origin
    var calibration = variant.receipt
    calibration.id = variant.id.description
    let perRequest = Receipt(
      label: "energy of \(variant.name) per request", value: variant.joulesPerRequest, low: variant.joulesPerRequestLow,
      high: variant.joulesPerRequestHigh, unit: "J", origin: origin, method: variant.receipt.method,
      inputs: [calibration])
    let perUnit = Receipt(
      label: "energy of \(variant.name) per unit", value: variant.joulesPerUnit, low: variant.joulesPerUnitLow,
      high: variant.joulesPerUnitHigh, unit: "J", origin: origin, method: variant.receipt.method, inputs: [calibration])
    let count = Receipt(label: "units of the request", value: Double(units), unit: "1", origin: .measured)
    return Figure(
      "energy of the request", estimate(variant, units: units), inputs: [perRequest, count, perUnit],
      note: "joules per request + units x joules per unit")
  }

  private static func coefficient(
    _ variant: VariantRecord, _ name: String, _ value: Double, _ low: Double, _ high: Double
  ) -> Estimate<Energy> {
    Estimate(
      .joules(value), low: .joules(low), high: .joules(high), origin: variant.receipt.origin, method: id,
      source: "calibration:\(variant.id):\(name)")
  }

  /// The entry for the registry.
  public static let method = Method(
    id, "The energy of one inference request, from its variant's calibration",
    formula: "joules_per_request + units x joules_per_unit",
    citation: Source("Dimmer, linear fit of metered energy over requests of known size"),
    inputs: [
      MethodParameter("joules_per_request", unit: "J", "the part that every request costs"),
      MethodParameter("joules_per_unit", unit: "J", "the part that each unit costs"),
      MethodParameter("units", "units in the request", in: 0...9e15),
    ],
    outputs: [MethodParameter("energy_joules", unit: "J", "the request's energy")]
  ) { arguments throws(MethodError) in
    let energy =
      try arguments.number("joules_per_request") + arguments.number("units") * arguments.number("joules_per_unit")
    return ["energy_joules": .number(energy)]
  }
}
