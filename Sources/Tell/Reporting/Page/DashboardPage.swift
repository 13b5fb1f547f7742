/// Everything that the first page shows, as plain data: the page itself reads nothing.
public struct DashboardState: Sendable {
  /// A large number with its name and where its explanation is.
  public struct Card: Sendable {
    let title: String
    let value: String
    let detail: String
    let link: String?
    /// A card.
    public init(_ title: String, value: String, detail: String, link: String? = nil) {
      self.title = title
      self.value = value
      self.detail = detail
      self.link = link
    }
  }

  /// What the control loop of one alias does now.
  public struct AliasNow: Sendable {
    let alias: String
    let variant: String
    let reason: String
    let link: String
    /// The state of an alias.
    public init(alias: String, variant: String, reason: String, link: String) {
      self.alias = alias
      self.variant = variant
      self.reason = reason
      self.link = link
    }
  }

  /// What an alias's hours came to: the same pictures and terms as a replay's.
  public struct Served: Sendable {
    let charts: OutcomeCharts
    let statement: SavingsStatement
    /// The outcome of an alias.
    public init(charts: OutcomeCharts, statement: SavingsStatement) {
      self.charts = charts
      self.statement = statement
    }
  }

  /// One line under the title: live or a replay, and since when.
  public var subtitle: String
  /// The numbers on top.
  public var cards: [Card]
  /// What each alias uses and why.
  public var aliases: [AliasNow]
  /// The last 48 hours.
  public var chart: TimeChart?
  /// What the chart's baselines are.
  public var chartNote: String
  /// What was served, by alias.
  public var served: [Served]
  /// The last requests.
  public var requests: PageTable
  /// The last runs.
  public var runs: PageTable

  /// A state.
  public init(
    subtitle: String, cards: [Card], aliases: [AliasNow], chart: TimeChart?, chartNote: String,
    served: [Served] = [], requests: PageTable, runs: PageTable
  ) {
    self.subtitle = subtitle
    self.cards = cards
    self.aliases = aliases
    self.chart = chart
    self.chartNote = chartNote
    self.served = served
    self.requests = requests
    self.runs = runs
  }
}

/// The first page.
public enum DashboardPage {
  /// The whole page.
  public static func html(_ state: DashboardState) -> String {
    PageFrame.document(
      title: "Dimmer", subtitle: state.subtitle, home: nil, main: content(state), script: "/live.js")
  }

  /// What changes: the page's main part, which the live script fetches anew.
  public static func content(_ state: DashboardState) -> String {
    let cards = state.cards.map { card in
      let value = HTML.escaped(card.value)
      let linked = card.link.map { "<a href=\"\(HTML.escaped($0))\">\(value)</a>" } ?? value
      let detail = HTML.escaped(card.detail)
      return "<li><span>\(HTML.escaped(card.title))</span><b>\(linked)</b><span>\(detail)</span></li>"
    }
    let aliases = state.aliases.map { alias in
      """
      <div class="why"><strong>\(HTML.escaped(alias.alias))</strong> is served by \
      <strong>\(HTML.escaped(alias.variant))</strong>. \(HTML.escaped(alias.reason)) \
      <a href="\(HTML.escaped(alias.link))">What the decision saw</a></div>
      """
    }
    return """
      <h2>Now</h2>
      <ul class="cards">\(cards.joined())</ul>
      \(aliases.isEmpty ? "<p class=\"soft\">No decision has been made yet.</p>" : aliases.joined(separator: "\n"))
      <h2>The last 48 hours of the grid</h2>
      \(figure(state))
      <h2>What it came to</h2>
      \(served(state.served))
      <h2>Latest requests</h2>
      \(state.requests.html(empty: "No request has come in yet."))
      <h2>Latest runs</h2>
      \(state.runs.html(empty: "Nothing was measured yet: try dimmer run -- CMD."))
      <h2>Before you choose</h2>
      <p><a href="/compare">Compare models, places and times for one piece of work</a></p>
      """
  }

  private static func figure(_ state: DashboardState) -> String {
    guard let chart = state.chart else { return "<p class=\"soft\">Nothing to draw yet.</p>" }
    return chart.figure(state.chartNote)
  }

  private static func served(_ outcomes: [DashboardState.Served]) -> String {
    guard !outcomes.isEmpty else { return "<p class=\"soft\">No hour was served yet.</p>" }
    let sections = outcomes.map { outcome in
      """
      \(outcome.statement.html())
      \(outcome.charts.carbon.figure("The best fixed mix has the same mean quality and ignores the grid. The clairvoyant plan knows each day beforehand."))
      \(outcome.charts.quality.figure("Mean of each day on lower bounds of quality, for which the floor holds."))
      """
    }
    return sections.joined(separator: "\n")
      + "<p class=\"soft\">\(HTML.escaped(SavingsStatement.note)) As of the last decision.</p>"
  }

  /// The script that keeps the page live: it fetches the main part every two seconds while the page is seen, and keeps
  /// the keyboard's place.
  public static let liveScript = """
    "use strict";
    (function () {
      var main = document.getElementById("main");
      var busy = false;
      function refresh() {
        if (busy || document.hidden) return;
        var active = document.activeElement;
        if (active && active !== document.body && main.contains(active)) return;
        busy = true;
        fetch("/now", { cache: "no-store" })
          .then(function (answer) { return answer.ok ? answer.text() : null; })
          .then(function (text) { if (text !== null && text !== main.innerHTML) main.innerHTML = text; })
          .catch(function () {})
          .then(function () { busy = false; });
      }
      setInterval(refresh, 2000);
    })();

    """
}
