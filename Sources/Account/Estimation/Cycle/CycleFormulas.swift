import Accounting
import Methods
import Quantities

/// The formulas of a development cycle.
enum CycleFormula {
  private static let any = 0...Double.greatestFiniteMagnitude
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
  private static let wu = Source(
    "Wu and others, Sustainable AI: Environmental Implications, Challenges and Opportunities (MLSys 2022)")

  /// `lever@1`: what is left of a term after a lever, applied to what the levers before it left.
  static let lever = Formula(
    id: "lever@1", summary: "What a lever leaves of a term, applied to what the levers before it left",
    formula: "term x remaining_share", citation: wu,
    inputs: [
      MethodParameter("term", "joules or grams before the lever", in: any),
      MethodParameter("remaining_share", "share that is left, 0 to 1", in: 0...1),
    ],
    output: MethodParameter("term_after", "joules or grams after it"), evaluate: { $0[0] * $0[1] })

  /// `gain-lever@1`: a gain of efficiency as the share that is left.
  static let gain = Formula(
    id: "gain-lever@1", summary: "The share that is left of energy when work is done so many times more efficiently",
    formula: "1 / gain", citation: wu,
    inputs: [MethodParameter("gain", "how many times less energy for the same work, at least 1", in: 1...1e6)],
    output: MethodParameter("remaining_share", "share that is left"), evaluate: { 1 / $0[0] })

  /// `saving-lever@1`: a saved share as the share that is left.
  static let saving = Formula(
    id: "saving-lever@1", summary: "The share that is left when a share is saved", formula: "1 - saved_share",
    citation: wu, inputs: [MethodParameter("saved_share", "share that is not done", in: 0...1)],
    output: MethodParameter("remaining_share", "share that is left"), evaluate: { 1 - $0[0] })

  /// `utilisation-energy@1`: idle power is shared by more work when machines are busier.
  static let utilisationEnergy = Formula(
    id: "utilisation-energy@1", summary: "The share of energy that is left when the same work runs on busier machines",
    formula: "(idle_share / utilisation_after + 1 - idle_share) / (idle_share / utilisation_before + 1 - idle_share)",
    citation: wu,
    inputs: [
      MethodParameter("utilisation_before", "busy share of the accelerators now", in: 1e-3...1),
      MethodParameter("utilisation_after", "busy share with the lever", in: 1e-3...1),
      MethodParameter("idle_share", "power of an idle machine over a busy one", in: 0...1),
    ],
    output: MethodParameter("remaining_share", "share that is left"),
    evaluate: { ($0[2] / $0[1] + 1 - $0[2]) / ($0[2] / $0[0] + 1 - $0[2]) })

  /// `utilisation-embodied@1`: fewer machines for the same work.
  static let utilisationEmbodied = Formula(
    id: "utilisation-embodied@1",
    summary: "The share of embodied carbon that is left when the same work runs on busier machines",
    formula: "utilisation_before / utilisation_after", citation: wu,
    inputs: [
      MethodParameter("utilisation_before", "busy share of the accelerators now", in: 1e-3...1),
      MethodParameter("utilisation_after", "busy share with the lever", in: 1e-3...1),
    ],
    output: MethodParameter("remaining_share", "share that is left"), evaluate: { $0[0] / $0[1] })

  /// `life-lever@1`: embodied carbon shared by a longer life.
  static let life = Formula(
    id: "life-lever@1", summary: "The share of embodied carbon that is left when machines last longer",
    formula: "life_before_seconds / life_after_seconds", citation: wu,
    inputs: [
      MethodParameter("life_before_seconds", unit: "s", "life as counted", in: positive),
      MethodParameter("life_after_seconds", unit: "s", "life with the lever", in: positive),
    ],
    output: MethodParameter("remaining_share", "share that is left"), evaluate: { $0[0] / $0[1] })

  /// `supply-lever@1`: a share of the electricity from carbon-free supply, which has a life cycle of its own.
  static let supply = Formula(
    id: "supply-lever@1",
    summary: "The share of operational carbon that is left when a share of the electricity is of carbon-free supply",
    formula: "1 - matched_share x (1 - min(1, supply_grams_per_kwh / grid_grams_per_kwh))", citation: wu,
    inputs: [
      MethodParameter("matched_share", "share of the electricity that is matched", in: 0...1),
      MethodParameter("supply_grams_per_kwh", unit: "g/kWh", "life cycle intensity of the supply", in: 0...5000),
      MethodParameter("grid_grams_per_kwh", unit: "g/kWh", "the grid's intensity", in: positive),
    ],
    output: MethodParameter("remaining_share", "share that is left"),
    evaluate: { 1 - $0[0] * (1 - min(1, $0[1] / $0[2])) })

  /// `break-even@1`: requests after which serving has cost as much as building.
  static let breakEven = Formula(
    id: "break-even@1", summary: "Requests after which serving has cost as much as developing",
    formula: "development / per_request",
    citation: Source(
      "Luccioni, Jernite and Strubell, Power Hungry Processing (2024): cost parity of training and inference"),
    inputs: [
      MethodParameter("development", "joules or grams of development", in: any),
      MethodParameter("per_request", "the same of one request", in: positive),
    ],
    output: MethodParameter("requests", "requests"), evaluate: { $0[0] / $0[1] })

  /// `per-request@1`: an amount shared out over requests.
  static let perRequest = Formula(
    id: "per-request@1", summary: "An amount shared out over the requests of a lifetime", formula: "amount / requests",
    citation: Source("EcoLogits, frequently asked questions: training over the requests of a lifetime"),
    inputs: [
      MethodParameter("amount", "joules or grams", in: any),
      MethodParameter("requests", "requests of the lifetime", in: 1...1e20),
    ],
    output: MethodParameter("amount_a_request", "joules or grams a request"), evaluate: { $0[0] / $0[1] })

  /// `cycle-sum@1`: phases together.
  static let sum: MethodID = "cycle-sum@1"

  /// A sum of phases, with their receipts.
  static func total<Q: Quantity>(_ label: String, _ parts: [Figure<Q>]) -> Figure<Q> {
    let estimate: Estimate<Q> = parts.map(\.estimate).total(method: sum, origin: .declared)
    return Figure(label, estimate, inputs: parts.map(\.receipt))
  }
}

/// The registry's entries of a development cycle.
enum CycleMethods {
  static let all: [Method] =
    [
      CycleFormula.lever, CycleFormula.gain, CycleFormula.saving, CycleFormula.utilisationEnergy,
      CycleFormula.utilisationEmbodied, CycleFormula.life, CycleFormula.supply, CycleFormula.breakEven,
      CycleFormula.perRequest,
    ].map(\.method) + [
      Method(
        CycleFormula.sum, "Phases of a development cycle together", formula: "sum of parts",
        citation: Source("Cost of a model is the sum over its phases (Wu and others 2022)"),
        inputs: [MethodParameter("parts", "joules or grams of each phase", in: 0...Double.greatestFiniteMagnitude)],
        outputs: [MethodParameter("total", "all of them")]
      ) { arguments throws(MethodError) in
        ["total": .number(try arguments.numbers("parts").reduce(0, +))]
      }
    ]
}
