import Quantities
import Switching
import TestSupport
import Testing

@Suite("The savings ledger: terms that add up")
struct SavingsLedgerTests {
  private func replay(_ ladder: Ladder, floor: Double, gap: Bool = false) throws -> Replay {
    var random = Seeded(90)
    var series: [Double?] = random.intensities(24 * 5)
    if gap { series[70] = nil }
    return try Replay(history: Fixture.history(series), first: 48, ladder: ladder, floor: floor)
  }

  @Test(
    "sizing, directive and timing add up to always-best less emitted, in each day and in all", arguments: [false, true])
  func adds(gap: Bool) throws {
    let replay = try replay(try Fixture.ladder(), floor: 83, gap: gap)
    let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let ledger = SavingsLedger(result, of: replay)
    #expect(ledger.periods.count == 3)
    #expect(ledger.periods.map(\.missingIntervals) == (gap ? [1, 0, 0] : [0, 0, 0]))
    for terms in ledger.periods.map(\.terms) + [ledger.total] {
      #expect(isClose(terms.saved.grams, (terms.alwaysBest - terms.emitted).grams, 1e-9))
      #expect(terms.directive == .zero, "there are none")
      #expect(terms.orphans == nil && terms.hedging == nil, "unknown is not zero")
      #expect(terms.regret >= .grams(-1e-12))
    }
    #expect(isClose(ledger.total.emitted.grams, result.carbon.grams, 1e-12))
    #expect(isClose(try #require(ledger.total.regretPercent), try #require(result.regretPercent), 1e-9))
  }

  @Test("by hand: what a brevity directive saves stands apart from sizing and timing")
  func directive() throws {
    // Big 80 points for 6 J, small 70 for 2 J; "brief" is the big one for 3 J at 78 points.
    let ladder = try Ladder([
      Variant("small", quality: 70, energy: .joules(2)), Variant("brief", quality: 78, energy: .joules(3)),
      Variant("big", quality: 80, energy: .joules(6)),
    ])
    let history = Fixture.history([100, 300], requests: [3600, 3600])
    let replay = try Replay(history: history, ladder: ladder, floor: 79)
    // Known beforehand: big in the clean hour, brief in the dirty one, 79 points.
    let result = replay.runClairvoyant()
    #expect(result.steps.map(\.decision.main) == ["big", "brief"])
    let terms = SavingsLedger(result, of: replay, directives: ["brief"]).total
    // Grams are J per request times g/kWh / 1000: 400 in all for one joule.
    #expect(isClose(terms.alwaysBest.grams, 2.4))
    #expect(isClose(terms.emitted.grams, 0.6 + 0.9))
    #expect(isClose(terms.sizing.grams, 2.4 - 0.4 * (2 + 0.9 * 4)), "nine tenths big, one tenth small")
    #expect(isClose(terms.directive.grams, 0.4 * (2 + 0.9 * 4) - 0.4 * 4.5), "half brief, half big")
    #expect(isClose(terms.timing.grams, 0.4 * 4.5 - 1.5))
    #expect(abs(terms.regret.grams) < 1e-12)
  }

  @Test(
    "work not done for callers who left is saved, losers of hedged requests are lost, both at their hour's intensity")
  func aside() throws {
    let replay = try Replay(
      history: Fixture.history([100, 300, nil]), ladder: try Fixture.small(), floor: 78)
    let result = replay.run(StaticMixPolicy())
    let hours = replay.history.map(\.start)
    let aside = SavingsLedger.Aside(
      orphansSpared: [hours[0]: .joules(36_000), hours[2]: .joules(1e9)], hedgingLost: [hours[1]: .joules(3600)])
    let terms = SavingsLedger(result, of: replay, aside: aside).total
    #expect(isClose(try #require(terms.orphans).grams, 1), "the hour without intensity is in no sum")
    #expect(isClose(try #require(terms.hedging).grams, -0.3))
    #expect(isClose(terms.saved.grams, (terms.alwaysBest - terms.emitted).grams + 1 - 0.3))
    let watched = SavingsLedger(result, of: replay, aside: .init(orphansSpared: [:])).total
    #expect(watched.orphans == .zero && watched.hedging == nil)
  }
}
