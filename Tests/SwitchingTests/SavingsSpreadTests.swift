import Quantities
import Switching
import TestSupport
import Testing

@Suite("How sure a savings ledger is")
struct SavingsSpreadTests {
  private func replay() throws -> Replay {
    var random = Seeded(92)
    return try Replay(
      history: Fixture.history(random.intensities(48).map { $0 }), ladder: try Fixture.ladder(), floor: 83)
  }

  @Test("energies known exactly leave every term as it is")
  func exact() throws {
    let replay = try replay()
    let result = replay.run(StaticMixPolicy())
    let spread = try SavingsSpread(result, of: replay, energies: [:])
    let total = SavingsLedger(result, of: replay).total
    #expect(spread.total[.saved].lowerBound == total.saved && spread.total[.saved].upperBound == total.saved)
    #expect(spread.periods.count == 2)
  }

  @Test("by hand: always-best is unsure as the best variant is, emitted as those that served")
  func byHand() throws {
    let replay = try replay()
    let result = replay.run(StaticMixPolicy())
    let total = SavingsLedger(result, of: replay).total
    // The best variant does not serve at a floor of 83.
    let spread = try SavingsSpread(result, of: replay, energies: ["B7": .joules(1.9)...(.joules(2.3))])
    let best = spread.total[.alwaysBest]
    #expect(isClose(best.lowerBound.grams, total.alwaysBest.grams * 1.9 / 2.05, 1e-9))
    #expect(isClose(best.upperBound.grams, total.alwaysBest.grams * 2.3 / 2.05, 1e-9))
    #expect(spread.total[.emitted].lowerBound == total.emitted && spread.total[.emitted].upperBound == total.emitted)
    let sizing = spread.total[.sizing]
    #expect(isClose((sizing.upperBound - sizing.lowerBound).grams, (best.upperBound - best.lowerBound).grams, 1e-9))
  }

  @Test("each period's interval holds its term, and the total's is no wider than all of them together")
  func holds() throws {
    let replay = try replay()
    let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let ledger = SavingsLedger(result, of: replay)
    let energies = Dictionary(
      uniqueKeysWithValues: replay.ladder.variants.map { ($0.name, ($0.energy * 0.8)...($0.energy * 1.3)) })
    let spread = try SavingsSpread(result, of: replay, energies: energies)
    for (ends, period) in zip(spread.periods, ledger.periods) {
      for (term, value) in [
        (SavingsSpread.Term.saved, period.terms.saved), (.timing, period.terms.timing), (.regret, period.terms.regret),
      ] { #expect(ends[term].contains(value), "\(term)") }
    }
    let together = spread.periods.reduce(0) { $0 + ($1[.saved].upperBound - $1[.saved].lowerBound).grams }
    let total = spread.total[.saved]
    #expect((total.upperBound - total.lowerBound).grams <= together * (1 + 1e-9))
  }
}

@Suite("Work that was not done because its caller had left")
struct OrphanedWorkTests {
  @Test("by hand: three were on the way to 10 J each and had used 12 J")
  func byHand() throws {
    let spared = OrphanedWork.spared(cancelled: 3, spent: .joules(12), others: 20, othersEnergy: .joules(200))
    #expect(try #require(spared) == .joules(18))
  }

  @Test("never below zero; nothing cancelled spares nothing; without others it is unknown, not zero")
  func edges() {
    #expect(OrphanedWork.spared(cancelled: 1, spent: .joules(99), others: 1, othersEnergy: .joules(1)) == .zero)
    #expect(OrphanedWork.spared(cancelled: 0, spent: .zero, others: 0, othersEnergy: .zero) == .zero)
    #expect(OrphanedWork.spared(cancelled: 1, spent: .joules(1), others: 0, othersEnergy: .zero) == nil)
  }
}
