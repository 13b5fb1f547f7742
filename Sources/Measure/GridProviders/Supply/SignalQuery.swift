public import Grid
public import Quantities

/// What signals are wanted.
public struct SignalQuery: Hashable, Sendable, CustomStringConvertible {
  /// Which of a provider's values.
  public enum Extent: Hashable, Sendable {
    /// What holds now, or the newest before it.
    case latest
    /// What was measured for the intervals in a time.
    case history(Range<Timestamp>)
    /// What is expected for the intervals in a time.
    case forecast(Range<Timestamp>)
  }

  /// The grid.
  public var region: Region
  /// What the values count.
  public var kind: SignalKind
  /// Which values.
  public var extent: Extent

  /// A query.
  public init(_ region: Region, _ kind: SignalKind, _ extent: Extent) {
    self.region = region
    self.kind = kind
    self.extent = extent
  }

  public var description: String {
    switch extent {
    case .latest: "the \(kind.label) of \(region) now"
    case .history(let range): "the \(kind.label) of \(region) from \(range.lowerBound) to \(range.upperBound)"
    case .forecast(let range):
      "a forecast of the \(kind.label) of \(region) from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// What a supplier gave for a query: believed values, and what was not believed.
public struct Delivery: Hashable, Sendable {
  /// The values, by start.
  public var signals: [Signal]
  /// Values that were not believed, and why.
  public var rejected: [RejectedSignal]
  /// When they came.
  public var fetchedAt: Timestamp

  /// A delivery.
  public init(signals: [Signal], rejected: [RejectedSignal] = [], fetchedAt: Timestamp) {
    self.signals = signals
    self.rejected = rejected
    self.fetchedAt = fetchedAt
  }
}

/// Something that can be asked for signals of any region and kind it offers: a service, a file, a table.
public protocol SignalSupplier: Sendable {
  /// The name for people: `Electricity Maps`.
  var name: String { get }
  /// The oldest that its newest value may be to stand for now, from its interval's start.
  var maximumAge: Span { get }

  /// Why the query is not for this supplier; nothing when it is.
  func objection(to query: SignalQuery) -> ProviderError?

  /// Answers a query by the deadline.
  func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery
}
