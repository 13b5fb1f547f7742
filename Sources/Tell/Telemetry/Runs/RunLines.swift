public import Ledger
import Reporting

/// JSON lines: one run a line, each the document that `dimmer run --summary` writes.
public enum RunLines {
  /// The runs, each with its line end; nothing for no runs.
  ///
  /// - Parameter existing: what the text is written behind; a line end comes first where its last line has none.
  public static func text(_ runs: [ActivityAccount], behind existing: some Collection<UInt8> = []) -> String {
    let lines = runs.map { RunSummary.json($0).text() + "\n" }.joined()
    let isOpen = !existing.isEmpty && !existing.suffix(1).elementsEqual([UInt8(ascii: "\n")])
    return (isOpen && !lines.isEmpty ? "\n" : "") + lines
  }
}
