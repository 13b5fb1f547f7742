import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("The audit of house rules") struct ProxyAuditTests {
  static let start = at("2021-03-01")

  /// Ten weeks of days in which carbon and the proxy have one shape, or opposite ones.
  static func days(_ value: (Int) -> Double, kind: SignalKind, unit: String? = nil) throws -> Series {
    try hourly((0..<(70 * 24)).map { value($0 % 24) }, from: start, kind: kind, unit: unit)
  }

  @Test("a proxy that follows carbon keeps all there is to save and helps; its opposite hurts")
  func extremes() throws {
    let audit = try ProxyAudit(
      carbon: Self.days({ 300 + 20 * Double($0 % 12) }, kind: .averageDirect), duration: .hours(4), window: .hours(24))
    let follows = try audit.result(of: .lowest(Self.days({ Double($0 % 12) }, kind: .demand, unit: "MW")))
    #expect(isClose(follows.savedPercent, follows.bestPercent) && follows.bestPercent > 5)
    #expect(follows.effect == .helps)
    #expect(follows.verdict.hasPrefix("Running at lowest demand helps here: it saves"))
    let opposes = try audit.result(of: .lowest(Self.days({ -Double($0 % 12) }, kind: .temperature)))
    #expect(opposes.savedPercent < -5 && opposes.effect == .hurts)
    #expect(opposes.verdict.hasPrefix("Running when it is coolest hurts here: it costs"))
    #expect(follows.starts == 70 * 24 - 24 + 1 && follows.skipped == 0)
  }

  @Test("what cannot be told from chance is said to be no difference; too few weeks are too")
  func chance() throws {
    var random = Seeded(21)
    let noise = { (kind: SignalKind, unit: String?, random: inout Seeded) in
      let values = (0..<(70 * 24)).map { _ in Double?.some(Double.random(in: 200...400, using: &random)) }
      return try hourly(values, from: Self.start, kind: kind, unit: unit)
    }
    let carbon = try noise(.averageDirect, nil, &random)
    let result = try ProxyAudit(carbon: carbon).result(of: .lowest(noise(.price, "EUR/MWh", &random)))
    #expect(result.effect == .noDifference && result.standardErrorPercent != nil)
    #expect(result.verdict.contains("no difference here that can be told from chance"))
    let short = try ProxyAudit(carbon: carbon.slice(Self.start..<(Self.start + .hours(24 * 14)))).result(
      of: .lowest(Self.days({ Double($0) }, kind: .demand, unit: "MW")))
    #expect(short.standardErrorPercent == nil && short.effect == .noDifference)
    #expect(short.verdict.contains("too little to tell"))
  }

  @Test("night is what the clock on the wall says: right where the night is clean, wrong where noon is")
  func night() throws {
    let night = ProxyRule.night(from: .hours(22), to: .hours(6), clock: .easternUS)
    // In winter 22:00 to 06:00 in New York are 03:00 to 11:00 UTC.
    let clean = { (range: Range<Int>) in
      try hourly(
        (0..<(56 * 24)).map { range.contains($0 % 24) ? 100 : 300 }, from: at("2021-01-01"), kind: .averageDirect)
    }
    let helps = try ProxyAudit(carbon: clean(3..<11), duration: .hours(8), window: .hours(32)).result(of: night)
    #expect(isClose(helps.ruleMean, 100) && helps.effect == .helps)
    let hurts = try ProxyAudit(carbon: clean(14..<22), duration: .hours(8), window: .hours(32)).result(of: night)
    #expect(isClose(hurts.ruleMean, 300) && hurts.effect == .hurts)
    #expect(hurts.label == "running at night")
  }

  @Test("a gap in either signal leaves its windows out, and the count says so")
  func gaps() throws {
    var values = (0..<200).map { Double?.some(Double($0 % 24)) }
    values[100] = nil
    let carbon = try hourly((0..<200).map { 100 + Double($0 % 24) }, from: Self.start)
    let result = try ProxyAudit(carbon: carbon, duration: .hours(2), window: .hours(10)).result(
      of: .lowest(hourly(values, from: Self.start, kind: .demand, unit: "MW")))
    #expect(result.skipped == 10 && result.starts == 181)
  }

  @Test("what makes no audit is refused")
  func errors() throws {
    let carbon = try hourly([1, 2, 3], from: Self.start)
    #expect(throws: ProxyAuditError.tooShort(.hours(32))) { try ProxyAudit(carbon: carbon) }
    #expect(throws: ProxyAuditError.badWindow(.hours(3), .hours(2))) {
      try ProxyAudit(carbon: carbon, duration: .hours(3), window: .hours(2))
    }
    let audit = try ProxyAudit(carbon: carbon, duration: .hours(1), window: .hours(2))
    #expect(throws: ProxyAuditError.nothingShared) {
      try audit.result(of: .lowest(hourly([1, 2], from: Self.start + .hours(100), kind: .demand, unit: "MW")))
    }
    let elsewhere = try Series(
      region: Region("FR"), kind: .demand, unit: "MW", provider: "test", source: Source("test"),
      slots: [Slot(hour(Self.start, 3), value: 1)])
    #expect(throws: ProxyAuditError.self) { try audit.result(of: .lowest(elsewhere)) }
  }

  @Test("gives the numbers of the method of that name")
  func method() throws {
    let result = try MethodRegistry(GridMethods.all).method(named: "proxy-audit").calculate([
      "hourly_intensities": .numbers([300, 100, 200]), "hourly_proxy": .numbers([3, 2, 1]),
      "duration_hours": .number(1), "window_hours": .number(3),
    ])
    guard case .number(let saved) = result["saved_percent"], case .number(let best) = result["best_percent"] else {
      Issue.record("no numbers")
      return
    }
    #expect(isClose(saved, 100.0 / 3) && isClose(best, 200.0 / 3))
  }
}

@Suite(
  "The audit on the series given to developers",
  .enabled(if: SharedData.isThere, "the shared data are not beside the repository")
)
struct ProxyAuditTableTests {
  let shelf = SharedVectors.Shelf()

  /// A row of the reference's table: 8 h job, 32 h window, percent of carbon saved, printed with one digit.
  /// One of them was rounded twice: -12.746 over -12.75 to -12.8.
  func check(
    _ carbon: Series, _ proxy: Series, saved: Double, best: Double, effect: ProxyAudit.Effect? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try ProxyAudit(carbon: carbon).result(of: .lowest(proxy))
    #expect(abs(result.savedPercent - saved) <= 0.055, "\(result.savedPercent)", sourceLocation: location)
    #expect(abs(result.bestPercent - best) <= 0.0501, "\(result.bestPercent)", sourceLocation: location)
    if let effect { #expect(result.effect == effect, "\(result.verdict)", sourceLocation: location) }
  }

  @Test("coolest and cheapest in 2023: the reference's numbers, region by region")
  func year2023() throws {
    for (file, best, coolest, cheapest, effect) in [
      ("em_US-TEX-ERCO", 13.8, 0.2, 10.1, ProxyAudit.Effect.noDifference),
      ("em_US-CAL-CISO", 26.1, -11.2, -4.9, .hurts),
      ("em_DE-LU", 21.0, -7.5, 17.1, .hurts), ("em_GB", 24.0, -6.1, nil, .hurts),
      ("em_AU-VIC", 17.8, -12.8, 14.2, .hurts), ("em_SG", 2.4, -1.1, -0.5, .hurts),
    ] as [(String, Double, Double, Double?, ProxyAudit.Effect)] {
      let carbon = try shelf.series("\(file)_2023_hourly.csv.gz", "ci_lca_g_per_kwh")
      try check(
        carbon, shelf.series("\(file)_2023_hourly.csv.gz", "temp_c"), saved: coolest, best: best, effect: effect)
      if let cheapest {
        try check(carbon, shelf.series("\(file)_2023_hourly.csv.gz", "price_usd_per_mwh"), saved: cheapest, best: best)
      }
    }
  }

  /// A signal made of several columns of a file.
  func sum(_ file: String, _ columns: [(name: String, sign: Double)], kind: SignalKind) throws -> Series {
    let parts = try columns.map { try shelf.series(file, $0.name).slots }
    let slots = parts[0].indices.map { row in
      let value = zip(columns, parts).reduce(0) { $0 + $1.0.sign * $1.1[row].value }
      return Slot(parts[0][row].validity, value: value)
    }
    return try Series(
      region: .unstated, kind: kind, unit: "MWh", provider: "test", source: Source("test"), slots: slots)
  }

  @Test("New England and California, 2020 and 2021: cool, low demand and low net load")
  func unitedStates() throws {
    for (file, best, coolest, demand, netLoad, effect) in [
      ("ISNE", 7.1, 3.3, 6.0, 6.4, ProxyAudit.Effect.helps), ("CISO", 34.7, -17.6, -17.0, 27.0, .hurts),
    ] {
      let name = "eia_\(file)_2020_2021_hourly.csv.gz"
      let carbon = try shelf.series(name, "ci_direct_g_per_kwh")
      try check(carbon, shelf.series(name, "temp_forecast_c"), saved: coolest, best: best, effect: effect)
      try check(
        carbon, sum(name, [("net_generation_mwh", 1)], kind: .demand), saved: demand, best: best, effect: effect)
      try check(
        carbon, sum(name, [("net_generation_mwh", 1), ("wind_mwh", -1), ("solar_mwh", -1)], kind: .netLoad),
        saved: netLoad, best: best, effect: .helps)
    }
  }

  @Test("Germany 2020 in quarter hours: low load does not help, low net load does")
  func germany2020() throws {
    let name = "smard_DE_2020_15min.csv.gz"
    let carbon = try shelf.series(name, "ci_lifecycle_computed_g_per_kwh")
    try check(carbon, sum(name, [("grid_load_mwh_per_15min", 1)], kind: .demand), saved: -1.4, best: 19.0)
    try check(
      carbon,
      sum(
        name,
        [("grid_load_mwh_per_15min", 1), ("wind_offshore_mwh", -1), ("wind_onshore_mwh", -1), ("solar_mwh", -1)],
        kind: .netLoad), saved: 15.7, best: 19.0, effect: .helps)
  }
}
