import Quantities

/// A store that lives as long as its process: for tests, and for a start without a ledger.
public actor MemorySignalStore: SignalStore {
  private struct Stream: Hashable {
    let region: Region
    let kind: SignalKind
    let provider: String
  }

  private struct Content {
    var histories: [Range<Timestamp>: IssueHistory] = [:]
    /// The intervals by start, made when asked for.
    var order: [Range<Timestamp>]?
    var longest: Span = .zero
  }

  private var streams: [Stream: Content] = [:]

  /// An empty store.
  public init() {}

  /// How many issues are kept.
  public var count: Int {
    streams.values.reduce(0) { $0 + $1.histories.values.reduce(0) { $0 + $1.issues.count } }
  }

  public func append(_ issues: [SignalIssue]) {
    for issue in issues {
      let signal = issue.signal
      let stream = Stream(region: signal.region, kind: signal.kind, provider: signal.provider)
      var content = streams.removeValue(forKey: stream) ?? Content()
      if content.histories[signal.validity] == nil {
        content.order = nil
        content.longest = max(content.longest, signal.validity.span)
      }
      content.histories[signal.validity, default: IssueHistory()].insert(issue)
      streams[stream] = content
    }
  }

  public func issues(_ selection: SignalSelection) -> [SignalIssue] {
    var found: [SignalIssue] = []
    for stream in streams.keys
    where stream.region == selection.region && stream.kind == selection.kind
      && (selection.provider ?? stream.provider) == stream.provider
    {
      guard var content = streams.removeValue(forKey: stream) else { continue }
      let order = content.order ?? content.histories.keys.sorted { $0.lowerBound < $1.lowerBound }
      content.order = order
      // No interval that began longer ago than the longest one lasts can reach into the range.
      let earliest = selection.range.lowerBound - content.longest
      let first = order[...].partitionPoint { $0.lowerBound < earliest }
      for validity in order[first...] {
        if validity.lowerBound >= selection.range.upperBound { break }
        found += (content.histories[validity]?.issues ?? []).filter(selection.contains)
      }
      streams[stream] = content
    }
    return found.sorted {
      ($0.signal.validity.lowerBound, $0.signal.issuedAt, $0.fetchedAt)
        < ($1.signal.validity.lowerBound, $1.signal.issuedAt, $1.fetchedAt)
    }
  }
}
