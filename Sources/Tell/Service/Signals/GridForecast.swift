public import Grid
public import GridProviders
import Methods
public import Quantities

/// A forecast and who made it: a provider, Dimmer, or a table in want of both.
public struct GridForecast: Sendable {
  /// Who made it.
  public enum Maker: Hashable, Sendable {
    /// A provider, just now or earlier.
    case provider(String)
    /// Dimmer's own method, from what was measured.
    case computed(MethodID)
    /// The usual day or the yearly mean.
    case lastResort(ChainRung)
    /// Nothing is known.
    case nobody
  }

  /// Who made it.
  public let maker: Maker
  /// When it was issued.
  public let issuedAt: Timestamp
  /// The values, with the ends of their intervals where known; nothing when nothing is known.
  public let series: Series?
  /// What share of truths the intervals are meant to hold, 0 to 1; nothing when there are none.
  public let level: Double?
  /// How well the method did lately here, by distance; empty for others' forecasts.
  public let skill: [ForecastSkill]
  /// One sentence on what it rests on, and why on nothing better.
  public let reason: String
  /// What providers said; nothing when none was asked.
  public let answer: ChainAnswer?

  /// A provider's forecast, or the last resort.
  init(_ answer: ChainAnswer) {
    let values = try? Series(answer.signals)
    maker =
      switch answer.rung {
      case .provider, .kept: .provider(answer.supplier ?? "a provider")
      case .persistence, .typicalDay, .yearlyMean: .lastResort(answer.rung)
      case .unknown: .nobody
      }
    issuedAt = answer.signals.map(\.issuedAt).max() ?? answer.answeredAt
    series = values
    level = answer.signals.contains { $0.low != nil && $0.high != nil } ? 0.95 : nil
    skill = []
    reason = answer.reason
    self.answer = answer
  }

  /// Dimmer's own forecast.
  ///
  /// - Parameters:
  ///   - history: the series it was made from.
  ///   - answer: what providers said before; nothing when none was asked.
  public init(_ forecast: Forecast, like history: Series, after answer: ChainAnswer? = nil) {
    maker = .computed(forecast.method)
    issuedAt = forecast.issuedAt
    let slots = forecast.slots.compactMap { slot in
      slot.value.map { value in
        Slot(
          slot.validity, value: value, low: slot.low.map { min($0, value) }, high: slot.high.map { max($0, value) },
          issuedAt: forecast.issuedAt, isEstimated: slot.rule != .issued)
      }
    }
    series = try? Series(
      region: history.region, kind: history.kind, unit: history.unit, provider: forecast.method.description,
      source: history.source, receipt: history.receipt, slots: slots)
    level = forecast.level
    skill = forecast.skill
    let failures = answer?.steps.filter { $0.failure != nil }.map(\.sentence) ?? []
    reason = ([forecast.basis] + failures).joined(separator: ". ")
    self.answer = answer
  }

  /// A provider's forecast that was kept.
  init(kept series: Series) {
    maker = .provider(series.provider)
    issuedAt = series.slots.map(\.issuedAt).max() ?? Timestamp(milliseconds: 0)
    self.series = series
    level = series.slots.contains { $0.low != nil && $0.high != nil } ? 0.95 : nil
    skill = []
    reason = "the forecast of \(series.provider) that was kept"
    answer = nil
  }

  /// How wrong its values can be, for a verdict on a plan.
  public var error: SavingError? {
    switch level {
    case .some(let level) where level < 0.9: .intervals(deviations: 1.2816)
    case .some: .intervals(deviations: 1.96)
    case nil: nil
    }
  }
}
