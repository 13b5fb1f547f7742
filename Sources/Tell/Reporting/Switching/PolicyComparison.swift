import Quantities
public import Switching

/// Policies over the same history side by side, each beside the best fixed mix at its own mean quality.
public struct PolicyComparison: Sendable {
  /// The policies' outcomes, in the order to show them.
  public let results: [ReplayResult]

  /// A comparison.
  public init(_ results: [ReplayResult]) { self.results = results }

  private static let columns: [(title: String, isNumeric: Bool)] = [
    ("Policy", false), ("Carbon", true), ("Mean quality", true), ("Saved", true), ("Sizing", true), ("Timing", true),
    ("Fixed mix", true), ("Regret", true), ("Switches", true), ("Days at floor", true),
  ]

  private var rows: [[String]] {
    results.map { result in
      [
        result.policy, result.carbon.formatted(), result.quality.map { Decimals.fixed($0, places: 2) } ?? "unknown",
        percent(result.savedPercent), percent(result.sizingPercent), percent(result.timingPercent),
        result.staticMix.formatted(), percent(result.regretPercent), "\(result.switches)",
        "\(result.periods.count { $0.isFloorMet }) of \(result.periods.count)",
      ]
    }
  }

  /// The table for a terminal.
  public func text(style: TextStyle) -> String {
    var table = TextTable(Self.columns.map { .init($0.title.uppercased(), numeric: $0.isNumeric) })
    for row in rows { table.add(row) }
    return table.text(style: style)
  }

  /// The table for a page.
  public func html() -> String {
    var table = PageTable("Policies side by side", columns: Self.columns)
    for row in rows {
      table.add(zip(row, Self.columns).map { $1.isNumeric ? .init(number: $0) : .init(name: $0) })
    }
    return table.html(empty: "No policy was tried.")
  }

  /// How to read the table.
  public static let note =
    "Each row is judged at its own mean quality: saved is against always the best variant, sizing is what the best fixed "
    + "mix of that quality saves of it, timing the rest; all are in percent of always-best. Regret is against the plan "
    + "that knows each budget period beforehand, at that period's mean quality."

  private func percent(_ value: Double?) -> String {
    value.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown"
  }
}
