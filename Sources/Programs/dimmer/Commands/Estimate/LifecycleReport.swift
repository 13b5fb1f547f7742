import Estimation
import Methods
import Quantities
import Reporting

/// A development cycle for people and as JSON.
struct LifecycleReport {
  let cycle: DevelopmentCycle
  let balance: CycleBalance
  let cost: CycleCost

  /// Tables: phases, levers, and what a request costs.
  func text(style: TextStyle) -> String {
    var lines = [style.bold("\(cycle.name), \(cycle.site.name)"), ""]
    var table = TextTable([
      .init("phase"), .init("energy", numeric: true), .init("of use", numeric: true), .init("of making", numeric: true),
      .init("share", numeric: true),
    ])
    for row in balance.rows { table.add([row.phase.name] + cells(row.before, of: balance.before)) }
    table.add(["all"] + cells(balance.before, of: balance.before))
    lines.append(table.text(style: style))
    if !balance.steps.isEmpty {
      lines += ["", style.bold("Levers, in order, each on what is left")]
      var levers = TextTable([
        .init("lever"), .init("energy left", numeric: true), .init("carbon left", numeric: true),
        .init("carbon saved", numeric: true),
      ])
      for step in balance.steps {
        levers.add([
          "\(step.lever.kind.rawValue)=\(step.lever.effect.estimate.formatted())",
          step.after.energy.value.formatted(), value(shown(step.after)),
          step.savedCarbon.map { $0.formatted() } ?? "unknown",
        ])
      }
      lines.append(levers.text(style: style))
      if cycle.phases.contains(where: { $0.embodied.figure == nil }) {
        lines.append(style.dim("Carbon is that of use alone: not every phase's carbon of making is stated."))
      }
    }
    lines += ["", style.bold("A request")]
    var request = TextTable([.init("what"), .init("how much")])
    for (_, receipt) in requestFigures {
      request.add([
        receipt.label, receipt.value == nil ? "unknown: \(receipt.note ?? "")" : LifecycleReport.amount(receipt),
      ])
    }
    lines.append(request.text(style: style))
    lines.append(style.dim("Development stands beside the cost of a request, never inside it."))
    if !cycle.notCounted.isEmpty {
      lines += ["", style.dim("Not counted: \(cycle.notCounted.map(\.name).joined(separator: ", ")).")]
    }
    let unmade = cycle.phases.filter { $0.embodied.figure == nil }.map(\.phase.rawValue)
    if !unmade.isEmpty {
      lines.append(
        style.dim("unknown: making of \(unmade.joined(separator: ", ")); state it with --embodied PHASE=CARBON"))
    }
    if let reason = balance.before.operational.reason { lines.append(style.dim("unknown: \(reason)")) }
    return lines.joined(separator: "\n")
  }

  /// What is left after the levers, with all that it rests on.
  var receipts: [Receipt] {
    [balance.after.energy.receipt]
      + [balance.after.operational, balance.after.embodied].compactMap { $0.figure?.receipt }
  }

  /// The document.
  var document: JSONValue {
    [
      "what": .string(cycle.name), "region": cycle.site.regionJSON,
      "phases": .array(
        balance.rows.map { row in
          [
            "phase": .string(row.phase.rawValue), "is_development": .bool(row.phase.isDevelopment),
            "before": terms(row.before), "after": terms(row.after),
          ]
        }),
      "before": terms(balance.before), "after": terms(balance.after),
      "levers": .array(
        balance.steps.map { step in
          [
            "lever": .string(step.lever.kind.rawValue), "effect": .figure(step.lever.effect),
            "phases": .array(step.lever.kind.phases.map { .string($0.rawValue) }), "after": terms(step.after),
            "saved_energy_joules": .figure(step.savedEnergy, id: nil),
            "saved_carbon_grams": step.savedCarbon.map { .figure($0, id: nil) }
              ?? .unknown("neither kind of carbon is known"),
          ]
        }),
      "request": .object(requestFigures.map { (key: $0.key, value: .figure($0.receipt)) }),
      "not_counted": .array(cycle.notCounted.map { .string($0.rawValue) }),
      "receipts": .array(receipts.map(JSONValue.receipt)),
    ]
  }

  private var requestFigures: [(key: String, receipt: Receipt)] {
    [
      ("energy_joules_a_request", cost.requestEnergy.receipt(labelled: "energy of one request")),
      ("carbon_grams_a_request", cost.requestCarbon.receipt(labelled: "carbon of one request")),
      ("development_joules_a_request", cost.amortisedEnergy.receipt(labelled: "development for each request")),
      ("development_grams_a_request", cost.amortisedCarbon.receipt(labelled: "development for each request")),
      ("break_even_requests_by_energy", cost.breakEvenByEnergy.receipt(labelled: "break-even by energy")),
      ("break_even_requests_by_carbon", cost.breakEvenByCarbon.receipt(labelled: "break-even by carbon")),
    ]
  }

  /// A receipt's amount; counts of requests in words a person reads.
  private static func amount(_ receipt: Receipt) -> String {
    guard receipt.unit == Ratio.baseUnit, let value = receipt.value, let low = receipt.low, let high = receipt.high
    else {
      return ReceiptText.amount(receipt)
    }
    let words = { (number: Double) -> String in
      let (scale, name) =
        number >= 1e12
        ? (1e12, " trillion") : number >= 1e9 ? (1e9, " billion") : number >= 1e6 ? (1e6, " million") : (1, "")
      return Decimals.significant(number / scale, digits: 3) + name
    }
    return low == high ? words(value) : "\(words(value)) (\(words(low)) to \(words(high)))"
  }

  private func shown(_ terms: CycleTerms) -> Finding<Carbon> {
    terms.total.figure == nil ? terms.operational : terms.total
  }

  private func value(_ finding: Finding<Carbon>) -> String { finding.figure?.value.formatted() ?? "unknown" }

  private func cells(_ terms: CycleTerms, of all: CycleTerms) -> [String] {
    let share = terms.energy.value / all.energy.value
    return [
      terms.energy.value.formatted(), value(terms.operational), value(terms.embodied),
      share.isFinite ? "\(Decimals.significant(100 * share, digits: 2)) %" : "",
    ]
  }

  private func terms(_ terms: CycleTerms) -> JSONValue {
    [
      "facility_energy_joules": .figure(terms.energy),
      "carbon_grams": .figure(terms.operational.receipt(labelled: "operational carbon")),
      "embodied_grams": .figure(terms.embodied.receipt(labelled: "embodied carbon")),
      "total_carbon_grams": .figure(terms.total.receipt(labelled: "carbon of use and making")),
    ]
  }
}
