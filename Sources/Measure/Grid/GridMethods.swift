public import Methods
public import Quantities

/// The methods of this room.
public enum GridMethods {
  /// Intensity of a generation mix.
  public static let intensityByFuel: MethodID = "intensity-by-fuel@1"
  /// Tomorrow like today, corrected by how today differs from yesterday.
  public static let persistenceForecast: MethodID = "persistence-forecast@1"
  /// Mean of an hour of the day over the last days.
  public static let typicalDay: MethodID = "typical-day@1"
  /// Mean of an hour of the week over the last weeks.
  public static let hourOfWeekMean: MethodID = "hour-of-week-mean@1"
  /// Several simple forecasts, weighted by how well each did lately, with ranges from its own past errors.
  public static let ensembleForecast: MethodID = "ensemble-forecast@1"
  /// Time-weighted mean over an interval.
  public static let meanIntensity: MethodID = "mean-intensity@1"

  /// All entries for the registry.
  public static let all: [Method] =
    [byFuel, persistence, typical, mean, asPublished] + forecasts + windows + weather

  private static let byFuel = Method(
    intensityByFuel, "The carbon intensity of electricity from its generation by fuel",
    formula: "sum(generation x factor) / sum(generation); unknown fuel between the lowest and the highest factor",
    citation: Source("IPCC AR5 WGIII Annex III (2014), definition of life cycle emissions per unit of electricity"),
    inputs: [
      MethodParameter("generation_mwh", unit: "MWh", "generation by fuel with a known factor", in: 0...1e12),
      MethodParameter("factors_grams_per_kwh", unit: "g/kWh", "the factors, in the same order", in: 0...5000),
      MethodParameter(
        "unknown_mwh", unit: "MWh", "generation by fuel without a factor", default: .number(0), in: 0...1e12),
      MethodParameter(
        "table_factors_grams_per_kwh", unit: "g/kWh",
        "all factors that unknown fuel may have; those of the mix when empty", default: .numbers([]), in: 0...5000),
    ],
    outputs: [
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "mean of the known mix"),
      MethodParameter("low_grams_per_kwh", unit: "g/kWh", "with unknown fuel at the lowest factor"),
      MethodParameter("high_grams_per_kwh", unit: "g/kWh", "with unknown fuel at the highest factor"),
      MethodParameter("unknown_share", "share of generation without a factor"),
    ]
  ) { arguments throws(MethodError) in
    let generation = try arguments.numbers("generation_mwh")
    let factors = try arguments.numbers("factors_grams_per_kwh")
    guard generation.count == factors.count else {
      throw .noAnswer("\(generation.count) amounts and \(factors.count) factors; give one factor for each amount")
    }
    let table = try arguments.numbers("table_factors_grams_per_kwh") + factors
    let parts = zip(generation, factors).map { amount, factor in
      IntensityByFuel.Part(
        generation: amount,
        factor: .exact(.gramsPerKilowattHour(factor), origin: .declared, method: intensityByFuel))
    }
    guard let low = table.min(), let high = table.max(),
      let mix = IntensityByFuel.mix(
        parts, unknown: try arguments.number("unknown_mwh"),
        bounds: .gramsPerKilowattHour(low)...(.gramsPerKilowattHour(high)), unknownSource: "unknown-fuel")
    else { throw .noAnswer("no fuel with a factor generated anything") }
    return [
      "intensity_grams_per_kwh": .number(mix.intensity.value.gramsPerKilowattHour),
      "low_grams_per_kwh": .number(mix.intensity.low.gramsPerKilowattHour),
      "high_grams_per_kwh": .number(mix.intensity.high.gramsPerKilowattHour),
      "unknown_share": .number(mix.unknownShare),
    ]
  }

  private static let persistence = Method(
    persistenceForecast, "What an hourly signal will be, from the same hour the day before",
    formula: "c(t+s) = c(t+s-24h) x (1 + (k-1) exp(-s/6h)), k = c(t) / c(t-24h) held to 1/4 ... 4",
    citation: Source("Dimmer: persistence of the day's shape with a ratio that fades"),
    inputs: [
      MethodParameter("hourly_values", "the last values, hour by hour, oldest first", in: 0...1e9),
      MethodParameter("lead_hours", unit: "h", "how many hours after the last value", in: 1...168),
    ],
    outputs: [MethodParameter("value", "the forecast, in the unit of the values")]
  ) { arguments throws(MethodError) in
    let values = try arguments.numbers("hourly_values")
    let lead = try arguments.number("lead_hours")
    let history = try hourly(values)
    let target = Timestamp.epoch + .hours(Double(values.count - 1) + lead)
    let forecast = PersistenceForecast().forecast(from: history, over: target..<(target + .hours(1)))
    guard let slot = forecast.slots.first, let value = slot.value else {
      throw .noAnswer("the same hour is in none of the seven days before; give at least 24 values")
    }
    return ["value": .number(value)]
  }

  private static let typical = Method(
    typicalDay, "The usual value of an hour of the day", formula: "mean of the hour over the last seven days",
    citation: Source("Dimmer: mean by hour of the day"),
    inputs: [
      MethodParameter("hourly_values", "values hour by hour from midnight, oldest first", in: -1e9...1e9),
      MethodParameter("hour", unit: "h", "hour of the day, 0 to 23", in: 0...23),
    ],
    outputs: [MethodParameter("value", "the mean, in the unit of the values")]
  ) { arguments throws(MethodError) in
    let history = try hourly(try arguments.numbers("hourly_values"))
    let hour = try arguments.number("hour")
    guard let mean = TypicalDay(of: history).value(at: .epoch + .hours(hour.rounded(.down))) else {
      throw .noAnswer("no day has that hour; give at least 24 values")
    }
    return ["value": .number(mean)]
  }

  private static let mean = Method(
    meanIntensity, "The mean of an intensity over an interval, weighted by time",
    formula: "sum(value x overlap) / sum(overlap)",
    citation: Source("Dimmer: piecewise constant intensity with exact overlap"),
    inputs: [
      MethodParameter("intensities_grams_per_kwh", unit: "g/kWh", "the intensities", in: 0...1e5),
      MethodParameter("overlap_hours", unit: "h", "how long each holds within the interval", in: 0...1e9),
    ],
    outputs: [MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "the mean")]
  ) { arguments throws(MethodError) in
    let values = try arguments.numbers("intensities_grams_per_kwh")
    let hours = try arguments.numbers("overlap_hours")
    guard values.count == hours.count else {
      throw .noAnswer("\(values.count) intensities and \(hours.count) overlaps; give one overlap for each")
    }
    var start = Timestamp.epoch
    var slots: [Slot] = []
    for (value, hours) in zip(values, hours) where hours > 0 {
      slots.append(Slot(start..<(start + .hours(hours)), value: value))
      start = start + .hours(hours)
    }
    guard let series = try? Series(unnamed: slots), let mean = series.mean(over: .epoch..<start) else {
      throw .noAnswer("the overlaps are all zero")
    }
    return ["intensity_grams_per_kwh": .number(mean.value)]
  }

  private static let asPublished = Method(
    Signal.takenAsPublished, "A grid signal used as its provider published it", formula: "value",
    citation: Source("the provider named in the figure's receipt"),
    inputs: [MethodParameter("value", unit: "g/kWh", "the published value", in: 0...1e5)],
    outputs: [MethodParameter("value", unit: "g/kWh", "the same")]
  ) { arguments throws(MethodError) in ["value": .number(try arguments.number("value"))] }

  /// An hourly history from the epoch on, all of it issued.
  static func hourly(_ values: [Double]) throws(MethodError) -> IssuedSeries {
    let slots = values.enumerated().map { index, value in
      let start = Timestamp.epoch + .hours(Double(index))
      return Slot(start..<(start + .hours(1)), value: value)
    }
    guard let series = try? Series(unnamed: slots) else { throw .noAnswer("the values make no series") }
    return series.asIssued(by: .epoch + .hours(Double(values.count)))
  }
}

extension Timestamp {
  /// 1970-01-01T00:00:00Z.
  static let epoch = Timestamp(milliseconds: 0)
}

extension Series {
  /// A series of plain numbers, for methods that are run by name.
  init(unnamed slots: [Slot]) throws(SeriesError) {
    try self.init(region: .unstated, kind: .unstated, provider: "caller", source: Source("the caller"), slots: slots)
  }
}
