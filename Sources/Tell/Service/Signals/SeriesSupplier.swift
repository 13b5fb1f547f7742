public import Grid
public import GridProviders
public import Quantities

/// A series that is at hand, for example a recorded one, as a supplier: it gives what had been issued by now.
public struct SeriesSupplier: SignalSupplier {
  private let series: Series
  private let clock: any GridClock
  private let limits: SignalLimits

  /// A supplier of `series`.
  ///
  /// - Parameter issueLag: how long after its interval's start a value becomes known.
  public init(_ series: Series, issueLag: Span, limits: SignalLimits = SignalLimits(), clock: any GridClock) {
    self.series = series.issued(after: issueLag)
    self.limits = limits
    self.clock = clock
  }

  public var name: String { series.provider }
  public var maximumAge: Span { .hours(2) }

  public func objection(to query: SignalQuery) -> ProviderError? {
    guard query.region == series.region else {
      return .noSuchRegion(query.region, hint: "the series is about \(series.region)")
    }
    guard query.kind == series.kind else {
      return .notOffered("the series is \(series.kind.label), not \(query.kind.label)")
    }
    if case .forecast = query.extent { return .notOffered("the series holds no forecasts") }
    return nil
  }

  public func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    if let objection = objection(to: query) { throw objection }
    let now = clock.now
    let range: Range<Timestamp> =
      switch query.extent {
      case .latest: (now - .hours(24))..<(now + .seconds(0.001))
      case .history(let range), .forecast(let range): range
      }
    let known = series.asIssued(by: now).series.slots.filter { $0.validity.overlaps(range) }
    let (believed, rejected) = limits.sift(known.map(series.signal))
    guard !believed.isEmpty else { throw .noValues("for \(query)") }
    return Delivery(signals: believed, rejected: rejected, fetchedAt: now)
  }
}
