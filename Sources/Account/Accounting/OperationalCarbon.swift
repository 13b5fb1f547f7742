public import Methods
public import Quantities

/// Carbon of the electricity used.
public enum OperationalCarbon {
  /// Carbon of energy at one intensity (`operational-carbon@1`): E x CI, with the PUE already in E.
  public static func carbon(
    of energy: FacilityEnergy, at intensity: Figure<CarbonIntensity>, labelled label: String = "operational carbon"
  ) -> Figure<Carbon> {
    once.figure(label, [Term(energy.figure), Term(intensity)], note: boundaryNote(of: [energy]))
  }

  /// Energy used in one interval of a series, and the grid's intensity in it.
  public struct Interval: Sendable {
    /// The energy.
    public let energy: FacilityEnergy
    /// The intensity.
    public let intensity: Figure<CarbonIntensity>
    /// One interval.
    public init(energy: FacilityEnergy, intensity: Figure<CarbonIntensity>) {
      self.energy = energy
      self.intensity = intensity
    }
  }

  /// How many intervals a receipt lists one by one; of longer series it keeps the sums.
  static let listedIntervals = 24

  /// Carbon of a series of intervals (`operational-carbon-series@1`): the sum of E x CI over them.
  ///
  /// - Returns: `nil` for no intervals: nothing known is not zero.
  public static func carbon(
    of intervals: [Interval], labelled label: String = "operational carbon"
  ) -> Figure<Carbon>? {
    guard !intervals.isEmpty else { return nil }
    let parts = intervals.map { carbon(of: $0.energy, at: $0.intensity) }
    let total: Estimate<Carbon> = parts.map(\.estimate).total(method: series)
    let energy: Estimate<Energy> = intervals.map(\.energy.figure.estimate).total(method: "sum@2")
    let note = ["Sum over \(intervals.count) intervals.", boundaryNote(of: intervals.map(\.energy))]
      .compactMap(\.self).joined(separator: " ")
    let inputs =
      intervals.count <= listedIntervals
      ? parts.map(\.receipt)
      : [
        Figure(
          "energy of all intervals", energy,
          note: "Sum over \(intervals.count) intervals, which are in the series that the figure was made of."
        ).receipt
      ] + ends(intervals)
    return Figure(label, total, inputs: inputs, note: note)
  }

  /// The mean intensity that carbon over energy amounts to (`effective-intensity@1`): weighted by energy, as a plain
  /// mean over hours would be wrong whenever load follows the clock.
  public static func effectiveIntensity(carbon: Figure<Carbon>, energy: FacilityEnergy) -> Figure<CarbonIntensity> {
    effective.figure("effective grid intensity", [Term(carbon), Term(energy.figure)])
  }

  private static func boundaryNote(of energies: [FacilityEnergy]) -> String? {
    energies.contains { $0.boundary == .informationTechnologyOnly }
      ? "IT energy only: facility overhead (PUE) is not counted." : nil
  }

  /// The lowest and the highest intensity of a long series, as samples of where its numbers come from.
  private static func ends(_ intervals: [Interval]) -> [Receipt] {
    let sorted = intervals.map(\.intensity).sorted { $0.value < $1.value }
    return [sorted.first, sorted.last].compactMap(\.?.receipt)
  }
}

extension OperationalCarbon {
  static let series: MethodID = "operational-carbon-series@1"
  private static let ghgProtocol = Source("GHG Protocol Scope 2 Guidance (2015), location-based method")

  /// The registry has PUE as an input of its own, so that whoever calls it by name must say which.
  static let methods: [Method] = [
    Method(
      once.id, once.summary, formula: "energy_joules / 3.6e6 x pue x intensity_grams_per_kwh", citation: ghgProtocol,
      inputs: [
        MethodParameter("energy_joules", unit: "J", "IT energy", in: 0...Double.greatestFiniteMagnitude),
        MethodParameter("pue", "the site's PUE; 1 for energy metered at the facility", in: 1...100),
        MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "grid intensity", in: 0...5000),
      ], outputs: [once.output]
    ) { arguments throws(MethodError) in
      let energy = FacilityEnergy.formula.evaluate([
        try arguments.number("energy_joules"), try arguments.number("pue"),
      ])
      return [once.output.key: .number(once.evaluate([energy, try arguments.number("intensity_grams_per_kwh")]))]
    },
    Method(
      series, "Carbon of electricity used over a series of intervals", formula: "sum of energy x intensity / 3.6e6",
      citation: ghgProtocol,
      inputs: [
        MethodParameter("energies_joules", unit: "J", "energy with overhead, one number an interval"),
        MethodParameter("intensities_grams_per_kwh", unit: "g/kWh", "grid intensity, one number an interval"),
      ], outputs: [once.output]
    ) { arguments throws(MethodError) in
      let energies = try arguments.numbers("energies_joules")
      let intensities = try arguments.numbers("intensities_grams_per_kwh")
      guard energies.count == intensities.count, !energies.isEmpty else {
        throw .noAnswer("\(energies.count) energies and \(intensities.count) intensities; give as many of each")
      }
      return [once.output.key: .number(zip(energies, intensities).reduce(0) { $0 + once.evaluate([$1.0, $1.1]) })]
    },
    effective.method,
  ]

  static let once = Formula(
    id: "operational-carbon@1",
    summary: "Carbon of electricity used: energy with the site's overhead, applied once, times grid intensity",
    formula: "facility_energy_joules / 3.6e6 x intensity_grams_per_kwh", citation: ghgProtocol,
    inputs: [
      MethodParameter("facility_energy_joules", unit: "J", "energy with overhead"),
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "grid intensity"),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "carbon, CO2e"), evaluate: { $0[0] / 3.6e6 * $0[1] })

  static let effective = Formula(
    id: "effective-intensity@1", summary: "The energy-weighted mean intensity: carbon over energy",
    formula: "carbon_grams / (energy_joules / 3.6e6)", citation: ghgProtocol,
    inputs: [
      MethodParameter("carbon_grams", unit: "g", "operational carbon"),
      MethodParameter(
        "energy_joules", unit: "J", "energy with overhead",
        in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude),
    ],
    output: MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "mean intensity"),
    evaluate: { $0[0] / ($0[1] / 3.6e6) })
}
