import Quantities
import Switching
import TestSupport
import Testing

@Suite("How carbon adds up over a replay")
struct ReplayTrajectoryTests {
  private func replay(gap: Bool, pue: Double = 1) throws -> Replay {
    var random = Seeded(91)
    var series: [Double?] = random.intensities(24 * 5)
    if gap { for hour in [50, 70, 71] { series[hour] = nil } }
    return try Replay(history: Fixture.history(series), first: 24, ladder: try Fixture.ladder(), floor: 83, pue: pue)
  }

  @Test("ends at the result's own sums, outcome and every baseline", arguments: [false, true], [1, 1.4])
  func ends(gap: Bool, pue: Double) throws {
    let replay = try replay(gap: gap, pue: pue)
    let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let course = ReplayTrajectory(result, of: replay)
    #expect(course.steps.map(\.start) == result.steps.map(\.interval.start))
    let last = try #require(course.steps.last)
    #expect(isClose(last.carbon.grams, result.carbon.grams, 1e-9))
    #expect(isClose(last.alwaysBest.grams, result.alwaysBest.grams, 1e-9))
    #expect(isClose(last.staticMix.grams, result.staticMix.grams, 1e-9))
    #expect(isClose(last.clairvoyant.grams, result.clairvoyant.grams, 1e-9))
  }

  @Test("at the end of each day the plan that knows the day is at or below what was emitted so far")
  func dayEnds() throws {
    let replay = try replay(gap: false)
    let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let course = ReplayTrajectory(result, of: replay)
    for step in course.steps where (step.start + .hours(1)).milliseconds % 86_400_000 == 0 {
      #expect(step.clairvoyant.grams <= step.carbon.grams * (1 + 1e-9))
    }
  }

  @Test("an hour without an intensity adds nothing to any sum")
  func gap() throws {
    let replay = try replay(gap: true)
    let course = ReplayTrajectory(replay.run(AlwaysBest()), of: replay)
    let (before, after) = (course.steps[25], course.steps[26])
    #expect(before.carbon == after.carbon && before.alwaysBest == after.alwaysBest)
    #expect(before.staticMix == after.staticMix && before.clairvoyant == after.clairvoyant)
  }

  @Test("always the best is its own baseline at every step")
  func alwaysBest() throws {
    let replay = try replay(gap: false)
    let course = ReplayTrajectory(replay.run(AlwaysBest()), of: replay)
    #expect(course.steps.allSatisfy { isClose($0.carbon.grams, $0.alwaysBest.grams, 1e-9) })
  }

  @Test("variants in other places count their own grids, and the course still ends at the result's sums")
  func placed() throws {
    var random = Seeded(95)
    let (here, there) = (random.intensities(72), random.intensities(72).reversed().map { $0 / 3 })
    let history = zip(Fixture.history(here), there).map { interval, value in
      HistoryInterval(
        start: interval.start, intensity: interval.intensity, requests: 1000,
        elsewhere: ["SE": .gramsPerKilowattHour(value)])
    }
    var variants = try Fixture.ladder().variants
    for index in variants.indices where variants[index].name == "B5" { variants[index].place = "SE" }
    let replay = try Replay(
      history: history, ladder: try Ladder(variants), floor: 83, pueElsewhere: ["SE": 1.2])
    let result = replay.run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let last = try #require(ReplayTrajectory(result, of: replay).steps.last)
    #expect(isClose(last.carbon.grams, result.carbon.grams, 1e-9))
    #expect(isClose(last.alwaysBest.grams, result.alwaysBest.grams, 1e-9))
    #expect(isClose(last.staticMix.grams, result.staticMix.grams, 1e-9))
    #expect(isClose(last.clairvoyant.grams, result.clairvoyant.grams, 1e-9))
    let spread = try SavingsSpread(result, of: replay, energies: ["B5": .joules(0.6)...(.joules(0.8))])
    #expect(spread.total[.placing].lowerBound < spread.total[.placing].upperBound)
  }
}
