public import Methods
import Quantities

/// The methods of this room under their names, for `dimmer methods` and `dimmer calc`.
public enum SwitchingMethods {
  /// All of them.
  public static let all: [Method] = [
    priceRule, placedPriceRule, staticMix, timingGain, timingWorth, hull, ladderGap, floorGuard, latencyCapacity,
    savingsSplit, placedSavingsSplit, orphansSpared, cloverScore, sproutProgram,
    ExpectedSaving.method,
  ]

  static let ours = Source("Dimmer; linear-programming duality of the quality-floor problem")
  static let variants = MethodParameter(
    "variants",
    "rows of name, quality (points, 0 to 100) and energy_joules per request; optionally capacity_per_second")
  static let floor = MethodParameter(
    "floor", unit: "points", "least mean quality over all requests", in: 0...100)
  static let intensities = MethodParameter(
    "intensities_grams_per_kwh", unit: "g/kWh", "carbon intensity of each interval", in: 0...1e5)
  static let requests = MethodParameter(
    "requests", "requests in each interval, or one number for all", default: .number(1), in: 0...1e15)
  static let pue = MethodParameter("pue", "power usage effectiveness", default: .number(1), in: 1...10)
  private static let carbon = MethodParameter("carbon_grams", unit: "g", "carbon over all intervals")

  static let priceRule = Method(
    "price-rule@1", "The shares of least carbon that keep mean quality at a floor, and the price of quality",
    formula: "serve argmin over v of c*PUE*e_v - price*q_v; price = the least at which sum n*q >= floor * sum n",
    citation: ours, inputs: [variants, floor, intensities, requests, pue],
    outputs: [
      carbon, MethodParameter("price", unit: "g/kWh J/point", "price of quality; divided by 3.6e6, grams per point"),
      MethodParameter("quality", unit: "points", "mean quality"),
      MethodParameter("feasible", "yes or no; if no, the best variants serve"),
      MethodParameter("shares", "one row an interval: each variant's share of requests"),
    ]
  ) { arguments throws(MethodError) in
    let problem = try problem(arguments, floor: try arguments.number("floor"))
    let plan = problem.solve()
    return [
      "carbon_grams": .number(plan.carbon.grams), "price": .number(plan.price),
      "quality": .number(try answered(plan.quality, "no requests are expected")),
      "feasible": .text(plan.isFeasible ? "yes" : "no"), "shares": .table(plan.shares.map { row(problem.ladder, $0) }),
    ]
  }

  static let staticMix = Method(
    "static-mix@1", "The cheapest fixed mix of two neighbouring variants at a quality floor",
    formula: "upper_share = (floor - q_lower) / (q_upper - q_lower) on the convex hull of (q, e)", citation: ours,
    inputs: [variants, floor, intensities, requests, pue],
    outputs: [
      carbon, MethodParameter("lower", "the cheaper variant"), MethodParameter("upper", "the better variant"),
      MethodParameter("upper_share", "the better variant's share of requests"),
      MethodParameter("energy_joules", unit: "J", "mean energy of one request"),
      MethodParameter("feasible", "yes or no; if no, the best variant serves"),
    ]
  ) { arguments throws(MethodError) in
    let (mix, carbon) = try problem(arguments, floor: try arguments.number("floor")).staticMix()
    return [
      "carbon_grams": .number(carbon.grams), "lower": .text(mix.lower), "upper": .text(mix.upper),
      "upper_share": .number(mix.upperShare), "energy_joules": .number(mix.energy.joules),
      "feasible": .text(mix.isFeasible ? "yes" : "no"),
    ]
  }

  static let timingGain = Method(
    "timing-gain@1", "The part of a fixed mix's carbon that serving the better variant in cleaner hours removes",
    formula: "gain = (1 - cbar_f/cbar) * f*de / (e_lower + f*de); cbar_f = mean intensity of the cleanest fraction f",
    citation: ours,
    inputs: [
      MethodParameter("lower_energy_joules", unit: "J", "energy per request of the cheaper variant", in: 0...1e12),
      MethodParameter("upper_energy_joules", unit: "J", "energy per request of the better variant", in: 0...1e12),
      MethodParameter("upper_share", "the better variant's share of requests", in: 0...1), intensities, requests,
    ],
    outputs: [MethodParameter("gain", "fraction of the fixed mix's carbon")]
  ) { arguments throws(MethodError) in
    let series = try arguments.numbers("intensities_grams_per_kwh")
    let gain = TimingGain.estimate(
      lower: .joules(try arguments.number("lower_energy_joules")),
      upper: .joules(try arguments.number("upper_energy_joules")), upperShare: try arguments.number("upper_share"),
      intensities: series.map { .gramsPerKilowattHour($0) }, requests: try demand(arguments, count: series.count))
    return ["gain": .number(try answered(gain, "without requests or without carbon there is no gain to speak of"))]
  }

  static let hull = Method(
    "hull@1", "The variants worth using: the lower convex hull of energy over quality",
    formula: "pop the middle of three while (e2-e1)*(q3-q2) >= (e3-e2)*(q2-q1)", citation: ours, inputs: [variants],
    outputs: [
      MethodParameter("hull", "rows of name, quality and energy_joules, by rising energy"),
      MethodParameter("slopes", unit: "J/point", "energy per point of each step along the hull"),
      MethodParameter("dropped", "rows of name and reason"), MethodParameter("warnings", "rows of warning"),
    ]
  ) { arguments throws(MethodError) in
    let hull = Hull(of: try ladder(arguments), on: .mean)
    return [
      "hull": .table(
        hull.points.map {
          ["name": .text($0.name), "quality": .number($0.quality), "energy_joules": .number($0.energy.joules)]
        }),
      "slopes": .numbers(hull.slopes),
      "dropped": .table(hull.dropped.map { ["name": .text($0.name), "reason": .text($0.reason)] }),
      "warnings": .table(hull.warnings.map { ["warning": .text($0)] }),
    ]
  }

  static let floorGuard = Method(
    "floor-guard@1", "The least mean quality that may be served now with the period's floor still within reach",
    formula:
      "q_least = floor - room / n_now; room = served points - floor*served - debt + (q_reserve-floor)*reliance*n_later",
    citation: ours,
    inputs: [
      floor, MethodParameter("best_quality", unit: "points", "quality of the best variant", in: 0...100),
      MethodParameter(
        "reserve_quality", unit: "points", "quality that later requests are counted on to have", in: 0...100),
      MethodParameter("served_requests", "requests served so far", in: 0...1e15),
      MethodParameter("served_points", unit: "points", "sum of their qualities", in: 0...1e17),
      MethodParameter("requests_now", "requests expected in this interval", in: 0...1e15),
      MethodParameter("requests_later", "requests expected after it", in: 0...1e15),
      MethodParameter("reliance", "part of later requests that is counted on", default: .number(0.75), in: 0...1),
      MethodParameter("carried_debt", unit: "points", "point-requests owed", default: .number(0), in: 0...1e17),
    ],
    outputs: [MethodParameter("least_quality", unit: "points", "least mean quality for this interval")]
  ) { arguments throws(MethodError) in
    let position = FloorGuard.Position(
      floor: try arguments.number("floor"), best: try arguments.number("best_quality"),
      reserve: try arguments.number("reserve_quality"),
      served: PolicyInput.Served(
        requests: try arguments.number("served_requests"), points: try arguments.number("served_points")),
      carriedDebt: try arguments.number("carried_debt"), requestsNow: try arguments.number("requests_now"),
      requestsLater: try arguments.number("requests_later"))
    let guardRule = FloorGuard(reliance: try arguments.number("reliance"))
    return ["least_quality": .number(guardRule.leastQuality(at: position))]
  }

  static let cloverScore = Method(
    "clover-score@1", "CLOVER's weighted score of each variant at one intensity",
    formula: "100 * (lambda * (C_base - C)/C_base - (1 - lambda) * (A_base - A)/A_base); C = e*c*PUE",
    citation: Source(
      "B. Li, S. Samsi, V. Gadepally, D. Tiwari: Clover: Toward Sustainable AI with Carbon-Aware Machine Learning "
        + "Inference Service. SC'23, arXiv 2304.09781", year: 2023),
    inputs: [
      variants, MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "intensity now", in: 0...1e5),
      MethodParameter("lambda", "weight of carbon", default: .number(0.1), in: 0...1),
      MethodParameter(
        "reference_grams_per_kwh", unit: "g/kWh", "intensity of the base", default: .number(250), in: 0...1e5),
      MethodParameter("pue", "power usage effectiveness", default: .number(1.5), in: 1...10),
    ],
    outputs: [
      MethodParameter("best", "the variant of highest score"),
      MethodParameter("scores", unit: "%", "score of each variant"),
    ]
  ) { arguments throws(MethodError) in
    let ladder = try ladder(arguments)
    let intensity = CarbonIntensity.gramsPerKilowattHour(try arguments.number("intensity_grams_per_kwh"))
    let score = CloverScore(
      weight: try arguments.number("lambda"),
      reference: .gramsPerKilowattHour(try arguments.number("reference_grams_per_kwh")),
      pue: try arguments.number("pue"))
    let base = score.base(of: ladder)
    return [
      "best": .text(score.best(of: ladder, at: intensity).name),
      "scores": .table([
        Dictionary(
          uniqueKeysWithValues: ladder.variants.map {
            ($0.name, .number(score.score($0, base: base, at: intensity)))
          })
      ]),
    ]
  }
}

extension SwitchingMethods {
  static func answered(_ value: Double?, _ reason: String) throws(MethodError) -> Double {
    guard let value, value.isFinite else { throw .noAnswer(reason) }
    return value
  }

  static func row(_ ladder: Ladder, _ shares: [Double]) -> [String: MethodValue] {
    Dictionary(uniqueKeysWithValues: zip(ladder.variants.map(\.name), shares.map { .number($0) }))
  }

  static func demand(_ arguments: MethodArguments, count: Int) throws(MethodError) -> [Double] {
    let given = try arguments.numbers("requests")
    if given.count == 1 { return [Double](repeating: given[0], count: count) }
    guard given.count == count else {
      throw .noAnswer(
        "'requests' has \(given.count) values for \(count) intensities; give one for each, or one for all")
    }
    return given
  }

  private static func problem(_ arguments: MethodArguments, floor: Double) throws(MethodError) -> Problem {
    let series = try arguments.numbers("intensities_grams_per_kwh")
    let counts = try demand(arguments, count: series.count)
    let pue = try arguments.number("pue")
    let ladder = try ladder(arguments)
    let intervals = zip(series, counts).map {
      Problem.Interval(requests: $1, intensity: .gramsPerKilowattHour($0), pue: pue)
    }
    do {
      return try Problem(ladder: ladder, floor: floor, intervals: intervals, basis: .mean)
    } catch {
      throw .noAnswer(error.description)
    }
  }

  static func ladder(_ arguments: MethodArguments, isPlaced: Bool = false) throws(MethodError) -> Ladder {
    do {
      return try Ladder(try variants(arguments, "variants", isPlaced: isPlaced))
    } catch let error as MethodError {
      throw error
    } catch {
      throw .noAnswer("\(error)")
    }
  }

  /// The variants of a table.
  ///
  /// - Parameter isPlaced: whether a row may say where its variant stands.
  static func variants(
    _ arguments: MethodArguments, _ key: String, isPlaced: Bool = false
  ) throws(MethodError) -> [Variant] {
    let known = ["name", "quality", "energy_joules", "capacity_per_second"] + (isPlaced ? ["place"] : [])
    var variants: [Variant] = []
    for (index, row) in try arguments.table(key).enumerated() {
      let place = "\(key)[\(index)]"
      for key in row.keys.sorted() where !known.contains(key) {
        throw .unknownInput("\(place).\(key)", known: known)
      }
      guard case .text(let name)? = row["name"] else { throw .wrongKind("\(place).name", expected: "a text") }
      let capacity = row["capacity_per_second"] == nil ? nil : try number(row, "capacity_per_second", place)
      variants.append(
        Variant(
          name, quality: try number(row, "quality", place), energy: .joules(try number(row, "energy_joules", place)),
          capacity: capacity, place: try standing(row, place)))
    }
    return variants
  }

  /// Where a row's variant stands; `nil` for here.
  private static func standing(_ row: [String: MethodValue], _ label: String) throws(MethodError) -> String? {
    switch row["place"] {
    case nil: return nil
    case .text(let place)?: return place
    default: throw .wrongKind("\(label).place", expected: "a text")
    }
  }

  static func number(
    _ row: [String: MethodValue], _ key: String, _ place: String
  ) throws(MethodError) -> Double {
    guard case .number(let value)? = row[key] else { throw .wrongKind("\(place).\(key)", expected: "a number") }
    return value
  }
}
