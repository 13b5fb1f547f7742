import Methods
import Quantities
public import Reporting

extension Board {
  /// The board for a terminal.
  public func text(style: TextStyle = .plain) -> String {
    let units = units
    let measures = Measure.allCases.filter { measure in options.contains { $0.value(measure) != nil } }
    let marked = measures.contains(.carbon) ? Measure.carbon : .energy
    var columns: [TextTable.Column] = [.init("option"), .init("against typical"), .init("", numeric: true)]
    columns += measures.map { .init(heading($0), numeric: true) }
    var table = TextTable(columns + [.init("basis")])
    for option in shown {
      let verdict = option.verdict(marked)
      table.add(
        [option.label, "\(verdict.shape) \(verdict.standing.rawValue)", verdict.percentText ?? ""]
          + measures.map { cell($0, option, units) } + [option.basis.rawValue])
    }
    var lines = [style.bold(title), style.dim("Each figure is of \(functionalUnit)."), ""]
    lines.append(table.text(style: style))
    lines.append("")
    for measure in measures {
      guard case .median(let estimate, let count)? = typical[measure], let unit = units[measure] else { continue }
      if measure == marked || measure == sortedBy {
        lines.append("Typical \(measure.word): \(unit.text(estimate.value.value)), the median of \(count) options.")
      }
    }
    if hidden > 0 { lines.append("\(hidden) of \(options.count) options are out of sight by --filter or --limit.") }
    lines.append(
      "▼ lower, ▲ higher: by at least 5 % and with at least 95 %, shared factors cancelled; ● typical: no clear "
        + "difference (of \(marked.word)).")
    lines += facts.map { style.dim($0) }
    if !leftOut.isEmpty {
      lines += ["", "Left out"] + leftOut.map { "  \($0.label): \($0.reason)" }
    }
    return lines.joined(separator: "\n")
  }

  /// What carbon and water count, what is not known of any option and why, and what else a reader must know.
  var facts: [String] {
    var facts: [String] = []
    let isKnown = { (measure: Measure) in options.contains { $0.value(measure) != nil } }
    if isKnown(.carbon) { facts.append("Carbon: \(boundaries.carbonWords).") }
    if isKnown(.water) { facts.append("Water: \(boundaries.waterWords).") }
    for measure in Measure.allCases where !isKnown(measure) {
      guard let reason = options.first?.receipt(measure).note else { continue }
      facts.append("\(measure.word.sentence) is not known: \(reason).")
    }
    return facts + statements
  }

  private func cell(_ measure: Measure, _ option: BoardOption, _ units: [Measure: ColumnUnit]) -> String {
    guard let unit = units[measure], let value = option.value(measure) else { return "unknown" }
    return unit.text(value) + (unit.interval(option.receipt(measure)).map { " (\($0))" } ?? "")
  }
}
