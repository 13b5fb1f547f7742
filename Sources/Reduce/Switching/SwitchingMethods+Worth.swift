import Methods
import Quantities

/// The methods that say what there is to gain, and what was gained.
extension SwitchingMethods {
  static let timingWorth = Method(
    "timing-worth@1", "What watching the grid is worth over past budget periods, with its 95 % interval",
    formula:
      "possible = 1 - sum P_d / sum S_d; interval: linearised ratio, Bartlett weights up to 7 periods, Student's t",
    citation: Source(
      "W. G. Cochran: Sampling Techniques, 3rd ed. (1977), 6.4; W. K. Newey, K. D. West, Econometrica 55 (1987) 703-708",
      year: 1987),
    inputs: [
      variants, floor, intensities, requests, pue,
      MethodParameter(
        "intervals_per_period", "hourly intervals in a budget period", default: .number(24), in: 1...10_000),
    ],
    outputs: [
      MethodParameter("possible_percent", unit: "%", "gain over the fixed mix with each period known beforehand"),
      MethodParameter("possible_interval", unit: "%", "its 95 % interval; empty when it is unknown"),
      MethodParameter("reachable_percent", unit: "%", "gain of the receding horizon, which sees only the past"),
      MethodParameter("reachable_interval", unit: "%", "its 95 % interval; empty when it is unknown"),
      MethodParameter("periods", "budget periods it rests on"), MethodParameter("sentence", "the same in words"),
    ]
  ) { arguments throws(MethodError) in
    let series = try arguments.numbers("intensities_grams_per_kwh")
    let counts = try demand(arguments, count: series.count)
    let start = Timestamp(milliseconds: 0)
    let history = zip(series, counts).enumerated().map {
      HistoryInterval(
        start: start + .hours(Double($0)), intensity: .gramsPerKilowattHour($1.0), requests: $1.1)
    }
    let ladder = try ladder(arguments)
    let replay: Replay
    do {
      replay = try Replay(
        history: history, ladder: ladder, floor: try arguments.number("floor"),
        period: .intervals(Int(try arguments.number("intervals_per_period"))), pue: try arguments.number("pue"))
    } catch let error as MethodError {
      throw error
    } catch {
      throw .noAnswer("\(error)")
    }
    guard let worth = TimingWorth(of: replay) else {
      throw .noAnswer("without requests or without carbon there is no gain to speak of")
    }
    func interval(_ gain: TimingWorth.Gain) -> MethodValue {
      guard let low = gain.low, let high = gain.high else { return .numbers([]) }
      return .numbers([low, high])
    }
    return [
      "possible_percent": .number(worth.possible.percent), "possible_interval": interval(worth.possible),
      "reachable_percent": .number(worth.reachable.percent), "reachable_interval": interval(worth.reachable),
      "periods": .number(Double(worth.periods)), "sentence": .text(worth.sentence),
    ]
  }

  static let ladderGap = Method(
    "ladder-gap@1", "Where a variant is missing between two neighbours, and what one there would save",
    formula:
      "saving = 1 - e(with)/e(without) of the cheapest mix; unknown variant: q = (q1+q2)/2, e = sqrt(e1*e2), if e2 >= 4 e1",
    citation: ours,
    inputs: [
      variants,
      MethodParameter("known", "variants that are not on offer, in the same columns", default: .table([])),
      MethodParameter(
        "floor", unit: "points", "quality to state savings at; 0 for each missing variant's own", default: .number(0),
        in: 0...100),
    ],
    outputs: [MethodParameter("gaps", "rows of lower, upper, candidate, quality, saving_percent and sentence")]
  ) { arguments throws(MethodError) in
    let hull = Hull(of: try ladder(arguments), on: .mean)
    let gaps = hull.gaps(floor: try arguments.number("floor"), candidates: try variants(arguments, "known"))
    return [
      "gaps": .table(
        gaps.map {
          [
            "lower": .text($0.lower), "upper": .text($0.upper), "candidate": .text($0.candidate ?? ""),
            "quality": .number($0.quality), "saving_percent": .number($0.savingPercent), "sentence": .text($0.sentence),
          ]
        })
    ]
  }

  static let latencyCapacity = Method(
    "latency-capacity@1", "The requests per second for which measured latency meets its objective",
    formula: "on the line between the last load that meets it and the first that does not; never beyond what was tried",
    citation: ours,
    inputs: [
      MethodParameter("rates_per_second", unit: "1/s", "loads that were held", in: 0...1e9),
      MethodParameter("p95_seconds", unit: "s", "95th percentile of latency at each", in: 0...1e6),
      MethodParameter("objective_seconds", unit: "s", "the most it may be", in: 0...1e6),
    ],
    outputs: [
      MethodParameter("capacity_per_second", unit: "1/s", "the load"),
      MethodParameter("limit", "'measured' when more misses the objective, 'untried' when more was not tried"),
    ]
  ) { arguments throws(MethodError) in
    let rates = try arguments.numbers("rates_per_second")
    let latencies = try arguments.numbers("p95_seconds")
    guard rates.count == latencies.count else {
      throw .noAnswer("'p95_seconds' has \(latencies.count) values for \(rates.count) rates; give one for each")
    }
    let profile = LatencyProfile(zip(rates, latencies).map { .init(rate: $0, p95: .seconds($1)) })
    switch profile.capacity(within: .seconds(try arguments.number("objective_seconds"))) {
    case .unknown: throw .noAnswer("no load above zero was measured")
    case .missed: throw .noAnswer("the objective is missed at the lightest load that was measured")
    case .limited(let rate): return ["capacity_per_second": .number(rate), "limit": .text("measured")]
    case .untried(let rate): return ["capacity_per_second": .number(rate), "limit": .text("untried")]
    }
  }
}
