public import Methods
public import Quantities

/// The energy of a request from its variant's calibration: joules for the request, for each unit, for each token read
/// that was not cached, and for each token written.
public enum RequestEnergy {
  /// The method's name and version.
  public static let id: MethodID = "request-energy@2"

  /// The energy of that work, with the coefficients as independent uncertain things.
  ///
  /// - Returns: `nil` when the calibration charges for something whose count is unknown: unknown is not none.
  public static func estimate(_ variant: VariantRecord, _ work: RequestWork) -> Estimate<Energy>? {
    guard missing(variant, work) == nil else { return nil }
    return terms(variant, work).map(\.estimate).total(method: id, origin: variant.receipt.origin)
      .stated(by: id, origin: variant.receipt.origin)
  }

  /// The energy of a request of so many units to a variant that does not charge by the token.
  public static func estimate(_ variant: VariantRecord, units: Int64) -> Estimate<Energy> {
    let work = RequestWork(units: units)
    return terms(variant, work).map(\.estimate).total(method: id, origin: variant.receipt.origin)
      .stated(by: id, origin: variant.receipt.origin)
  }

  /// The same with its receipt: coefficients, counts, and how the variant was calibrated; `nil` as ``estimate(_:_:)``.
  public static func figure(_ variant: VariantRecord, _ work: RequestWork) -> Figure<Energy>? {
    guard let estimate = estimate(variant, work) else { return nil }
    return Figure(
      "energy of the request by its variant's calibration", estimate,
      inputs: terms(variant, work).flatMap { $0.receipts(variant) }, note: formula)
  }

  /// What the calibration charges for and nobody counted, in words; `nil` when nothing is missing.
  static func missing(_ variant: VariantRecord, _ work: RequestWork) -> String? {
    if work.units == nil, variant.joulesPerUnit != 0 || variant.joulesPerUnitHigh != 0 { return "units" }
    if work.uncachedTokensIn == nil, variant.perInputToken != nil { return "tokens in" }
    if work.tokensOut == nil, variant.perOutputToken != nil { return "tokens out" }
    return nil
  }

  private static let formula =
    "joules_per_request + units x joules_per_unit + uncached_tokens_in x joules_per_input_token"
    + " + tokens_out x joules_per_output_token"

  /// One product of the sum.
  private struct Term {
    let what: String
    let count: Int64
    let isCounted: Bool
    /// Who counted.
    let counter: String
    let coefficient: EnergyCoefficient
    let estimate: Estimate<Energy>

    init(_ variant: VariantRecord, _ what: String, count: Int64?, by counter: String, _ coefficient: EnergyCoefficient)
    {
      self.what = what
      self.counter = counter
      self.count = count ?? 1
      isCounted = count != nil
      self.coefficient = coefficient
      let one = Estimate<Energy>(
        .joules(coefficient.joules), low: .joules(coefficient.low), high: .joules(coefficient.high),
        origin: variant.receipt.origin, method: RequestEnergy.id, source: "calibration:\(variant.id):\(what)")
      estimate = one * Double(self.count)
    }

    func receipts(_ variant: VariantRecord) -> [Receipt] {
      var calibration = variant.receipt
      calibration.id = variant.id.description
      let each = Receipt(
        label: "energy of \(variant.name) per \(what)", value: coefficient.joules, low: coefficient.low,
        high: coefficient.high, unit: Energy.baseUnit, origin: variant.receipt.origin, method: variant.receipt.method,
        inputs: [calibration])
      guard isCounted else { return [each] }
      return [
        Receipt(
          label: "count: \(what)", value: Double(count), unit: Ratio.baseUnit, origin: .measured, note: counter), each,
      ]
    }
  }

  private static let byGateway = "counted by the gateway in the request's body; one where a body is one piece of work"
  private static let byServer = "as the model's server counted them and wrote into its answer"

  private static func terms(_ variant: VariantRecord, _ work: RequestWork) -> [Term] {
    let request = EnergyCoefficient(
      variant.joulesPerRequest, low: variant.joulesPerRequestLow, high: variant.joulesPerRequestHigh)
    let unit = EnergyCoefficient(variant.joulesPerUnit, low: variant.joulesPerUnitLow, high: variant.joulesPerUnitHigh)
    let terms: [Term?] = [
      Term(variant, "request", count: nil, by: "", request),
      work.units.map { Term(variant, "unit", count: $0, by: byGateway, unit) },
      variant.perInputToken.flatMap { each in
        work.uncachedTokensIn.map { Term(variant, "token read and not cached", count: $0, by: byServer, each) }
      },
      variant.perOutputToken.flatMap { each in
        work.tokensOut.map { Term(variant, "token written", count: $0, by: byServer, each) }
      },
    ]
    return terms.compactMap(\.self)
  }

  /// The entries for the registry: this version, and the one that older rows were written by.
  public static let methods: [Method] = [method, first]

  /// The entry of this version.
  public static let method = Method(
    id, "The energy of one inference request, from its variant's calibration by request, unit and token",
    formula: formula,
    citation: Source("Dimmer, linear fit of metered energy over requests of known size; cached tokens are not counted"),
    inputs: [
      MethodParameter("joules_per_request", unit: "J", "the part that every request costs"),
      MethodParameter("joules_per_unit", unit: "J", "the part that each unit costs", default: .number(0)),
      MethodParameter("units", "units in the request", default: .number(0), in: 0...9e15),
      MethodParameter("joules_per_input_token", unit: "J", "for each token read", default: .number(0)),
      MethodParameter("uncached_tokens_in", "tokens read, without cached ones", default: .number(0), in: 0...9e15),
      MethodParameter("joules_per_output_token", unit: "J", "for each token written", default: .number(0)),
      MethodParameter("tokens_out", "tokens written", default: .number(0), in: 0...9e15),
    ],
    outputs: [MethodParameter("energy_joules", unit: "J", "the request's energy")]
  ) { arguments throws(MethodError) in
    let units = try arguments.number("units") * arguments.number("joules_per_unit")
    let read = try arguments.number("uncached_tokens_in") * arguments.number("joules_per_input_token")
    let written = try arguments.number("tokens_out") * arguments.number("joules_per_output_token")
    return ["energy_joules": .number(try arguments.number("joules_per_request") + units + read + written)]
  }

  private static let first = Method(
    "request-energy@1", "The energy of one inference request, from its variant's calibration by request and unit",
    formula: "joules_per_request + units x joules_per_unit",
    citation: Source("Dimmer, linear fit of metered energy over requests of known size"),
    inputs: Array(method.inputs.prefix(3)), outputs: method.outputs
  ) { arguments throws(MethodError) in
    let energy =
      try arguments.number("joules_per_request") + arguments.number("units") * arguments.number("joules_per_unit")
    return ["energy_joules": .number(energy)]
  }
}
