import Methods
import Quantities

/// LLMCarbon's estimate of a training run from its floating point operations (`llmcarbon-training@1`).
public struct LLMCarbonTraining: Hashable, Sendable {
  /// Parameters that work on one token, in billions: all of a dense model, those of the base model of a sparse one.
  public var workingBillions: Double
  /// Tokens trained on, in billions.
  public var tokensBillions: Double
  /// Power of one device with its part of the system, in watts.
  public var deviceWatts: Double
  /// The device's printed speed in 10^12 operations a second.
  public var peakTeraflops: Double
  /// The part of the printed speed that is reached, above 0 and at most 1.
  public var efficiency: Double

  /// A training run.
  public init(
    workingBillions: Double, tokensBillions: Double, deviceWatts: Double, peakTeraflops: Double, efficiency: Double
  ) {
    self.workingBillions = workingBillions
    self.tokensBillions = tokensBillions
    self.deviceWatts = deviceWatts
    self.peakTeraflops = peakTeraflops
    self.efficiency = efficiency
  }

  /// Six operations a parameter and token: two forward and four backward.
  public var operations: Double { 6 * workingBillions * 1e9 * tokensBillions * 1e9 }

  /// The time that one device alone would need, in seconds; it is what many devices need together.
  public var deviceSeconds: Double { operations / (peakTeraflops * 1e12 * efficiency) }

  /// Energy of all devices without the site's overhead, in joules.
  public var energyJoules: Double { deviceSeconds * deviceWatts }
}

extension LLMCarbonTraining {
  private static let positive = 1e-9...1e9

  static let method = Method(
    "llmcarbon-training@1", "LLMCarbon's estimate of a training run's energy and carbon",
    formula:
      "mwh = 6 x base_params x tokens / (peak x efficiency) x system_w x pue / 3.6e9; tco2e = mwh x ci_kg_per_kwh",
    citation: Source(
      "LLMCarbon (dbd96b792); Faiz and others, LLMCarbon: Modeling the end-to-end carbon footprint of LLMs",
      year: 2024, licence: "Apache-2.0"),
    inputs: [
      MethodParameter("params_b", "all parameters, in billions", in: 1e-6...100_000),
      MethodParameter(
        "base_params_b", "parameters of a sparse model's base, in billions; left out for a dense model",
        isOptional: true, in: 1e-6...100_000),
      MethodParameter("tokens_b", "tokens trained on, in billions", in: positive),
      MethodParameter("ci_kg_per_kwh", unit: "kg/kWh", "grid intensity, CO2e", in: 0...5),
      MethodParameter("pue", "the site's PUE", in: 1...100),
      MethodParameter("system_w", unit: "W", "power of one device with its part of the system", in: 1e-3...1e6),
      MethodParameter("peak_tflops", "a device's printed speed, 10^12 operations a second", in: 1e-6...1e9),
      MethodParameter("efficiency", "the part of it that is reached", in: 1e-6...1),
      MethodParameter("devices", "how many; more of them take less time and the same energy", in: 1...1e8),
    ],
    outputs: [
      MethodParameter("mwh", unit: "MWh", "electricity with the site's overhead"),
      MethodParameter("tco2e", unit: "t", "carbon of it, CO2e"),
      MethodParameter("days", unit: "d", "how long it takes"),
    ]
  ) { arguments throws(MethodError) in
    let all = try arguments.number("params_b")
    let base = try arguments.optionalNumber("base_params_b") ?? all
    guard base <= all else {
      throw .noAnswer("'base_params_b' is above 'params_b': a base cannot have more parameters than the whole")
    }
    let run = LLMCarbonTraining(
      workingBillions: base, tokensBillions: try arguments.number("tokens_b"),
      deviceWatts: try arguments.number("system_w"), peakTeraflops: try arguments.number("peak_tflops"),
      efficiency: try arguments.number("efficiency"))
    let energy = FacilityEnergy.formula.evaluate([run.energyJoules, try arguments.number("pue")])
    let grams = OperationalCarbon.once.evaluate([energy, 1000 * (try arguments.number("ci_kg_per_kwh"))])
    return [
      "mwh": .number(energy / 3.6e9), "tco2e": .number(grams / 1e6),
      "days": .number(run.deviceSeconds / (try arguments.number("devices")) / 86_400),
    ]
  }
}
