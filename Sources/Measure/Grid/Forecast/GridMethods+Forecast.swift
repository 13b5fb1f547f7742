import Methods
import Quantities

extension GridMethods {
  /// The entries of the forecasters that learn or look back over weeks.
  static let forecasts: [Method] = [hourOfWeek, ensemble]

  private static let hourOfWeek = Method(
    hourOfWeekMean, "The usual value of an hour of the week",
    formula: "sum(0.78^(j-1) c(t - j x 168 h)) / sum(0.78^(j-1)), j = 1 ... 8, of the weeks that are known",
    citation: Source("Dimmer: mean by hour of the week, newer weeks weighing more"),
    inputs: [
      MethodParameter("hourly_values", "the last values, hour by hour, oldest first", in: -1e9...1e9),
      MethodParameter("lead_hours", unit: "h", "how many hours after the last value", in: 1...168),
    ],
    outputs: [MethodParameter("value", "the mean, in the unit of the values")]
  ) { arguments throws(MethodError) in
    let slot = try last(HourOfWeekForecast(), arguments)
    guard let value = slot.value else { throw .noAnswer("no week has that hour; give at least 168 values") }
    return ["value": .number(value)]
  }

  private static let ensemble = Method(
    ensembleForecast, "What an hourly signal will be, from several simple forecasts weighted by their recent skill",
    formula: "sum(w_k f_k), w_k ~ (mean absolute error of k, fading with 14 days)^-8; range: "
      + "quantiles of its own past errors tracked online; f: persistence, week mean, day and week climatology, ridge",
    citation: Source(
      "Bates and Granger (1969), The combination of forecasts; Hoerl and Kennard (1970), Ridge regression; "
        + "Angelopoulos, Candes and Tibshirani (2023), Conformal PID control, arXiv 2307.16895"),
    inputs: [
      MethodParameter("hourly_values", "the last values, hour by hour from midnight UTC, oldest first", in: -1e9...1e9),
      MethodParameter("lead_hours", unit: "h", "how many hours after the last value", in: 1...168),
    ],
    outputs: [
      MethodParameter("value", "the forecast, in the unit of the values"),
      MethodParameter("low", "the low end of the range that is to hold four truths in five"),
      MethodParameter("high", "its high end"),
    ]
  ) { arguments throws(MethodError) in
    let slot = try last(EnsembleForecaster(), arguments)
    guard let value = slot.value, let low = slot.low, let high = slot.high else {
      throw .noAnswer("too few values for a range that far ahead; give at least 72")
    }
    return ["value": .number(value), "low": .number(low), "high": .number(high)]
  }

  private static func last(
    _ forecaster: some Forecaster, _ arguments: MethodArguments
  ) throws(MethodError) -> ForecastSlot {
    let values = try arguments.numbers("hourly_values")
    let lead = try arguments.number("lead_hours").rounded()
    let target = Timestamp.epoch + .hours(Double(values.count - 1) + lead)
    let forecast = forecaster.forecast(from: try hourly(values), over: target..<(target + .hours(1)))
    guard let slot = forecast.slots.first else { throw .noAnswer("no such hour") }
    return slot
  }
}
