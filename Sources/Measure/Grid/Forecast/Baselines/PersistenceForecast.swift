import Methods
public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The forecast that needs no provider: tomorrow looks like today, corrected by how today differs from yesterday.
///
///     c(t + s) = c(t + s - 24 h) x (1 + (k - 1) exp(-s / 6 h)),  k = c(t) / c(t - 24 h)
///
/// t is the start of the newest interval issued, s the distance of the forecast interval's start from it. Where the
/// day before is missing, the same time two days before stands in, then the mean of that time over the last seven
/// days; k then compares the newest value with what the same rule would have said for it. k is 1 when that is unknown,
/// and for kinds whose ratios mean nothing, such as prices. Intervals already issued are passed on as they are.
/// Source: inference-gateway reference, 8.3; order of stand-ins after signals-and-scheduling, 9.5.
public struct PersistenceForecast: Forecaster, Hashable {
  /// How fast the correction fades.
  public var decay: Span
  /// The range k is held to. In two years of hourly CISO data it was between 0.45 and 2.07, so what is beyond a factor
  /// of four is taken for an error of the data.
  public var ratioLimits: ClosedRange<Double>

  /// The forecast of 8.3: decay 6 h, k from 1/4 to 4.
  public init(decay: Span = .hours(6), ratioLimits: ClosedRange<Double> = 0.25...4) {
    self.decay = decay
    self.ratioLimits = ratioLimits
  }

  public var method: MethodID { GridMethods.persistenceForecast }

  /// The same; nothing beside the series itself is looked at.
  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast {
    forecast(from: history, over: horizon, step: step)
  }

  /// The forecast over `horizon` in steps of `step`; the last one is cut at the horizon's end.
  ///
  /// - Parameter history: what had been issued; nothing later can reach the forecast.
  /// - Returns: no slots when the horizon is empty or the step is not at least a millisecond.
  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span = .hours(1)
  ) -> Forecast {
    let series = history.series
    let reference = history.latest
    let ratios = Dictionary(
      uniqueKeysWithValues: [FillRule.dayBefore, .twoDaysBefore, .weekMean].map { rule in
        (rule, reference.flatMap { ratio(of: $0, in: series, by: rule) })
      })
    var slots: [ForecastSlot] = []
    for validity in horizon.divided(into: step) {
      slots.append(slot(validity, in: series, reference: reference, ratios: ratios))
    }
    let raw = ratios[.dayBefore] ?? nil
    return Forecast(
      issuedAt: history.moment, slots: slots, like: series, method: method, reference: reference,
      ratio: raw.map(limited), isRatioLimited: raw.map { !ratioLimits.contains($0) } ?? false,
      basis: "the same time the day before, corrected by how today differs from it")
  }

  private func slot(
    _ validity: Range<Timestamp>, in series: Series, reference: Slot?, ratios: [FillRule: Double?]
  ) -> ForecastSlot {
    if let issued = series.wholeMean(over: validity) {
      return ForecastSlot(validity: validity, value: issued, rule: .issued)
    }
    for rule in [FillRule.dayBefore, .twoDaysBefore, .weekMean] {
      guard let base = base(validity, in: series, by: rule) else { continue }
      var factor = 1.0
      if let reference, let ratio = ratios[rule] ?? nil, decay > .zero {
        let distance = abs((validity.lowerBound - reference.start).seconds)
        factor += (limited(ratio) - 1) * exp(-distance / decay.seconds)
      }
      return ForecastSlot(validity: validity, value: base * factor, rule: rule)
    }
    return ForecastSlot(validity: validity, value: nil, rule: .unknown)
  }

  /// What a rule says for an interval before any correction.
  private func base(_ validity: Range<Timestamp>, in series: Series, by rule: FillRule) -> Double? {
    switch rule {
    case .dayBefore: series.wholeMean(over: validity, daysBack: 1)
    case .twoDaysBefore: series.wholeMean(over: validity, daysBack: 2)
    case .weekMean: series.weekMean(over: validity)
    case .issued, .climatology, .ensemble, .recentMean, .unknown: nil
    }
  }

  private func ratio(of reference: Slot, in series: Series, by rule: FillRule) -> Double? {
    guard series.kind.hasMeaningfulRatio || series.kind == .unstated else { return nil }
    guard let base = base(reference.validity, in: series, by: rule), base > 0, reference.value >= 0 else { return nil }
    return reference.value / base
  }

  private func limited(_ ratio: Double) -> Double {
    min(max(ratio, ratioLimits.lowerBound), ratioLimits.upperBound)
  }
}

extension Series {
  /// The mean over an interval or the same one some days before; nothing unless all of it is covered.
  func wholeMean(over validity: Range<Timestamp>, daysBack: Int = 0) -> Double? {
    let shift = Span.hours(24 * Double(daysBack))
    guard let mean = mean(over: (validity.lowerBound - shift)..<(validity.upperBound - shift)) else { return nil }
    return mean.coverage == 1 ? mean.value : nil
  }

  /// The mean over the same time on the seven days before, of those that are covered; nothing when none is.
  func weekMean(over validity: Range<Timestamp>) -> Double? {
    let known = (1...7).compactMap { wholeMean(over: validity, daysBack: $0) }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
