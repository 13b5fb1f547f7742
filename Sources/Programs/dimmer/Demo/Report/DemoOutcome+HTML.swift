import Foundation
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
        subject.qualityTitle, subject.text(served.mean),
        "\(served.spread) (2 standard errors), floor \(subject.text(floor))"),
      card(
        "Energy of requests", energy.value.formatted(),
        "\(energy.low.formatted()) to \(energy.high.formatted()), \(energy.origin.rawValue)"),
      card("Above the clairvoyant", percent(result.regretPercent), "with all of each day known beforehand"),
      card(
        subject.unit.many.capitalized, "\(served.units)", "in \(requests) requests, \(served.failures.count) failed"),
      card("Decisions", "\(review.decisions.count)", "\(review.replayedEqual) made again byte for byte"),
    ]
    return PageFrame.document(
      title: "\(hours) hours of \(trace.region)", subtitle: "Report of dimmer \(subject.command), \(activity)",
      home: nil,
      main: """
        <h2>What it came to</h2>
        <ul class="cards">\(cards.joined())</ul>
        <figure>\(comparison.svg())<figcaption>Marginal carbon of the same requests. The static mix has the same mean \
        \(subject.quality.name) and ignores the grid: the gap above it is sizing, the gap below it timing.</figcaption></figure>
        <h2>Hour by hour</h2>
        \(chart)
        <h2>Beside simpler rules</h2>
        \(ruleTable)
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
        <p>\(HTML.escaped(subject.explanation))\(notes.map { " " + HTML.escaped($0) }.joined())</p>
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

  /// What was served, beside rules that were not: each saving with the quality it costs.
  private var ruleTable: String {
    var table = PageTable(
      "Beside simpler rules",
      columns: [
        ("Rule", false), ("Carbon", true), ("Saved against always the largest", true),
        ("Mean \(subject.quality.name)", true), ("Lost to the largest", true), ("", false),
      ])
    let lost = { (quality: Double?) in
      self.bestQuality.flatMap { best in quality.map { Decimals.fixed(best - $0, places: 2) + " points" } } ?? "unknown"
    }
    let rows =
      [("Dimmer", review.result, "as served")]
      + notServed.map { ($0.name, $0.result, "replayed on the same calibration, not served; keeps no floor") }
    for (name, result, remark) in rows {
      table.add([
        .init(name), .init(number: result.carbon.formatted()), .init(number: percent(result.savedPercent)),
        .init(number: subject.text(result.quality)), .init(number: lost(result.quality)), .init(remark),
      ])
    }
    return table.html(empty: "Nothing was served.")
  }

  private var switches: String {
    var table = PageTable(
      "Why each switch", columns: [("Grid time", false), ("Most requests to", false), ("Why", false)])
    for decision in changes { table.add([.init(time: decision.grid), .init(decision.chosen), .init(decision.reason)]) }
    return table.html(empty: "No decision was made.")
  }

  private var variantTable: String {
    var table = PageTable(
      "The variants",
      columns: [
        ("Variant", false), ("Held-out \(subject.quality.name)", true), ("Lower bound", true),
        ("Energy per \(subject.unit.one)", true), ("and per request", true),
        ("\(subject.unit.many.capitalized) served", true),
      ])
    for variant in variants {
      table.add([
        .init(variant.name), .init(number: subject.text(variant.quality)),
        .init(number: subject.text(variant.qualityLow)),
        .init(number: range(variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh)),
        .init(number: range(variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh)),
        .init(number: isOffered(variant) ? "\(units(of: variant))" : "off the hull"),
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
