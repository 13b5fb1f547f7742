import Estimation
import Factors
import Reporting

/// The form of the page: what may be chosen, filled with what was. It works without a script.
struct BoardForm {
  let address: String
  let items: [QueryText.Item]

  /// The items that have a field of their own, by its label.
  private static let labels = [
    "task": "Task", "model": "Models", "region": "Places", "time": "When", "sort": "Best first by",
    "max_latency": "At most this many seconds", "precision": "Number formats of the model",
    "gpu": "Kinds of accelerator", "batch": "Requests served together",
    "cached": "Share of the prompt kept from before",
    "input_tokens": "Tokens of the prompt", "output_tokens": "Tokens of the answer",
    "pue": "Energy of the building over that of its machines (PUE)",
    "wue": "Litres on the site per kilowatt-hour", "price": "Price of a kilowatt-hour",
  ]

  /// What a field is called; what has none is called by its key.
  static func label(of key: String) -> String { labels[key] ?? key.replacing("_", with: " ") }

  var html: String {
    // Only a bound on time has a field; what else was asked for is carried along.
    let carried = normalised.filter { BoardForm.labels[$0.key] == nil }.map {
      "<input type=\"hidden\" name=\"\(HTML.escaped($0.key))\" value=\"\(HTML.escaped($0.value))\">"
    }
    return """
      <form class="ask" method="get" action="\(HTML.escaped(address))">
      <p class="row">\(select("task", BoardTask.allCases.map { ($0.rawValue, $0.title) }))
      \(text("model", "Llama 3.1 8B, Llama 3.3 70B", wide: true))</p>
      <p class="row">\(text("region", "DE, FR"))
      \(text("time", "now, +3h, tonight"))
      \(select("sort", Measure.allCases.map { ($0.rawValue, $0.pageWord) }))
      \(text("max_latency", "any", mode: "decimal"))</p>
      \(known)
      <details><summary>More choices</summary>
      <p class="row">\(text("precision", "bf16, fp8"))
      \(text("gpu", "H100, B200"))
      \(text("batch", "1, 32"))
      \(text("cached", "0, 0.9"))
      \(text("input_tokens", "the task's", mode: "decimal"))
      \(text("output_tokens", "the task's", mode: "decimal"))
      \(text("pue", "1.2", mode: "decimal"))
      \(text("wue", "0.3", mode: "decimal"))
      \(text("price", "0.3", mode: "decimal"))</p></details>
      \(carried.joined())
      <p><button type="submit">Compare</button></p>
      </form>
      """
  }

  /// The names that can be written, for those who know none.
  private var known: String {
    guard let tables = try? FactorTables.embedded() else { return "" }
    let drawing = { (medium: Medium) in tables.diffusionModels.entries.filter { $0.medium == medium }.map(\.name) }
    let lists = [
      ("Models of text", tables.openModels.entries.map(\.name)), ("Models of pictures", drawing(.image)),
      ("Models of video", drawing(.video)),
    ].map { "<p><b>\($0.0)</b>: \(HTML.escaped($0.1.joined(separator: ", "))).</p>" }
    return """
      <details><summary>Which names are known</summary>\(lists.joined())
      <p><b>Another model</b>: its name and a range of its size in billions of parameters, as GPT-4o=100:400.</p>
      <p><b>Places</b>: countries by name or code (Germany, DE), zones of the grid (US-CAL-CISO), regions of clouds \
      (eu-west-1).</p></details>
      """
  }

  /// A bound on time by its field's name.
  private var normalised: [QueryText.Item] {
    items.map { item in
      guard item.key == "filter", let filter = try? BoardFilter(item.value), filter.measure == .latency,
        filter.relation == .atMost
      else { return item }
      return ("max_latency", filter.text.dropFirst("latency<=".count).dropLast().description)
    }
  }

  private func value(_ key: String) -> String {
    normalised.filter { $0.key == key }.map(\.value).joined(separator: ", ")
  }

  private func text(
    _ key: String, _ example: String, wide: Bool = false, mode: String = "text"
  ) -> String {
    "<label\(wide ? " class=\"wide\"" : "")>\(HTML.escaped(BoardForm.label(of: key)))<input type=\"text\" inputmode=\"\(mode)\" "
      + "name=\"\(key)\" value=\"\(HTML.escaped(value(key)))\" placeholder=\"\(HTML.escaped(example))\" "
      + "autocomplete=\"off\"></label>"
  }

  private func select(_ key: String, _ choices: [(value: String, title: String)]) -> String {
    let chosen = value(key)
    let options = choices.map {
      "<option value=\"\(HTML.escaped($0.value))\"\($0.value == chosen ? " selected=\"selected\"" : "")>"
        + "\(HTML.escaped($0.title.sentence))</option>"
    }
    return
      "<label>\(HTML.escaped(BoardForm.label(of: key)))<select name=\"\(key)\">\(options.joined())</select></label>"
  }
}
