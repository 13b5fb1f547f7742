public import Ledger

/// An explanation as text for a terminal.
public enum ExplanationText {
  /// Facts, receipt trees and what the thing rests on, indented by depth.
  public static func text(_ explanation: Explanation, style: TextStyle = .plain) -> String {
    lines(explanation, style: style, depth: 0).joined(separator: "\n")
  }

  private static func lines(_ explanation: Explanation, style: TextStyle, depth: Int) -> [String] {
    var lines = [style.bold(explanation.title), style.dim("\(explanation.kind) \(explanation.id)")]
    if !explanation.facts.isEmpty {
      let width = explanation.facts.map(\.label.count).max() ?? 0
      lines += explanation.facts.map {
        "  \($0.label)\(String(repeating: " ", count: width - $0.label.count))  \($0.text)"
      }
    }
    for receipt in explanation.receipts {
      lines.append("")
      lines += ReceiptText.tree(receipt, style: style).split(separator: "\n").map(String.init)
    }
    for context in explanation.context {
      lines.append("")
      lines.append(style.dim("rests on"))
      lines += self.lines(context, style: style, depth: depth + 1).map { "  " + $0 }
    }
    return lines
  }
}
