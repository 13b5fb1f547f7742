import Estimation
import Methods
import Quantities
import Reporting

/// A scenario over the years, for people and as JSON.
struct FleetReport {
  let scenario: FleetScenario
  let outcome: FleetScenario.Outcome

  /// A table of the years, and what they come to.
  func text(style: TextStyle) -> String {
    var table = TextTable([
      .init("year"), .init("energy", numeric: true), .init("95 % interval"), .init("grid", numeric: true),
      .init("carbon of use", numeric: true), .init("95 % interval"),
    ])
    for year in outcome.years { table.add(["\(year.year)"] + cells(year)) }
    var lines = [style.bold("\(scenario.name), \(scenario.site.name)"), "", table.text(style: style), ""]
    lines.append("all years: \(ReceiptText.amount(outcome.energy.receipt)); carbon of use \(amount(outcome.carbon))")
    lines.append("the last year takes \(outcome.change.formatted()) times the energy of the first")
    lines.append(style.dim("A scenario, not a forecast: \(inputs.joined(separator: "; "))."))
    if scenario.boundary == .machines, scenario.site.pue.figure == nil {
      lines.append(style.dim("No facility overhead (PUE) is counted; state one with --pue."))
    }
    if let reason = outcome.carbon.reason { lines.append(style.dim("unknown: \(reason)")) }
    return lines.joined(separator: "\n")
  }

  /// The document.
  var document: JSONValue {
    [
      "what": .string(scenario.name), "region": scenario.site.regionJSON, "kind": "scenario",
      "boundary": .string(scenario.boundary.rawValue),
      "growth": .figure(scenario.growth), "efficiency_gain": .figure(scenario.efficiencyGain),
      "grid_change": .figure(scenario.gridChange),
      "years": .array(
        outcome.years.map { year in
          [
            "year": .count(year.year), "facility_energy_joules": .figure(year.energy),
            "intensity_grams_per_kwh": .figure(year.intensity.receipt(labelled: "grid intensity")),
            "carbon_grams": .figure(year.carbon.receipt(labelled: "operational carbon")),
          ]
        }),
      "facility_energy_joules": .figure(outcome.energy),
      "carbon_grams": .figure(outcome.carbon.receipt(labelled: "operational carbon of all years")),
      "last_over_first_year": .figure(outcome.change, id: nil),
      "receipts": .array(receipts.map(JSONValue.receipt)),
    ]
  }

  /// What the years rest on: the last one's energy and carbon, which hold the others' inputs.
  var receipts: [Receipt] {
    guard let last = outcome.years.last else { return [] }
    return [last.energy.receipt] + [last.carbon.figure?.receipt].compactMap(\.self)
  }

  private var inputs: [String] {
    [
      "growth \(percent(scenario.growth)) a year", "efficiency gain \(percent(scenario.efficiencyGain)) a year",
      "grid \(percent(scenario.gridChange)) a year",
    ]
  }

  private func percent(_ figure: Figure<Ratio>) -> String {
    let number = { (value: Ratio) in "\(Decimals.significant(100 * value.value, digits: 3)) %" }
    let estimate = figure.estimate
    return estimate.deviations.isEmpty
      ? number(estimate.value) : "\(number(estimate.value)) (\(number(estimate.low)) to \(number(estimate.high)))"
  }

  private func cells(_ year: FleetScenario.Year) -> [String] {
    [
      year.energy.value.formatted(), ends(year.energy.receipt),
      year.intensity.figure.map { $0.value.formatted() } ?? "unknown",
      year.carbon.figure.map { $0.value.formatted() } ?? "unknown", year.carbon.figure.map { ends($0.receipt) } ?? "",
    ]
  }

  private func ends(_ receipt: Receipt) -> String {
    guard let low = receipt.low, let high = receipt.high, low != high else { return "exact" }
    return "\(UnitText.formatted(low, unit: receipt.unit)) to \(UnitText.formatted(high, unit: receipt.unit))"
  }

  private func amount(_ finding: Finding<Carbon>) -> String {
    finding.figure.map { ReceiptText.amount($0.receipt) } ?? "unknown"
  }
}
