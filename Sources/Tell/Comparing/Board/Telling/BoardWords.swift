import Factors
import Quantities
import Reporting

/// The words, units and marks of a page, each explained in a sentence; only those that stand on it.
struct BoardWords {
  let board: Board
  let measures: [Measure]
  let units: [Measure: ColumnUnit]
  /// Whether ranges are drawn.
  let isDrawn: Bool

  /// Folded away: it is for those who look for it, right above the list.
  var html: String {
    let terms = [(name: String, text: String)](measureTerms + unitTerms + basisTerms + otherTerms)
    let list = terms.map { "<dt>\(HTML.escaped($0.name))</dt><dd>\(HTML.escaped($0.text))</dd>" }
    let scale = isDrawn ? "<p>\(RangeBar.scale)</p>" : ""
    return "<details class=\"words\"><summary>What the marks, words and units mean</summary>\(marks)\(scale)"
      + "<dl>\(list.joined())</dl></details>"
  }

  private var marks: String {
    let rows = [
      ("lower", "▼", "Lower", "at least 5 % less than typical, and that is so with 95 % or more"),
      ("typical", "●", "Typical", "no clear difference: what is known does not allow to say more"),
      ("higher", "▲", "Higher", "at least 5 % more than typical, and that is so with 95 % or more"),
    ].map {
      "<li><span class=\"mark \($0.0)\"><span aria-hidden=\"true\">\($0.1)</span> \($0.2)</span>: \($0.3)</li>"
    }
    return "<ul class=\"key-list\" aria-label=\"What the marks mean\">\(rows.joined())</ul>"
  }

  private var measureTerms: [(name: String, text: String)] {
    measures.map { measure in
      let text =
        switch measure {
        case .carbon:
          "Gases that warm the climate, carbon for short. All of them are counted as the carbon dioxide (CO₂) that warms "
            + "as much; the e stands for equivalent. Here: \(board.boundaries.carbonWords)."
        case .energy:
          "What the machines take from the grid for one \(board.unitOne)\(charge)."
        case .water: "What evaporates and is gone for others. Here: \(board.boundaries.waterWords)."
        case .cost: "What the electricity costs, and nothing else: not what a provider asks for."
        case .latency: "From asking until the whole \(board.unitOne) is there."
        case .quality: "How many of its answers are right in a test, as it was measured or stated."
        }
      return (measure.pageName, text)
    }
  }

  /// An everyday amount of electricity, from the tables.
  private var charge: String {
    guard let entry = try? FactorTables.embedded().equivalences.entry("phone-charge-energy"),
      case .energy(let one) = entry.amount
    else { return "" }
    return "; charging a smartphone takes about \(one.formatted())"
  }

  private var unitTerms: [(name: String, text: String)] {
    let meanings = [
      "µg": "a millionth of a gram", "mg": "a thousandth of a gram", "g": "gram", "kg": "a thousand grams",
      "t": "a tonne, a thousand kilograms", "mWh": "a thousandth of a watt-hour",
      "Wh": "watt-hour: what a device of one watt takes in an hour", "kWh": "kilowatt-hour, a thousand watt-hours",
      "MWh": "megawatt-hour, a thousand kilowatt-hours", "nL": "a billionth of a litre", "µL": "a millionth of a litre",
      "mL": "a thousandth of a litre", "L": "litre", "ms": "a thousandth of a second",
    ]
    return measures.compactMap { measure in
      guard let symbol = units[measure]?.symbol, let meaning = meanings[symbol] else { return nil }
      let more = symbol == "mWh" ? "; a watt-hour is what a device of one watt takes in an hour" : ""
      return (symbol, "\(meaning.sentence)\(more).")
    }
  }

  private var basisTerms: [(name: String, text: String)] {
    let texts: [(BoardOption.Basis, String, String)] = [
      (.measured, "Measured", "A meter read the electricity while the model worked."),
      (.estimated, "Estimated", "Worked out from the size of the model and the work; nobody metered this very one."),
      (.declared, "Stated", "Whoever asked for this board said so."),
    ]
    return texts.filter { text in board.options.contains { $0.basis == text.0 } }.map { (name: $0.1, text: $0.2) }
  }

  private var otherTerms: [(name: String, text: String)] {
    guard board.options.contains(where: { $0.basis == .estimated }) else { return [] }
    var terms: [(name: String, text: String)] = [
      (
        "Model, parameters",
        "A model is the AI itself. Its parameters are the numbers that it has learnt: 8B in a name is 8 billion of them."
      ),
      ("Accelerator", "The computing card that a model runs on, for example an H100."),
    ]
    if board.query.task?.tokens != nil {
      terms.append(
        ("Batch", "Requests that the machines serve together. The more there are, the less electricity each takes."))
    }
    terms.append(
      (
        "PUE",
        "All electricity of a data centre over that of its machines: at 1.2 cooling and the rest take 20 % on top."
      ))
    return terms
  }
}
