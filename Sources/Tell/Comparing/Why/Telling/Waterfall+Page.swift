import Methods
import Quantities
import Reporting

extension Waterfall {
  /// The waterfall as one page without scripts: the drawing, the steps with their reasons and sources, what is open.
  public func page() -> String {
    PageFrame.document(
      title: "Why two figures differ", subtitle: "\(from.label) and \(to.label)", home: nil,
      main: [cards, sentence, chart, stepTable, openList, slipList, sourceList].joined(separator: "\n"))
  }

  private var cards: String {
    let items = [
      (Self.short(start), from.told), (Self.short(end), to.told),
      (Self.factor(ratio), "the second over the first, \(quantity.rawValue)"),
      (Self.factor(remainder), "of it not explained by what is published"),
    ]
    let list = items.map { "<li><b>\(HTML.escaped($0.0))</b><span>\(HTML.escaped($0.1))</span></li>" }
    return "<ul class=\"cards\">\(list.joined())</ul>"
  }

  private var sentence: String { "<p class=\"why\">\(HTML.escaped(verdict))</p>" }

  private var chart: String {
    "<h2>Step by step</h2>"
      + WaterfallChart(waterfall: self).figure(
        "Each bar moves the figure from where it stood; bars of one length are one factor: green lower, orange higher, "
          + "violet what is left. A thin line spans the range of a step that is not stated exactly.")
  }

  private var stepTable: String {
    var table = PageTable(
      "Steps", columns: [("Step", false), ("From", false), ("To", false), ("Factor", true), ("Range", true)])
    for step in steps {
      table.add([
        .init(step.name), .init(step.from), .init(step.to), .init(number: Self.factor(step.ratio)),
        .init(number: Self.interval(step.ratio)),
      ])
    }
    table.add([
      .init("not explained"), .init(""), .init(""), .init(number: Self.factor(remainder)),
      .init(number: Self.interval(remainder)),
    ])
    let why = steps.map { "<li><strong>\(HTML.escaped($0.name))</strong>: \(HTML.escaped($0.reason))</li>" }
    return "<h2>The steps</h2>" + table.html(empty: "") + (why.isEmpty ? "" : "<h2>Why</h2><ul>\(why.joined())</ul>")
  }

  private var openList: String {
    guard !open.isEmpty else { return "" }
    let items = open.map { "<li>\(HTML.escaped($0.text + $0.reach))</li>" }
    let title = isExplained ? "Not told apart" : "What the rest may be made of"
    return "<h2>\(title)</h2><ul>\(items.joined())</ul>"
  }

  private var slipList: String {
    guard !slips.isEmpty else { return "" }
    let items = slips.map { "<li>\(HTML.escaped($0.text))</li>" }
    return "<h2>A suspicion, not a fact</h2><p>The rest looks like</p><ul>\(items.joined())</ul>"
  }

  private var sourceList: String {
    var seen: Set<String> = []
    let all = from.sources + to.sources + steps.flatMap(\.sources) + open.flatMap(\.sources)
    let items = all.map(\.citation).filter { seen.insert($0).inserted }.map { "<li>\(HTML.escaped($0))</li>" }
    return items.isEmpty ? "" : "<h2>Sources</h2><ul>\(items.joined())</ul>"
  }
}
