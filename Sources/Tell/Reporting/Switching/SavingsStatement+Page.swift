import Quantities
import Switching

extension SavingsStatement {
  /// A replay has no callers: what is beside the answers has columns only where there is a record.
  private var isRecorded: Bool { id != nil }

  /// Where every variant stands at home there is nothing to place.
  private var isPlaced: Bool { ledger.periods.contains { $0.terms.placing != .zero } }

  private var columns: [(title: String, isNumeric: Bool)] {
    [("Day", false), ("Always best", true), ("Sizing", true), ("Directives", true)]
      + (isPlaced ? [("Placing", true)] : []) + [("Timing", true)]
      + (isRecorded ? [("Callers who left", true), ("Hedging", true)] : [])
      + [("Emitted", true), ("Regret", true), ("Quality", true), ("Floor", false)]
  }

  private var rows: [[String]] {
    ledger.periods.map { period in
      let day = String(period.start.description.prefix(10)) + (isOver(period) ? "" : " so far")
      return cells(day, period.terms, isUnknown: isUnknown(period)) + [
        period.quality.map { Decimals.fixed($0, places: 2) } ?? "unknown",
        period.quality == nil ? "nothing served" : floorState(period).rawValue,
      ]
    } + (ledger.periods.count > 1 ? [cells("in all", ledger.total, isUnknown: isUnknown) + ["", ""]] : [])
  }

  private func cells(_ name: String, _ terms: SavingsLedger.Terms, isUnknown: Bool) -> [String] {
    let grams = { (carbon: Carbon) in isUnknown ? "unknown" : carbon.formatted() }
    let watched = { (carbon: Carbon?) in carbon.map(grams) ?? "not watched" }
    return [name, grams(terms.alwaysBest), grams(terms.sizing), grams(terms.directive)]
      + (isPlaced ? [grams(terms.placing)] : []) + [grams(terms.timing)]
      + (isRecorded ? [watched(terms.orphans), watched(terms.hedging)] : [])
      + [grams(terms.emitted), terms.regretPercent.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown"]
  }

  /// The statement for a terminal: a table, and a sentence for each day.
  public func text(style: TextStyle) -> String {
    var table = TextTable(columns.map { .init($0.title.uppercased(), numeric: $0.isNumeric) })
    for row in rows { table.add(row) }
    var lines = [style.bold("\(name), floor \(Decimals.fixed(floor, places: 2))"), "", table.text(style: style), ""]
    lines += ledger.periods.map(sentence)
    if isRecorded, let unwatched { lines.append(unwatched) }
    if let total { lines.append(total) }
    if let spent = probes?.sentence { lines.append(spent) }
    return lines.joined(separator: "\n")
  }

  /// The total with its interval and what the record says, in a sentence.
  private var total: String? {
    guard !isUnknown else { return nil }
    let saved = ledger.total.saved
    let interval =
      spread.map { $0.total[.saved] }.map {
        "\(saved.formatted()) (\($0.lowerBound.formatted()) to \($0.upperBound.formatted()))"
      }
      ?? "\(saved.formatted()) (energies stated without an interval)"
    let charged = recorded.map { " Charged to the requests one by one: \($0.formatted())." } ?? ""
    return "Saved in all: \(interval), modelled from the variants' calibrations.\(charged)"
  }

  /// The statement as a section of a page.
  public func html() -> String {
    var table = PageTable("Savings by day, \(name)", columns: columns)
    for row in rows {
      table.add(zip(row, columns).map { $1.isNumeric ? .init(number: $0) : .init(name: $0) })
    }
    let notes = [total, probes?.sentence, isRecorded ? unwatched : nil].compactMap(\.self).map {
      "<p class=\"soft\">\(HTML.escaped($0))</p>"
    }
    let sentences = ledger.periods.suffix(7).map { "<li>\(HTML.escaped(sentence($0)))</li>" }
    return """
      <h3>\(HTML.escaped(name))</h3>
      \(table.html(empty: "Nothing was served yet."))
      \(sentences.isEmpty ? "" : "<ul>\(sentences.joined())</ul>")
      \(notes.joined(separator: "\n"))
      """
  }

  /// How to read the terms.
  public static let note =
    "Always best is what the variant of highest quality would have emitted. Sizing is what the best fixed mix of plain "
    + "variants at the achieved mean quality saves of that, directives what brevity saves beyond it, timing the rest: they add up to always best less emitted. "
    + "Regret is against the plan that knows the day beforehand."
}
