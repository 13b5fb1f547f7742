import Quantities
public import Switching

/// A replay as one page that needs nothing else: the same pictures and tables as the live page shows of what was served.
public struct ReplayPage: Sendable {
  /// One history at one floor under one or more policies; the first of them is shown at length.
  public struct Case: Sendable {
    let label: String
    let replay: Replay
    let results: [ReplayResult]
    let directives: Set<String>
    let worth: TimingWorth?
    /// A case; `results` must hold at least one.
    public init(
      label: String, replay: Replay, results: [ReplayResult], directives: Set<String> = [], worth: TimingWorth? = nil
    ) {
      self.label = label
      self.replay = replay
      self.results = results
      self.directives = directives
      self.worth = worth
    }
  }

  private let cases: [Case]
  private let subtitle: String
  private let notes: [String]

  /// A page of cases.
  ///
  /// - Parameters:
  ///   - subtitle: one line: what was replayed and which forecast the policies had.
  ///   - notes: what a reader must know, a sentence each.
  public init(_ cases: [Case], subtitle: String, notes: [String] = []) {
    self.cases = cases
    self.subtitle = subtitle
    self.notes = notes
  }

  /// The whole page.
  public func html() -> String {
    let notes = notes.map { "<li>\(HTML.escaped($0))</li>" }
    return PageFrame.document(
      title: "Replay of switching", subtitle: subtitle, home: nil,
      main: """
        \(cases.map(section).joined(separator: "\n"))
        <h2>How to read this</h2>
        <p>A replay, not live: history is real, requests are stated, energies are the variants' own. Marginal energy of \
        requests only; idle is not in it. A policy saw only what was known at each moment. Days are UTC days, and the floor holds over each.</p>
        <p>\(HTML.escaped(PolicyComparison.note)) \(HTML.escaped(SavingsStatement.note))</p>
        \(notes.isEmpty ? "" : "<ul>\(notes.joined())</ul>")
        """)
  }

  private func section(_ shown: Case) -> String {
    guard let result = shown.results.first else { return "" }
    let charts = OutcomeCharts(result, of: shown.replay, name: result.policy)
    let ledger = SavingsLedger(result, of: shown.replay, directives: shown.directives)
    let statement = SavingsStatement(name: result.policy, floor: shown.replay.floor, ledger: ledger)
    let worth = shown.worth.map { "<div class=\"why\">\(HTML.escaped($0.sentence))</div>" } ?? ""
    let decisions = result.steps.map {
      DecisionList.Entry($0.interval.start, chosen: $0.decision.main, reason: $0.decision.reason)
    }
    return """
      <h2>\(HTML.escaped(shown.label)), floor \(Decimals.fixed(shown.replay.floor, places: 2))</h2>
      <ul class="cards">\(cards(result).joined())</ul>
      \(worth)
      \(bars(result))
      <h3>The grid, and which variants answered</h3>
      \(charts.history.figure("Times are UTC. The legend runs from the least to the best variant."))
      <h3>How carbon added up</h3>
      \(charts.carbon.figure("The best fixed mix has the same mean quality over the whole and ignores the grid. The lower panel is the same with the clairvoyant plan taken off, so that timing can be seen; within a day it may fall below zero."))
      <h3>Quality beside the floor</h3>
      \(charts.quality.figure("Mean of each day on lower bounds of quality, for which the floor holds."))
      <h3>Policies</h3>
      \(PolicyComparison(shown.results).html())
      <h3>Savings by day</h3>
      <details><summary>\(ledger.periods.count) days of \(HTML.escaped(result.policy))</summary>
      \(statement.html())
      </details>
      <h3>Why each switch</h3>
      <details><summary>Decisions of \(HTML.escaped(result.policy))</summary>
      \(DecisionList(decisions).html())
      </details>
      """
  }

  private func cards(_ result: ReplayResult) -> [String] {
    [
      card(
        "Saved against always the best", percent(result.savedPercent),
        "sizing \(percent(result.sizingPercent)), timing \(percent(result.timingPercent))"),
      card(
        "Mean quality", result.quality.map { Decimals.fixed($0, places: 2) } ?? "unknown",
        "floor met on \(result.periods.count { $0.isFloorMet }) of \(result.periods.count) days"),
      card("Above the clairvoyant", percent(result.regretPercent), "with all of each day known beforehand"),
      card(
        "Timing gain", percent(result.timingGainPercent), "of what the best fixed mix of that quality emits"),
      card(
        "Switches", "\(result.switches)",
        "in \(result.steps.count) intervals"
          + (result.missingIntervals > 0 ? ", \(result.missingIntervals) without a grid value" : "")),
    ]
  }

  private func bars(_ result: ReplayResult) -> String {
    let bar = { (name: String, carbon: Carbon, colour: Int) in
      BarComparison.Bar(name, value: carbon.grams, text: carbon.formatted(), colour: colour)
    }
    return BarComparison(
      summary: "Carbon of always the best \(result.alwaysBest.formatted()), best fixed mix "
        + "\(result.staticMix.formatted()), \(result.policy) \(result.carbon.formatted()), clairvoyant "
        + result.clairvoyant.formatted(),
      bars: [
        bar("Always the best", result.alwaysBest, 2), bar("Best fixed mix", result.staticMix, 0),
        bar(result.policy, result.carbon, 1), bar("Clairvoyant", result.clairvoyant, 3),
      ]
    ).figure("Carbon of the same requests. The gap above the fixed mix is sizing, the gap below it timing.")
  }

  private func percent(_ value: Double?) -> String { value.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown" }

  private func card(_ title: String, _ value: String, _ detail: String) -> String {
    "<li><span>\(HTML.escaped(title))</span><b>\(HTML.escaped(value))</b><span>\(HTML.escaped(detail))</span></li>"
  }
}
