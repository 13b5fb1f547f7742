import Factors

/// Intensities as stated, and those of CodeCarbon's countries.
enum IntensityRules {
  static let possible = 5.0...1300.0

  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    var slips: [Slip] = []
    for index in document.records.indices {
      for intensity in document.own(index, .intensity) where intensity.unit != nil && intensity.name.per == nil {
        guard intensity.value >= 0, !possible.contains(intensity.value) else { continue }
        if intensity.value == 0, intensity.name.basis == .market { continue }
        // A column "ci" without a unit may be a confidence interval.
        if intensity.name.unit == nil, Words(intensity.field).contains("ci") { continue }
        let fixed = intensity.value < 5 ? intensity.value * 1000 : intensity.value / 1000
        let fix =
          possible.contains(fixed)
          ? "\(intensity.value < 5 ? "In kg/kWh it would be" : "A thousandth is") \(Say.intensity(fixed)): write "
            + Say.number(fixed / (intensity.unit?.scale ?? 1))
          : intensity.value == 0
            ? "Zero is a market-based claim; a grid's intensity is location-based" : "Check the number and its unit"
        slips.append(
          Slip(
            .impossibleIntensity, intensity,
            "\(said(intensity)): no grid is below 5 or above 1300 g/kWh. \(fix)"))
      }
    }
    if document.format == .codeCarbon { slips += countries(document) }
    return slips
  }

  private static func said(_ intensity: Statement) -> String {
    intensity.unit?.scale == 1 ? "\(intensity.text)" : "\(intensity.text) is \(Say.intensity(intensity.value))"
  }

  /// CodeCarbon's carbon over energy is its factor of the country: pounds and a second PUE show against it.
  private static func countries(_ document: LintDocument) -> [Slip] {
    guard let table = try? CodeCarbonTable.embedded(), let regions = try? FactorTables.embedded().regions else {
      return []
    }
    var slips: [Slip] = []
    for index in document.records.indices {
      let record = document.records[index]
      guard let iso = record.texts["country_iso_code"]?.text, !iso.isEmpty, iso != "USA", iso != "CAN",
        record.texts["on_cloud"]?.text.uppercased() != "Y",
        let carbon = document.own(index, .carbon).first, carbon.value > 0,
        let energy = document.own(index, .energy).first(where: { $0.name.part == nil }), energy.value > 0
      else { continue }
      let grams = carbon.value / (energy.value / 3.6e6)
      guard possible.contains(grams) else { continue }
      let yearly = regions.entries.first { $0.region.iso3 == iso }?.years.compactMap(\.gramsPerKilowattHour) ?? []
      let tool = table.country(iso)?.gramsPerKilowattHour
      let known = yearly + (tool.map { [$0] } ?? [])
      guard let usual = tool ?? yearly.first, !known.contains(where: { abs(grams / $0 - 1) < 0.04 }) else { continue }
      let pue = document.own(index, .pue).first?.number.value ?? 1
      for factor in known {
        if pue > 1.04, abs(grams / factor / pue - 1) < 0.004 {
          slips.append(
            Slip(
              .pueTwice, carbon,
              "\(carbon.text) from \(energy.text) is \(Say.intensity(grams)), \(Say.number(pue, digits: 3)) times the "
                + "\(Say.intensity(factor)) of \(iso): the energies of the row hold the PUE already, and it counts twice"
            ))
          break
        }
        let ratio = grams / factor
        if abs(ratio * UnitNames.pound / 1000 - 1) < 0.006 {
          slips.append(
            Slip(
              .poundsForKilograms, carbon,
              "\(carbon.text) from \(energy.text) is \(Say.intensity(grams)), where \(iso) has \(Say.intensity(usual)): "
                + "\(Say.times(ratio)), the factor of pounds and kilograms. The column is in kg"))
          break
        }
      }
    }
    return slips
  }
}
