public import Methods
public import Quantities

/// Water consumed for electricity, on the site and at the power plants, kept apart.
///
/// On-site water alone can be ten times smaller than both together, so the two are shown beside each other, and the
/// total is unknown as long as one of them is.
public struct WaterUse: Hashable, Sendable {
  /// Scope 1: cooling on the site, IT energy x WUE (`water-on-site@1`).
  public let onSite: Finding<Water>
  /// Scope 2: at the power plants, energy with overhead x EWIF (`water-off-site@1`).
  public let offSite: Finding<Water>
  /// Both (`water@2`).
  public let total: Finding<Water>

  /// The water for some energy.
  ///
  /// - Parameters:
  ///   - energy: IT energy, which the WUE refers to.
  ///   - facility: the same energy with overhead, which is what power plants deliver.
  ///   - onSite: WUE, litres on the site per kWh of IT energy.
  ///   - offSite: EWIF, litres at the plants per kWh of electricity.
  public init(
    energy: ITEnergy, facility: FacilityEnergy, onSite: Finding<WaterIntensity>, offSite: Finding<WaterIntensity>
  ) {
    self.onSite = onSite.map { WaterUse.onSite.figure("water on site", [Term(energy.figure), Term($0)]) }
    self.offSite = offSite.map { WaterUse.offSite.figure("water at power plants", [Term(facility.figure), Term($0)]) }
    switch (self.onSite, self.offSite) {
    case (.figure(let near), .figure(let far)):
      total = .figure(WaterUse.sum.figure("water", [Term(near), Term(far)]))
    case (.unknown(let near), .unknown(let far)): total = .unknown("\(near.reason); and \(far.reason)")
    case (.unknown(let reason), _), (_, .unknown(let reason)): total = .unknown(reason)
    }
  }
}

extension WaterUse {
  private static let citation = Source("Li and others, Making AI Less Thirsty (2023): on-site WUE plus PUE times EWIF")
  private static let positive = 0...Double.greatestFiniteMagnitude

  static let methods: [Method] = [onSite.method, offSite.method, both, both.earlier(version: 1)]

  private static let both = Method(
    sum.id, "Water consumed for electricity: on the site and at the power plants",
    formula: "energy_joules / 3.6e6 x (wue_litres_per_kwh + pue x ewif_litres_per_kwh)", citation: citation,
    inputs: [
      MethodParameter("energy_joules", unit: "J", "IT energy", in: positive),
      MethodParameter("wue_litres_per_kwh", unit: "L/kWh", "litres on site per kWh of IT energy", in: positive),
      MethodParameter("pue", "the site's PUE", in: 1...100),
      MethodParameter("ewif_litres_per_kwh", unit: "L/kWh", "litres at the plants per kWh", in: positive),
    ],
    outputs: [
      MethodParameter("on_site_litres", unit: "L", "scope 1"),
      MethodParameter("off_site_litres", unit: "L", "scope 2"),
      MethodParameter("water_litres", unit: "L", "both"),
    ], changes: sum.changes
  ) { arguments throws(MethodError) in
    let energy = try arguments.number("energy_joules")
    let near = onSite.evaluate([energy, try arguments.number("wue_litres_per_kwh")])
    let far = offSite.evaluate([
      FacilityEnergy.formula.evaluate([energy, try arguments.number("pue")]),
      try arguments.number("ewif_litres_per_kwh"),
    ])
    return [
      "on_site_litres": .number(near), "off_site_litres": .number(far),
      "water_litres": .number(sum.evaluate([near, far])),
    ]
  }

  static let onSite = intensity(
    "water-on-site@1", "Water evaporated on the site (scope 1): IT energy times WUE", energy: "IT energy",
    key: "wue_litres_per_kwh")
  static let offSite = intensity(
    "water-off-site@1", "Water consumed at the power plants (scope 2): energy with overhead times EWIF",
    energy: "energy with overhead", key: "ewif_litres_per_kwh")

  private static func intensity(_ id: MethodID, _ summary: String, energy: String, key: String) -> Formula {
    Formula(
      id: id, summary: summary, formula: "energy_joules / 3.6e6 x \(key)", citation: citation,
      inputs: [
        MethodParameter("energy_joules", unit: "J", energy, in: positive),
        MethodParameter(key, unit: "L/kWh", "litres per kilowatt-hour", in: positive),
      ],
      output: MethodParameter("water_litres", unit: "L", "water consumed"), evaluate: { $0[0] / 3.6e6 * $0[1] })
  }

  static let sum = Formula(
    id: "water@2", summary: "Water on the site and at the power plants", formula: "on_site_litres + off_site_litres",
    citation: citation,
    inputs: [
      MethodParameter("on_site_litres", unit: "L", "scope 1"), MethodParameter("off_site_litres", unit: "L", "scope 2"),
    ],
    output: MethodParameter("water_litres", unit: "L", "both"), changes: Method.sumsAddTheirEnds,
    evaluate: { $0[0] + $0[1] })
}
