import Accounting
import Methods
import Quantities

/// The formulas of scenarios.
enum FleetFormula {
  private static let any = 0...Double.greatestFiniteMagnitude
  private static let compound = Source("Compound growth: each year is the year before times one factor")

  /// `fleet-first-year@1`
  static let firstYear = Formula(
    id: "fleet-first-year@1", summary: "Energy of a year of queries: queries a day, 365 days, energy of one",
    formula: "queries_a_day x 365 x query_joules", citation: Source("A sum over the queries of 365 days"),
    inputs: [
      MethodParameter("queries_a_day", "queries a day, on average over the year", in: any),
      MethodParameter("query_joules", unit: "J", "IT energy of one", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy of the year"), evaluate: { $0[0] * 365 * $0[1] })

  /// `fleet-energy@1`
  static let energy = Formula(
    id: "fleet-energy@1", summary: "Energy of a later year, when work grows and each piece of it takes less",
    formula: "first_year_joules x ((1 + growth) x (1 - efficiency_gain)) ^ years_on", citation: compound,
    inputs: [
      MethodParameter("first_year_joules", unit: "J", "energy of the first year", in: any),
      MethodParameter("growth", "growth of the work a year", in: -0.99...10),
      MethodParameter("efficiency_gain", "energy saved a year for the same work", in: 0...0.95),
      MethodParameter("years_on", "years after the first", in: 0...50),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the year"),
    evaluate: { $0[0] * power((1 + $0[1]) * (1 - $0[2]), $0[3]) })

  /// `grid-path@1`
  static let grid = Formula(
    id: "grid-path@1", summary: "A grid's intensity in a later year, when it changes by one share a year",
    formula: "intensity_grams_per_kwh x (1 + grid_change) ^ years_on", citation: compound,
    inputs: [
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "intensity of the first year", in: any),
      MethodParameter("grid_change", "change a year; below 0 is cleaner", in: -0.95...1),
      MethodParameter("years_on", "years after the first", in: 0...50),
    ],
    output: MethodParameter("later_grams_per_kwh", unit: "g/kWh", "intensity of the year"),
    evaluate: { $0[0] * power(1 + $0[1], $0[2]) })

  /// `fleet-sum@1`: years together.
  static let sum: MethodID = "fleet-sum@1"

  static func total<Q: Quantity>(_ label: String, _ years: [Figure<Q>]) -> Figure<Q> {
    let estimate: Estimate<Q> = years.map(\.estimate).total(method: sum, origin: .modelled)
    return Figure(label, estimate, inputs: years.map(\.receipt))
  }

  /// `base` to a whole number of years.
  private static func power(_ base: Double, _ years: Double) -> Double {
    (0..<max(0, Int(years))).reduce(1) { product, _ in product * base }
  }
}

/// The registry's entries of scenarios.
enum FleetMethods {
  static let all: [Method] =
    [
      FleetFormula.firstYear, FleetFormula.energy, FleetFormula.grid, WorldScenario.growth, WorldScenario.share,
    ].map(\.method) + [
      Method(
        FleetFormula.sum, "Years of a scenario together", formula: "sum of years",
        citation: Source("A sum; each uncertain thing is moved in all years at once"),
        inputs: [MethodParameter("years", "joules or grams of each year", in: 0...Double.greatestFiniteMagnitude)],
        outputs: [MethodParameter("total", "all of them")]
      ) { arguments throws(MethodError) in
        ["total": .number(try arguments.numbers("years").reduce(0, +))]
      }
    ]
}
