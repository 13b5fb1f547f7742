import Foundation
import Grid
import Methods
import Quantities
import Testing

/// The computed cases that lie beside the shared series.
enum SharedVectors {
  struct SeriesName: Decodable, Hashable {
    let file: String
    let column: String
  }
  /// A run of hours: its start and its length.
  struct Stretch: Decodable {
    let start: String
    let hours: Double
    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      start = try container.decode(String.self)
      hours = try container.decode(Double.self)
    }
    var range: Range<Timestamp> { at(start)..<(at(start) + .hours(hours)) }
  }
  struct Expected: Decodable {
    let run_now_mean: Double?
    let best_start: String?
    let best_mean: Double?
    let saving_fraction: Double?
    let mean: Double?
    let segments: Int?
    let slots: [String]?
    let runs: [Stretch]?
    let total_g_incl_resume_cost: Double?
    let threshold: Double?
    let run_now_actual_mean: Double?
    let planned_start: String?
    let realised_mean: Double?
    let clairvoyant_start: String?
    let clairvoyant_mean: Double?
    let regret_fraction: Double?
    let interruptible_planned_realised_mean: Double?
  }
  struct Vector: Decodable {
    let id: String
    let kind: String
    let series: SeriesName?
    let file: String?
    let start: String
    let duration_h: Double?
    let duration_min: Double?
    let window_h: Double?
    let power_kw: Double?
    let resume_cost_g: Double?
    let max_segments: Int?
    let quantile: Double?
    let expected: Expected

    var duration: Span { duration_h.map { .hours($0) } ?? .seconds((duration_min ?? 0) * 60) }
    func query(_ pauses: PauseRule? = nil) -> WindowQuery {
      WindowQuery(from: at(start), within: .hours(window_h ?? 0), duration: duration, pauses: pauses)
    }
  }
  struct Aggregate: Decodable {
    let file: String
    let column: String
    let duration_h: Double
    let window_h: Double
    let n_starts: Int
    let mean_run_now: Double
    let saving_contiguous_pct: Double
    let saving_interruptible_pct: Double
  }
  struct ForecastAggregate: Decodable {
    let file: String
    let duration_h: Double
    let window_h: Double
    let saving_planned_pct: Double
    let saving_clairvoyant_pct: Double
    let saving_planned_interruptible_pct: Double
    let saving_clairvoyant_interruptible_pct: Double
  }
  struct All: Decodable {
    let vectors: [Vector]
    let aggregates: [Aggregate]
    let forecast_aggregates: [ForecastAggregate]
  }

  static func load() throws -> All {
    try JSONDecoder().decode(
      All.self, from: Data(contentsOf: SharedData.folder.appendingPathComponent("vectors.json")))
  }

  /// Reads each column once.
  final class Shelf {
    private var files: [String: SeriesFile] = [:]
    private var series: [SeriesName: Series] = [:]
    private var indices: [SeriesName: WindowIndex] = [:]

    func file(_ name: String) throws -> SeriesFile {
      let found = try files[name] ?? SeriesFile(SharedData.bytes(name), name: name)
      files[name] = found
      return found
    }
    func series(_ file: String, _ column: String) throws -> Series {
      let key = SeriesName(file: file, column: column)
      let found = try series[key] ?? self.file(file).series(column: column)
      series[key] = found
      return found
    }
    func index(_ file: String, _ column: String) throws -> WindowIndex {
      let key = SeriesName(file: file, column: column)
      let found = try indices[key] ?? WindowIndex(hindsight: series(file, column))
      indices[key] = found
      return found
    }
    func index(_ name: SeriesName?) throws -> WindowIndex {
      let name = try #require(name)
      return try index(name.file, name.column)
    }
  }
}

func isClose(_ value: Double?, _ expected: Double?, within tolerance: Double = 1e-6) -> Bool {
  guard let value, let expected else { return value == nil && expected == nil }
  return abs(value - expected) <= tolerance * max(1, abs(expected))
}

@Suite(
  "On the computed cases for the shared series",
  .enabled(if: SharedData.isThere, "the shared data are not beside the repository")
)
struct VectorTests {
  let all: SharedVectors.All
  let shelf = SharedVectors.Shelf()

  init() throws { all = try SharedVectors.load() }

  func vectors(_ kinds: String..., count: Int) -> [SharedVectors.Vector] {
    let found = all.vectors.filter { kinds.contains($0.kind) }
    #expect(found.count == count)
    return found
  }

  @Test("the best window is theirs for jobs of whole hours and of minutes, by carbon, temperature, price and demand")
  func contiguous() throws {
    for vector in vectors(
      "contiguous_hourly", "contiguous_minute", "coolest_contiguous", "cheapest_contiguous",
      "lowest_demand_contiguous", count: 82)
    {
      let plan = try shelf.index(vector.series).plan(vector.query())
      #expect(plan.start == vector.expected.best_start.map(at), "\(vector.id)")
      #expect(isClose(plan.mean, vector.expected.best_mean), "\(vector.id)")
      if let now = vector.expected.run_now_mean { #expect(isClose(plan.nowMean, now), "\(vector.id)") }
      if let saving = vector.expected.saving_fraction {
        #expect(isClose(plan.savedPercent.map { $0 / 100 }, saving), "\(vector.id)")
      }
      #expect(plan.coverage == 1 && plan.pieces.count == 1 && plan.end <= plan.query.window.upperBound)
      #expect(shelf.same(plan, try shelf.index(vector.series)))
    }
  }

  @Test("the cheapest hours of a job with free pauses are theirs, hour by hour")
  func interruptible() throws {
    for vector in vectors("interruptible_hourly", count: 39) {
      let plan = try shelf.index(vector.series).plan(vector.query(.free))
      #expect(isClose(plan.mean, vector.expected.mean), "\(vector.id)")
      #expect(isClose(plan.nowMean, vector.expected.run_now_mean), "\(vector.id)")
      #expect(plan.segments == vector.expected.segments, "\(vector.id)")
      #expect(plan.pieces == vector.expected.runs?.map(\.range), "\(vector.id)")
      // Of long jobs the runs alone were recorded.
      if let slots = vector.expected.slots { #expect(plan.slots.map(\.validity.lowerBound) == slots.map(at)) }
      #expect(isClose(plan.savedPercent.map { $0 / 100 }, vector.expected.saving_fraction), "\(vector.id)")
    }
  }

  @Test("a pause that costs 50 g is taken when it pays, with their total and number of pieces")
  func switchCost() throws {
    for vector in vectors("interruptible_switch_cost", count: 33) {
      let grams = try #require(vector.resume_cost_g)
      let kilowatts = try #require(vector.power_kw)
      let rule = PauseRule(carbon: .grams(grams), at: .watts(1000 * kilowatts))
      let plan = try shelf.index(vector.series).plan(vector.query(rule))
      let total = plan.meanWithPauses * vector.duration.hours
      #expect(isClose(total, vector.expected.total_g_incl_resume_cost), "\(vector.id)")
      #expect(plan.segments == vector.expected.segments, "\(vector.id)")
    }
  }

  @Test("in two pieces at most, a job runs in theirs")
  func segments() throws {
    for vector in vectors("interruptible_max_segments", count: 28) {
      let plan = try shelf.index(vector.series).plan(
        vector.query(PauseRule(maximumSegments: vector.max_segments)))
      #expect(isClose(plan.mean, vector.expected.mean), "\(vector.id)")
      #expect(plan.pieces == vector.expected.runs?.map(\.range), "\(vector.id)")
    }
  }

  @Test("running below a threshold, without a forecast, meets their mean")
  func threshold() throws {
    for vector in vectors("threshold_online", count: 29) {
      let index = try shelf.index(vector.series)
      let query = vector.query()
      let window = index.series.slice(query.window).slots
      let share = try #require(vector.quantile)
      let threshold = try #require(OnlineThreshold.quantile(share, of: window.prefix(24).map(\.value)))
      #expect(isClose(threshold, vector.expected.threshold), "\(vector.id)")
      var policy = OnlineThreshold(
        threshold: threshold, duration: vector.duration, deadline: query.window.upperBound)
      let pieces = window.compactMap { policy.run(in: $0.validity, value: $0.value) }
      #expect(policy.remaining == .zero)
      #expect(isClose(index.evaluate(pieces, of: query)?.mean, vector.expected.mean), "\(vector.id)")
    }
  }

  @Test("a plan made on a forecast, met by what really was, gives their regret; it sees the forecast alone")
  func plannedOnForecast() throws {
    for vector in vectors("plan_on_forecast_evaluate_on_actual", count: 10) {
      let file = try #require(vector.file)
      let actual = try shelf.index(file, "actual_direct_g_per_kwh")
      let forecast = WindowIndex(try shelf.dayAhead(file, from: at(vector.start)))
      let review = try forecast.plan(vector.query()).review(on: actual)
      #expect(review.plan.knownBy == at(vector.start))
      #expect(isClose(review.realised.nowMean, vector.expected.run_now_actual_mean), "\(vector.id)")
      #expect(review.plan.start == vector.expected.planned_start.map(at), "\(vector.id)")
      #expect(isClose(review.realisedMean, vector.expected.realised_mean), "\(vector.id)")
      #expect(review.clairvoyant.start == vector.expected.clairvoyant_start.map(at), "\(vector.id)")
      #expect(isClose(review.clairvoyantMean, vector.expected.clairvoyant_mean), "\(vector.id)")
      #expect(isClose(review.regret, vector.expected.regret_fraction), "\(vector.id)")
      let paused = try forecast.plan(vector.query(.free)).review(on: actual)
      #expect(isClose(paused.realisedMean, vector.expected.interruptible_planned_realised_mean), "\(vector.id)")
    }
  }

  @Test(
    "over a half year of day-ahead plans the savings are theirs, and 4 h starts keep 98, 94 and 94 % of the possible")
  func forecastAggregates() throws {
    for expected in all.forecast_aggregates {
      let actual = try shelf.index(expected.file, "actual_direct_g_per_kwh")
      let extent = try #require(actual.series.extent)
      var sums = (now: 0.0, planned: 0.0, best: 0.0, paused: 0.0, cheapest: 0.0)
      var day = extent.lowerBound
      while day + .hours(24) <= extent.upperBound {
        let forecast = WindowIndex(try shelf.dayAhead(expected.file, from: day))
        let query = WindowQuery(from: day, within: .hours(expected.window_h), duration: .hours(expected.duration_h))
        let review = try forecast.plan(query).review(on: actual)
        var free = query
        free.pauses = .free
        let paused = try forecast.plan(free).review(on: actual)
        sums.now += try #require(review.realised.nowMean)
        sums.planned += review.realisedMean
        sums.best += review.clairvoyantMean
        sums.paused += paused.realisedMean
        sums.cheapest += paused.clairvoyantMean
        day = day + .hours(24)
      }
      let saved = { (sum: Double) in 100 * (1 - sum / sums.now) }
      #expect(isClose(saved(sums.planned), expected.saving_planned_pct, within: 1e-4), "\(expected.file)")
      #expect(isClose(saved(sums.best), expected.saving_clairvoyant_pct, within: 1e-4), "\(expected.file)")
      #expect(isClose(saved(sums.paused), expected.saving_planned_interruptible_pct, within: 1e-4))
      #expect(isClose(saved(sums.cheapest), expected.saving_clairvoyant_interruptible_pct, within: 1e-4))
      if expected.duration_h == 4 {
        #expect(saved(sums.planned) / saved(sums.best) >= (expected.file.contains("CISO") ? 0.98 : 0.94))
      }
    }
  }

  @Test("what shifting could save over every start of a history is theirs, for all 80 cases")
  func aggregates() throws {
    #expect(all.aggregates.count == 80)
    for expected in all.aggregates {
      let history = try shelf.series(expected.file, expected.column)
      let found = try #require(
        ShiftingPotential(of: history, duration: .hours(expected.duration_h), window: .hours(expected.window_h)))
      let name = "\(expected.file) \(expected.duration_h) h in \(expected.window_h) h"
      #expect(found.starts == expected.n_starts && found.skipped == 0, "\(name)")
      #expect(isClose(found.runNowMean, expected.mean_run_now, within: 1e-4), "\(name)")
      #expect(isClose(found.contiguousPercent, expected.saving_contiguous_pct, within: 1e-4), "\(name)")
      #expect(isClose(found.interruptiblePercent, expected.saving_interruptible_pct, within: 1e-4), "\(name)")
    }
  }
}

extension SharedVectors.Shelf {
  /// A day's forecast as it was issued at the day's start.
  func dayAhead(_ file: String, from day: Timestamp) throws -> IssuedSeries {
    let whole = try series(file, "forecast_dayahead_direct_g_per_kwh")
    let slots = whole.slice(day..<(day + .hours(24))).slots.map {
      Slot($0.validity, value: $0.value, issuedAt: day, isEstimated: true)
    }
    return try Series(
      region: whole.region, kind: whole.kind, provider: "DACF", source: whole.source, slots: slots
    ).asIssued(by: day)
  }

  /// Whether the short question has the plan's answer.
  func same(_ plan: WindowPlan, _ index: WindowIndex) -> Bool {
    guard let short = index.bestStart(of: plan.query.duration, in: plan.query.window) else { return false }
    return short.start == plan.start && abs(short.mean - plan.mean) <= 1e-9 * max(1, abs(plan.mean))
  }
}
