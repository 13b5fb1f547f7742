import Grid
import Methods
import Quantities
import Testing

@Suite("The simple forecasts") struct BaselineForecastTests {
  let start = at("2021-03-01")

  @Test("of the typical day are the mean of the hour over seven days, of those there can be")
  func typicalDay() throws {
    let now = start + .hours(24 * 9)
    let history = try hourly((0..<(24 * 9)).map { Double($0 / 24) }).asIssued(by: now - .hours(1))
    let forecast = TypicalDayForecast().forecast(from: history, over: now..<(now + .hours(48)))
    // Days 2 to 8; for the day after, day 9 cannot be known, so the same seven.
    #expect(forecast.values == [Double?](repeating: 5, count: 48))
    #expect(forecast.slots.allSatisfy { $0.rule == .climatology })
    #expect(forecast.method == GridMethods.typicalDay)
    let week = TypicalDay(of: try hourly((0..<(24 * 9)).map { Double($0 / 24) }).asIssued(by: now))
    #expect(week.value(at: now) == forecast.values[0])
    let none = TypicalDayForecast().forecast(from: history.since(now), over: now..<(now + .hours(2)))
    #expect(none.values == [nil, nil] && none.slots.allSatisfy { $0.rule == .unknown })
  }

  @Test("of the hour of the week are a mean in which newer weeks weigh more, gaps left out")
  func hourOfWeek() throws {
    var values: [Double?] = (0..<(168 * 3)).map { Double($0 / 168) }
    values[168 * 2 + 1] = nil
    let now = start + .hours(168 * 3)
    let history = try hourly(values).asIssued(by: now)
    let forecast = HourOfWeekForecast().forecast(from: history, over: now..<(now + .hours(2)))
    let weights = [1.0, 0.78, 0.78 * 0.78]
    let expected = (2 * weights[0] + 1 * weights[1]) / weights.reduce(0, +)
    #expect(abs(try #require(forecast.values[0]) - expected) < 1e-12)
    #expect(abs(try #require(forecast.values[1]) - weights[1] / (weights[1] + weights[2])) < 1e-12)
    let early = try hourly(Array(values.prefix(167))).asIssued(by: start + .hours(167))
    let unknown = HourOfWeekForecast().forecast(from: early, over: hour(start + .hours(167)))
    #expect(unknown.values == [nil])
  }

  @Test("take part as forecasters, with the step and beside left out or not")
  func protocolConformance() throws {
    let now = start + .hours(50)
    let history = try hourly(madeUp(hours: 50)).asIssued(by: now)
    let all: [any Forecaster] = [
      PersistenceForecast(), TypicalDayForecast(), HourOfWeekForecast(), EnsembleForecaster(),
      RangedForecaster(PersistenceForecast()),
    ]
    let registry = MethodRegistry(GridMethods.all)
    for forecaster in all {
      let forecast = forecaster.forecast(from: history, over: hour(now, 3))
      #expect(forecast == forecaster.forecast(from: history, over: hour(now, 3), step: .hours(1), beside: []))
      #expect(forecast.slots.count == 3 && forecast.method == forecaster.method && !forecast.basis.isEmpty)
      #expect(registry[forecast.method] != nil)
      #expect(forecaster.forecast(from: history, over: now..<now).slots.isEmpty)
      #expect(forecaster.forecast(from: history, over: hour(now), step: .zero).slots.isEmpty)
    }
  }

  @Test("get ranges that are learned from their own errors; their values stay")
  func ranged() throws {
    let known = 24 * 12
    let history = try hourly(madeUp(hours: known)).asIssued(by: start + .hours(Double(known) - 1))
    let horizon = hour(start + .hours(Double(known)), 48)
    let plain = PersistenceForecast().forecast(from: history, over: horizon)
    let ranged = RangedForecaster(PersistenceForecast()).forecast(from: history, over: horizon)
    #expect(ranged.values == plain.values)
    #expect(plain.slots.allSatisfy { $0.low == nil })
    for slot in ranged.slots { #expect(try #require(slot.low) < (try #require(slot.high))) }
    #expect(ranged.level == 0.8)
  }
}
