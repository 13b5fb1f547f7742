import Foundation
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Replay: the live decisions on history, beside what could have been done")
struct ReplayTests {
  private func days(_ count: Int, seed: UInt64 = 40) -> [Double] {
    var random = Seeded(seed)
    return random.intensities(24 * count)
  }

  private func replay(
    _ history: [HistoryInterval], floor: Double = 83, first: Int = 48, lag: Int = 0, period: Replay.Period = .utcDay
  ) throws -> Replay {
    try Replay(history: history, first: first, ladder: try Fixture.ladder(), floor: floor, period: period, lag: lag)
  }

  @Test("what was saved is sizing plus timing, all in percent of always-best")
  func parts() throws {
    let result = try replay(Fixture.history(days(6))).run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let (saved, sizing, timing) = (
      try #require(result.savedPercent), try #require(result.sizingPercent), try #require(result.timingPercent)
    )
    #expect(abs(saved - sizing - timing) < 1e-9)
    #expect(sizing > 70 && timing > 0)
    #expect(isClose(try #require(result.timingGainPercent), 100 * timing / (100 - sizing), 1e-9))
    #expect(result.carbon >= result.clairvoyant && result.clairvoyant < result.staticMix)
    #expect(result.periods.count == 4 && result.isEveryFloorMet)
    #expect(result.modes == ["live": 96])
  }

  @Test("always-best saves nothing; the fixed mix saves by sizing alone and never switches")
  func baselines() throws {
    let base = try replay(Fixture.history(days(4)))
    let best = base.run(AlwaysBest())
    #expect(isClose(best.carbon.grams, best.alwaysBest.grams, 1e-12))
    let fixed = base.run(StaticMixPolicy())
    #expect(isClose(fixed.carbon.grams, fixed.staticMix.grams, 1e-12))
    #expect(abs(try #require(fixed.timingPercent)) < 1e-9)
    #expect(fixed.switches == 0 && fixed.isEveryFloorMet)
  }

  @Test("the clairvoyant plan is the exact optimum at each period's own mean quality")
  func clairvoyant() throws {
    let series = days(3)
    let result = try replay(Fixture.history(series)).run(RecedingHorizon())
    let optimum = try Fixture.problem(
      try Fixture.ladder(), floor: try #require(result.periods[0].quality), Array(series[48...])
    ).solve()
    #expect(isClose(result.clairvoyant.grams, optimum.carbon.grams, 1e-9))
  }

  @Test("with perfect forecasts the receding horizon is the clairvoyant plan")
  func perfectForecast() throws {
    let history = Fixture.history(days(4))
    let start = history[0].start
    let result = try replay(history).run(
      RecedingHorizon(guardRule: FloorGuard(reliance: 1, debtLimit: 1e9)),
      intensities: { past, count in
        let now = Int((past.now - start).hours)
        return (now..<now + count).map { history[$0].intensity ?? .zero }
      }, demand: Forecasters.constantDemand(1000))
    #expect(abs(try #require(result.regretPercent)) < 1e-9)
  }

  @Test("a live loop that only sees the past makes the same decisions, byte for byte")
  func liveLoop() throws {
    let history = Fixture.history(days(5))
    let policy = RecedingHorizon(hysteresis: Hysteresis(margin: 0.02, dwell: 2))
    let result = try replay(history).run(policy)

    // The loop as a service would write it: it keeps what it has seen and knows nothing else.
    var seen: [HistoryInterval] = Array(history[..<48])
    var state = PolicyState()
    var served = PolicyInput.Served()
    var debt = 0.0
    for (hour, step) in zip(history[48...], result.steps) {
      if hour.start == hour.start.startOfDay { served = .init() }
      let left = Int((hour.start.startOfDay + .hours(24) - hour.start).hours)
      let value = try #require(hour.intensity)
      let input = PolicyInput(
        now: hour.start, periodStart: hour.start.startOfDay, periodEnd: hour.start.startOfDay + .hours(24),
        signal: .init(value, age: .zero, issue: "history:\(hour.start)"),
        forecast: DayPersistence.intensities(
          history: seen.suffix(72).map(\.intensity) + [value], interval: .hours(1), lead: 0, count: left),
        expectedRequests: (0..<left).map { seen[seen.count - 24 + $0].requests },
        recent: try seen.suffix(24).map { .init(intensity: try #require($0.intensity), requests: $0.requests) },
        served: served, carriedDebt: debt, ladder: try Fixture.ladder(), floor: 83)
      let (next, decision) = policy.decide(input, state: state)
      #expect(try Fixture.json(decision) == Fixture.json(step.decision))
      #expect(try Fixture.json(input) == Fixture.json(step.input))
      state = next
      let quality = input.ladder.quality(decision.shares.map(\.share), on: .lowerBound)
      served.requests += hour.requests
      served.points += hour.requests * quality
      debt = 0
      seen.append(hour)
    }
  }

  @Test("recorded inputs and states, read back from JSON, give the recorded decisions, byte for byte")
  func recorded() throws {
    for policy in SwitchingPolicies.all {
      let result = try replay(Fixture.history(days(4)), lag: 1).runAny(policy)
      for step in result.steps {
        let input = try JSONDecoder().decode(PolicyInput.self, from: Fixture.json(step.input))
        let state = try JSONDecoder().decode(PolicyState.self, from: Fixture.json(step.stateBefore))
        #expect(try Fixture.json(policy.decide(input, state: state).1) == Fixture.json(step.decision))
      }
    }
  }

  @Test("replacing every future value by noise changes no decision made before", arguments: [0, 1, 3])
  func future(lag: Int) throws {
    var random = Seeded(41)
    let history = Fixture.history(days(6), requests: (0..<144).map { 500 + 400 * sin(Double($0) / 5) })
    let honest = try replay(history, lag: lag).run(RecedingHorizon())
    for cut in [48, 61, 95, 96, 120, 143] {
      var changed = history
      for index in changed.indices where index >= cut {
        // The current interval's intensity is known at its start when there is no lag; its requests are not.
        if lag > 0 || index > cut {
          changed[index].intensity =
            Bool.random(using: &random) ? nil : .gramsPerKilowattHour(.random(in: 0...900, using: &random))
        }
        changed[index].requests = .random(in: 0...5000, using: &random)
      }
      let other = try replay(changed, lag: lag).run(RecedingHorizon())
      let count = cut - 48 + 1
      let (before, after) = (honest.steps.prefix(count).map(\.decision), other.steps.prefix(count).map(\.decision))
      #expect(try Fixture.json(before) == Fixture.json(after))
    }
  }

  @Test("the past that a forecaster is given ends at the present")
  func pastView() throws {
    let history = Fixture.history(days(3))
    for lag in [0, 2] {
      _ = try replay(history, lag: lag).run(
        AlwaysBest(),
        intensities: { past, count in
          let now = Int((past.now - history[0].start).hours)
          #expect(past.count == now)
          #expect(past.intensity(back: -1) == nil && past.requests(back: 0) == nil && past.requests(back: -1) == nil)
          for back in 0..<lag { #expect(past.intensity(back: back) == nil) }
          #expect(past.intensity(back: lag) == history[now - lag].intensity)
          #expect(past.intensity(back: now + 1) == nil)
          return []
        })
    }
  }

  @Test("without reliance on later demand the floor is met in every period, whatever demand and grid do")
  func floorWhateverComes() throws {
    var random = Seeded(42)
    for _ in 0..<25 {
      let ladder = try random.ladder(4)
      let hull = Hull(of: ladder)
      let floor = Double.random(in: hull.lowestQuality...hull.highestQuality, using: &random)
      let requests = (0..<96).map { _ in
        Bool.random(using: &random) ? 0 : Double.random(in: 0...3000, using: &random)
      }
      let series: [Double?] = (0..<96).map { _ in
        Int.random(in: 0..<10, using: &random) == 0 ? nil : Double.random(in: 10...900, using: &random)
      }
      let rule = FloorGuard.certain
      let policies: [any SwitchingPolicy] = [
        RecedingHorizon(guardRule: rule), TrailingPrice(guardRule: rule),
        RecedingHorizon(guardRule: rule, hysteresis: Hysteresis(margin: 0.1, dwell: 3)),
      ]
      let replay = try Replay(history: Fixture.history(series, requests: requests), ladder: ladder, floor: floor)
      for policy in policies {
        let result = replay.runAny(policy, demand: Forecasters.constantDemand(1000))
        #expect(result.isEveryFloorMet, "\(policy.name) at \(floor)")
      }
    }
  }

  @Test("with the default guard the floor is met when each interval brings at least three quarters of what is expected")
  func floorWithReliance() throws {
    var random = Seeded(43)
    var below = 0
    for _ in 0..<40 {
      let ladder = try random.ladder(4)
      let hull = Hull(of: ladder)
      let floor = Double.random(in: hull.lowestQuality...hull.highestQuality, using: &random)
      let requests = (0..<96).map { _ in Double.random(in: 750...2500, using: &random) }
      let history = Fixture.history(random.intensities(96), requests: requests)
      let result = try Replay(history: history, ladder: ladder, floor: floor)
        .run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
      #expect(result.isEveryFloorMet)
      #expect(result.debtLeft == 0)
      below += result.steps.count { $0.decision.quality < floor - 0.01 }
    }
    #expect(below > 100, "the guard must leave room to be below the floor in dirty hours")
  }

  @Test("when demand stays away the shortfall is carried into the next period and made up for")
  func debt() throws {
    // Day one: dirty and busy in the morning, then nobody comes. Day two: an ordinary day.
    let series = (0..<48).map { $0 % 24 < 8 ? 500.0 : 60.0 }
    let requests = (0..<48).map { $0 < 8 || $0 >= 24 ? 1000.0 : 0 }
    let result = try replay(Fixture.history(series, requests: requests), floor: 84, first: 0).run(
      RecedingHorizon(guardRule: FloorGuard(reliance: 1)),
      intensities: { past, count in
        let hour = Int((past.now - past.now.startOfDay).hours)
        return (hour..<hour + count).map { .gramsPerKilowattHour($0 % 24 < 8 ? 500 : 60) }
      }, demand: Forecasters.constantDemand(1000))
    #expect(!result.periods[0].isFloorMet)
    #expect(try #require(result.periods[1].qualityLow) > 84)
    #expect(try #require(result.qualityLow) >= 84 - 1e-9)
    #expect(result.debtLeft == 0)
  }

  @Test("a gap in the record is counted, bridged by the ladder of signals, and left out of every carbon sum")
  func gaps() throws {
    var series: [Double?] = days(6)
    for hour in 60..<100 { series[hour] = nil }
    let result = try replay(Fixture.history(series)).run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    #expect(result.missingIntervals == 40)
    #expect(result.modes == ["live": 58, "persistence": 24, "static": 14])
    #expect(result.steps[12].carbon == nil && result.steps[12].interval.requests == 1000)
    let known = result.steps.compactMap(\.carbon).reduce(.zero, +)
    #expect(isClose(result.carbon.grams, known.grams, 1e-12))
    let intensities = result.steps.compactMap { $0.interval.intensity?.gramsPerKilowattHour }
    #expect(isClose(result.alwaysBest.grams, intensities.reduce(0, +) * 1000 * 2.05 / 3.6e6, 1e-9))
    #expect(result.isEveryFloorMet)
  }

  @Test("budget periods are UTC days, blocks of intervals, or everything")
  func periods() throws {
    let history = Fixture.history(days(3), start: Fixture.midnight + .hours(20))
    let byDay = try replay(history, first: 0).run(StaticMixPolicy())
    #expect(byDay.periods.map(\.requests) == [4000, 24000, 24000, 20000])
    let byBlock = try replay(history, first: 0, period: .intervals(30)).run(StaticMixPolicy())
    #expect(byBlock.periods.map(\.requests) == [30000, 30000, 12000])
    #expect(try replay(history, first: 0, period: .whole).run(StaticMixPolicy()).periods.count == 1)
    #expect(byDay.steps[0].input.periodEnd == Fixture.midnight + .hours(24))
  }

  @Test("a history that is not evenly spaced or not in range is refused with the place and the fix")
  func refuses() throws {
    var history = Fixture.history([100, 200, 300])
    history[2].start = history[2].start + .hours(1)
    let gap = SwitchingError.invalidInterval(
      2, "it does not start where the one before ends; fill gaps with missing intensities")
    #expect(throws: gap) { try replay(history, first: 0) }
    #expect(throws: SwitchingError.self) { try replay([], first: 0) }
    #expect(throws: SwitchingError.self) { try replay(Fixture.history([100]), first: 0, lag: -1) }
    #expect(throws: SwitchingError.self) { try replay(Fixture.history([100], requests: [.nan]), first: 0) }
    #expect(throws: SwitchingError.self) { try replay(Fixture.history([.infinity]), first: 0) }
    #expect(throws: SwitchingError.self) { try replay(Fixture.history([100]), first: 0, period: .intervals(0)) }
  }

  @Test("the persistence forecast is yesterday's shape bent towards now, forgotten over six hours")
  func persistence() throws {
    let yesterday = (0..<24).map { 100 + 10 * Double($0) }
    let history = (yesterday + [150]).map { CarbonIntensity?.some(.gramsPerKilowattHour($0)) }
    let forecast = DayPersistence.intensities(history: history, interval: .hours(1), lead: 0, count: 30)
    #expect(forecast[0].gramsPerKilowattHour == 150, "now is known")
    #expect(isClose(forecast[6].gramsPerKilowattHour, 160 * (1 + 0.5 * exp(-1)), 1e-12))
    #expect(isClose(forecast[24].gramsPerKilowattHour, 150 * (1 + 0.5 * exp(-4)), 1e-12), "tomorrow rests on today")
    #expect(isClose(forecast[25].gramsPerKilowattHour, 110 * (1 + 0.5 * exp(-25 / 6.0)), 1e-12))
    #expect(DayPersistence.intensities(history: [nil, nil], interval: .hours(1), count: 3).isEmpty)
    let short = DayPersistence.intensities(history: [.gramsPerKilowattHour(7)], interval: .hours(1), count: 2)
    #expect(short.map(\.gramsPerKilowattHour) == [7, 7])
  }
}

extension Replay {
  func runAny(_ policy: any SwitchingPolicy, demand: DemandForecaster? = nil) -> ReplayResult {
    run(policy, demand: demand)
  }
}
