public import Ledger
import Methods
import Quantities

/// The page of one run, figure, request, decision or grid value: how it came about.
public enum ExplanationPage {
  /// The whole page.
  public static func html(_ explanation: Explanation) -> String {
    PageFrame.document(
      title: explanation.kind.prefix(1).uppercased() + explanation.kind.dropFirst(), subtitle: explanation.id,
      home: "/",
      main: """
        \(body(explanation, level: 2))
        <h2>On the command line</h2>
        <pre>dimmer explain \(HTML.escaped(explanation.id))</pre>
        """)
  }

  private static func body(_ explanation: Explanation, level: Int) -> String {
    let heading = min(level, 6)
    var parts = ["<h\(heading)>\(HTML.escaped(explanation.title))</h\(heading)>"]
    if !explanation.facts.isEmpty {
      let rows = explanation.facts.map {
        "<tr><th scope=\"row\">\(HTML.escaped($0.label))</th><td>\(HTML.escaped($0.text))</td></tr>"
      }
      parts.append("<div class=\"scroll\"><table><tbody>\(rows.joined())</tbody></table></div>")
    }
    parts += explanation.receipts.map(tree)
    for context in explanation.context {
      parts.append(
        "<details><summary>Rests on \(HTML.escaped(context.kind)) "
          + "<a href=\"/explain/\(HTML.escaped(context.id))\">\(HTML.escaped(context.id))</a></summary>"
          + body(context, level: level + 1) + "</details>")
    }
    return parts.joined(separator: "\n")
  }

  private static func tree(_ receipt: Receipt) -> String {
    var facts = [receipt.origin.rawValue + (receipt.method.map { ", by \($0)" } ?? "")]
    if let source = receipt.source {
      let details = [source.year.map { "valid for \($0)" }, source.licence].compactMap { $0 }.joined(separator: ", ")
      facts.append("Source: \(source.citation)\(details.isEmpty ? "" : " (\(details))")")
    }
    if let note = receipt.note { facts.append((receipt.value == nil ? "Because " : "") + note) }
    let title = "\(HTML.escaped(receipt.label)): <strong>\(HTML.escaped(ReceiptText.amount(receipt)))</strong>"
    let below = facts.map { "<span class=\"soft\">\(HTML.escaped($0))</span>" }.joined(separator: "<br>")
    guard !receipt.inputs.isEmpty else { return "<p>\(title)<br>\(below)</p>" }
    let inputs = receipt.inputs.map { "<li>\(tree($0))</li>" }.joined()
    return "<details open><summary>\(title)</summary>\(below)<ul>\(inputs)</ul></details>"
  }
}
