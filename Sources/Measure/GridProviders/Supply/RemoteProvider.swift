public import Grid
public import Quantities

/// A supplier's signals of one kind for one region, with the store behind them: the past is read from the store, and
/// so is everything while the network is away.
public actor RemoteProvider: SignalProvider {
  public nonisolated let name: String
  public nonisolated let region: Region
  public nonisolated let kind: SignalKind
  private let supplier: any SignalSupplier
  private let store: any SignalStore
  private nonisolated let clock: any GridClock
  private let patience: Span
  private let interval: Span
  private var askedAt: Timestamp?
  /// Why the supplier did not answer when it was last asked; nothing when it did.
  public private(set) var lastFailure: ProviderError?

  /// A provider.
  ///
  /// - Parameters:
  ///   - patience: how long one answer is waited for.
  ///   - interval: how often the supplier is asked at most.
  public init(
    _ supplier: any SignalSupplier, region: Region, kind: SignalKind, store: any SignalStore, clock: any GridClock,
    patience: Span = .seconds(20), interval: Span = .seconds(300)
  ) {
    self.supplier = supplier
    self.region = region
    self.kind = kind
    self.store = store
    self.clock = clock
    self.patience = patience
    self.interval = interval
    name = supplier.name
  }

  /// Asks the supplier, unless that was just done. An answer that comes while a decision waits may be used for it: a
  /// service that does not date its values gives them the time at which they were read.
  public func catchUp(to moment: Timestamp) async -> SignalNews {
    let now = clock.now
    if askedAt.map({ now < $0 || now - $0 >= interval }) ?? true {
      askedAt = now
      await refresh(since: moment - Self.lookBack, at: now)
    }
    return SignalNews(knownBy: max(moment, clock.now), failure: lastFailure.map(sentence))
  }

  private func sentence(_ failure: ProviderError) -> String {
    if case .nobody = failure { failure.description } else { "\(name): \(failure)" }
  }

  /// How much of the past is asked for at first: a week for the days' shape, and the day being revised.
  private static let lookBack = Span.hours(24 * 9)

  /// What had been issued by `moment`. The supplier is asked only when that is now: the past cannot be asked for.
  ///
  /// - Throws: ``ProviderError`` when the supplier fails and the store has nothing either.
  public func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries {
    let now = clock.now
    let isDue = askedAt.map { now < $0 || now - $0 >= interval } ?? true
    if moment > now - interval, isDue {
      askedAt = now
      await refresh(since: start, at: now)
    }
    let kept = try await store.issues(
      SignalSelection(region, kind, over: start..<max(moment, start + .hours(1)) + .hours(96)))
    let known = try IssueResolution.newestByProvider(kept, knownBy: moment)
    if let series = known.first { return series.since(start) }
    if let lastFailure { throw lastFailure }
    throw ProviderError.noValues("is kept for \(region) since \(start)")
  }

  /// Asks for what holds now, and for what has been measured since the newest kept value.
  private func refresh(since start: Timestamp, at now: Timestamp) async {
    let kept = (try? await store.issues(SignalSelection(region, kind, over: start..<now))) ?? []
    let newest = kept.filter { !$0.signal.isEstimated }.map(\.signal.validity.upperBound).max()
    // The last day again, since first values are revised.
    let from = min(max(start, (newest ?? start) - .hours(24)), now - .hours(1))
    // Half of the time for each, so that a slow history does not keep back what holds now.
    lastFailure = await ask(.latest, by: now + patience / 2)
    let deadline = now + patience
    var failure = await ask(.history(from..<now), by: deadline)
    // Some plans give the last day and nothing before it.
    let lastDay = now.startOfHour - .hours(23)
    if case .notPermitted? = failure, from < lastDay { failure = await ask(.history(lastDay..<now), by: deadline) }
    lastFailure = lastFailure ?? failure
    // An answer that was long in coming is no reason to ask again at once.
    askedAt = max(now, clock.now)
  }

  /// - Returns: why there was no answer; nothing when there was, or when it was not to be had here at all.
  private func ask(_ extent: SignalQuery.Extent, by deadline: Timestamp) async -> ProviderError? {
    let query = SignalQuery(region, kind, extent)
    guard supplier.objection(to: query) == nil else { return nil }
    do throws(ProviderError) {
      let delivery = try await Deadline.race(clock, until: deadline) { () async throws(ProviderError) in
        try await self.supplier.deliver(query, by: deadline)
      }
      // A supplier with a store of its own has kept these already; keeping twice changes nothing.
      try? await store.append(delivery.signals.map { SignalIssue($0, fetchedAt: delivery.fetchedAt) })
      return nil
    } catch { return error }
  }
}
