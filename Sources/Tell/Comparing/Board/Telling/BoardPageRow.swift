import Methods
import Quantities
import Reporting

/// One option of the page.
struct BoardPageRow {
  let option: BoardOption
  let number: Int
  let board: Board
  let measures: [Measure]
  let marked: Measure
  let units: [Measure: ColumnUnit]
  let everyday: EverydayScale?
  let bar: RangeBar?

  var html: String {
    let verdict = option.verdict(marked)
    let data = measures.compactMap { measure in
      option.value(measure).map { " data-\(measure.rawValue)=\"\($0)\"" }
    }
    let parts = option.choice.parts(placeNames: board.placeNames).joined(separator: ", ")
    return """
      <li class="\(verdict.standing.rawValue)"\(data.joined())>
      <div class="head"><h3 id="option-\(number)">\(HTML.escaped(option.choice.model))\
      \(parts.isEmpty ? "" : " <span>\(HTML.escaped(parts))</span>") <span class="basis">\(basis)</span></h3>
      <p>\(BoardPageRow.badge(verdict))</p></div>
      <dl class="numbers">\(measures.map(cell).joined())</dl>
      \(everyday?.text(option).map { "<p class=\"everyday\">\(HTML.escaped($0))</p>" } ?? "")
      \(details(verdict))
      </li>
      """
  }

  /// The verdict as a badge: shape, words and colour.
  static func badge(_ verdict: Verdict) -> String {
    "<span class=\"mark badge \(verdict.standing.rawValue)\"><span aria-hidden=\"true\">\(verdict.shape)</span> "
      + "\(HTML.escaped(words(verdict)))</span>"
  }

  /// The verdict in words that need no legend.
  static func words(_ verdict: Verdict) -> String {
    let much = verdict.percent.map { "\(abs($0)) %" } ?? ""
    switch verdict.standing {
    case .lower: return "\(much) lower than typical"
    case .higher: return "\(much) higher than typical"
    case .typical:
      guard let percent = verdict.percent, abs(percent) >= 5 else { return "Typical" }
      return "Typical: \(much) \(percent < 0 ? "lower" : "higher"), not for sure"
    case .unknown: return "Nothing typical to set it beside"
    }
  }

  private var basis: String {
    switch option.basis {
    case .measured: "measured"
    case .estimated: "estimated"
    case .declared: "stated"
    }
  }

  private func cell(_ measure: Measure) -> String {
    let name = measure == .cost ? board.heading(measure).sentence : measure.pageName
    let gloss = option.basis == .declared ? "as it was stated" : measure.gloss(board.boundaries)
    let start =
      "<div\(measure == marked ? " class=\"main\"" : "")><dt>\(HTML.escaped(name)) <span>\(gloss)</span></dt><dd>"
    guard let unit = units[measure], let value = option.value(measure) else {
      return "\(start)<b>unknown</b></dd></div>"
    }
    let drawing = measure == marked ? bar?.html(option, on: board) ?? "" : ""
    let interval = unit.interval(option.receipt(measure)).map { "<small>\(HTML.escaped($0))</small>" } ?? ""
    return "\(start)<b>\(HTML.escaped(unit.text(value)))</b>\(interval)</dd>\(drawing)</div>"
  }

  private func details(_ verdict: Verdict) -> String {
    let plain = PlainExplanation(option: option, unit: board.unitOne, units: units)
    let items = { (texts: [String]) in
      texts.map(\.withoutFlags).filter { !$0.isEmpty }.map { "<li>\(HTML.escaped($0))</li>" }.joined()
    }
    var parts: [String] = []
    if verdict.standing != .unknown {
      parts.append("<p>\(HTML.escaped("Against typical: \(verdict.reason)."))</p>")
    }
    parts.append("<h4>Step by step</h4><ol>\(items(plain.sentences))</ol>")
    if !plain.drivers.isEmpty {
      parts.append("<h4>What makes it unsure, most first</h4><ul>\(items(plain.drivers))</ul>")
    }
    if !option.notes.isEmpty {
      parts.append("<h4>What it rests on</h4><ul>\(items(option.notes.map(\.sentence)))</ul>")
    }
    let leaves = plain.leaves
    if !leaves.isEmpty {
      parts.append(
        "<details><summary>The \(leaves.count) numbers behind it and their sources</summary><ul>\(items(leaves))</ul>"
          + "</details>")
    }
    return "<details><summary>How these figures came about<span class=\"visually-hidden\"> for "
      + "\(HTML.escaped(option.label))</span></summary>\(parts.joined(separator: "\n"))</details>"
  }
}
