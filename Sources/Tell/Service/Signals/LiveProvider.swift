public import Grid
public import GridProviders
public import Quantities

/// Several live suppliers as one provider for the control loops: of the kinds that may be used, the first that anybody
/// offers for the region.
public struct LiveProvider: SignalProvider {
  private let remote: RemoteProvider

  /// A provider.
  ///
  /// - Parameters:
  ///   - suppliers: best first.
  ///   - kinds: what values may count, best first; kinds are never mixed, so one is chosen for good.
  ///   - patience: how long one answer is waited for, in the clock's time.
  ///   - interval: how often suppliers are asked at most, in the clock's time.
  public init(
    _ suppliers: [any SignalSupplier], region: Region, kinds: [SignalKind], store: any SignalStore,
    clock: any GridClock, patience: Span, interval: Span
  ) {
    let supplier = FallbackSupplier(suppliers, clock: clock)
    let offered = kinds.first { supplier.objection(to: SignalQuery(region, $0, .latest)) == nil }
    remote = RemoteProvider(
      supplier, region: region, kind: offered ?? kinds.first ?? .averageLifecycle, store: store, clock: clock,
      patience: patience, interval: interval)
  }

  public var name: String { remote.name }
  public var region: Region { remote.region }
  public var kind: SignalKind { remote.kind }

  public func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries {
    try await remote.history(since: start, issuedBy: moment)
  }

  public func catchUp(to moment: Timestamp) async -> SignalNews { await remote.catchUp(to: moment) }

  /// Why nobody answered when they were last asked; nothing when somebody did.
  public var lastFailure: ProviderError? { get async { await remote.lastFailure } }
}
