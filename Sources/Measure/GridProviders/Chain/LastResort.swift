import Grid
import Methods
import Quantities

/// What stands in when no provider answers: kept values, then what the days before say, then the yearly mean.
struct LastResort {
  let query: SignalQuery
  let now: Timestamp
  let limits: SignalLimits
  /// The oldest that a kept value may be to stand for now.
  let maximumAge: Span
  /// The yearly mean of the place, life cycle; nothing when the table has none.
  let yearly: Figure<CarbonIntensity>?

  struct Found {
    let rung: ChainRung
    let supplier: String
    let signals: [Signal]
  }

  /// The best that is there. Values of one provider only: one answer is one series.
  func find(in issues: [SignalIssue]) -> Found? {
    let believed = issues.filter { limits.objection(to: $0.signal.value, kind: $0.signal.kind) == nil }
    let series = (try? IssueResolution.newestByProvider(believed, knownBy: now)) ?? []
    if case .history(let range) = query.extent {
      // What was measured is measured or not known; nothing stands in for it.
      return series.lazy.map { (history: $0, signals: signals($0, over: range)) }.first { !$0.signals.isEmpty }
        .map { Found(rung: .kept, supplier: $0.history.series.provider, signals: $0.signals) }
    }
    return series.lazy.compactMap(kept).first ?? series.lazy.compactMap(persistence).first
      ?? series.lazy.compactMap(typicalDay).first ?? yearlyMean
  }

  /// The time that is asked for: the hour of now, or the forecast's.
  private var horizon: Range<Timestamp> {
    if case .forecast(let range) = query.extent, !range.isEmpty { return range }
    return now.startOfHour..<(now.startOfHour + .hours(1))
  }

  private func signals(_ history: IssuedSeries, over range: Range<Timestamp>) -> [Signal] {
    history.series.slots.filter { $0.validity.overlaps(range) }.map(history.series.signal)
  }

  private func kept(_ history: IssuedSeries) -> Found? {
    let series = history.series
    let signals: [Signal]
    if case .forecast(let range) = query.extent {
      // A kept forecast counts when it covers the beginning of what is asked for.
      guard let first = series.slot(at: max(range.lowerBound, now)), first.isEstimated || first.end > now else {
        return nil
      }
      signals = self.signals(history, over: range)
    } else {
      guard let newest = series.slots.last(where: { $0.start <= now }),
        newest.validity.contains(now) || now - newest.start <= maximumAge
      else { return nil }
      signals = [series.signal(newest)]
    }
    return signals.isEmpty ? nil : Found(rung: .kept, supplier: series.provider, signals: signals)
  }

  private func persistence(_ history: IssuedSeries) -> Found? {
    guard let newest = history.series.slots.last(where: { $0.start <= now }), now - newest.start <= .hours(26) else {
      return nil
    }
    let forecast = PersistenceForecast().forecast(from: history, over: horizon).series
    guard let first = forecast.slots.first, first.start <= max(horizon.lowerBound, now) else { return nil }
    return Found(rung: .persistence, supplier: forecast.provider, signals: forecast.slots.map(forecast.signal))
  }

  private func typicalDay(_ history: IssuedSeries) -> Found? {
    let series = history.series
    guard let last = series.slots.last(where: { $0.start <= now }) else { return nil }
    // The last week that values are kept of, however long ago it was. All of them had been issued by now.
    let best = TypicalDay(of: series.issued(after: .zero).asIssued(by: last.end))
    var signals: [Signal] = []
    var hour = horizon.lowerBound.startOfHour
    while hour < horizon.upperBound, let value = best.value(at: hour) {
      signals.append(
        Signal(
          region: series.region, kind: series.kind, unit: series.unit, validity: hour..<(hour + .hours(1)),
          value: value,
          issuedAt: now, provider: GridMethods.typicalDay.description, isEstimated: true, source: series.source))
      hour = hour + .hours(1)
    }
    guard !signals.isEmpty else { return nil }
    return Found(
      rung: .typicalDay, supplier: "\(GridMethods.typicalDay), week up to \(best.window.upperBound)", signals: signals)
  }

  private var yearlyMean: Found? {
    guard let yearly, query.kind.isCarbonIntensity else { return nil }
    let provider = StaticProvider(yearly, region: query.region)
    let signal = provider.signal(at: now)
    let whole = Signal(
      region: signal.region, kind: signal.kind, unit: signal.unit, validity: horizon, value: signal.value,
      low: signal.low, high: signal.high, issuedAt: signal.issuedAt, provider: signal.provider, isEstimated: true,
      source: signal.source)
    return Found(rung: .yearlyMean, supplier: "yearly mean", signals: [whole])
  }
}
