import Quantities
import Reporting

/// The bounds that hold options out of sight, each with the way back.
struct BoardBounds {
  let board: Board
  /// Where the page is served; without it there are no ways back but a new board.
  let address: String?

  /// Empty where nothing bounds the list.
  var html: String {
    let query = board.query
    guard !query.filters.isEmpty || board.hidden > 0 else { return "" }
    var items: [String] = query.filters.enumerated().map { index, filter in
      var without = query
      without.filters.remove(at: index)
      return "<li>\(HTML.escaped(filter.words))\(link("leave out", of: filter.words, to: without))</li>"
    }
    if let limit = query.limit {
      var without = query
      without.limit = nil
      let words = "at most \(limit) \(limit == 1 ? "option" : "options")"
      items.append("<li>\(words)\(link("leave out", of: words, to: without))</li>")
    }
    let counts =
      board.hidden > 0
      ? "\(board.hidden) of \(board.options.count) options are out of sight. They still count for what is typical."
      : "All options are within them."
    return "<section class=\"bounds\" aria-label=\"Your bounds\"><p>Your bounds:</p><ul>\(items.joined())</ul>"
      + "<p class=\"soft\">\(counts)</p></section>"
  }

  /// What stands in place of the list where no option is within the bounds.
  var nothing: String {
    var without = board.query
    without.filters = []
    without.limit = nil
    let all = address.map {
      " <a href=\"\(HTML.escaped("\($0)?\(without.text)"))\">Show all \(board.options.count) without bounds</a>."
    }
    return "<p class=\"problem\">No option is within the bounds you set.\(nearest)\(all ?? "")</p>"
  }

  /// How far the nearest option is from a bound that none passes.
  private var nearest: String {
    for filter in board.query.filters {
      let known = board.options.compactMap { option in option.value(filter.measure).map { (option: option, value: $0) }
      }
      guard !known.contains(where: { filter.admits($0.value) }) else { continue }
      guard !known.isEmpty else { return " \(filter.measure.pageWord.sentence): not known of any option." }
      let isUpper = filter.relation == .atMost || filter.relation == .below
      let near = isUpper ? known.min { $0.value < $1.value } : known.max { $0.value < $1.value }
      guard let near, let unit = board.units[filter.measure] else { continue }
      return " The nearest to \(HTML.escaped(filter.words)) is \(HTML.escaped(board.name(of: near.option))), with "
        + "\(HTML.escaped(unit.text(near.value)))."
    }
    return ""
  }

  private func link(_ text: String, of words: String, to query: BoardQuery) -> String {
    guard let address else { return "" }
    return " <a href=\"\(HTML.escaped("\(address)?\(query.text)"))\">\(text)<span class=\"visually-hidden\">: "
      + "\(HTML.escaped(words))</span></a>"
  }
}

extension BoardFilter {
  /// The bound for people: `time at most 5 s`.
  var words: String {
    let side =
      switch relation {
      case .atMost: "at most"
      case .atLeast: "at least"
      case .below: "below"
      case .above: "above"
      }
    let unit = measure.displayUnits.last { bound >= $0.scale } ?? measure.displayUnits[0]
    let number = Decimals.significant(bound / unit.scale, digits: 6)
    return "\(measure.pageWord) \(side) \(number)\(unit.symbol.isEmpty ? "" : " \(unit.symbol)")"
  }
}

extension Board {
  /// An option with its places as people call them.
  func name(of option: BoardOption) -> String {
    ([option.choice.model] + option.choice.parts(placeNames: placeNames)).joined(separator: ", ")
  }
}
