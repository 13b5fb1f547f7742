import Methods
public import Quantities

extension GridMethods {
  /// Wet bulb from temperature and humidity.
  public static let wetBulb: MethodID = "wet-bulb@1"
  /// PUE from the wet bulb.
  public static let pueWetBulb: MethodID = "pue-wet-bulb@1"
  /// Grid intensity times PUE.
  public static let facilityIntensity: MethodID = "facility-intensity@1"

  static let weather: [Method] = [wetBulbTemperature, pue, facility]

  private static let wetBulbTemperature = Method(
    wetBulb, "The temperature that air cools to when water evaporates into it",
    formula: "e(tw) - 0.000653 (1 + 0.000944 tw) p (t - tw) = rh/100 e(t), e(t) = 6.112 exp(17.62 t/(243.12 + t))",
    citation: Source("WMO-No. 8, Guide to Instruments and Methods of Observation, Annex 4.B: psychrometer over water"),
    inputs: [
      MethodParameter("temperature_celsius", unit: "°C", "air temperature", in: WetBulb.temperatures),
      MethodParameter("relative_humidity_percent", unit: "%", "humidity relative to water", in: 0...100),
      MethodParameter(
        "pressure_hectopascals", unit: "hPa", "air pressure", default: .number(WetBulb.standardPressure), in: 500...1100
      ),
    ],
    outputs: [MethodParameter("wet_bulb_celsius", unit: "°C", "the wet-bulb temperature")]
  ) { arguments throws(MethodError) in
    guard
      let value = WetBulb.celsius(
        temperature: try arguments.number("temperature_celsius"),
        relativeHumidity: try arguments.number("relative_humidity_percent"),
        pressure: try arguments.number("pressure_hectopascals"))
    else { throw .noAnswer("an input is outside its range") }
    return ["wet_bulb_celsius": .number(value)]
  }

  private static let pue = Method(
    pueWetBulb, "Power usage effectiveness of a facility in given weather",
    formula: "base + slope x max(0, wet bulb - threshold)",
    citation: Source("Dimmer: a line above a threshold is enough for planning; parameters are the facility's"),
    inputs: [
      MethodParameter("wet_bulb_celsius", unit: "°C", "the wet-bulb temperature", in: -60...60),
      MethodParameter("base", "PUE in cool weather", in: 1...5),
      MethodParameter("slope_per_celsius", unit: "1/°C", "rise above the threshold", in: 0...0.2),
      MethodParameter("threshold_celsius", unit: "°C", "where the rise begins", in: -60...60),
    ],
    outputs: [MethodParameter("pue", "the PUE")]
  ) { arguments throws(MethodError) in
    do throws(WeatherError) {
      let curve = try PUECurve(
        base: (try? arguments.number("base")) ?? .nan, slope: (try? arguments.number("slope_per_celsius")) ?? .nan,
        above: (try? arguments.number("threshold_celsius")) ?? .nan, source: Source("the caller"))
      return ["pue": .number(curve.pue(at: (try? arguments.number("wet_bulb_celsius")) ?? .nan))]
    } catch {
      throw .noAnswer(error.description)
    }
  }

  private static let facility = Method(
    facilityIntensity, "Carbon intensity per unit of computing, cooling included", formula: "intensity x PUE",
    citation: Source(
      "The Green Grid, PUE: A Comprehensive Examination of the Metric (2012): facility energy over IT energy"),
    inputs: [
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "of the grid", in: 0...1e5),
      MethodParameter("pue", "of the hour", in: 1...5),
    ],
    outputs: [MethodParameter("facility_grams_per_kwh", unit: "g/kWh", "per kWh of computing")]
  ) { arguments throws(MethodError) in
    ["facility_grams_per_kwh": .number(try arguments.number("intensity_grams_per_kwh") * arguments.number("pue"))]
  }
}
