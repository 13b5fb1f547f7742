public import Methods
import Quantities

/// The methods of this room under their names, for `dimmer methods` and `dimmer calc`.
public enum GatewayMethods {
  /// All of them.
  public static let all: [Method] = [reportedEnergy]

  static let reportedEnergyID = "reported-energy@1"

  static let reportedEnergy = Method(
    "reported-energy@1", "The energy of a request as its model server reported it, with the interval declared for it",
    formula: "low, high = reported * (1 - spread), reported * (1 + spread) where the server states no interval",
    citation: Source("Dimmer; reports as sent by Neuralwatt, greenjoules, GreenGate and Text Generation Inference"),
    inputs: [
      MethodParameter("reported_joules", unit: "J", "what the server reported", in: 0...EnergyReport.most),
      MethodParameter(
        "spread", "relative half-width of the 95 % interval, as declared", default: .number(0.1), in: 0...1),
    ],
    outputs: [
      MethodParameter("energy_joules", unit: "J", "the charge"),
      MethodParameter("low_joules", unit: "J", "the interval's lower end"),
      MethodParameter("high_joules", unit: "J", "the interval's upper end"),
    ]
  ) { arguments throws(MethodError) in
    guard let report = EnergyReport(joules: try arguments.number("reported_joules")) else {
      throw .noAnswer("0 joules are no report; leave the figure out")
    }
    let charge = report.charge(spread: try arguments.number("spread"))
    return [
      "energy_joules": .number(charge.joules.value), "low_joules": .number(charge.joules.low),
      "high_joules": .number(charge.joules.high),
    ]
  }
}
