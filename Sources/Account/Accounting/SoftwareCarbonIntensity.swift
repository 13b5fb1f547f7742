public import Methods
public import Quantities

/// The Software Carbon Intensity score (ISO/IEC 21031:2024): carbon per unit of what the software does.
public enum SoftwareCarbonIntensity {
  /// (operational + embodied) / R (`sci@2`), in grams per functional unit.
  ///
  /// Operational carbon must be location-based. Offsets and certificates never lower a score, so there is no way to
  /// pass any.
  ///
  /// - Parameters:
  ///   - units: R, how many functional units were served; above 0.
  ///   - unit: what one is: request, image, token.
  public static func score(
    operational: Figure<Carbon>, embodied: Figure<Carbon>, units: Figure<Ratio>, unit: String
  ) -> Figure<Carbon> {
    score.figure("SCI, carbon per \(unit)", [Term(operational), Term(embodied), Term(units)])
  }

  static let methods: [Method] = [named, named.earlier(version: 1)]

  private static let named = Method(
    score.id, score.summary, formula: "(energy_joules / 3.6e6 x intensity_grams_per_kwh + embodied_grams) / units",
    citation: standard,
    inputs: [
      MethodParameter("energy_joules", unit: "J", "energy, with PUE where a data centre is in the boundary", in: any),
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "location-based grid intensity", in: 0...5000),
      MethodParameter("embodied_grams", unit: "g", "embodied carbon owed", in: any),
      MethodParameter("units", "functional units served", in: Double.leastNormalMagnitude...any.upperBound),
    ], outputs: [score.output], changes: score.changes
  ) { arguments throws(MethodError) in
    let operational = OperationalCarbon.once.evaluate([
      try arguments.number("energy_joules"), try arguments.number("intensity_grams_per_kwh"),
    ])
    let inputs = [operational, try arguments.number("embodied_grams"), try arguments.number("units")]
    return [score.output.key: .number(score.evaluate(inputs))]
  }

  private static let any = 0...Double.greatestFiniteMagnitude
  private static let standard = Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification")

  static let score = Formula(
    id: "sci@2", summary: "Software Carbon Intensity: operational and embodied carbon per functional unit",
    formula: "(operational_grams + embodied_grams) / units", citation: standard,
    inputs: [
      MethodParameter("operational_grams", unit: "g", "location-based operational carbon"),
      MethodParameter("embodied_grams", unit: "g", "embodied carbon owed"),
      MethodParameter("units", "functional units"),
    ],
    output: MethodParameter("sci_grams_per_unit", unit: "g", "grams per functional unit"),
    changes: Method.sumsAddTheirEnds,
    evaluate: { ($0[0] + $0[1]) / $0[2] })
}
