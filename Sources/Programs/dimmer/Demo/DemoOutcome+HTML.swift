import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service
import Switching

extension DemoOutcome {
  /// The report as one HTML file that needs nothing else.
  func html() -> String {
    let result = review.result
    let cards = [
      card(
        "Saved against always the largest", "\(percent(result.savedPercent))",
        "sizing \(percent(result.sizingPercent)), timing \(percent(result.timingPercent))"),
      card(
        "Right answers", "\(Decimals.fixed(accuracy, places: 2)) %",
        "± \(Decimals.fixed(2 * accuracyError, places: 1)) (2 standard errors), floor \(Decimals.fixed(floor, places: 2)) %"
      ),
      card(
        "Energy of requests", energy.value.formatted(),
        "\(energy.low.formatted()) to \(energy.high.formatted()), \(energy.origin.rawValue)"),
      card("Above the clairvoyant", percent(result.regretPercent), "with all of each day known beforehand"),
      card("Images", "\(board.images)", "in \(board.scored.count) requests, \(board.failures.count) failed"),
      card("Decisions", "\(review.decisions.count)", "\(review.replayedEqual) made again byte for byte"),
    ]
    return PageFrame.document(
      title: "48 hours of \(trace.region)", subtitle: "Report of dimmer demo, \(activity)", home: nil,
      main: """
        <h2>What it came to</h2>
        <ul class="cards">\(cards.joined())</ul>
        <figure>\(comparison.svg())<figcaption>Marginal carbon of the same requests. The static mix has the same mean \
        accuracy and ignores the grid: the gap above it is sizing, the gap below it timing.</figcaption></figure>
        <h2>Hour by hour</h2>
        \(chart)
        <h2>Why each switch</h2>
        \(switches)
        <h2>The variants</h2>
        \(variantTable)
        <h2>How to read this</h2>
        <p>A replay, not live: grid values are real hours of \(HTML.escaped(trace.region.name)) from \(trace.start), \
        intensity computed from generation by fuel (\(HTML.escaped(trace.source.citation))); a grid hour passed in \
        seconds. Requests, answers and processor time were real. Energy is \(energy.origin.rawValue): each variant was \
        calibrated with Dimmer's meter, and a request is charged its marginal energy; idle is a line of its own and is \
        not scaled. Where no energy counter can be read the meter uses a load model, whose error is common to all \
        variants and cancels in the percentages.</p>
        <pre>dimmer explain \(activity)</pre>
        """)
  }

  private var comparison: BarComparison {
    let result = review.result
    let bar = { (name: String, carbon: Carbon, colour: Int) in
      BarComparison.Bar(name, value: carbon.grams, text: carbon.formatted(), colour: colour)
    }
    return BarComparison(
      summary:
        "Carbon of always the largest \(result.alwaysBest.formatted()), static mix \(result.staticMix.formatted()), as served \(result.carbon.formatted()), clairvoyant \(result.clairvoyant.formatted())",
      bars: [
        bar("Always the largest", result.alwaysBest, 2), bar("Best static mix", result.staticMix, 0),
        bar("Dimmer, as served", result.carbon, 1), bar("Clairvoyant", result.clairvoyant, 3),
      ])
  }

  private var chart: String {
    let summary = ServedSummary(hours: review.hours, variants: offered, signals: review.signals)
    let end = trace.start + .hours(Double(hours))
    guard let chart = summary.chart(window: trace.start..<end, now: end) else { return "<p>Nothing was served.</p>" }
    return "<figure>\(chart.svg())\(chart.legend())<figcaption>Times are UTC.</figcaption></figure>"
  }

  private var switches: String {
    var table = PageTable(
      "Why each switch", columns: [("Grid time", false), ("Most requests to", false), ("Why", false)])
    var last: String?
    for decision in review.decisions where decision.chosen != last {
      table.add([.init(time: decision.grid), .init(decision.chosen), .init(decision.reason)])
      last = decision.chosen
    }
    return table.html(empty: "No decision was made.")
  }

  private var variantTable: String {
    var table = PageTable(
      "The variants",
      columns: [
        ("Variant", false), ("Held-out accuracy", true), ("Lower bound", true), ("Energy of an image", true),
        ("Energy of a request", true), ("Images served", true),
      ])
    for variant in variants {
      let units = review.hours.filter { $0.key.variant == variant.name }.reduce(Int64(0)) { $0 + $1.sums.units }
      let isOffered = offered.contains { $0.name == variant.name }
      table.add([
        .init(variant.name), .init(number: variant.quality.map { "\(Decimals.fixed($0, places: 2)) %" } ?? "unknown"),
        .init(number: variant.qualityLow.map { "\(Decimals.fixed($0, places: 2)) %" } ?? "unknown"),
        .init(number: range(variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh)),
        .init(number: range(variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh)),
        .init(number: isOffered ? "\(units)" : "off the hull"),
      ])
    }
    return table.html(empty: "No variant was calibrated.")
  }

  private func range(_ value: Double, _ low: Double, _ high: Double) -> String {
    "\(Energy.joules(value).formatted()) (\(Energy.joules(low).formatted()) to \(Energy.joules(high).formatted()))"
  }

  private func percent(_ value: Double?) -> String { value.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown" }

  private func card(_ title: String, _ value: String, _ detail: String) -> String {
    "<li><span>\(HTML.escaped(title))</span><b>\(HTML.escaped(value))</b><span>\(HTML.escaped(detail))</span></li>"
  }
}
