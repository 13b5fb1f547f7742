import Methods
import Quantities

/// Worked examples of sharing, uncertainty and labels (`derived-batch-allocation@1`, `derived-uncertainty@1`,
/// `derived-label@1`).
enum WorkedStatistics {
  static let all: [Method] = [allocation, uncertainty, label]

  private static let allocation = Method(
    "derived-batch-allocation@1",
    "The energy of one batch shared among its requests by their tokens, idle energy equally",
    formula: "j = server_j x w / sum of w, w = prefill_weight x prefill + decode; idle_j_each = idle_j / requests",
    citation: Source("Dimmer, sharing rule for concurrent requests, see meter-share and work-weight"),
    inputs: [
      MethodParameter("server_j", unit: "J", "energy of the batch above idle", in: Plausible.amount),
      MethodParameter("idle_j", unit: "J", "energy that flowed anyway", default: .number(0), in: Plausible.amount),
      MethodParameter("requests", "rows of prefill and decode, in tokens"),
      MethodParameter("prefill_weight", "weight of a token read; one written weighs 1", in: 0...1000),
    ],
    outputs: [
      MethodParameter("j", unit: "J", "the batch's energy, request by request"),
      MethodParameter("idle_j_each", unit: "J", "idle energy of each"),
    ]
  ) { arguments throws(MethodError) in
    let rows = try arguments.rows("requests", known: ["prefill", "decode"])
    guard !rows.isEmpty else { throw .noAnswer("'requests' is empty; a batch has at least one") }
    let weight = WorkWeight(perInputToken: try arguments.number("prefill_weight"), perOutputToken: 1)
    var parts: [MeterShare.Part] = []
    for row in rows {
      let size = RequestSize(
        uncachedTokensIn: try row.number("prefill", in: Plausible.amount),
        tokensOut: try row.number("decode", in: Plausible.amount))
      parts.append(MeterShare.Part(weight: weight(size), time: .seconds(1)))
    }
    let idle = try arguments.number("idle_j")
    let share = MeterShare(
      dynamic: Microjoules(.joules(try arguments.number("server_j"))), idle: Microjoules(.joules(idle)), among: parts)
    return [
      "j": .numbers(share.dynamic.map(\.energy.joules)), "idle_j_each": .number(idle / Double(parts.count)),
    ]
  }

  /// Closed form, for factors that are independent and each uncertain by less than about 30 %; Dimmer's own estimates
  /// combine logarithms, which agrees with it for small ones and stays above zero for large.
  private static let uncertainty = Method(
    "derived-uncertainty@1",
    "Carbon of energy, PUE and grid with the uncertainty of each, by root of the sum of squares",
    formula: "g = energy x pue x ci; rel = sqrt(rel_energy^2 + rel_pue^2 + rel_ci^2)",
    citation: Source("JCGM 100:2008 (GUM), 5.1.6: relative standard uncertainties of a product", year: 2008),
    inputs: [
      MethodParameter("energy", "IT energy: value in kWh, rel as a share"),
      MethodParameter("pue", "the site's PUE: value and rel"),
      MethodParameter("ci", "grid intensity: value in g/kWh and rel"),
    ],
    outputs: [
      MethodParameter("g", unit: "g", "operational carbon, CO2e"),
      MethodParameter("rel", "its relative uncertainty, at the level of those given"),
    ]
  ) { arguments throws(MethodError) in
    let known = ["value", "rel"]
    let energy = try arguments.object("energy", known: known)
    let pue = try arguments.object("pue", known: known)
    let grid = try arguments.object("ci", known: known)
    var squares = 0.0
    for factor in [energy, pue, grid] {
      let relative = try factor.number("rel", in: Plausible.share)
      squares += relative * relative
    }
    let facility = FacilityEnergy(
      ITEnergy(DeclaredValue.figure("IT energy", .kilowattHours(try energy.number("value", in: Plausible.amount)))),
      pue: DeclaredValue.figure("PUE", Ratio(try pue.number("value", in: Plausible.pue))))
    let intensity = CarbonIntensity.gramsPerKilowattHour(try grid.number("value", in: Plausible.intensity))
    let carbon = OperationalCarbon.carbon(of: facility, at: DeclaredValue.figure("grid intensity", intensity))
    return ["g": .number(carbon.value.grams), "rel": .number(squares.squareRoot())]
  }

  private static let label = Method(
    "derived-label@1", "Stars of a subject among a task's values: five equal parts of their range, the lowest has five",
    formula: "5 - floor(5 x (subject - lowest) / (highest - lowest)), from 1 to 5",
    citation: Source("Hugging Face and others, AI Energy Score: stars by fifths of a task's range", year: 2025),
    inputs: [
      MethodParameter("values", "energies of a task's models, in one unit", in: Plausible.amount),
      MethodParameter("subject", "the energy of the one that is labelled", in: Plausible.amount),
    ],
    outputs: [MethodParameter("stars", "1 to 5")]
  ) { arguments throws(MethodError) in
    let values = try arguments.numbers("values")
    let subject = try arguments.number("subject")
    guard let lowest = values.min(), let highest = values.max(), lowest < highest else {
      throw .noAnswer("'values' has no range to cut in five; give at least two different ones")
    }
    guard (lowest...highest).contains(subject) else { throw .outOfRange("subject", subject, allowed: lowest...highest) }
    let fifth = min(4, (5 * (subject - lowest) / (highest - lowest)).rounded(.down))
    return ["stars": .number(5 - fifth)]
  }
}
