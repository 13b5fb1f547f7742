import Methods
import Quantities

/// Peers' rules as methods, to compare with.
extension SwitchingMethods {
  static let sproutProgram = Method(
    "sprout-program@1", "SPROUT's shares of levels for one interval, and the floor they keep",
    formula: "min sum x*(CI*e + embodied*t) with sum x*q >= (1 - xi*(CI - CI_min)/(CI_max - CI_min))*q_0, sum x = 1",
    citation: Source(
      "B. Li, Y. Jiang, V. Gadepally, D. Tiwari: SPROUT: Green Generative AI with Carbon-Efficient LLM Inference. "
        + "EMNLP 2024, arXiv 2403.12900", year: 2024),
    inputs: [
      MethodParameter("energies_joules", unit: "J", "energy per request of each level, level 0 first", in: 0...1e12),
      MethodParameter("durations_seconds", unit: "s", "time per request of each level", in: 0...1e6),
      MethodParameter("qualities", "quality of each level, for example the share of answers preferred", in: 0...100),
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "intensity now", in: 0...1e5),
      MethodParameter("lowest_grams_per_kwh", unit: "g/kWh", "lowest intensity of the year", in: 0...1e5),
      MethodParameter("highest_grams_per_kwh", unit: "g/kWh", "highest intensity of the year", in: 0...1e5),
      MethodParameter("xi", "how far quality may fall, as a fraction", default: .number(0.1), in: 0...1),
      MethodParameter(
        "embodied_grams_per_second", unit: "g/s", "embodied carbon of each second",
        default: .number(SproutProgram.publishedEmbodiedRate), in: 0...1e6),
    ],
    outputs: [
      MethodParameter("shares", "each level's share of requests"),
      MethodParameter("floor", "least mean quality of this interval"),
      MethodParameter("carbon_grams", unit: "g", "mean carbon of one request"),
    ]
  ) { arguments throws(MethodError) in
    let energies = try arguments.numbers("energies_joules")
    let durations = try arguments.numbers("durations_seconds")
    let qualities = try arguments.numbers("qualities")
    guard !energies.isEmpty, durations.count == energies.count, qualities.count == energies.count else {
      throw .noAnswer("give one energy, one duration and one quality for each level, and at least one level")
    }
    let lowest = CarbonIntensity.gramsPerKilowattHour(try arguments.number("lowest_grams_per_kwh"))
    let highest = CarbonIntensity.gramsPerKilowattHour(try arguments.number("highest_grams_per_kwh"))
    guard lowest <= highest else { throw .noAnswer("the lowest intensity is above the highest") }
    let program = SproutProgram(
      tolerance: try arguments.number("xi"),
      embodiedGramsPerSecond: try arguments.number("embodied_grams_per_second"))
    let levels = energies.indices.map {
      SproutProgram.Level(
        quality: qualities[$0], energy: .joules(energies[$0]), duration: .seconds(durations[$0]))
    }
    let intensity = CarbonIntensity.gramsPerKilowattHour(try arguments.number("intensity_grams_per_kwh"))
    let shares = program.shares(levels, at: intensity, within: lowest...highest)
    let carbon = zip(shares, levels).reduce(0) { $0 + $1.0 * program.carbon(of: $1.1, at: intensity).grams }
    return [
      "shares": .numbers(shares),
      "floor": .number(program.floor(reference: qualities[0], at: intensity, within: lowest...highest)),
      "carbon_grams": .number(carbon),
    ]
  }
}
