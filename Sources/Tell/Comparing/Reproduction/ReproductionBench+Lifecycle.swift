import Accounting
import Estimation
import Factors
import Methods
import Quantities

/// Published numbers of development cycles by Dimmer's methods.
extension ReproductionBench {
  func lifecycle() throws -> [ReproducedRow] {
    try gains() + shares() + trend() + breakEvens() + research() + perRequest()
  }

  /// The levers of "Sustainable AI".
  private func gains() throws -> [ReproducedRow] {
    let caching: Figure<Ratio> = try printed("wu-caching")
    let acceleration: Figure<Ratio> = try printed("wu-acceleration")
    let precision: Figure<Ratio> = try printed("wu-half-precision")
    let operators: Figure<Ratio> = try printed("wu-operators")
    let reached: Figure<Ratio> = try printed("wu-utilisation-reached")
    return [
      row(
        "wu-algorithm", .lifecycle, "gain of a translation model by precision and operators",
        published: try printed("wu-algorithm"), computed: product("both gains", precision, operators), within: 0.02,
        own: true, how: "2.4 x 5"),
      row(
        "wu-all-gains", .lifecycle, "gain of a translation model by all optimisations",
        published: try printed("wu-all-gains"),
        computed: product("all gains", caching, acceleration, precision, operators), within: 0.05, own: true,
        how: "6.7 x 10.1 x 2.4 x 5: gains multiply, each on what is left", remark: "Printed as more than 800 times."),
      row(
        "wu-utilisation", .lifecycle, "carbon saved by GPUs busy at 80 %, times",
        published: try printed("wu-utilisation-gain"),
        computed: ratio("busy shares", reached, DevelopmentCycle.usualUtilisation), within: 0.05, own: false,
        how: "80 % / 40 % (30 to 50 %): embodied carbon falls with the busy share, operational carbon by less",
        remark: "The busy share that the source starts from is not printed. From the 30 to 50 % that it prints of "
          + "experimentation no more than 2.7 times can be reached; 3 times needs 27 % or less."),
    ]
  }

  /// Parts that must make a whole.
  private func shares() throws -> [ReproducedRow] {
    let whole = Figure(
      "the whole", Estimate<Ratio>.exact(Ratio(1), origin: .published, method: PublishedFactor.method),
      source: try tables.quantities.entry("wu-capacity-training").source, note: "Shares of one thing add up to it.")
    func parts(_ id: String, _ what: String, _ ids: [String], _ how: String) throws -> ReproducedRow {
      row(
        id, .lifecycle, what, published: whole, computed: sum(what, try ids.map { try printed($0) }), within: 0.001,
        own: true, how: how)
    }
    let made: Figure<Ratio> = try printed("wu-embodied-share")
    let used = Figure(
      "operational share", whole.estimate - made.estimate, inputs: [whole.receipt, made.receipt])
    return [
      try parts(
        "wu-capacity", "power capacity by phase: experimentation, training, inference",
        ["wu-capacity-experimentation", "wu-capacity-training", "wu-capacity-inference"], "10 : 20 : 70"),
      try parts(
        "wu-rm1", "energy of a recommendation model: data, training, inference",
        ["wu-rm1-data", "wu-rm1-training", "wu-rm1-inference"], "31 : 29 : 40"),
      try parts(
        "wu-lm", "carbon of a translation model: training, inference", ["wu-lm-training", "wu-lm-inference"], "35 : 65"),
      row(
        "wu-embodied", .lifecycle, "embodied over operational carbon of large tasks",
        published: try printed("wu-embodied-over-operational"), computed: ratio("30 % over 70 %", made, used),
        within: 0.1, own: true, how: "30 % / 70 %",
        remark: "The text splits 30 : 70, which is 43 %; the caption of figure 5 says roughly 50 %."),
    ]
  }

  /// A fifth less every half year, and what was left of it.
  private func trend() throws -> [ReproducedRow] {
    let left = DeclaredValue.figure("left of it every half year", Ratio(0.8), note: "One less the printed 20 %.")
    let compounded = product("left of it after four half years", left, left, left, left)
    let one = DeclaredValue.figure("all of it", Ratio(1), note: "What was there before.")
    return [
      row(
        "wu-two-years", .lifecycle, "energy saved in two years", published: try printed("wu-two-years"),
        computed: Figure(
          "saved in four half years", one.estimate - compounded.estimate, inputs: [one.receipt, compounded.receipt]),
        within: 0.1, own: false, how: "1 - 0.8^4",
        remark:
          "Not the same thing: 59 % is what the optimisations saved of each piece of work, 28.5 % what was left of "
          + "it when the work had grown.")
    ]
  }

  /// Cost parity of training and inference.
  private func breakEvens() throws -> [ReproducedRow] {
    try [("7b1", "BLOOMz-7B"), ("3b", "BLOOMz-3B"), ("1b7", "BLOOMz-1.7B"), ("560m", "BLOOMz-560M")].map { id, name in
      let built = sum(
        "training and fine-tuning",
        [try printed("bloomz-\(id)-training", as: Energy.self), try printed("bloomz-\(id)-finetuning")])
      return row(
        "bloomz-\(id)", .lifecycle, "inferences that cost as much as training, \(name)",
        published: try printed("bloomz-\(id)-parity"),
        computed: CycleCost.breakEven(development: built, perRequest: try printed("bloomz-\(id)-inference")),
        within: 0.01, own: true, how: "(training + fine-tuning) / inference", remark: nil)
    }
  }

  /// The runs around a final one.
  private func research() throws -> [ReproducedRow] {
    let final: Figure<Energy> = try printed("bloom-final-run")
    return [
      row(
        "bloom-final-share", .lifecycle, "share of the final run of all runs, BLOOM",
        published: try printed("bloom-final-share"),
        computed: ratio("final over all", final, try printed("bloom-all-runs")), within: 0.01, own: true,
        how: "433.2 MWh / 1163.1 MWh", remark: "All runs are 2.7 times the final one."),
      row(
        "olmo-ratio", .lifecycle, "development over training, OLMo models", published: try printed("olmo-ratio"),
        computed: ratio(
          "development over training", try printed("olmo-development", as: Energy.self), try printed("olmo-training")),
        within: 0.02, own: true, how: "459 MWh / 913 MWh", remark: nil),
    ]
  }

  /// Shares and scores a request or a token.
  private func perRequest() throws -> [ReproducedRow] {
    let tokens: Figure<Ratio> = try printed("sci-ai-tokens")
    let millions = Figure(
      "million tokens", Estimate<Ratio>.applying(tokens.estimate, method: "ratio@1") { $0 / 1e6 },
      inputs: [tokens.receipt])
    let score = SoftwareCarbonIntensity.score(
      operational: try printed("sci-ai-operational"), embodied: try printed("sci-ai-embodied"), units: millions,
      unit: "million tokens")
    return [
      row(
        "ecologits-faq", .lifecycle, "carbon of training for each request of a lifetime",
        published: try printed("ecologits-faq-share"),
        computed: CycleCost.amortised(
          try printed("ecologits-faq-training"), over: try printed("ecologits-faq-requests")),
        within: 0.01, own: true, how: "1900 t / 10^11 requests",
        remark: "Beside the cost of a request, never inside it."),
      row(
        "sci-ai", .lifecycle, "SCI for AI, consumer's score of the worked example, per million tokens",
        published: try printed("sci-ai-score"), computed: score, within: 0.01, own: true,
        how: "(5000 kg + 1500 kg) / 50 000 million tokens",
        remark: "130 g a million tokens are 0.13 g a thousand: the draft prints the number of one unit with the other."),
    ]
  }
}
