import Accounting
import ArgumentParser
import Estimation
import Methods
import Quantities
import Reporting

/// How an answer is printed: `--json --explain`.
struct FootprintOutputOptions: ParsableArguments {
  @Flag(help: "One JSON document instead of a table.")
  var json = false

  @Flag(help: "With the receipt of every figure, down to its sources.")
  var explain = false

  /// Prints a result that is no footprint of one piece of work: its document, or its text with the receipts behind it.
  func result(_ document: JSONValue, _ text: String, _ receipts: [Receipt]) {
    if json { return Output.result(document) }
    let trees = explain ? receipts.map { "\n" + ReceiptText.tree($0, style: Output.style) } : []
    Output.result(([text] + trees).joined(separator: "\n"))
  }
}

/// How every estimate is printed: one table for people, one JSON document, the same figures in both.
struct FootprintOutput {
  /// The estimate.
  let work: WorkFootprint
  /// More facts in one line each: what was counted, and what was not.
  var notes: [String] = []
  /// Members of the JSON document before the figures: what was asked.
  var asked: [(key: String, value: JSONValue)] = []

  /// Prints it.
  ///
  /// - Parameter explain: with the receipts of all figures, down to their sources.
  func print(json: Bool, explain: Bool = false) {
    json
      ? Output.result(document(explain: explain))
      : Output.result(([text(style: Output.style)] + (explain ? trees : [])).joined(separator: "\n"))
  }

  /// The document, with the receipts of all figures where they are asked for.
  func document(explain: Bool) -> JSONValue {
    explain ? document.adding(["receipts": .array(receipts.map(JSONValue.receipt))]) : document
  }

  /// The receipts of all figures as trees for people, each with an empty line before it.
  var trees: [String] { receipts.map { "\n" + ReceiptText.tree($0, style: Output.style) } }

  private var receipts: [Receipt] { figures.map(\.receipt).filter { $0.value != nil } }

  /// The figures by their keys in JSON and their names for people, in the order they are shown.
  private var figures: [(key: String, name: String, receipt: Receipt)] {
    [
      ("energy_joules", "energy at the machine", machineEnergy),
      ("facility_energy_joules", "energy with overhead", work.facilityEnergy.figure.receipt),
      ("carbon_grams", "carbon of use", work.carbon.receipt(labelled: "operational carbon")),
      ("embodied_grams", "carbon of making", work.embodied.receipt(labelled: "share of embodied carbon")),
      ("total_carbon_grams", "carbon together", work.totalCarbon.receipt(labelled: "carbon of use and making")),
      ("water_on_site_litres", "water on the site", work.water.onSite.receipt(labelled: "water on site")),
      ("water_off_site_litres", "water at the plants", work.water.offSite.receipt(labelled: "water off site")),
      ("water_litres", "water together", work.water.total.receipt(labelled: "water")),
      ("cost", "cost of electricity", work.cost.receipt(labelled: "cost of electricity")),
      ("duration_seconds", "time it takes", work.duration.receipt(labelled: "duration")),
    ]
  }

  /// The table, the largest drivers of the interval, and what the figures rest on.
  func text(style: TextStyle) -> String {
    var lines = [style.bold(work.label), ""]
    var table = TextTable([.init("figure"), .init("value", numeric: true), .init("95 % interval"), .init("origin")])
    for (key, name, receipt) in figures {
      let known = receipt.value != nil
      // Without a stated overhead the second energy is the first; without a price there is nothing to say of cost.
      if key == "facility_energy_joules", work.facilityEnergy.boundary == .informationTechnologyOnly { continue }
      if key == "cost", !known { continue }
      let unit = key == "cost" ? " \(work.currency)" : ""
      table.add([
        name, ReceiptText.value(receipt) + (known ? unit : ""), known ? interval(of: receipt) + unit : "",
        known ? receipt.origin.rawValue : "",
      ])
    }
    lines.append(table.text(style: style))
    // A sum is unknown for the reasons of its parts, which are told already.
    let sums: Set = ["cost", "total_carbon_grams", "water_litres"]
    let unknown = figures.filter { $0.receipt.value == nil && !sums.contains($0.key) }
    var reasons: [String] = []
    for figure in unknown {
      let reason = figure.receipt.note ?? ""
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    lines += reasons.map { style.dim("unknown: \($0)") }
    if work.facilityEnergy.boundary == .informationTechnologyOnly {
      lines.append(style.dim("No facility overhead (PUE) is counted; state one with --pue."))
    }
    if !drivers.isEmpty {
      lines += ["", "What makes the interval of the energy wide, most first"]
      lines += drivers.map { "  \($0.text)" }
    }
    if !notes.isEmpty { lines += ["", "What it rests on"] + notes.map { "  \($0)" } }
    return lines.joined(separator: "\n")
  }

  /// The document.
  var document: JSONValue {
    let members = figures.map { (key: $0.key, value: JSONValue.figure($0.receipt)) }
    let site = [
      (key: "intensity_grams_per_kwh", value: JSONValue.figure(intensity)),
      (key: "grid_year", value: .optional(intensity.source?.year.map(Double.init))),
      (key: "pue", value: .figure(overhead)),
    ]
    return .object(
      [(key: "what", value: .string(work.label))] + asked
        + [(key: "energy_boundary", value: .string(boundary.rawValue))] + members + site
        + [
          (key: "currency", value: .string(work.currency)),
          (
            key: "drivers",
            value: .array(
              drivers.map {
                [
                  "source": .string($0.driver.source), "what": .string($0.name), "low_ratio": .number($0.ends.low),
                  "high_ratio": .number($0.ends.high), "share": .number($0.driver.share),
                ]
              })
          ),
          (key: "notes", value: .array(notes.map(JSONValue.string))),
        ])
  }

  /// The grid's intensity that the carbon rests on.
  private var intensity: Receipt {
    let carbon = work.carbon.receipt(labelled: "operational carbon")
    return carbon.flattened.first { $0.unit == CarbonIntensity.baseUnit && $0.value != nil }
      ?? Finding<CarbonIntensity>.unknown(Unknown(carbon.note ?? "no carbon is known"))
      .receipt(labelled: "grid carbon intensity")
  }

  private var boundary: FacilityEnergy.Boundary {
    isOverheadWithin ? .meteredAtFacility : work.facilityEnergy.boundary
  }

  /// Whether the energy was metered at the facility, and nobody said how much of it is overhead.
  private var isOverheadWithin: Bool {
    work.facilityEnergy.figure.receipt.inputs.contains { $0.label == TrainingRun.overheadWithin }
  }

  /// Energy at the machine; unknown where only the facility's is known.
  private var machineEnergy: Receipt {
    guard isOverheadWithin else { return work.energy.receipt }
    return Finding<Energy>.unknown(
      Unknown("the energy was metered at the facility, with the overhead in it; state the site's --pue")
    ).receipt(labelled: "energy of the machines")
  }

  /// The site's overhead, where one is counted.
  private var overhead: Receipt {
    let energy = work.facilityEnergy.figure.receipt
    if isOverheadWithin {
      return Finding<Ratio>.unknown(Unknown("the energy was metered at the facility; its overhead is in it, unstated"))
        .receipt(labelled: "PUE")
    }
    if energy.method == "pue@1", energy.inputs.count == 2 { return energy.inputs[1] }
    return Finding<Ratio>.unknown(RunFootprint.noPUE).receipt(labelled: "PUE")
  }

  /// The three uncertain things that make the interval of the energy widest.
  private var drivers: [NamedDriver] { NamedDriver.largest(of: work.energy.receipt) }

  private func interval(of receipt: Receipt) -> String {
    guard let low = receipt.low, let high = receipt.high, low != high else { return "exact" }
    return UnitText.interval(low, high, beside: receipt.value ?? high, unit: receipt.unit)
  }
}

extension UnitText {
  /// Both ends in the unit that the value is shown in: beside `729 Wh` stands `341 to 1440 Wh`.
  static func interval(_ low: Double, _ high: Double, beside value: Double, unit: String) -> String {
    let units: [UnitOfMeasure] =
      switch unit {
      case Energy.baseUnit: Energy.displayUnits
      case Carbon.baseUnit: Carbon.displayUnits
      case Water.baseUnit: Water.displayUnits
      case Span.baseUnit: Span.displayUnits
      default: []
      }
    let written = formatted(value, unit: unit)
    guard let shown = units.first(where: { written.hasSuffix(" \($0.symbol)") }) else {
      return "\(formatted(low, unit: unit)) to \(formatted(high, unit: unit))"
    }
    let number = { (amount: Double) in Decimals.significant(amount / shown.scale, digits: 3) }
    return "\(number(low)) to \(number(high)) \(shown.symbol)"
  }
}
