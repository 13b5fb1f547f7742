public import Methods
public import Quantities

/// Something that issues signals of one kind for one region.
///
/// All that is asked of it is asked "as issued by" a moment, so that a replay gets from it what a live run would have.
public protocol SignalProvider: Sendable {
  /// The name that goes into ``Signal/provider``.
  var name: String { get }
  /// The grid.
  var region: Region { get }
  /// What the values are about.
  var kind: SignalKind { get }

  /// What had been issued by `moment` for intervals that end after `start`.
  ///
  /// - Throws: when the provider cannot be reached or answers nonsense; the caller goes on with what it has.
  func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries

  /// The signal that holds at `moment` or, failing that, the newest earlier one, as issued by `moment`.
  ///
  /// - Throws: as ``history(since:issuedBy:)``.
  func latest(issuedBy moment: Timestamp) async throws -> Signal?

  /// Gets what is new for a decision about the interval that begins at `moment`, where that takes asking somebody.
  func catchUp(to moment: Timestamp) async -> SignalNews
}

/// Up to when a decision may use what a provider has, and whether that is all there should be.
public struct SignalNews: Hashable, Sendable {
  /// What was issued later stays unseen. A series at hand is known up to the decision's interval; who has to be asked
  /// is known up to the answer.
  public let knownBy: Timestamp
  /// Why nothing new came, in one sentence; nothing when it did.
  public let failure: String?

  /// News up to a moment.
  public init(knownBy: Timestamp, failure: String? = nil) {
    self.knownBy = knownBy
    self.failure = failure
  }
}

extension SignalProvider {
  public func catchUp(to moment: Timestamp) async -> SignalNews { SignalNews(knownBy: moment) }

  public func latest(issuedBy moment: Timestamp) async throws -> Signal? {
    let series = try await history(since: moment - .hours(24 * 8), issuedBy: moment).series
    return series.slots.last { $0.start <= moment }.map(series.signal)
  }
}

/// A provider that plays back a series: the built-in trace, or a file.
public struct TraceProvider: SignalProvider {
  private let series: Series

  /// A provider of `series`.
  ///
  /// - Parameter issueLag: how long after its interval's start a value becomes known; nothing leaves the issue times
  ///   as they are in the series.
  public init(_ series: Series, issueLag: Span? = nil) {
    self.series = issueLag.map { series.issued(after: $0) } ?? series
  }

  public var name: String { series.provider }
  public var region: Region { series.region }
  public var kind: SignalKind { series.kind }

  public func history(since start: Timestamp, issuedBy moment: Timestamp) async -> IssuedSeries {
    series.asIssued(by: moment).since(start)
  }
}

/// A provider that knows one value: a yearly mean from a factor table.
public struct StaticProvider: SignalProvider {
  public let name: String
  public let region: Region
  public let kind: SignalKind
  /// The value with its receipt.
  public let intensity: Figure<CarbonIntensity>

  /// A provider of one intensity for all hours.
  public init(
    _ intensity: Figure<CarbonIntensity>, region: Region, kind: SignalKind = .averageLifecycle,
    name: String = "yearly-mean"
  ) {
    self.intensity = intensity
    self.region = region
    self.kind = kind
    self.name = name
  }

  /// The value as a signal for the hour that `moment` is in.
  public func signal(at moment: Timestamp) -> Signal {
    let hour = moment.startOfHour
    return Signal(
      region: region, kind: kind, unit: CarbonIntensity.baseUnit, validity: hour..<(hour + .hours(1)),
      value: intensity.value.gramsPerKilowattHour, low: intensity.estimate.low.gramsPerKilowattHour,
      high: intensity.estimate.high.gramsPerKilowattHour, issuedAt: hour, provider: name, isEstimated: true,
      source: intensity.receipt.source ?? Source(intensity.receipt.label))
  }

  public func latest(issuedBy moment: Timestamp) async -> Signal? { signal(at: moment) }

  public func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries {
    let signal = signal(at: moment)
    let slot = Slot(
      min(start, signal.validity.lowerBound)..<signal.validity.upperBound, value: signal.value, low: signal.low,
      high: signal.high, isEstimated: true)
    return try Series(
      region: region, kind: kind, provider: name, source: signal.source, receipt: intensity.receipt, slots: [slot]
    ).asIssued(by: moment)
  }
}
