/// Keeps every value and every forecast ever used, with its issue time.
///
/// The rules that every store keeps (``SignalStoreLaw`` checks them):
/// - nothing that was appended is ever changed or lost, and appending it again changes nothing;
/// - a value that says what the issue before it said is no new issue and need not be kept again;
/// - another value under the same issue time is a revision that its provider did not date: it counts as issued when it
///   was read here, so that it cannot reach a decision of before;
/// - issues of different regions, kinds and providers do not touch each other.
public protocol SignalStore: Sendable {
  /// Keeps issues.
  ///
  /// - Throws: when they cannot be kept; then none or some of them are, and they may be appended again.
  func append(_ issues: [SignalIssue]) async throws

  /// The issues in a selection: by interval start, then by issue time, then by the time they were read.
  func issues(_ selection: SignalSelection) async throws -> [SignalIssue]
}

/// The issues of one interval by one provider, in order: the rules of a store, for every store to use.
public struct IssueHistory: Hashable, Sendable {
  /// The issues, by issue time.
  public private(set) var issues: [SignalIssue] = []

  /// No issues.
  public init() {}

  /// Takes in an issue by the rules.
  ///
  /// - Returns: whether anything changed.
  @discardableResult
  public mutating func insert(_ issue: SignalIssue) -> Bool {
    if let index = issues.firstIndex(where: { $0.signal.issuedAt == issue.signal.issuedAt }) {
      let known = issues[index]
      if known.saysTheSame(as: issue) {
        guard issue.fetchedAt < known.fetchedAt else { return false }
        issues[index] = issue
        return true
      }
      // Whichever was read later is the revision.
      let (first, revision) = issue.fetchedAt < known.fetchedAt ? (issue, known) : (known, issue)
      guard revision.fetchedAt > revision.signal.issuedAt else { return false }
      issues[index] = first
      let changed = insert(revision.redated(to: revision.fetchedAt))
      return changed || first != known
    }
    let position = issues.firstIndex { $0.signal.issuedAt > issue.signal.issuedAt } ?? issues.count
    if position > 0 {
      let before = issues[position - 1]
      if before.saysTheSame(as: issue), before.fetchedAt <= issue.fetchedAt { return false }
    }
    issues.insert(issue, at: position)
    return true
  }
}
