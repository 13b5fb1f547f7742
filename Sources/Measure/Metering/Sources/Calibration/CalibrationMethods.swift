import Methods
import Quantities

extension MeteringMethods {
  static let calibratedLoad: MethodID = "load-fit@2"
  static let calibrationError: MethodID = "load-fit-error@1"

  /// What a counter taught, used where it cannot be read.
  static let calibrationMethods: [Method] = [
    Method(
      calibratedLoad, "Processor power from its load and a curve fitted to a counter of the same machine model",
      formula:
        "P = fit(l) x r, l the seen load nearest to the load, r the published curve's power at the load over that at l",
      citation: Source(
        "Least squares with rises that are not negative: Lawson and Hanson, 1974; the knots are Teads', the shape outside "
          + "the loads seen is Boavizta's or Cloud Carbon Footprint's"),
      inputs: [
        MethodParameter("point_watts", unit: "W", "fitted power at the loads 0, 0.1, 0.5 and 1, in order"),
        MethodParameter("load", "busy part of all hardware threads", in: 0...1),
        MethodParameter("lowest_load", "the lowest load seen", default: .number(0), in: 0...1),
        MethodParameter("highest_load", "the highest load seen", default: .number(1), in: 0...1),
        MethodParameter(
          "published_ratio", "published power at the load over that at the nearest load seen", default: .number(1),
          in: 0...100),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let watts = try arguments.numbers("point_watts")
      guard watts.count == LoadCurveFit.loads.count else { throw .noAnswer("a fitted curve has four points") }
      let (low, high) = (try arguments.number("lowest_load"), try arguments.number("highest_load"))
      guard low <= high else { throw .noAnswer("the lowest load seen is above the highest") }
      let load = try arguments.number("load")
      let seen = min(max(load, low), high)
      let ratio = seen == load ? 1 : try arguments.number("published_ratio")
      let power = LoadCurveFit.power(watts.map { .watts($0) }, load: seen) * ratio
      return ["power_watts": .number(power.watts)]
    },
    Method(
      calibrationError, "How far off a fitted curve is: its own error and the counter's together",
      formula: "e = sqrt(4 / (9 x 0.05) x rms^2 + c^2)",
      citation: Source(
        "Vysochanskij and Petunin 1980; Pukelsheim, The Three Sigma Rule, The American Statistician 48 (1994): no more "
          + "than 5 % of a distribution with one peak lie further out"),
      inputs: [
        MethodParameter("root_mean_square", "of readings held out, as a part of the curve's value", in: 0...10),
        MethodParameter("counter_error", "the counter's 95 % interval, as a part of the value", in: 0...10),
      ],
      outputs: [MethodParameter("relative_error", "half the 95 % interval, as a part of the value")]
    ) { arguments throws(MethodError) in
      let own = LoadCurveFit.coverage * (try arguments.number("root_mean_square"))
      let counter = try arguments.number("counter_error")
      return ["relative_error": .number((own * own + counter * counter).squareRoot())]
    },
  ]
}
