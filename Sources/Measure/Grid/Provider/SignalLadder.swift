public import Methods
public import Quantities

/// What a decision rests on, from best to none. The word goes into headers, decisions and pages.
public enum SignalMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// The signal itself, no older than two intervals.
  case live
  /// The value of 24 hours before, because the signal is stale.
  case persistence
  /// The yearly mean, because there is nothing of the last day.
  case staticMix = "static"
  /// Nothing is known.
  case unknown
}

/// The value to use at a moment, and why it is that one.
public struct SignalReading: Hashable, Sendable, Codable {
  /// The rung of the ladder it stands on.
  public let mode: SignalMode
  /// The value; nothing when nothing is known.
  public let signal: Signal?
  /// How long ago the newest believed signal's interval began; nothing when there is none.
  public let age: Span?
  /// One sentence for the record.
  public let reason: String
  /// Newer values that were not believed, newest first.
  public let rejected: [RejectedSignal]
}

/// Chooses what to go by when the signal may be stale, missing or absurd. It always answers and needs no I/O.
///
/// 1. `live`: the newest believed signal, while it began no more than two intervals ago;
/// 2. `persistence`: the value of 24 h before, while the newest believed signal began no more than 26 h ago;
/// 3. `static`: the yearly mean of the region;
/// 4. `unknown`: the caller does without, and says so.
///
/// Source: inference-gateway reference, 8.7; order after signals-and-scheduling, 9.5 to 9.8.
public struct SignalLadder: Hashable, Sendable {
  /// The signal's nominal interval.
  public var interval: Span
  /// What values are believed.
  public var limits: SignalLimits
  /// The yearly mean; nothing when the region has none.
  public var staticIntensity: Figure<CarbonIntensity>?
  /// What the yearly mean counts; it is never passed off as the signal's kind.
  public var staticKind: SignalKind
  /// The age after which even the day before is not used.
  public var persistenceLimit: Span

  /// A ladder for a signal with the given nominal interval.
  public init(
    interval: Span = .hours(1), limits: SignalLimits = SignalLimits(),
    staticIntensity: Figure<CarbonIntensity>? = nil, staticKind: SignalKind = .averageLifecycle,
    persistenceLimit: Span = .hours(26)
  ) {
    self.interval = interval
    self.limits = limits
    self.staticIntensity = staticIntensity
    self.staticKind = staticKind
    self.persistenceLimit = persistenceLimit
  }

  /// What to go by at `now`.
  ///
  /// - Parameter history: what had been issued by then; values issued later are left out even if it holds them.
  public func read(_ history: IssuedSeries, at now: Timestamp) -> SignalReading {
    let series = history.asIssued(by: now).series
    var rejected: [RejectedSignal] = []
    var newest: Slot?
    for slot in series.slots.reversed() where slot.start <= now {
      if now - slot.start > persistenceLimit { break }
      guard let objection = limits.objection(to: slot.value, kind: series.kind) else {
        newest = slot
        break
      }
      rejected.append(RejectedSignal(validity: slot.validity, value: slot.value, reason: objection))
    }
    let refusal = rejected.first.map { "the value for \($0.validity.lowerBound) was rejected: \($0.reason); " } ?? ""
    guard let newest else {
      return fallBack(
        series, at: now, age: nil, rejected: rejected,
        because: "\(refusal)no signal of the last \(Decimals.fixed(persistenceLimit.hours, places: 1)) h")
    }
    let age = now - newest.start
    if age <= interval * 2 {
      let held = newest.validity.contains(now) ? "holds now" : "ended \(Self.ago(now - newest.end)) and is still fresh"
      return SignalReading(
        mode: .live, signal: series.signal(newest), age: age,
        reason: "\(refusal)the signal of \(newest.start) \(held)", rejected: rejected)
    }
    let stale = "\(refusal)the newest signal began \(Self.ago(age))"
    guard let before = series.slot(at: now - .hours(24)), limits.objection(to: before.value, kind: series.kind) == nil
    else {
      return fallBack(
        series, at: now, age: age, rejected: rejected, because: "\(stale) and the same time yesterday is missing")
    }
    let shifted = Slot(
      (before.start + .hours(24))..<(before.end + .hours(24)), value: before.value, low: before.low,
      high: before.high, issuedAt: before.issuedAt, isEstimated: true)
    return SignalReading(
      mode: .persistence, signal: Self.signal(shifted, in: series), age: age,
      reason: "\(stale), so the value of 24 h before stands in", rejected: rejected)
  }

  private func fallBack(
    _ series: Series, at now: Timestamp, age: Span?, rejected: [RejectedSignal], because reason: String
  ) -> SignalReading {
    guard let staticIntensity, series.kind.isCarbonIntensity else {
      return SignalReading(
        mode: .unknown, signal: nil, age: age, reason: "\(reason), and no yearly mean is known", rejected: rejected)
    }
    let provider = StaticProvider(staticIntensity, region: series.region, kind: staticKind)
    let note = staticKind == series.kind ? "" : " (\(staticKind.label), where the signal is \(series.kind.label))"
    return SignalReading(
      mode: .staticMix, signal: provider.signal(at: now), age: age,
      reason: "\(reason), so the yearly mean stands in\(note)", rejected: rejected)
  }

  /// A slot of a forecast, named after the forecasting method: `persistence-forecast@1` with a ratio of 1.
  private static func signal(_ slot: Slot, in series: Series) -> Signal {
    Signal(
      region: series.region, kind: series.kind, unit: series.unit, validity: slot.validity, value: slot.value,
      low: slot.low, high: slot.high, issuedAt: slot.issuedAt,
      provider: GridMethods.persistenceForecast.description, isEstimated: true, source: series.source)
  }

  private static func ago(_ span: Span) -> String {
    span.hours >= 1
      ? "\(Decimals.fixed(span.hours, places: 1)) h ago" : "\(Decimals.fixed(span.seconds / 60, places: 0)) min ago"
  }
}
