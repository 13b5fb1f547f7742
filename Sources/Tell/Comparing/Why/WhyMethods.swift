import Accounting
import Methods
import Quantities

/// The formulas of a waterfall.
enum WhyMethods {
  static let all: [Method] = [
    change.method, order.method, range.method, share.method, plants.method, rest.method, perEnergy.method,
    atMachine.method, component.method,
  ]

  private static let ratio = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
  private static let decomposition = Source(
    "B. W. Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33 (2005): steps that "
      + "multiply to the whole", year: 2005)

  /// A factor that both state, in a figure that is a product of it.
  static let change = Formula(
    id: "factor-change@1", summary: "By how much a figure changes with a factor that both claims state",
    formula: "(factor_to / factor_from) ^ exponent", citation: decomposition,
    inputs: [
      MethodParameter("factor_to", "the factor in the second claim", in: ratio),
      MethodParameter("factor_from", "the factor in the first claim", in: ratio),
      MethodParameter("exponent", "the power with which the figure follows it", in: -4...4),
    ],
    output: MethodParameter("ratio", "the change as a factor"),
    evaluate: { Logarithm.power($0[0] / $0[1], $0[2]) })

  /// A factor changed in the formulas of both claims.
  static let order = Formula(
    id: "factor-substitution@1",
    summary: "By how much a formula's result changes with one input, as the mean of changing it early and late",
    formula: "sqrt(first_order x second_order)",
    citation: Source(
      "E. Dietzenbacher and B. Los, Structural decomposition techniques: sense and sensitivity, Economic Systems "
        + "Research 10 (1998): the mean of the two polar orders", year: 1998),
    inputs: [
      MethodParameter("first_order", "the change with the inputs before it already changed", in: ratio),
      MethodParameter("second_order", "the change with the inputs after it already changed", in: ratio),
    ],
    output: MethodParameter("ratio", "the change as a factor"), evaluate: { ($0[0] * $0[1]).squareRoot() })

  /// Something that one claim counts and the other does not, of which only a range is published.
  static let range = Formula(
    id: "published-range@1", summary: "A factor of which only a range is published: its middle on the logarithm",
    formula: "sqrt(low x high)",
    citation: Source("Dimmer: the middle that is as far from both ends by the same factor; the ends are published"),
    inputs: [
      MethodParameter("low", "the lower end", in: ratio), MethodParameter("high", "the upper end", in: ratio),
    ],
    output: MethodParameter("ratio", "the middle"), evaluate: { ($0[0] * $0[1]).squareRoot() })

  /// The whole over the rest of it, by the share that is added.
  static let share = Formula(
    id: "whole-over-rest@1", summary: "A whole over what is left of it without a part: 1 / (1 - share of the part)",
    formula: "1 / (1 - share)", citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity: (O + M) over O"),
    inputs: [MethodParameter("share", "the part's share of the whole", in: 0...0.999_999)],
    output: MethodParameter("ratio", "the whole over the rest"), evaluate: { 1 / (1 - $0[0]) })

  /// Water of site and plants over that of the site.
  static let plants = Formula(
    id: "water-with-plants@1", summary: "Water on site and at power plants over that on site alone",
    formula: "1 + plants_litres_per_kwh / site_litres_per_kwh",
    citation: Source("Li, Yang, Islam and Ren, Making AI Less Thirsty (2023): water of scope 1 and of scope 2"),
    inputs: [
      MethodParameter("plants_litres_per_kwh", unit: "L/kWh", "at power plants, per electricity", in: 0...1000),
      MethodParameter("site_litres_per_kwh", unit: "L/kWh", "on the site, per electricity", in: 1e-6...1000),
    ],
    output: MethodParameter("ratio", "both over the site's"), evaluate: { 1 + $0[0] / $0[1] })

  /// What is left.
  static let rest = Formula(
    id: "unexplained-ratio@1", summary: "What is left of a ratio when every step is taken out of it",
    formula: "ratio / (product of steps)", citation: decomposition,
    inputs: [
      MethodParameter("ratio", "the second figure over the first", in: ratio),
      MethodParameter("product", "the product of all steps", in: ratio),
    ],
    output: MethodParameter("ratio", "what is left"), evaluate: { $0[0] / $0[1] })

  /// An amount over the energy stated beside it.
  static let perEnergy = Formula(
    id: "implied-intensity@1", summary: "The intensity that a claim's own amount over its own energy amounts to",
    formula: "amount / (energy_joules / 3.6e6)",
    citation: Source("GHG Protocol Scope 2 Guidance (2015): emissions are energy times an emission factor"),
    inputs: [
      MethodParameter("amount", "grams or litres", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("energy_joules", unit: "J", "the energy beside it", in: ratio),
    ],
    output: MethodParameter("per_kwh", "grams or litres per kilowatt-hour"), evaluate: { $0[0] / ($0[1] / 3.6e6) })

  /// Facility energy without the overhead.
  static let atMachine = Formula(
    id: "energy-before-overhead@1", summary: "Energy at the machines behind an energy that holds the site's overhead",
    formula: "facility_energy_joules / pue",
    citation: Source("ISO/IEC 30134-2, power usage effectiveness: total over IT energy"),
    inputs: [
      MethodParameter("facility_energy_joules", unit: "J", "energy with overhead", in: ratio),
      MethodParameter("pue", "total over IT energy", in: 1...100),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy at the machines"), evaluate: { $0[0] / $0[1] })
}

extension Formula {
  /// A figure of this formula from receipts whose values are known.
  func figure<Q: Quantity>(_ label: String, of receipts: [Receipt], note: String? = nil) -> Figure<Q>? {
    let estimates = receipts.compactMap(\.plain)
    guard estimates.count == receipts.count else { return nil }
    let estimate = Estimate<Q>.evaluating(estimates, method: id, evaluate)
    guard estimate.value.baseValue.isFinite else { return nil }
    return Figure(label, estimate, inputs: receipts, note: note)
  }
}
