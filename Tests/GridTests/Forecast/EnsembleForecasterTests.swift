import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

/// A made-up grid: a day's shape, weekends lower, and weather that comes and goes.
func madeUp(hours: Int, seed: UInt64 = 1, weather: Double = 30) -> [Double] {
  var random = Seeded(seed)
  var level = 0.0
  return (0..<hours).map { (hour: Int) -> Double in
    level = 0.95 * level + weather * 0.3 * Double.random(in: -1...1, using: &random)
    let weekend = (hour / 24) % 7 >= 5 ? -40.0 : 0
    let shape = 80 * sin(Double(hour) * .pi / 12)
    return max(300 + shape + weekend + level, 20)
  }
}

@Suite("The ensemble forecast") struct EnsembleForecasterTests {
  let start = at("2021-03-01")

  /// What is known when `hours` hours of the series are over.
  func past(_ series: Series, _ hours: Int) -> IssuedSeries {
    series.issued(after: .hours(1)).asIssued(by: start + .hours(Double(hours)))
  }

  func days(_ count: Double, after hours: Int) -> Range<Timestamp> {
    (start + .hours(Double(hours)))..<(start + .hours(Double(hours) + 24 * count))
  }

  @Test("does not change when the future is replaced by noise, kept or not", arguments: 0..<3)
  func noFuture(seed: UInt64) throws {
    var random = Seeded(seed)
    let known = 24 * 13 + Int(seed) * 7
    let values = madeUp(hours: known, seed: seed)
    let quiet = try hourly(values + [Double](repeating: 300, count: 72))
    let noisy = try hourly(values + (0..<72).map { _ in Double.random(in: 1...2000, using: &random) })
    let horizon = days(2, after: known)
    let forecast = EnsembleForecaster().forecast(from: past(quiet, known), over: horizon)
    #expect(forecast == EnsembleForecaster().forecast(from: past(noisy, known), over: horizon))
    #expect(forecast.values.allSatisfy { $0 != nil })
    // One that has learned from the noise and is then asked about the time before knows nothing of it.
    var kept = EnsembleForecaster()
    kept.learn(from: past(noisy, known + 48))
    #expect(kept.forecast(from: past(noisy, known), over: horizon) == forecast)
    // And it would change if it could see it.
    let later = past(noisy, known + 12)
    #expect(EnsembleForecaster().forecast(from: later, over: horizon) != forecast)
  }

  @Test("is the same learned hour by hour or at once, and goes on from kept bytes to the last bit")
  func kept() throws {
    let series = try hourly(madeUp(hours: 24 * 12))
    var atOnce = EnsembleForecaster()
    atOnce.learn(from: past(series, 24 * 12 - 30))
    var stepwise = EnsembleForecaster()
    for hour in 1...(24 * 12 - 30) { stepwise.learn(from: past(series, hour)) }
    #expect(atOnce == stepwise)
    let bytes = try JSONEncoder().encode(atOnce)
    var read = try JSONDecoder().decode(EnsembleForecaster.self, from: bytes)
    #expect(read == atOnce)
    read.learn(from: past(series, 24 * 12))
    atOnce.learn(from: past(series, 24 * 12))
    #expect(read == atOnce)
    let broken = Data(String(decoding: bytes, as: UTF8.self).replacing("\"3ff", with: "\"3fz").utf8)
    #expect(broken != bytes)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(EnsembleForecaster.self, from: broken) }
  }

  @Test("answers from the first hours on, says what from, and claims no range before it has seen an error")
  func coldStart() throws {
    let series = try hourly(madeUp(hours: 24 * 20))
    let none = EnsembleForecaster().forecast(from: past(series, 0), over: days(2, after: 0))
    #expect(none.slots.count == 48 && none.slots.allSatisfy { $0.rule == .unknown && $0.value == nil })
    #expect(none.basis == "nothing is known of the series yet")
    let one = EnsembleForecaster().forecast(from: past(series, 1), over: days(2, after: 1))
    #expect(one.slots.allSatisfy { $0.value != nil && $0.low == nil && $0.high == nil })
    // Only the newest hour's own time of the next days has a day before.
    #expect(one.slots.indices.filter { one.slots[$0].rule == .ensemble } == [23, 47])
    #expect(one.slots.indices.filter { one.slots[$0].rule == .recentMean }.count == 46)
    let few = EnsembleForecaster().forecast(from: past(series, 5), over: days(2, after: 5))
    #expect(few.slots.prefix(19).allSatisfy { $0.rule == .recentMean })
    #expect(few.basis.contains("learned from 5 hours"))
    #expect(few.slots[0].low != nil && few.slots[47].low == nil)
    let twoDays = EnsembleForecaster().forecast(from: past(series, 48), over: days(2, after: 48))
    #expect(twoDays.slots.allSatisfy { $0.rule == .ensemble && $0.value != nil })
    #expect(twoDays.basis.contains("persistence") && !twoDays.basis.contains("regression"))
    let weeks = EnsembleForecaster().forecast(from: past(series, 24 * 18), over: days(2, after: 24 * 18))
    #expect(weeks.slots.allSatisfy { $0.low != nil && $0.high != nil })
    #expect(weeks.basis.contains("regression"))
    #expect(weeks.skill.map(\.band) == LeadBand.allCases)
    #expect(weeks.level == 0.8 && weeks.method == GridMethods.ensembleForecast)
    #expect(weeks.series.provider == "ensemble-forecast@1")
    #expect(weeks.series.slots.allSatisfy { $0.isEstimated && $0.low == nil })
  }

  @Test("learns the week's pattern, which persistence cannot know, and says by how much it is better")
  func weekly() throws {
    let series = try hourly(madeUp(hours: 24 * 50, weather: 2))
    // 2021-03-01 is a Monday; day 47 is a Saturday.
    let known = 24 * 47
    let ours = EnsembleForecaster().forecast(from: past(series, known), over: days(1, after: known))
    let rival = PersistenceForecast().forecast(from: past(series, known), over: days(1, after: known))
    func error(_ forecast: Forecast) throws -> Double {
      try forecast.slots.map {
        abs(try #require($0.value) - (try #require(series.value(at: $0.validity.lowerBound))))
      }
      .reduce(0, +) / 24
    }
    #expect(try error(ours) < 0.3 * error(rival))
    #expect(try #require(ours.skill.last?.score) > 0.3)
  }

  @Test("of a constant series is that constant")
  func constant() throws {
    let series = try hourly([Double](repeating: 420, count: 24 * 15))
    let forecast = EnsembleForecaster().forecast(from: past(series, 24 * 15), over: days(4, after: 24 * 15))
    for slot in forecast.slots {
      #expect(abs(try #require(slot.value) - 420) < 1e-6)
      #expect(try #require(slot.high) - (try #require(slot.low)) < 1e-6)
    }
  }

  @Test("of prices may be negative, and its range lies around it")
  func prices() throws {
    let values = madeUp(hours: 24 * 15).map { $0 - 330 }
    let series = try hourly(values, kind: .price, unit: "EUR/MWh")
    let forecast = EnsembleForecaster().forecast(from: past(series, 24 * 15), over: days(2, after: 24 * 15))
    #expect(forecast.values.contains { ($0 ?? 0) < 0 })
    for slot in forecast.slots {
      let value = try #require(slot.value)
      #expect(try #require(slot.low) <= value && value <= (try #require(slot.high)))
      #expect(try #require(slot.low) < (try #require(slot.high)))
    }
  }

  @Test("takes an absurd value for a missing one, and an outlier of a price changes little")
  func absurd() throws {
    let known = 24 * 12
    var gap: [Double?] = madeUp(hours: known)
    var absurd = gap
    for (hour, value) in [(100, 1e6), (101, 0), (150, -5), (known - 2, 5000)] {
      gap[hour] = nil
      absurd[hour] = value
    }
    let horizon = days(2, after: known)
    let without = EnsembleForecaster().forecast(from: past(try hourly(gap), known), over: horizon)
    let with = EnsembleForecaster().forecast(from: past(try hourly(absurd), known), over: horizon)
    #expect(without.slots == with.slots)
    #expect(with.basis.contains("4 missing ones"))
    var prices = madeUp(hours: known)
    let clean = try hourly(prices, kind: .price, unit: "EUR/MWh")
    prices[known - 30] = 1e9
    let spiked = try hourly(prices, kind: .price, unit: "EUR/MWh")
    let forecasts = [clean, spiked].map { EnsembleForecaster().forecast(from: past($0, known), over: horizon) }
    for (before, after) in zip(forecasts[0].values, forecasts[1].values) {
      #expect(abs(try #require(before) - (try #require(after))) < 600)
    }
  }

  @Test("lives through gaps of hours, days and months", arguments: [3, 120, 24 * 45])
  func gaps(length: Int) throws {
    let before = 24 * 12
    var values: [Double?] = madeUp(hours: before + length + 30)
    for hour in before..<(before + length) { values[hour] = nil }
    let series = try hourly(values)
    let known = before + length + 30
    for hours in [before + length / 2, known] {
      let forecast = EnsembleForecaster(memory: .hours(24 * 365)).forecast(
        from: past(series, hours), over: days(2, after: hours))
      #expect(forecast.slots.allSatisfy { (20...600).contains($0.value ?? 0) })
    }
    // What lies within the gap is answered, but not as if it were known.
    let inside = EnsembleForecaster(memory: .hours(24 * 365)).forecast(
      from: past(series, known), over: hour(start + .hours(Double(before))))
    #expect(inside.slots.allSatisfy { $0.rule != .issued && $0.low == nil })
  }

  @Test("covers any step without gaps, from series of any step, unaligned ones too", arguments: [5, 15, 60])
  func steps(minutes: Int) throws {
    let length = Span.seconds(Double(minutes) * 60)
    let shift = minutes == 15 ? Span.seconds(600) : .zero
    let perHour = 60 / minutes
    let values = madeUp(hours: 24 * 7)
    let slots = (0..<(values.count * perHour)).map { index in
      let begin = start + shift + .seconds(Double(index * minutes) * 60)
      return Slot(begin..<(begin + length), value: values[index / perHour], issuedAt: begin + length)
    }
    let series = try Series(
      region: Region("DE"), kind: .averageLifecycle, provider: "test", source: Source("a test"), slots: slots)
    let now = start + .hours(24 * 6 + 11) + .seconds(40 * 60)
    let history = series.asIssued(by: now)
    let hours = EnsembleForecaster().forecast(from: history, over: now..<(now + .hours(30))).values.compactMap { $0 }
    for step in [5.0, 30, 90] {
      let horizon = now..<(now + .hours(30))
      let forecast = EnsembleForecaster().forecast(from: history, over: horizon, step: .seconds(step * 60))
      #expect(
        forecast.slots.first?.validity.lowerBound == now
          && forecast.slots.last?.validity.upperBound == horizon.upperBound)
      #expect(
        zip(forecast.slots, forecast.slots.dropFirst()).allSatisfy { $0.validity.upperBound == $1.validity.lowerBound })
      #expect(forecast.slots.allSatisfy { (150...450).contains($0.value ?? 0) })
      let mean = forecast.values.compactMap { $0 }.reduce(0, +) / Double(forecast.slots.count)
      #expect(abs(mean - hours.reduce(0, +) / Double(hours.count)) < 4)
    }
  }

  @Test("goes through the leap day and the clock changes as through any other day")
  func calendar() throws {
    let values: [Double] = (0..<(24 * 40)).map { 300 + 80 * sin(Double($0) * .pi / 12) }
    for begin in ["2020-02-10", "2020-03-10", "2020-10-05"] {
      let series = try hourly(values, from: at(begin)).issued(after: .hours(1))
      var forecaster = EnsembleForecaster()
      for day in [19, 20, 21] {
        let now = at(begin) + .hours(Double(24 * day))
        forecaster.learn(from: series.asIssued(by: now))
        let forecast = forecaster.forecast(from: series.asIssued(by: now), over: hour(now, 24))
        for slot in forecast.slots {
          #expect(abs(try #require(slot.value) - (try #require(series.value(at: slot.validity.lowerBound)))) < 1)
        }
      }
    }
  }

  @Test("is the mean of the hour of the week beyond 48 hours, and says so")
  func beyond() throws {
    let known = 24 * 21
    let series = try hourly(madeUp(hours: known))
    let forecast = EnsembleForecaster().forecast(from: past(series, known), over: days(7, after: known))
    #expect(forecast.slots.prefix(48).allSatisfy { $0.rule == .ensemble })
    #expect(forecast.slots.dropFirst(48).allSatisfy { $0.rule == .climatology && $0.value != nil && $0.low != nil })
    let weekend = try #require(forecast.values[5 * 24 + 12])
    let monday = try #require(forecast.values[4 * 24 + 12])
    #expect(weekend < monday)
  }

  @Test("uses a forecast of what drives the series, as it was issued and never later")
  func beside() throws {
    let hours = 24 * 26
    var random = Seeded(5)
    let wind: [Double] = (0..<(hours + 48)).map { _ in Double.random(in: 0...10, using: &random) }
    let values: [Double] = (0..<hours).map { hour in
      let shape = 30 * sin(Double(hour) * .pi / 12)
      return 400 - 20 * wind[hour] + shape
    }
    let series = try hourly(values)
    let known = hours - 48
    let weather = try hourly(wind, kind: .unstated, unit: "m/s").issued(after: .hours(-48))
    let now = start + .hours(Double(known))
    func error(_ forecast: Forecast) throws -> Double {
      try forecast.slots.map {
        abs(try #require($0.value) - (try #require(series.value(at: $0.validity.lowerBound))))
      }
      .reduce(0, +) / 48
    }
    let horizon = days(2, after: known)
    let alone = EnsembleForecaster().forecast(from: past(series, known), over: horizon)
    let with = EnsembleForecaster().forecast(
      from: past(series, known), over: horizon, step: .hours(1), beside: [weather.asIssued(by: now)])
    #expect(try error(with) < 0.5 * error(alone))
    // Weather that was issued only when it came is of no use ahead of time, and cannot be used.
    let late = try hourly(wind, kind: .unstated, unit: "m/s").issued(after: .hours(1))
    let noisy = try hourly(
      wind.enumerated().map { $0 < known ? $1 : 1000 }, kind: .unstated, unit: "m/s"
    ).issued(after: .hours(1))
    let forecasts = [late, noisy].map {
      EnsembleForecaster().forecast(
        from: past(series, known), over: horizon, step: .hours(1), beside: [$0.asIssued(by: now)])
    }
    #expect(forecasts[0] == forecasts[1])
    #expect(try error(forecasts[0]) > 0.8 * error(alone))
    // Nor may it polish the record of what was forecast in the past.
    for (late, alone) in zip(forecasts[0].skill, alone.skill) {
      #expect(late.meanAbsoluteError > 0.8 * alone.meanAbsoluteError)
    }
  }

  @Test("drops what it learned of one series when it is shown another")
  func otherSeries() throws {
    let known = 24 * 9
    let lifecycle = try hourly(madeUp(hours: known))
    let direct = try hourly(madeUp(hours: known, seed: 9), kind: .averageDirect)
    var learned = EnsembleForecaster()
    learned.learn(from: past(lifecycle, known))
    #expect(!learned.skill.isEmpty)
    let horizon = days(1, after: known)
    #expect(
      learned.forecast(from: past(direct, known), over: horizon)
        == EnsembleForecaster().forecast(from: past(direct, known), over: horizon))
  }

  @Test("holds four truths in five, though the errors grow and shrink and lean to one side")
  func ranges() throws {
    var random = Seeded(3)
    let values: [Double] = (0..<(24 * 160)).map { hour in
      let size = hour / 24 % 40 < 20 ? 20.0 : 50
      let error = Double.random(in: 0...1, using: &random)
      let shape = 80 * sin(Double(hour) * .pi / 12)
      return 400 + shape + size * error * error
    }
    let series = try hourly(values, kind: .price, unit: "EUR/MWh")
    for level in [0.8, 0.5] {
      let forecaster = EnsembleForecaster(members: [.weekMean, .dayClimatology], level: level)
      let rows = SkillTable.rows(series, [("ours", forecaster)], plan: .init(every: .hours(5)))
      #expect(rows.count == 5)
      for row in rows {
        #expect(abs(try #require(row.coverage) - level) < 0.05, "\(row)")
        #expect(row.meanAbsolutePercentError == nil)
      }
    }
  }
}
