import Methods
import Quantities
import Reporting

/// A board as a page for everybody: the answer and how sure it is, then a list of options with plain words, the range
/// around each number and the whole way to it on demand. It is complete without a script and asks nobody for anything.
public struct BoardPage: Sendable {
  private let board: Board
  private let address: String?
  private let units: [Measure: ColumnUnit]
  private let everyday: EverydayScale?
  private let measures: [Measure]

  /// The page of a board.
  ///
  /// - Parameter address: where the page is served, for its form and links; nothing for a file, which sorts by a small
  ///   script of its own.
  public init(_ board: Board, address: String? = nil) {
    self.board = board
    self.address = address
    units = board.units
    everyday = EverydayScale(board)
    let known = Measure.allCases.filter { measure in board.options.contains { $0.value(measure) != nil } }
    // What nobody knows anything of gets one line below the list, and no cell in every row.
    measures = known
  }

  /// The whole page.
  public func html() -> String {
    let isText = board.query.task?.tokens != nil
    let sections = [
      "<p class=\"lead\">Every option below does the same: <strong>\(HTML.escaped(board.functionalUnit))</strong>."
        + (isText ? " A token is a piece of a word; four hundred make about a page." : "") + "</p>",
      address.map(change) ?? "", answer, sorting, BoardBounds(board: board, address: address).html,
      "<h2 id=\"options\">Options</h2>", list,
      notKnown, leftOut, share,
    ]
    return BoardPage.frame(
      board.title, address: address, main: sections.filter { !$0.isEmpty }.joined(separator: "\n"))
  }

  static func frame(_ title: String, address: String?, main: String) -> String {
    let script = address == nil ? "<script>\(BoardScript.text)</script>" : ""
    return PageFrame.document(
      title: title, subtitle: "Options side by side, with what each costs the climate",
      home: address == nil ? nil : "/", main: main + script, style: BoardStyle.css)
  }

  /// The form, folded away: what was asked for is what people came to see.
  private func change(_ address: String) -> String {
    "<details class=\"change\"><summary>Change what is compared</summary>"
      + "\(BoardForm(address: address, items: board.query.items).html)</details>"
  }

  private var marked: Measure { measures.contains(.carbon) ? .carbon : .energy }

  /// The best option, and how sure that is.
  private var answer: String {
    guard let answer = BoardAnswer(board), let unit = units[answer.measure],
      let value = answer.best.value(answer.measure)
    else { return "" }
    let interval = unit.interval(answer.best.receipt(answer.measure))
    let verdict = answer.best.verdict(answer.measure)
    var parts = [
      "<p class=\"figure\"><b>\(HTML.escaped(unit.text(value)))</b> for \(unit.count(board))"
        + (interval.map {
          ", very likely (95 %) between \(HTML.escaped($0.replacing(" to ", with: " and "))) \(unit.symbol)"
        }
          ?? "")
        + ".\(verdict.standing == .lower && !answer.measure.isBetterHigh ? " \(BoardPageRow.badge(verdict))" : "")</p>",
      "<p>\(HTML.escaped(answer.sureness { board.name(of: $0) }))</p>",
    ]
    if answer.measure == marked, let like = everyday?.text(answer.best) {
      parts.insert("<p>\(HTML.escaped(like)).</p>", at: 1)
    }
    let models = Set(board.shown.map(\.choice.model))
    if models.count > 1, board.shown.contains(where: { $0.value(.quality) == nil }) {
      parts.append(
        "<p class=\"soft\">How good the work of each model is may differ; that is not known of all of them here.</p>")
    }
    return "<section class=\"answer\" aria-labelledby=\"answer\"><h2 id=\"answer\">\(answer.measure.best): "
      + "\(HTML.escaped(board.name(of: answer.best)))</h2>\(parts.joined())</section>"
  }

  private var typical: String {
    let drawing = RangeBar(board, marked) == nil ? "" : " \(RangeBar.words)"
    let ranges = "Small numbers are the range in which the true figure lies with 95 %."
    guard case .median(let typical, let count)? = board.typical[marked], let unit = units[marked] else {
      return "<p>\(ranges)\(drawing)</p>"
    }
    let name = marked == .carbon ? "of greenhouse gases (CO₂e)" : "of electricity"
    return "<p>Typical here is <strong>\(HTML.escaped(unit.text(typical.value.value)))</strong> \(name): the middle of "
      + "the \(count) options that are compared. \(ranges)\(drawing)</p>"
  }

  /// Links where there is a server, a place for the script's buttons where there is none.
  private var sorting: String {
    let unknown =
      board.sortedBy == board.query.sort
      ? ""
      : "<p class=\"soft\">\(board.query.sort.pageName): not known of any option. So they stand by electricity.</p>"
    guard let address else {
      let data = JSONValue.array(
        measures.map { ["key": .string($0.rawValue), "word": .string($0.pageWord), "up": .bool($0.isBetterHigh)] })
      return "<div class=\"sorting\" role=\"group\" aria-label=\"Sorting\" hidden=\"hidden\" "
        + "data-sorted=\"\(board.sortedBy.rawValue)\" data-measures=\"\(HTML.escaped(data.text()))\"><span>Best first by"
        + "</span></div>\(unknown)"
    }
    let links = measures.map { measure in
      var query = board.query
      query.sort = measure
      let current = measure == board.sortedBy ? " aria-current=\"true\"" : ""
      return "<a href=\"\(HTML.escaped("\(address)?\(query.text)"))\"\(current)>\(HTML.escaped(measure.pageWord))</a>"
    }
    return
      "<nav class=\"sorting\" aria-label=\"Sorting\"><span>Best first by</span> \(links.joined(separator: " "))</nav>"
      + unknown
  }

  private var list: String {
    let bar = RangeBar(board, marked)
    let rows = board.shown.enumerated().map { index, option in
      BoardPageRow(
        option: option, number: index + 1, board: board, measures: measures, marked: marked, units: units,
        everyday: everyday, bar: bar
      ).html
    }
    guard !rows.isEmpty else { return BoardBounds(board: board, address: address).nothing }
    let words = BoardWords(board: board, measures: measures, units: units, isDrawn: bar != nil)
    return "\(typical)\(words.html)<ol class=\"board\" role=\"list\">\n\(rows.joined(separator: "\n"))\n</ol>"
  }

  private var notKnown: String {
    let facts = ((everyday.map { [$0.basis] } ?? []) + board.facts).map(\.withoutFlags).filter { !$0.isEmpty }
    guard !facts.isEmpty else { return "" }
    return "<h2>What is counted, and what is not known</h2>\n<ul>"
      + facts.map { "<li>\(HTML.escaped($0))</li>" }.joined() + "</ul>"
  }

  private var leftOut: String {
    guard !board.leftOut.isEmpty else { return "" }
    return "<h2>Left out</h2>\n<ul>"
      + board.leftOut.map { "<li>\(HTML.escaped($0.label)): \(HTML.escaped($0.reason.withoutDashes))</li>" }.joined()
      + "</ul>"
  }

  private var share: String {
    guard let address else { return "" }
    return "<h2>Share this board</h2>\n<p>Its address holds all of it, the order and the bounds, too: <a href=\""
      + "\(HTML.escaped("\(address)?\(board.query.text)"))\">the board as it stands here</a>.</p>"
  }
}
