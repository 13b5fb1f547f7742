public import Methods

/// Why the ledger says what it says about one thing: the thing's facts, its receipts down to sources, and what it rests
/// on.
public struct Explanation: Hashable, Sendable, Codable {
  /// One thing that is known, in words.
  public struct Fact: Hashable, Sendable, Codable {
    /// What it is about.
    public var label: String
    /// What is known.
    public var text: String
    /// A fact.
    public init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  /// The thing's id.
  public var id: String
  /// What it is: `run`, `job`, `figure`, `request`, `decision`, `signal`, `variant`; `missing` when the ledger names it
  /// and does not have it.
  public var kind: String
  /// The thing in one line; a decision's reason.
  public var title: String
  /// What is known about it.
  public var facts: [Fact]
  /// The receipts of its figures.
  public var receipts: [Receipt]
  /// What it rests on or is part of: a job, a decision, a grid value.
  public var context: [Explanation]

  /// An explanation.
  public init(
    id: String, kind: String, title: String, facts: [Fact] = [], receipts: [Receipt] = [], context: [Explanation] = []
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.facts = facts
    self.receipts = receipts
    self.context = context
  }

  /// Every receipt in the tree, inputs and context included.
  public var allReceipts: [Receipt] { receipts.flatMap(\.flattened) + context.flatMap(\.allReceipts) }

  /// The text of the fact with that label.
  public func fact(_ label: String) -> String? { facts.first { $0.label == label }?.text }

  /// A thing that is named and is not in the ledger.
  static func missing(_ id: some CustomStringConvertible) -> Explanation {
    Explanation(id: id.description, kind: "missing", title: "\(id) is not in this ledger")
  }
}
