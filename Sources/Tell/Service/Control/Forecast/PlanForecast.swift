import Grid
import Methods
public import Quantities
import Switching

/// Whose forecast a decision was planned with.
public struct ForecastNote: Hashable, Sendable, Codable {
  /// The method or the provider: `ensemble-forecast@1`.
  public var method: String
  /// When it was issued.
  public var issued: Timestamp
  /// Why not the one that was wanted; `nil` when it is.
  public var instead: String?

  /// A note.
  public init(method: String, issued: Timestamp, instead: String? = nil) {
    self.method = method
    self.issued = issued
    self.instead = instead
  }
}

/// The intensities that a decision plans with: the provider's own forecast, Dimmer's ensemble, or the day before, in this
/// order from the one that is wanted on. Pure: what the ensemble has learned is part of its value, and it sees only what
/// had been issued.
struct PlanForecast: Sendable {
  /// What was found.
  struct Outcome: Sendable {
    /// The current interval first; as far as anything is known.
    var values: [CarbonIntensity]
    /// Who said so; `nil` when nobody did.
    var note: ForecastNote?
  }

  /// How much history the source can use.
  static func memory(of source: ForecastSource) -> Span {
    source == .persistence ? .hours(24 * 9) : EnsembleForecaster().memory + .hours(24)
  }

  let source: ForecastSource
  private var ensemble = EnsembleForecaster()

  init(source: ForecastSource) { self.source = source }

  /// The forecast over `horizon` in steps of `step`.
  ///
  /// - Parameters:
  ///   - history: what had been issued, without values that nobody believes.
  ///   - provided: the provider's forecast as issued by then; `nil` when there is none.
  mutating func plan(
    from history: IssuedSeries, provided: Series?, over horizon: Range<Timestamp>, step: Span
  ) -> Outcome {
    var reasons: [String] = []
    if source == .provider {
      let theirs = provided.flatMap { $0.kind == history.series.kind && $0.unit == history.series.unit ? $0 : nil }
      if let theirs, let issued = theirs.slots.map(\.issuedAt).max() {
        let own = values(of: learned(from: history), history, horizon, step)
        let given = Self.values(of: theirs, over: horizon, step: step)
        if given.dropFirst().contains(where: { $0 != nil }) {
          return Outcome(
            values: Self.prefix(zip(given, own).map { $0 ?? $1 }),
            note: ForecastNote(method: theirs.provider, issued: issued))
        }
      }
      reasons.append(provided == nil ? "the provider has no forecast" : "the provider's forecast does not reach so far")
    }
    if source != .persistence {
      let forecaster = learned(from: history)
      let known = isTaught(by: history) ? Self.prefix(values(of: forecaster, history, horizon, step)) : []
      if known.count > 1 || horizon.upperBound - horizon.lowerBound <= step, !known.isEmpty {
        return outcome(known, forecaster, history, reasons)
      }
      reasons.append("the ensemble has not seen a whole day")
    }
    let persistence = PersistenceForecast()
    return outcome(
      Self.prefix(persistence.forecast(from: history, over: horizon, step: step).values), persistence, history, reasons)
  }

  /// Whether a whole day was seen. From less the ensemble only knows a mean, which is nothing to owe quality on.
  private func isTaught(by history: IssuedSeries) -> Bool {
    guard let first = history.series.slots.first?.start, let last = history.series.slots.last?.start else {
      return false
    }
    return last - first >= .hours(23)
  }

  private func outcome(
    _ values: [CarbonIntensity], _ forecaster: some Forecaster, _ history: IssuedSeries, _ reasons: [String]
  ) -> Outcome {
    guard !values.isEmpty else { return Outcome(values: [], note: nil) }
    let note = ForecastNote(
      method: forecaster.method.description, issued: history.moment,
      instead: reasons.isEmpty ? nil : reasons.joined(separator: ", "))
    return Outcome(values: values, note: note)
  }

  private mutating func learned(from history: IssuedSeries) -> EnsembleForecaster {
    ensemble.learn(from: history)
    return ensemble
  }

  private func values(
    of forecaster: some Forecaster, _ history: IssuedSeries, _ horizon: Range<Timestamp>, _ step: Span
  ) -> [Double?] { forecaster.forecast(from: history, over: horizon, step: step).values }

  private static func values(of series: Series, over horizon: Range<Timestamp>, step: Span) -> [Double?] {
    let count = Int(((horizon.upperBound - horizon.lowerBound) / step).rounded(.up))
    return (0..<max(0, count)).map { index in
      let start = horizon.lowerBound + step * Double(index)
      return series.mean(over: start..<min(start + step, horizon.upperBound))?.value
    }
  }

  private static func prefix(_ values: [Double?]) -> [CarbonIntensity] {
    values.prefix { $0 != nil }.compactMap { $0.map(CarbonIntensity.gramsPerKilowattHour) }
  }
}
