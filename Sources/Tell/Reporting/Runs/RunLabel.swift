public import Ledger
import Methods
import Quantities

/// The label at the end of a run: what it cost, how sure that is, and how to know more.
public enum RunLabel {
  /// The label's lines.
  public static func text(_ account: ActivityAccount, style: TextStyle = .plain) -> String {
    let run = account.activity
    var lines = [
      style.bold("dimmer: \(run.name)")
        + "  \(RunDocument.duration(of: run).map { Span.seconds($0).formatted() } ?? "running"), \(run.status)"
    ]
    let entries: [(String, FigureName)] = [
      ("energy", .energy), ("carbon", .carbon), ("embodied", .embodied), ("water", .water),
    ]
    for (label, name) in entries {
      guard let figure = account.figure(name) else { continue }
      lines.append(line(label, figure, style: style))
      if name == .energy { lines += account.components.map { componentLine($0, style: style) } }
    }
    if let parked = run.detail.parkedJoules, let seconds = RunDocument.duration(of: run), seconds > 0 {
      lines.append(
        style.yellow(
          "  parked    \(Energy.joules(parked).formatted()) in GPU contexts open and unused: "
            + "unloading pays when loading again takes less than \(Power.watts(parked / seconds).formatted()) x the time unused"
        ))
    }
    if let conservation = account.conservation {
      let share = { (term: Microjoules) in
        conservation.host.count > 0
          ? "\(Decimals.significant(100 * Double(term.count) / Double(conservation.host.count), digits: 2)) %" : "0 %"
      }
      lines.append(
        style.dim(
          "  host \(conservation.host.energy.formatted()): processes \(share(conservation.attributed)), "
            + "idle \(share(conservation.idle)), dimmer \(share(conservation.own)), "
            + "unattributed \(share(conservation.unattributed))"
        ))
    } else if let withheld = run.detail.withheld {
      lines.append(style.dim("  host unknown: \(withheld)"))
    }
    if let row = run.detail.imported {
      lines.append(style.dim("  not measured by Dimmer: \(row.tool) wrote it, \(row.file), line \(row.line)"))
    }
    lines.append(style.dim("  dimmer explain \(run.id)"))
    return lines.joined(separator: "\n")
  }

  private static func line(_ label: String, _ figure: FigureRecord, style: TextStyle) -> String {
    let name = "  " + label + String(repeating: " ", count: max(1, 10 - label.count))
    guard figure.value != nil else { return name + style.yellow("unknown") + ": " + (figure.reason ?? "no reason") }
    return name + ReceiptText.amount(figure.receipt) + style.dim("  \(figure.origin?.rawValue ?? "")")
  }

  private static func componentLine(_ component: Component, style: TextStyle) -> String {
    let name = "    " + component.name + String(repeating: " ", count: max(1, 8 - component.name.count))
    guard let energy = component.microjoules?.energy else {
      return style.dim(name + "unknown: \(component.detail ?? "no reason")")
    }
    return style.dim(
      name + energy.formatted() + "  \(component.origin?.rawValue ?? "")" + (component.detail.map { ": \($0)" } ?? ""))
  }
}
