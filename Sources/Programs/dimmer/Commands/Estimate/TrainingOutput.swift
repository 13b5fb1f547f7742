import Accounting
import Estimation
import Methods
import Quantities
import Reporting

/// How a training run is printed: as every estimate, and the runs around it beside it, never inside.
struct TrainingOutput {
  /// The run.
  let work: WorkFootprint
  /// Failed runs, sweeps and experiments around it, when asked for.
  var research: WorkFootprint?
  /// What it rests on, in one line each.
  var notes: [String] = []
  /// Members of the JSON document before the figures.
  var asked: [(key: String, value: JSONValue)] = []

  /// Prints it.
  ///
  /// - Parameter explain: with the receipts of all figures, down to their sources.
  func print(json: Bool, explain: Bool = false) {
    let main = FootprintOutput(work: work, notes: notes, asked: asked)
    guard let research else { return main.print(json: json, explain: explain) }
    let beside = FootprintOutput(work: research)
    if json {
      return Output.result(
        main.document(explain: explain).adding(["research": beside.document(explain: explain)]))
    }
    Output.result(
      [
        main.text(style: Output.style), "",
        Output.style.bold("Beside it, and not in the figures above: \(research.label)"),
        "  energy  \(ReceiptText.amount(research.facilityEnergy.figure.receipt))",
        "  carbon  \(amount(research.carbon))", "  making  \(amount(research.embodied))",
      ].joined(separator: "\n") + (explain ? main.trees + beside.trees : []).map { "\n" + $0 }.joined())
  }

  private func amount(_ finding: Finding<Carbon>) -> String {
    finding.figure.map { ReceiptText.amount($0.receipt) } ?? "unknown: \(finding.reason ?? "")"
  }
}
