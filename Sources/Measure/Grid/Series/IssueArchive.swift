public import Quantities

/// All issues of one kind for one region, where later issues revise earlier ones: forecasts, preliminary figures.
public struct IssueArchive: Hashable, Sendable {
  private let newestFirst: [Slot]
  private let head: Series

  /// An archive of `signals`, in any order. Issues for the same interval start revise each other.
  ///
  /// - Throws: ``SeriesError`` when they differ in kind, region, unit or provider, intervals with different starts
  ///   overlap, or there is no signal at all.
  public init(_ signals: some Sequence<Signal>) throws(SeriesError) {
    let newestFirst = signals.sorted { $0.issuedAt > $1.issuedAt }
    guard !newestFirst.isEmpty else { throw .empty }
    var longest: [Timestamp: Signal] = [:]
    for signal in newestFirst {
      // One at a time for the checks on a value; issues that are never the newest must be sound too.
      _ = try Series([signal])
      let known = longest[signal.validity.lowerBound]
      if known.map({ $0.validity.upperBound < signal.validity.upperBound }) ?? true {
        longest[signal.validity.lowerBound] = signal
      }
    }
    // Together for the checks across intervals.
    self.head = try Series(longest.values).with([])
    self.newestFirst = newestFirst.map(\.slot)
  }

  /// For each interval the newest issue known at `moment`.
  public func asIssued(by moment: Timestamp) -> IssuedSeries {
    var chosen: [Timestamp: Slot] = [:]
    for slot in newestFirst where slot.issuedAt <= moment && chosen[slot.start] == nil { chosen[slot.start] = slot }
    let slots = chosen.values.sorted { $0.start < $1.start }
    let inOrder = zip(slots, slots.dropFirst()).allSatisfy { $0.issuedAt <= $1.issuedAt }
    return Series(
      region: head.region, kind: head.kind, unit: head.unit, provider: head.provider, source: head.source,
      receipt: head.receipt, checked: ArraySlice(slots), isIssuedInOrder: inOrder
    ).asIssued(by: moment)
  }
}
