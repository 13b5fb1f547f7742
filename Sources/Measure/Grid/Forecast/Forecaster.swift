import Methods
public import Quantities

/// Something that says what a series will be from what had been issued of it: pure, and blind to the future.
///
/// A forecaster may learn. What it has learned is part of its value: copies differ from there on, and the same value
/// asked the same question gives the same answer. It takes only ``IssuedSeries``, so that nothing issued later can
/// reach it.
public protocol Forecaster: Sendable {
  /// The formula behind its values.
  var method: MethodID { get }

  /// What is expected over `horizon`, in steps of `step`; the last one is cut at the horizon's end.
  ///
  /// - Parameters:
  ///   - history: what had been issued of the series itself.
  ///   - beside: what had been issued, forecasts included, of other signals that may explain it: weather, demand, net
  ///     load. A forecaster that has no use for them leaves them aside.
  /// - Returns: slots without a value where there is nothing to go by; no slots when the horizon is empty or the step is
  ///   not at least a millisecond.
  func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span, beside: [IssuedSeries]
  ) -> Forecast

  /// Takes in what is new in `history`, so that the next forecast need not begin from nothing. It is never necessary.
  mutating func learn(from history: IssuedSeries, beside: [IssuedSeries])
}

extension Forecaster {
  /// The forecast from the series alone.
  public func forecast(
    from history: IssuedSeries, over horizon: Range<Timestamp>, step: Span = .hours(1)
  ) -> Forecast {
    forecast(from: history, over: horizon, step: step, beside: [])
  }

  public mutating func learn(from history: IssuedSeries, beside: [IssuedSeries]) {}
}

extension Range where Bound == Timestamp {
  /// The interval in steps, the last one cut; none when the step is not at least a millisecond.
  func divided(into step: Span) -> [Range<Timestamp>] {
    guard step.seconds >= 0.001, step.seconds.isFinite else { return [] }
    var parts: [Range<Timestamp>] = []
    var start = lowerBound
    while start < upperBound {
      let end = Swift.min(start + step, upperBound)
      parts.append(start..<end)
      start = end
    }
    return parts
  }
}
