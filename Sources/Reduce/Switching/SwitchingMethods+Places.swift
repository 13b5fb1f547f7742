import Methods
import Quantities

/// The exact plan where variants stand on different grids.
extension SwitchingMethods {
  private static let placedVariants = MethodParameter(
    "variants",
    "rows of name, quality (points, 0 to 100) and energy_joules per request; optionally place, without which a variant "
      + "stands here, and capacity_per_second")

  static let placedPriceRule = Method(
    "placed-price-rule@1",
    "The shares of least carbon that keep mean quality at a floor where variants stand on different grids",
    formula:
      "serve argmin over v of c_place(v)*PUE_place(v)*e_v - price*q_v; steps of each interval's hull of (q, c*PUE*e) by "
      + "rising price until sum n*q >= floor * sum n",
    citation: ours,
    inputs: [
      placedVariants, floor, intensities,
      MethodParameter(
        "places", "rows of place, intensities_grams_per_kwh (one for each interval) and optionally pue"),
      requests, pue,
    ],
    outputs: [
      MethodParameter("carbon_grams", unit: "g", "carbon over all intervals"),
      MethodParameter("price", unit: "g/kWh J/point", "price of quality; divided by 3.6e6, grams per point"),
      MethodParameter("quality", unit: "points", "mean quality"),
      MethodParameter("feasible", "yes or no; if no, the best variants serve"),
      MethodParameter("static_mix_grams", unit: "g", "carbon of the best fixed mix, each variant in its fixed place"),
      MethodParameter("shares", "one row an interval: each variant's share of requests"),
    ]
  ) { arguments throws(MethodError) in
    let series = try arguments.numbers("intensities_grams_per_kwh")
    let counts = try demand(arguments, count: series.count)
    let places = try places(arguments, count: series.count)
    let here = try arguments.number("pue")
    let intervals = series.indices.map { t in
      Problem.Interval(
        requests: counts[t], intensity: .gramsPerKilowattHour(series[t]), pue: here,
        elsewhere: places.mapValues { Problem.Elsewhere(.gramsPerKilowattHour($0.series[t]), pue: $0.pue) })
    }
    let problem: Problem
    do {
      problem = try Problem(
        ladder: try ladder(arguments, isPlaced: true), floor: try arguments.number("floor"), intervals: intervals,
        basis: .mean)
    } catch let error as MethodError {
      throw error
    } catch {
      throw .noAnswer("\(error)")
    }
    let plan = problem.solve()
    return [
      "carbon_grams": .number(plan.carbon.grams), "price": .number(plan.price),
      "quality": .number(try answered(plan.quality, "no requests are expected")),
      "feasible": .text(plan.isFeasible ? "yes" : "no"),
      "static_mix_grams": .number(problem.staticMix().carbon.grams),
      "shares": .table(plan.shares.map { row(problem.ladder, $0) }),
    ]
  }

  private static func places(
    _ arguments: MethodArguments, count: Int
  ) throws(MethodError) -> [String: (series: [Double], pue: Double)] {
    var places: [String: (series: [Double], pue: Double)] = [:]
    let known = ["place", "intensities_grams_per_kwh", "pue"]
    for (index, row) in try arguments.table("places").enumerated() {
      let label = "places[\(index)]"
      for key in row.keys.sorted() where !known.contains(key) {
        throw .unknownInput("\(label).\(key)", known: known)
      }
      guard case .text(let place)? = row["place"] else { throw .wrongKind("\(label).place", expected: "a text") }
      let series: [Double]
      switch row["intensities_grams_per_kwh"] {
      case .numbers(let values)?: series = values
      case .number(let value)?: series = [value]
      default: throw .wrongKind("\(label).intensities_grams_per_kwh", expected: "numbers")
      }
      guard series.count == count else {
        throw .noAnswer("'\(label)' has \(series.count) intensities for \(count) intervals; give one for each")
      }
      places[place] = (series, row["pue"] == nil ? 1 : try number(row, "pue", label))
    }
    return places
  }
}
