import Foundation
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Variants in other places on history: what is seen, what is saved, and by what")
struct PlacedReplayTests {
  /// CLOVER's ladder here, B3 and B5 in SE too.
  static func ladder() throws -> Ladder {
    let here = try Fixture.ladder().variants
    let there = here.filter { ["B3", "B5"].contains($0.name) }.map {
      Variant("\($0.name)-se", quality: $0.quality, energy: $0.energy, place: "SE")
    }
    return try Ladder(here + there)
  }

  /// Days of two grids; there it is a little cleaner and the swing comes half a day later.
  static func history(_ days: Int, seed: UInt64 = 220, gaps: Bool = false) -> [HistoryInterval] {
    var random = Seeded(seed)
    let here = random.intensities(24 * days)
    let there = random.intensities(24 * days)
    return Fixture.history(here).enumerated().map { hour, interval in
      var interval = interval
      let shifted = 0.7 * there[(hour + 12) % there.count]
      interval.elsewhere = gaps && hour % 31 == 7 ? [:] : ["SE": .gramsPerKilowattHour(shifted)]
      if gaps, hour % 37 == 5 { interval.intensity = nil }
      return interval
    }
  }

  static func replay(
    _ history: [HistoryInterval], floor: Double = 83, instant: Double? = nil, lag: Int = 0
  ) throws -> Replay {
    try Replay(
      history: history, first: 48, ladder: try ladder(), floor: floor, instantFloor: instant, pue: 1.1, lag: lag,
      pueElsewhere: ["SE": 1.2])
  }

  @Test("sizing, directive, placing and timing add up to always-best less emitted, in each day and in all")
  func adds() throws {
    for gaps in [false, true] {
      let replay = try Self.replay(Self.history(6, gaps: gaps))
      let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
      #expect(result.isEveryFloorMet)
      #expect((result.missingIntervals > 0) == gaps)
      let ledger = SavingsLedger(result, of: replay, directives: ["B3", "B3-se"])
      for terms in ledger.periods.map(\.terms) + [ledger.total] {
        #expect(isClose(terms.saved.grams, (terms.alwaysBest - terms.emitted).grams, 1e-9))
        #expect(terms.placing > .zero && terms.timing > .zero)
        #expect(terms.directive >= .grams(-1e-12) && terms.regret >= .grams(-1e-12))
      }
      #expect(isClose(ledger.total.emitted.grams, result.carbon.grams, 1e-12))
      let parts = [result.sizingPercent, result.placingPercent, result.timingPercent].compactMap(\.self)
      #expect(isClose(parts.reduce(0, +), try #require(result.savedPercent), 1e-9))
      #expect(result.staticMix <= result.stayingMix && result.clairvoyant <= result.staticMix)
      #expect(result.carbon >= result.clairvoyant)
    }
  }

  @Test("by hand: a cleaner place all day is placing, a place that is cleaner by turns is timing")
  func split() throws {
    let ladder = try PlacedPolicyTests.ladder()
    func terms(_ here: [Double], _ there: [Double]) throws -> SavingsLedger.Terms {
      let history = zip(here, there).enumerated().map { hour, pair in
        HistoryInterval(
          start: Fixture.midnight + .hours(Double(hour)), intensity: .gramsPerKilowattHour(pair.0), requests: 3600,
          elsewhere: ["SE": .gramsPerKilowattHour(pair.1)])
      }
      let replay = try Replay(history: history, ladder: ladder, floor: 78, pueElsewhere: ["SE": 1])
      return SavingsLedger(replay.runClairvoyant(), of: replay).total
    }
    // Grams are joules a request times g/kWh / 1000.
    let placing = try terms([400, 400], [100, 100])
    #expect(isClose(placing.sizing.grams, Double((6 - 2) * 800) / 1000))
    #expect(isClose(placing.placing.grams, Double(2 * 600) / 1000))
    #expect(abs(placing.timing.grams) < 1e-12 && abs(placing.directive.grams) < 1e-12)
    let timing = try terms([400, 100], [100, 400])
    #expect(abs(timing.placing.grams) < 1e-12)
    #expect(isClose(timing.timing.grams, Double(2 * 300) / 1000))
    #expect(isClose(timing.emitted.grams, Double(2 * 200) / 1000))
  }

  @Test("orphans and losers elsewhere count at their own grid")
  func aside() throws {
    let history = [
      HistoryInterval(
        start: Fixture.midnight, intensity: .gramsPerKilowattHour(100), requests: 1,
        elsewhere: ["SE": .gramsPerKilowattHour(10)])
    ]
    let replay = try Replay(
      history: history, ladder: try PlacedPolicyTests.ladder(), floor: 78, pueElsewhere: ["SE": 2])
    let result = replay.run(StaticMixPolicy())
    let kilowattHour = [Fixture.midnight: Energy.joules(3.6e6)]
    let aside = SavingsLedger.Aside(
      orphansSpared: kilowattHour, elsewhere: ["SE": .init(orphansSpared: kilowattHour, hedgingLost: kilowattHour)])
    let terms = SavingsLedger(result, of: replay, aside: aside).total
    #expect(isClose(try #require(terms.orphans).grams, 100 + 20))
    #expect(isClose(try #require(terms.hedging).grams, -20))
  }

  @Test("replacing every future value of every place by noise changes no decision made before", arguments: [0, 2])
  func future(lag: Int) throws {
    var random = Seeded(221)
    let history = Self.history(5)
    for policy in SwitchingPolicies.all {
      let honest = try Self.replay(history, lag: lag).runAny(policy).steps.map(\.decision)
      for cut in [50, 71, 100] {
        var changed = history
        for index in changed.indices where index > cut || (lag > 0 && index == cut) {
          changed[index].intensity = .gramsPerKilowattHour(.random(in: 0...900, using: &random))
          changed[index].elsewhere =
            Bool.random(using: &random) ? nil : ["SE": .gramsPerKilowattHour(.random(in: 0...900, using: &random))]
        }
        let other = try Self.replay(changed, lag: lag).runAny(policy).steps.map(\.decision)
        let count = cut - 48 + 1
        #expect(
          try Fixture.json(Array(honest.prefix(count))) == Fixture.json(Array(other.prefix(count))),
          "\(policy.name) at \(cut)")
      }
    }
  }

  @Test("recorded inputs and states, read back from JSON, give the recorded decisions, byte for byte")
  func recorded() throws {
    let policies: [any SwitchingPolicy] =
      SwitchingPolicies.all + [RecedingHorizon(hysteresis: Hysteresis(margin: 0.05, dwell: 2))]
    for policy in policies {
      let result = try Self.replay(Self.history(4, gaps: true), lag: 1).runAny(policy)
      for step in result.steps {
        let input = try JSONDecoder().decode(PolicyInput.self, from: Fixture.json(step.input))
        let state = try JSONDecoder().decode(PolicyState.self, from: Fixture.json(step.stateBefore))
        #expect(try Fixture.json(input) == Fixture.json(step.input))
        #expect(try Fixture.json(policy.decide(input, state: state).1) == Fixture.json(step.decision))
      }
    }
  }

  @Test("whatever grids, gaps and demand do, the floor is met in every period and the instant floor in every interval")
  func floors() throws {
    var random = Seeded(222)
    let rule = FloorGuard.certain
    let policies: [any SwitchingPolicy] = [
      RecedingHorizon(guardRule: rule), TrailingPrice(guardRule: rule), StaticMixPolicy(),
      RecedingHorizon(guardRule: rule, hysteresis: Hysteresis(margin: 0.1, dwell: 3)),
    ]
    for round in 0..<12 {
      let plain = try random.ladder(4)
      let ladder = try Ladder(
        plain.variants.map { variant in
          var placed = variant
          placed.place = [nil, "SE", "PL"].randomElement(using: &random) ?? nil
          return placed
        })
      let hull = Hull(of: ladder)
      let best = ladder.variants.map(\.qualityLow).max() ?? 0
      let floor = Double.random(in: hull.lowestQuality...best, using: &random)
      let least = Double.random(in: 0...floor, using: &random)
      func value() -> CarbonIntensity? {
        Int.random(in: 0..<8, using: &random) == 0
          ? nil : .gramsPerKilowattHour(.random(in: 5...900, using: &random))
      }
      let history = (0..<72).map { hour in
        HistoryInterval(
          start: Fixture.midnight + .hours(Double(hour)), intensity: value(),
          requests: Bool.random(using: &random) ? 0 : .random(in: 0...3000, using: &random),
          elsewhere: ["SE": value(), "PL": round % 3 == 0 ? nil : value()].compactMapValues(\.self))
      }
      let replay = try Replay(
        history: history, ladder: ladder, floor: floor, instantFloor: least, pueElsewhere: ["SE": 1.1, "PL": 1.4])
      for policy in policies {
        let result = replay.runAny(policy, demand: Forecasters.constantDemand(1000))
        #expect(result.isEveryFloorMet, "\(policy.name)")
        #expect(result.steps.allSatisfy { $0.qualityLow >= least - 1e-9 }, "\(policy.name)")
      }
    }
  }

  @Test("known beforehand is the exact optimum over all places at each period's own mean quality")
  func clairvoyant() throws {
    let history = Self.history(3)
    let replay = try Self.replay(history)
    let result = replay.runClairvoyant()
    let intervals = try history[48...].map { interval in
      Problem.Interval(
        requests: 1000, intensity: try #require(interval.intensity), pue: 1.1,
        elsewhere: ["SE": .init(try #require(interval.elsewhere?["SE"]), pue: 1.2)])
    }
    let quality = try #require(result.periods[0].quality)
    let plan = try Problem(ladder: try Self.ladder(), floor: quality, intervals: intervals).solve()
    #expect(isClose(result.clairvoyant.grams, plan.carbon.grams, 1e-9))
    #expect(isClose(result.carbon.grams, plan.carbon.grams, 1e-9))
    let here = try Replay(history: history, first: 48, ladder: try Fixture.ladder(), floor: 83, pue: 1.1)
    #expect(result.carbon < here.runClairvoyant().carbon, "two grids are better than one")
  }

  @Test("what timing is worth is told against the best fixed places")
  func worth() throws {
    let worth = try #require(TimingWorth(of: try Self.replay(Self.history(9))))
    #expect(worth.possible.percent > worth.reachable.percent && worth.reachable.percent > 0)
    let flat = Fixture.history([Double?](repeating: 400, count: 24 * 8)).map { interval in
      var interval = interval
      interval.elsewhere = ["SE": .gramsPerKilowattHour(50)]
      return interval
    }
    let none = try #require(TimingWorth(of: try Self.replay(flat)))
    #expect(abs(none.possible.percent) < 1e-9, "moving work for good is not timing")
    #expect(none.mix.upper.hasSuffix("-se"))
  }

  @Test("a place without a PUE is refused with the fix")
  func refuses() throws {
    #expect(throws: SwitchingError.invalidReplay("variants stand in 'SE'; give its PUE, at least 1")) {
      try Replay(history: Self.history(1), ladder: try Self.ladder(), floor: 83)
    }
    var history = Self.history(1)
    history[3].elsewhere = ["SE": .gramsPerKilowattHour(.infinity)]
    #expect(throws: SwitchingError.self) {
      try Replay(history: history, ladder: try Self.ladder(), floor: 83, pueElsewhere: ["SE": 1])
    }
  }
}
