import Methods
import Quantities
import Reporting

/// A board as a page for everybody: a list of options with plain words, an interval behind each number and the whole way
/// to it on demand. It is complete without a script and asks nobody for anything.
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
    let sections = [
      "<p class=\"lead\">Every option below does the same: <strong>\(HTML.escaped(board.functionalUnit))</strong>. "
        + "\(board.query.task?.tokens == nil ? "" : "A token is a piece of a word; four hundred make about a page. ")"
        + "The small numbers below each figure are the range in which the true one lies with 95 %.</p>",
      address.map(change) ?? "", summary, legend, sorting, list,
      notKnown, leftOut, share,
    ]
    return BoardPage.frame(
      board.title, address: address, main: sections.filter { !$0.isEmpty }.joined(separator: "\n"))
  }

  /// The page before anything was asked.
  public static func start(address: String) -> String {
    let examples = [
      (
        "A small and a large model, in two countries",
        "task=chat&model=Llama%203.1%208B&model=Llama%203.3%2070B&region=DE&region=FR"
      ),
      (
        "One model with its prompt kept from before",
        "task=summarize&model=Llama%203.1%208B&region=DE&cached=0&cached=0.9"
      ),
      (
        "Thinking at length, in three number formats",
        "task=reasoning&model=Qwen3%2032B&precision=bf16,fp8,int4&region=US"
      ),
    ].map { "<li><a href=\"\(HTML.escaped("\(address)?\($0.1)"))\">\(HTML.escaped($0.0))</a></li>" }
    return frame(
      "Compare before you choose", address: address,
      main: """
        <p class="lead">What does the same piece of work cost with another model, in another place, at another time? \
        Fill in what you want to compare; several values stand with commas between them.</p>
        \(BoardForm(address: address, items: []).html)
        <h2>Or begin with one of these</h2>
        <ul>\(examples.joined())</ul>
        """)
  }

  /// The page of a question that cannot be answered, with the form as it was filled.
  public static func problem(_ message: String, items: [QueryText.Item], address: String) -> String {
    // A form has fields where the command line has options.
    let words = message.replacing("--model ", with: "").sentence
    return frame(
      "This cannot be compared", address: address,
      main: """
        <p class="problem" role="alert">\(HTML.escaped(words)).</p>
        \(BoardForm(address: address, items: items).html)
        """)
  }

  private static func frame(_ title: String, address: String?, main: String) -> String {
    let script = address == nil ? "<script>\(BoardStyle.script)</script>" : ""
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

  private var summary: String {
    guard case .median(let typical, let count)? = board.typical[marked], let unit = units[marked] else { return "" }
    let name = marked == .carbon ? "of greenhouse gases (CO₂e)" : "of electricity"
    return "<p>Typical here is <strong>\(HTML.escaped(unit.text(typical.value.value)))</strong> \(name): the middle of "
      + "the \(count) options that are compared.</p>"
  }

  private var legend: String {
    let rows = [
      ("lower", "▼", "Lower", "at least 5 % less than typical, and that is so with 95 % or more"),
      ("typical", "●", "Typical", "no clear difference: what is known does not allow to say more"),
      ("higher", "▲", "Higher", "at least 5 % more than typical, and that is so with 95 % or more"),
    ].map {
      "<li><span class=\"mark \($0.0)\"><span aria-hidden=\"true\">\($0.1)</span> \($0.2)</span>: \($0.3)</li>"
    }
    return "<ul class=\"key-list\" aria-label=\"What the marks mean\">\(rows.joined())</ul>"
  }

  /// Links where there is a server, a place for the script's buttons where there is none.
  private var sorting: String {
    guard let address else {
      let data = JSONValue.array(
        measures.map { ["key": .string($0.rawValue), "word": .string($0.word), "up": .bool($0.isBetterHigh)] })
      return "<p class=\"sorting\" hidden=\"hidden\" data-sorted=\"\(board.sortedBy.rawValue)\" "
        + "data-measures=\"\(HTML.escaped(data.text()))\">Best first by</p>"
    }
    let links = measures.map { measure in
      var query = board.query
      query.sort = measure
      let current = measure == board.sortedBy ? " aria-current=\"true\"" : ""
      return "<a href=\"\(HTML.escaped("\(address)?\(query.text)"))\"\(current)>\(HTML.escaped(measure.word))</a>"
    }
    return "<nav class=\"sorting\" aria-label=\"Sorting\">Best first by \(links.joined(separator: " "))</nav>"
  }

  private var list: String {
    let shown = board.shown
    let rows = shown.enumerated().map { index, option in
      BoardPageRow(
        option: option, number: index + 1, board: board, measures: measures, marked: marked, units: units,
        everyday: everyday
      ).html
    }
    let hidden =
      board.hidden > 0
      ? "<p class=\"soft\">\(board.hidden) of \(board.options.count) options are out of sight by the bounds you set; they "
        + "still count for what is typical.</p>" : ""
    guard !rows.isEmpty else { return "<h2>Options</h2><p>No option is within the bounds you set.</p>\(hidden)" }
    return "<h2>Options</h2>\n<ol class=\"board\">\n\(rows.joined(separator: "\n"))\n</ol>\n\(hidden)"
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
      + board.leftOut.map { "<li>\(HTML.escaped($0.label)): \(HTML.escaped($0.reason))</li>" }.joined() + "</ul>"
  }

  private var share: String {
    guard let address else { return "" }
    return "<h2>Share this board</h2>\n<p>This address holds all of it: <a href=\""
      + "\(HTML.escaped("\(address)?\(board.query.text)"))\">the board as it stands here</a>.</p>"
  }
}
