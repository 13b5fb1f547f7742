public import Accounting
public import Ledger
import Methods
import Quantities

/// Kept figures under the newest versions of their methods: what was, what is now, and why. Nothing is written here.
public struct LedgerRestatement: Hashable, Sendable {
  /// One kept figure.
  public struct Line: Hashable, Sendable {
    /// The figure as the record has it.
    public let kept: FigureRecord
    /// The figure under the newest versions; `nil` when it was not recomputed.
    public let restated: FigureRecord?
    /// What is other in the newer versions.
    public let changes: [Restater.Change]
    /// Why it was not recomputed.
    public let reason: String?
  }

  /// Figures that an older version made, newest activity first.
  public let lines: [Line]
  /// How many figures were looked at.
  public let figures: Int

  /// Looks at every figure of the record.
  ///
  /// - Parameters:
  ///   - restater: which methods to restate.
  ///   - page: activities read at once.
  /// - Throws: the storage errors.
  public init(
    of store: some LedgerStore, by restater: Restater, page: Int = 200
  ) async throws(LedgerError) {
    var lines: [Line] = []
    var count = 0
    var after: ActivityID?
    while true {
      let activities = try await store.activities(ActivityQuery(after: after, limit: page))
      for activity in activities {
        for figure in try await store.figures(of: activity.id) {
          count += 1
          if let line = LedgerRestatement.line(figure, restater) { lines.append(line) }
        }
      }
      guard activities.count == page, let last = activities.last else { break }
      after = last.id
    }
    self.lines = lines
    figures = count
  }

  private static func line(_ figure: FigureRecord, _ restater: Restater) -> Line? {
    switch restater.restate(figure.receipt) {
    case .current: nil
    case .restated(let receipt, let changes):
      Line(
        kept: figure, restated: FigureRecord(id: figure.id, receipt: receipt, reason: figure.reason), changes: changes,
        reason: nil)
    case .notRecomputed(let unknown, let changes):
      Line(kept: figure, restated: nil, changes: changes, reason: unknown.reason)
    }
  }

  /// Writes the restated figures in place of the kept ones, activity by activity; each keeps in its note what it was.
  ///
  /// - Returns: how many were written.
  /// - Throws: the storage errors; what was written before stays.
  public func write(to store: some LedgerStore) async throws(LedgerError) -> Int {
    var written = 0
    for figures in Dictionary(grouping: lines.compactMap(\.restated), by: \.id.activity).values {
      try await store.commit(LedgerEntry(figures: figures))
      written += figures.count
    }
    return written
  }
}
