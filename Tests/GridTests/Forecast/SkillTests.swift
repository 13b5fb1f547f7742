import Grid
import Methods
import Quantities
import Testing

@Suite("Skill of forecasts") struct SkillTests {
  let start = at("2021-03-01")

  @Test("is counted by hand on a step: persistence misses for a day, the seven-day mean for a week")
  func byHand() throws {
    // 100 until day 30, then 200.
    let values = (0..<(24 * 40)).map { $0 < 24 * 30 ? 100.0 : 200 }
    let series = try hourly(values)
    let plan = SkillTable.Plan(every: .hours(24), warmUp: .hours(24 * 29), horizon: .hours(24))
    let rows = SkillTable.rows(
      series, [("yesterday", PersistenceForecast(decay: .zero)), ("week", TypicalDayForecast())], plan: plan)
    #expect(
      rows.map(\.forecaster) == ["yesterday", "yesterday", "yesterday", "yesterday", "week", "week", "week", "week"])
    #expect(rows.map(\.band) == [.next6, .next12, .next24, nil, .next6, .next12, .next24, nil])
    // Eleven issues; yesterday misses by 100 once, the week by 100 x 7/7, 6/7, ... 1/7.
    let yesterday = try #require(rows.first { $0.forecaster == "yesterday" && $0.band == nil })
    #expect(yesterday.samples == 11 * 24 && yesterday.missing == 0)
    #expect(abs(yesterday.meanAbsoluteError - 100.0 / 11) < 1e-9)
    #expect(abs(try #require(yesterday.meanAbsolutePercentError) - 50.0 / 11) < 1e-9)
    #expect(yesterday.coverage == nil && yesterday.meanWidth == nil)
    let week = try #require(rows.last)
    #expect(abs(week.meanAbsoluteError - 400.0 / 11) < 1e-9)
  }

  @Test("compares only hours that all have a forecast for, and counts the others as missing")
  func missing() throws {
    let series = try hourly(madeUp(hours: 24 * 10))
    let plan = SkillTable.Plan(every: .hours(6), warmUp: .hours(24 * 2))
    let rows = SkillTable.rows(
      series, [("persistence", PersistenceForecast()), ("hour of week", HourOfWeekForecast())], plan: plan)
    let first = try #require(rows.first { $0.forecaster == "persistence" && $0.band == nil })
    let second = try #require(rows.first { $0.forecaster == "hour of week" && $0.band == nil })
    #expect(first.samples == second.samples && first.missing == 0 && second.missing > 0)
    #expect(SkillTable.rows(series, plan: .init(warmUp: .hours(24 * 11))).isEmpty)
  }

  @Test("of planning is what the plan's starts cost, beside starting at once and perfect knowledge")
  func planning() throws {
    let actual = try hourly([50, 40, 10, 20, 60, 30] + [Double](repeating: 100, count: 18))
    let forecast = try hourly([50, 10, 20, 60, 40, 30] + [Double](repeating: 100, count: 18))
    let skill = try #require(PlanningSkill.of(forecast, against: actual, hours: 2))
    #expect(skill.plans == 1 && skill.now == 45 && skill.best == 15 && skill.planned == 25)
    #expect(abs(try #require(skill.keptPercent) - 100 * 20.0 / 30) < 1e-9)
    let flat = try hourly([Double](repeating: 100, count: 24))
    #expect(try #require(PlanningSkill.of(flat, against: flat)).keptPercent == nil)
    let holey = try hourly([50, nil, 10] + [Double](repeating: 100, count: 21))
    #expect(PlanningSkill.of(flat, against: holey) == nil)
  }
}

@Suite(
  "Forecasts of the series given to developers",
  .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
struct SharedSkillTests {
  func load(_ file: String, _ column: String, _ region: String) throws -> Series {
    try Series(csv: SharedData.bytes("\(file).csv.gz"), file: file, column: column, region: Region(region))
  }

  @Test(
    "beat persistence and the 7-day mean in every band, hold four truths in five, and are surer than persistence",
    arguments: [
      ("em_US-CAL-CISO_2023_hourly", "US-CAL-CISO", 30), ("em_SG_2023_hourly", "SG", 2),
    ])
  func skill(file: String, region: String, weeks: Int) throws {
    let series = try load(file, "ci_lca_g_per_kwh", region)
    // A part of the year, for time. The whole years are in the table that `dimmer grid skill` prints.
    let begin = try #require(series.extent).lowerBound + .hours(Double(168 * weeks))
    let part = series.slice(begin..<(begin + .hours(24 * 75)))
    let rows = SkillTable.rows(part, plan: .init(every: .hours(6)))
    for band in LeadBand.allCases {
      let row = { (name: String) in try #require(rows.first { $0.forecaster == name && $0.band == band }) }
      let (ours, persistence, week) = (try row("ensemble"), try row("persistence"), try row("7-day mean"))
      #expect(ours.samples == persistence.samples && ours.samples > 1200)
      for rival in [persistence, week] {
        #expect(
          try #require(ours.meanAbsolutePercentError) < (try #require(rival.meanAbsolutePercentError)),
          "\(band) \(rival.forecaster)")
      }
      #expect((0.75...0.85).contains(try #require(ours.coverage)), "\(band) \(ours)")
      #expect(try #require(ours.meanWidth) < (try #require(persistence.meanWidth)), "\(band)")
    }
  }

  @Test(
    "of others, a day ahead, keep almost all of what perfect knowledge saves",
    arguments: [("CISO", 98, 41.3), ("ISNE", 94.5, 11.1), ("DE", 94, 21.2)])
  func dayAhead(name: String, kept: Double, saved: Double) throws {
    let file = "dacf_\(name)_2021H2_dayahead_forecast_vs_actual"
    let region = ["CISO": "US-CAL-CISO", "ISNE": "US-NE-ISNE"][name] ?? name
    let skill = try #require(
      PlanningSkill.of(
        load(file, "forecast_dayahead_direct_g_per_kwh", region),
        against: load(file, "actual_direct_g_per_kwh", region)))
    #expect(skill.plans == 184 && skill.skipped == 0)
    #expect(try #require(skill.keptPercent) >= kept)
    #expect(abs(skill.savedPercent - saved) < 0.05)
  }

  @Test("come in quarter hours too, and go through the gaps of New York's prices")
  func quarterHours() throws {
    let series = try load("smard_DE_2020_15min", "ci_lifecycle_computed_g_per_kwh", "DE")
    let now = at("2020-03-29T02:30Z")
    let known = series.issued(after: .seconds(900)).asIssued(by: now)
    let forecast = EnsembleForecaster(memory: .hours(24 * 14)).forecast(
      from: known, over: now..<(now + .hours(6)), step: .seconds(900))
    #expect(forecast.slots.count == 24)
    let first = try #require(forecast.values[0])
    #expect(abs(first - (try #require(known.latest)).value) < 15)
    let prices = try load("nyiso_NYC_lmp_realtime_15min_gappy", "lmp_usd_per_mwh", "US-NY-NYIS")
    let end = try #require(prices.extent).upperBound
    let history = prices.asIssued(by: end)
    let gappy = EnsembleForecaster(memory: .hours(24 * 90)).forecast(from: history, over: end..<(end + .hours(48)))
    #expect(gappy.slots.allSatisfy { $0.value?.isFinite ?? false })
    #expect(gappy.basis.contains("missing ones filled in"))
  }
}
