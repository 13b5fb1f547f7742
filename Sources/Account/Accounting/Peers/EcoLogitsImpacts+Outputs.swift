import Factors
import Methods

extension EcoLogitsImpacts {
  /// The outputs under EcoLogits' own names and units; those that are not known are left out.
  var outputs: [String: MethodValue] {
    var values: [String: MethodValue] = [
      "energy_kWh": energyKilowattHours.output, "gwp_kg": carbonKilograms.output, "wcf_L": waterLitres.output,
      "usage_gwp_kg": usageCarbonKilograms.output, "embodied_gwp_kg": embodied.carbonKilograms.output,
      "embodied_adpe_kgSb": embodied.antimonyKilograms.output,
      "embodied_pe_MJ": embodied.primaryEnergyMegajoules.output,
    ]
    values["adpe_kgSb"] = antimonyKilograms?.output
    values["pe_MJ"] = primaryEnergyMegajoules?.output
    return values
  }

  static let parameters: [MethodParameter] = [
    MethodParameter("energy_kWh", unit: "kWh", "electricity with the site's overhead"),
    MethodParameter("gwp_kg", unit: "kg", "carbon of use and hardware, CO2e"),
    MethodParameter("adpe_kgSb", unit: "kg", "depletion of elements of use and hardware, antimony equivalent"),
    MethodParameter("pe_MJ", unit: "MJ", "primary energy of use and hardware"),
    MethodParameter("wcf_L", unit: "L", "water consumed on the site and at power plants"),
    MethodParameter("usage_gwp_kg", unit: "kg", "carbon of the electricity, CO2e"),
    MethodParameter("embodied_gwp_kg", unit: "kg", "the request's share of the hardware's carbon, CO2e"),
    MethodParameter("embodied_adpe_kgSb", unit: "kg", "the same of depletion of elements, antimony equivalent"),
    MethodParameter("embodied_pe_MJ", unit: "MJ", "the same of primary energy"),
  ]

  /// What else to know about a result, in sentences.
  static let note = MethodParameter("note", "what stands in for what, and what is not known")
}

extension EcoLogitsSite {
  /// The word for a provider's own place.
  static let providersOwn = "provider-default"

  /// EcoLogits' grid of a zone, and what to know about it.
  ///
  /// - Parameter zone: an ISO code of three letters, or `WOR`.
  static func grid(
    of zone: String, in table: EcoLogitsTable
  ) throws(FactorError) -> (grid: Grid, notes: [String]) {
    let own = try table.zone(zone)
    let world = try table.zone(EcoLogitsTable.world)
    guard let grams = own.gramsPerKilowattHour else {
      throw .noValue(of: "EcoLogits zone \(own.code)", reason: own.note ?? "the table has none")
    }
    func value(_ path: KeyPath<EcoLogitsZone, Double?>, _ criterion: EcoLogitsZone.Criterion) -> Double? {
      own[keyPath: path] ?? (own.worldStandsInFor.contains(criterion) ? world[keyPath: path] : nil)
    }
    guard let litres = value(\.litresPerKilowattHour, .water) else {
      throw .noValue(of: "water in EcoLogits zone \(own.code)", reason: "the table has none")
    }
    let grid = Grid(
      carbonKilograms: grams / 1000, waterLitres: litres,
      antimonyKilograms: value(\.antimonyKilogramsPerKilowattHour, .antimony),
      primaryEnergyMegajoules: value(\.megajoulesPerKilowattHour, .primaryEnergy))
    var notes: [String] = []
    let standIns = EcoLogitsZone.Criterion.allCases.filter { own.worldStandsInFor.contains($0) }.map(\.rawValue)
    if !standIns.isEmpty {
      notes.append("EcoLogits takes the world's value for \(standIns.joined(separator: ", ")) in \(own.code).")
    }
    if grid.antimonyKilograms == nil || grid.primaryEnergyMegajoules == nil {
      notes.append(
        "Primary energy and elements of \(own.code)'s electricity are not carried: adpe_kgSb and pe_MJ are unknown; "
          + "ecologits-formula takes the factors as inputs.")
    }
    return (grid, notes)
  }
}
