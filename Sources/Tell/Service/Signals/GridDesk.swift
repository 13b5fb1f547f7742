public import Factors
public import Grid
public import GridProviders
public import Quantities

/// Answers what is known of a grid: what was, what is, what is expected, and what each of these rests on.
///
/// It asks providers while they answer, goes on with what is kept when they do not, and forecasts by itself where no
/// provider does.
public struct GridDesk: Sendable {
  private let chain: ProviderChain
  private let store: any SignalStore
  private let clock: any GridClock
  private let patience: Span

  /// How far back our own forecasts look.
  private static let memory = Span.hours(24 * 60)

  /// A desk.
  ///
  /// - Parameters:
  ///   - suppliers: who is asked, best first; none for what is kept and the tables alone.
  ///   - regions: yearly means, the last resort.
  ///   - patience: how long one question takes at most.
  public init(
    suppliers: [any SignalSupplier], store: any SignalStore, regions: RegionTable?, clock: any GridClock,
    patience: Span = .seconds(10)
  ) {
    chain = ProviderChain(suppliers, store: store, regions: regions, clock: clock)
    self.store = store
    self.clock = clock
    self.patience = patience
  }

  /// The value that holds now, with what it rests on.
  ///
  /// - Parameter accepting: kinds that may stand in, best first; the answer says when one does.
  public func now(_ region: Region, _ kind: SignalKind, accepting: [SignalKind] = []) async -> ChainAnswer {
    await chain.answer(SignalQuery(region, kind, .latest), accepting: accepting, within: patience)
  }

  /// What was measured over a time, of one provider.
  public func history(
    _ region: Region, _ kind: SignalKind, accepting: [SignalKind] = [], over range: Range<Timestamp>
  ) async -> ChainAnswer {
    await chain.answer(SignalQuery(region, kind, .history(range)), accepting: accepting, within: patience)
  }

  /// What is expected over a time: a provider's forecast, fresh or kept; else our own from what was measured; else what
  /// the days before or the yearly mean say.
  public func forecast(
    _ region: Region, _ kind: SignalKind, accepting: [SignalKind] = [], over range: Range<Timestamp>,
    step: Span = .hours(1)
  ) async -> GridForecast {
    let answer = await chain.answer(
      SignalQuery(region, kind, .forecast(range)), accepting: accepting, within: patience / 2)
    if answer.rung == .provider || answer.rung == .kept { return GridForecast(answer) }
    for kind in [kind] + accepting.filter({ $0 != kind }) {
      guard let history = await recent(region, kind) else { continue }
      let forecast = EnsembleForecaster().forecast(from: history, over: range, step: step)
      // A forecast that knows nothing of the beginning is none; the last resort may know a usual day.
      if forecast.slots.first?.value != nil { return GridForecast(forecast, like: history.series, after: answer) }
    }
    return GridForecast(answer)
  }

  /// What was expected at a past moment: the newest forecast that was kept by then, else what Dimmer would have said from
  /// what was known then. Nothing when neither is there.
  public func forecast(
    _ region: Region, _ kind: SignalKind, accepting: [SignalKind] = [], over range: Range<Timestamp>,
    asIssuedBy moment: Timestamp, step: Span = .hours(1)
  ) async -> GridForecast? {
    for kind in [kind] + accepting.filter({ $0 != kind }) {
      let selection = SignalSelection(region, kind, over: range, knowledge: .issued(by: moment))
      let issues = ((try? await store.issues(selection)) ?? []).filter(\.signal.isEstimated)
      let kept = try? IssueResolution.newestByProvider(issues, knownBy: moment)
      if let series = kept?.first(where: { $0.series.slot(at: max(range.lowerBound, moment)) != nil })?.series {
        return GridForecast(kept: series)
      }
      guard let history = await self.kept(region, kind, by: moment) else { continue }
      let forecast = EnsembleForecaster().forecast(from: history, over: range, step: step)
      if forecast.slots.first?.value != nil { return GridForecast(forecast, like: history.series) }
    }
    return nil
  }

  /// What was measured lately, for a forecast: what is kept, and what providers still have of the last days.
  private func recent(_ region: Region, _ kind: SignalKind) async -> IssuedSeries? {
    let now = clock.now
    let kept = await kept(region, kind, by: now)
    let newest = kept?.series.slots.last { !$0.isEstimated }?.end
    if newest.map({ now - $0 > .hours(2) }) ?? true {
      // As much as may be missing; some services give no more than a day.
      for days in [14.0, 1] {
        let start = max(newest ?? (now - .hours(24 * days)), now - .hours(24 * days))
        let query = SignalQuery(region, kind, .history(start..<now))
        let answer = await chain.answer(query, within: patience / 4)
        if answer.rung == .provider {
          try? await store.append(answer.signals.map { SignalIssue($0, fetchedAt: answer.answeredAt) })
          break
        }
      }
    }
    return await self.kept(region, kind, by: clock.now) ?? kept
  }

  /// The kept values of one provider as they had been issued, without its forecasts of what is still to come.
  private func kept(_ region: Region, _ kind: SignalKind, by now: Timestamp) async -> IssuedSeries? {
    let selection = SignalSelection(
      region, kind, over: (now - Self.memory)..<(now + .seconds(0.001)), knowledge: .issued(by: now))
    guard let issues = try? await store.issues(selection) else { return nil }
    return try? IssueResolution.newestByProvider(issues.filter { $0.signal.validity.lowerBound <= now }, knownBy: now)
      .first
  }
}
