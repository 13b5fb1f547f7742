import Estimation
import Reporting

/// The form of the page: what may be chosen, filled with what was. It works without a script.
struct BoardForm {
  let address: String
  let items: [QueryText.Item]

  /// The items that have a field of their own.
  private static let fields: Set<String> = [
    "task", "model", "region", "time", "precision", "gpu", "batch", "cached", "pue", "wue", "price", "sort",
    "max_latency", "input_tokens", "output_tokens",
  ]

  var html: String {
    // Only a bound on time has a field; what else was asked for is carried along.
    let carried = normalised.filter { !BoardForm.fields.contains($0.key) }.map {
      "<input type=\"hidden\" name=\"\(HTML.escaped($0.key))\" value=\"\(HTML.escaped($0.value))\">"
    }
    return """
      <form class="ask" method="get" action="\(HTML.escaped(address))">
      <p class="row">\(select("task", "Task", BoardTask.allCases.map { ($0.rawValue, $0.title) }))
      \(text("model", "Models", "Llama 3.1 8B, Llama 3.3 70B", wide: true))</p>
      <p class="row">\(text("region", "Places", "DE, FR"))
      \(text("time", "When", "now, +3h, tonight"))
      \(select("sort", "Best first by", Measure.allCases.map { ($0.rawValue, $0.word) }))
      \(text("max_latency", "At most this many seconds", "any", mode: "decimal"))</p>
      <details><summary>More choices</summary>
      <p class="row">\(text("precision", "Number formats of the model", "bf16, fp8"))
      \(text("gpu", "Kinds of accelerator", "H100, B200"))
      \(text("batch", "Requests served together", "1, 32"))
      \(text("cached", "Share of the prompt kept from before", "0, 0.9"))
      \(text("input_tokens", "Tokens of the prompt", "the task's", mode: "decimal"))
      \(text("output_tokens", "Tokens of the answer", "the task's", mode: "decimal"))
      \(text("pue", "Energy of the building over that of its machines (PUE)", "1.2", mode: "decimal"))
      \(text("wue", "Litres on the site per kilowatt-hour", "0.3", mode: "decimal"))
      \(text("price", "Price of a kilowatt-hour", "0.3", mode: "decimal"))</p></details>
      \(carried.joined())
      <p><button type="submit">Compare</button></p>
      </form>
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
    _ key: String, _ label: String, _ example: String, wide: Bool = false, mode: String = "text"
  ) -> String {
    "<label\(wide ? " class=\"wide\"" : "")>\(HTML.escaped(label))<input type=\"text\" inputmode=\"\(mode)\" "
      + "name=\"\(key)\" value=\"\(HTML.escaped(value(key)))\" placeholder=\"\(HTML.escaped(example))\" "
      + "autocomplete=\"off\"></label>"
  }

  private func select(_ key: String, _ label: String, _ choices: [(value: String, title: String)]) -> String {
    let chosen = value(key)
    let options = choices.map {
      "<option value=\"\(HTML.escaped($0.value))\"\($0.value == chosen ? " selected=\"selected\"" : "")>"
        + "\(HTML.escaped($0.title.sentence))</option>"
    }
    return "<label>\(HTML.escaped(label))<select name=\"\(key)\">\(options.joined())</select></label>"
  }
}
