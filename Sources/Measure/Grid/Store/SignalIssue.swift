public import Quantities

/// A value as it was issued, and when it was read here.
///
/// Providers rewrite history: only with both times can be told later what was known when.
public struct SignalIssue: Hashable, Sendable, Codable {
  /// The value, with its issue time as its provider stated it.
  public let signal: Signal
  /// When it was read here; never before it was issued.
  public let fetchedAt: Timestamp

  /// A value read at a moment.
  public init(_ signal: Signal, fetchedAt: Timestamp) {
    self.signal = signal
    self.fetchedAt = max(fetchedAt, signal.issuedAt)
  }

  /// The same, issued later than it says.
  func redated(to moment: Timestamp) -> SignalIssue {
    SignalIssue(
      Signal(
        region: signal.region, kind: signal.kind, unit: signal.unit, validity: signal.validity, value: signal.value,
        low: signal.low, high: signal.high, issuedAt: moment, provider: signal.provider,
        isEstimated: signal.isEstimated, source: signal.source), fetchedAt: fetchedAt)
  }

  /// Whether the two say the same about the same interval, at whatever time.
  func saysTheSame(as other: SignalIssue) -> Bool {
    signal.validity == other.signal.validity && signal.value == other.signal.value && signal.low == other.signal.low
      && signal.high == other.signal.high && signal.unit == other.signal.unit
      && signal.isEstimated == other.signal.isEstimated
  }
}

/// Which issues are wanted.
public struct SignalSelection: Hashable, Sendable {
  /// Whose view of the past counts.
  public enum Knowledge: Hashable, Sendable {
    /// All that is kept, whenever it came.
    case everything
    /// What had been issued by then, wherever it was read: what anyone could have known.
    case issued(by: Timestamp)
    /// What had been read here by then: what a live run had.
    case fetched(by: Timestamp)
  }

  /// The grid.
  public var region: Region
  /// What the values count; kinds are never mixed.
  public var kind: SignalKind
  /// The time that intervals must share some of.
  public var range: Range<Timestamp>
  /// Whose values; everyone's without it.
  public var provider: String?
  /// What is known.
  public var knowledge: Knowledge

  /// A selection.
  public init(
    _ region: Region, _ kind: SignalKind, over range: Range<Timestamp>, provider: String? = nil,
    knowledge: Knowledge = .everything
  ) {
    self.region = region
    self.kind = kind
    self.range = range
    self.provider = provider
    self.knowledge = knowledge
  }

  /// Whether an issue is wanted.
  public func contains(_ issue: SignalIssue) -> Bool {
    let signal = issue.signal
    guard signal.region == region, signal.kind == kind, signal.validity.overlaps(range),
      provider.map({ $0 == signal.provider }) ?? true
    else { return false }
    return switch knowledge {
    case .everything: true
    case .issued(let moment): signal.issuedAt <= moment
    case .fetched(let moment): issue.fetchedAt <= moment
    }
  }
}
