import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("The persistence forecast") struct PersistenceForecastTests {
  let start = at("2021-03-01")

  /// Yesterday 100, 101, ... and today so far 1.2 times that, up to and including `hours` o'clock.
  func twoDays(today hours: Int, factor: Double = 1.2) throws -> Series {
    try hourly((0..<24).map { 100 + Double($0) } + (0...hours).map { (100 + Double($0)) * factor })
  }

  @Test("is yesterday's value, corrected by today's ratio to yesterday, which fades with exp(-s/6h)", arguments: 1..<24)
  func formula(lead: Int) throws {
    let now = start + .hours(24)
    let history = try twoDays(today: 0).asIssued(by: now)
    let target = now + .hours(Double(lead))
    let forecast = PersistenceForecast().forecast(from: history, over: hour(target))
    let expected = (100 + Double(lead)) * (1 + 0.2 * exp(-Double(lead) / 6))
    #expect(abs(try #require(forecast.values.first ?? nil) - expected) < 1e-9)
    #expect(forecast.slots.first?.rule == .dayBefore)
    #expect(abs(try #require(forecast.ratio) - 1.2) < 1e-12)
    #expect(!forecast.isRatioLimited)
  }

  @Test("passes on what is issued already and covers the horizon without a gap")
  func horizon() throws {
    let now = start + .hours(30)
    let history = try twoDays(today: 6).asIssued(by: now)
    let forecast = PersistenceForecast().forecast(from: history, over: now..<(start + .hours(48)))
    #expect(forecast.slots.count == 18)
    #expect(forecast.slots.first?.rule == .issued)
    #expect(abs(try #require(forecast.values.first ?? nil) - 106 * 1.2) < 1e-9)
    #expect(forecast.slots.dropFirst().allSatisfy { $0.rule == .dayBefore })
    #expect(
      zip(forecast.slots, forecast.slots.dropFirst()).allSatisfy { $0.validity.upperBound == $1.validity.lowerBound })
    #expect(forecast.series.slots.map(\.isEstimated) == [false] + Array(repeating: true, count: 17))
    #expect(forecast.series.provider == "persistence-forecast@1")
    let cut = PersistenceForecast().forecast(from: history, over: now..<(now + .seconds(5400)))
    #expect(cut.slots.map(\.validity.span.hours) == [1, 0.5])
    #expect(PersistenceForecast().forecast(from: history, over: now..<now).slots.isEmpty)
  }

  @Test("does not change when the future is replaced by noise", arguments: 0..<20)
  func noFuture(seed: UInt64) throws {
    var random = Seeded(seed)
    let past = (0..<200).map { 200 + 80 * sin(Double($0) * .pi / 12) }
    let now = start + .hours(199)
    let quiet = try hourly(past + [Double](repeating: 200, count: 48))
    let noisy = try hourly(past + (0..<48).map { _ in Double.random(in: 1...2000, using: &random) })
    let horizon = now..<(now + .hours(36))
    let forecast = PersistenceForecast().forecast(from: quiet.asIssued(by: now), over: horizon)
    #expect(forecast == PersistenceForecast().forecast(from: noisy.asIssued(by: now), over: horizon))
    #expect(forecast.values.allSatisfy { $0 != nil })
    // And it would change if it could see it.
    let later = now + .hours(12)
    #expect(
      PersistenceForecast().forecast(from: quiet.asIssued(by: later), over: horizon)
        != PersistenceForecast().forecast(from: noisy.asIssued(by: later), over: horizon))
  }

  @Test("takes two days before where the day before is missing, then the week's mean, then nothing, and says which")
  func standIns() throws {
    // Nine days of 100 + day, with a week's level in each slot; hour 5 lacks one day, hour 6 two, hour 7 all.
    var values: [Double?] = (0..<(9 * 24)).map { 100 + Double($0 / 24) }
    values[7 * 24 + 5 + 24] = nil
    values[8 * 24 + 6] = nil
    values[7 * 24 + 6] = nil
    for day in 0..<9 { values[day * 24 + 7] = nil }
    let now = start + .hours(9 * 24)
    let history = try hourly(values, kind: .price, unit: "EUR/MWh").asIssued(by: now)
    let forecast = PersistenceForecast().forecast(from: history, over: now..<(now + .hours(9)))
    #expect(
      forecast.slots.map(\.rule) == [
        .dayBefore, .dayBefore, .dayBefore, .dayBefore, .dayBefore, .twoDaysBefore, .weekMean, .unknown, .dayBefore,
      ])
    #expect(forecast.values[4] == 108)
    #expect(forecast.values[5] == 107)
    // Days 2 to 6.
    #expect(forecast.values[6] == 104.0)
    #expect(forecast.values[7] == nil)
    #expect(forecast.series.slots.count == 8)
  }

  @Test("compares the newest value with what the same rule would have said for it")
  func ratioOfStandIn() throws {
    // Day 0 at 100, day 1 missing from 1 o'clock, day 2 begins at 150: 1 o'clock rests on day 0, whose ratio is 1.5.
    let values: [Double?] = [Double](repeating: 100, count: 24) + [75] + [Double?](repeating: nil, count: 23) + [150]
    let history = try hourly(values).asIssued(by: start + .hours(48))
    let forecast = PersistenceForecast().forecast(from: history, over: hour(start + .hours(49)))
    #expect(forecast.slots.first?.rule == .twoDaysBefore)
    #expect(abs(try #require(forecast.values.first ?? nil) - 100 * (1 + 0.5 * exp(-1 / 6.0))) < 1e-9)
    #expect(forecast.ratio == 2)
  }

  @Test("holds an absurd ratio to a factor of four and says so", arguments: [(100.0, 4.0), (0.001, 0.25)])
  func limits(factor: Double, limited: Double) throws {
    let history = try twoDays(today: 0, factor: factor).asIssued(by: start + .hours(24))
    let forecast = PersistenceForecast().forecast(from: history, over: hour(start + .hours(25)))
    #expect(forecast.ratio == limited)
    #expect(forecast.isRatioLimited)
    #expect(abs(try #require(forecast.values.first ?? nil) - 101 * (1 + (limited - 1) * exp(-1 / 6.0))) < 1e-9)
  }

  @Test("is plain yesterday for prices, whose ratios mean nothing, and where yesterday was zero")
  func noRatio() throws {
    let prices = try hourly([-3, 5] + [Double?](repeating: nil, count: 22) + [30], kind: .price, unit: "EUR/MWh")
    let forecast = PersistenceForecast().forecast(
      from: prices.asIssued(by: start + .hours(24)), over: hour(start + .hours(25)))
    #expect(forecast.values == [5])
    #expect(forecast.ratio == nil)
    let zero = try hourly([0, 50] + [Double?](repeating: nil, count: 22) + [30])
    #expect(
      PersistenceForecast().forecast(from: zero.asIssued(by: start + .hours(24)), over: hour(start + .hours(25))).values
        == [50])
  }

  @Test("knows nothing from nothing")
  func empty() throws {
    let history = try hourly([]).asIssued(by: start)
    let forecast = PersistenceForecast().forecast(from: history, over: hour(start, 2))
    #expect(forecast.values == [nil, nil])
    #expect(forecast.reference == nil && forecast.ratio == nil)
    #expect(forecast.series.slots.isEmpty)
  }

  @Test("works on quarter hours as on hours")
  func quarterHours() throws {
    let slots = (0..<97).map { index in
      Slot(
        (start + .seconds(Double(index) * 900))..<(start + .seconds(Double(index + 1) * 900)),
        value: index < 96 ? 100 : 200)
    }
    let series = try Series(
      region: Region("DE"), kind: .average, provider: "test", source: Source("a test"), slots: slots)
    let now = start + .hours(24)
    let forecast = PersistenceForecast().forecast(
      from: series.asIssued(by: now), over: (now + .seconds(900))..<(now + .seconds(1800)), step: .seconds(900))
    #expect(abs(try #require(forecast.values.first ?? nil) - 100 * (1 + exp(-0.25 / 6))) < 1e-9)
  }
}

@Suite("The typical day") struct TypicalDayTests {
  @Test("is the mean of each hour over the last seven days, of those that have it")
  func means() throws {
    let start = at("2021-03-01")
    // Ten days; the value is the day's number plus the hour, day 8 lacks hour 3.
    var values = (0..<240).map { index -> Double? in Double(index / 24 + index % 24) }
    values[8 * 24 + 3] = nil
    let day = TypicalDay(of: try hourly(values).asIssued(by: start + .hours(240)))
    #expect(day.window == (start + .hours(72))..<(start + .hours(240)))
    #expect(day.hours.map(\.hour) == Array(0..<24))
    #expect(day.hours[0].mean == 6 && day.hours[0].days == 7)
    #expect(day.hours[3].days == 6)
    // Days 3, 4, 5, 6, 7 and 9.
    #expect(abs(try #require(day.hours[3].mean) - (3 + 34.0 / 6)) < 1e-12)
    #expect(day.value(at: at("2030-06-01T23:30Z")) == 29)
  }

  @Test("has no value for an hour that no day has")
  func empty() throws {
    let day = TypicalDay(of: try hourly([5]).asIssued(by: at("2021-03-02")))
    #expect(day.hours[0].mean == 5)
    #expect(day.hours.dropFirst().allSatisfy { $0.mean == nil && $0.days == 0 })
  }
}
