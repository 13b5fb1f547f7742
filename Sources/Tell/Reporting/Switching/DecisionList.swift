public import Quantities

/// Decisions with their sentences: one row for each change of the variant that serves most.
public struct DecisionList: Sendable {
  /// One decision.
  public struct Entry: Sendable {
    let moment: Timestamp
    let chosen: String
    let reason: String
    let link: String?
    /// A decision made for grid time `moment`; `link` leads to its explanation where it has one.
    public init(_ moment: Timestamp, chosen: String, reason: String, link: String? = nil) {
      self.moment = moment
      self.chosen = chosen
      self.reason = reason
      self.link = link
    }
  }

  /// More changes than this are counted and not shown.
  public static let longest = 200

  private let changes: [Entry]
  private let total: Int

  /// A list of all decisions, in order; the changes among them are shown.
  public init(_ decisions: [Entry]) {
    var last: String?
    changes = decisions.filter { entry in
      defer { last = entry.chosen }
      return entry.chosen != last
    }
    total = decisions.count
  }

  /// The list as HTML.
  public func html() -> String {
    var table = PageTable(
      "Decisions that changed the variant",
      columns: [("Grid time", false), ("Most requests to", false), ("Why", false)])
    for entry in changes.prefix(Self.longest) {
      table.add([.init(time: entry.moment, link: entry.link), .init(entry.chosen), .init(entry.reason)])
    }
    let left = changes.count - Self.longest
    let more = left > 0 ? " The first \(Self.longest) are shown, \(left) more are not." : ""
    return """
      \(table.html(empty: "No decision was made."))
      <p class="soft">\(total) decisions, of which \(max(0, changes.count - 1)) changed the variant that serves most.\(more)</p>
      """
  }
}
