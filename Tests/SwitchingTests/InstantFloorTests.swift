import Quantities
import Switching
import TestSupport
import Testing

@Suite("The instant floor: no interval below it, and still the least carbon")
struct InstantFloorTests {
  /// The least carbon that any plan with both floors can have, proven by `price`: the Lagrangian's minimum.
  private func bound(_ problem: Problem, price: Double) -> Double {
    let ladder = problem.ladder
    let least = problem.instantFloor ?? 0
    let fixed = StaticMix(of: ladder, reaching: least, on: problem.basis)
    let hull = Hull(of: ladder, on: problem.basis)
    let total = problem.intervals.reduce(0) { $0 + $1.requests }
    let sum = problem.intervals.reduce(0.0) { sum, interval in
      let cost = max(0, interval.intensity.gramsPerKilowattHour) * interval.pue
      let rows =
        hull.points.filter { $0.quality >= least }.map { (cost * $0.energy.joules, $0.quality) }
        + [(cost * fixed.energy.joules, fixed.quality)]
      return sum + interval.requests * (rows.map { $0.0 - price * $0.1 }.min() ?? 0)
    }
    return (sum + price * problem.floor * total) / 3.6e6
  }

  @Test("random problems: every interval keeps it, the period keeps its floor, and carbon is the proven least")
  func optimum() throws {
    var random = Seeded(70)
    for _ in 0..<200 {
      let ladder = try random.ladder(5)
      let hull = Hull(of: ladder)
      let floor = Double.random(in: hull.lowestQuality...hull.highestQuality, using: &random)
      let least = Double.random(in: (hull.lowestQuality - 5)...floor, using: &random)
      let intervals = random.intensities(12).map {
        Problem.Interval(requests: .random(in: 0...2000, using: &random), intensity: .gramsPerKilowattHour($0))
      }
      let problem = try Problem(ladder: ladder, floor: floor, instantFloor: least, intervals: intervals)
      let plan = problem.solve()
      #expect(plan.isFeasible)
      #expect(try #require(plan.quality) >= floor - 1e-9)
      for row in plan.shares {
        #expect(ladder.quality(row, on: .lowerBound) >= least - 1e-9)
        #expect(abs(row.reduce(0, +) - 1) < 1e-9 && row.allSatisfy { $0 >= -1e-15 })
      }
      #expect(isClose(plan.carbon.grams, bound(problem, price: plan.price), 1e-9))

      let roomy = try Ladder(
        ladder.variants.map {
          Variant($0.name, quality: $0.quality, qualityLow: $0.qualityLow, energy: $0.energy, capacity: 1e6)
        })
      let capped = try Problem(ladder: roomy, floor: floor, instantFloor: least, intervals: intervals).solve()
      #expect(isClose(capped.carbon.grams, plan.carbon.grams, 1e-6), "the bisection agrees")
    }
  }

  @Test("by hand: S and M at 100, 300 and 500 g/kWh, floor 76, nothing below 74")
  func byHand() throws {
    let intervals = [100.0, 300, 500].map {
      Problem.Interval(requests: 3600, intensity: .gramsPerKilowattHour($0))
    }
    let plan = try Problem(ladder: try Fixture.small(), floor: 76, instantFloor: 74, intervals: intervals).solve()
    // M in the first, half of each at least: 78 + 74 + 74 = 226; two points more where they are next cheapest.
    #expect(plan.shares == [[0, 1, 0], [0.25, 0.75, 0], [0.5, 0.5, 0]])
    let joules: Double = 100 * 2 + 300 * 1.75 + 500 * 1.5
    #expect(isClose(plan.carbon.grams, joules / 1000))
  }

  @Test("a floor beyond the best variant is infeasible for each floor")
  func infeasible() throws {
    let interval = Problem.Interval(requests: 1, intensity: .gramsPerKilowattHour(100))
    for capacity in [nil, 100.0] {
      let ladder = try Ladder(
        Fixture.small().variants.map { Variant($0.name, quality: $0.quality, energy: $0.energy, capacity: capacity) })
      let plan = try Problem(ladder: ladder, floor: 70, instantFloor: 80.1, intervals: [interval]).solve()
      #expect(!plan.isFeasible && plan.shares[0] == [0, 0, 1])
    }
    let decision = PolicyTests.decide(try Self.input([290, 90, 95], instant: 90))
    #expect(decision.mode == .infeasible && decision.main == "B7")
    #expect(decision.reason.hasPrefix("No interval may have less than 90 points, which is above the best variant"))
  }

  private static func input(_ series: [Double], floor: Double = 83, instant: Double?) throws -> PolicyInput {
    var input = try PolicyTests.input(series: series, signal: series[0], floor: floor)
    input.instantFloor = instant
    return input
  }

  @Test("the policy spares quality in a dirty hour only down to it, and says so")
  func decision() throws {
    let free = PolicyTests.decide(try Self.input([290, 90, 95, 100], instant: nil))
    let held = PolicyTests.decide(try Self.input([290, 90, 95, 100], instant: 82.5))
    #expect(free.quality < 82.5)
    #expect(abs(held.quality - 82.5) < 1e-9)
    #expect(held.reason.contains("; no interval may have less than 82.5 points; quality is made up for later"))
    #expect(free.reason.contains("no interval may") == false)
    let whole = PolicyTests.decide(
      try Self.input([290, 90, 95, 100], instant: 82.5), RecedingHorizon(hysteresis: Hysteresis(margin: 0.1, dwell: 1)))
    #expect(whole.isGuarded && abs(whole.quality - 82.5) < 1e-9)
    #expect(whole.reason.hasPrefix("No interval may have less than 82.5 points, so "))
  }

  @Test(
    "whatever grid and demand do, no interval of any policy that keeps floors is below it, and each day has its floor")
  func property() throws {
    var random = Seeded(71)
    let rule = FloorGuard.certain
    let policies: [any SwitchingPolicy] = [
      RecedingHorizon(guardRule: rule), TrailingPrice(guardRule: rule), StaticMixPolicy(),
      RecedingHorizon(guardRule: rule, hysteresis: Hysteresis(margin: 0.1, dwell: 3)),
    ]
    for _ in 0..<15 {
      let ladder = try random.ladder(4)
      let hull = Hull(of: ladder)
      let floor = Double.random(in: hull.lowestQuality...hull.highestQuality, using: &random)
      let least = Double.random(in: 0...floor, using: &random)
      let series: [Double?] = (0..<96).map { _ in
        Int.random(in: 0..<10, using: &random) == 0 ? nil : Double.random(in: 10...900, using: &random)
      }
      let requests = (0..<96).map { _ in Double.random(in: 0...3000, using: &random) }
      let replay = try Replay(
        history: Fixture.history(series, requests: requests), ladder: ladder, floor: floor, instantFloor: least)
      for policy in policies {
        let result = replay.runAny(policy, demand: Forecasters.constantDemand(1000))
        #expect(result.isEveryFloorMet, "\(policy.name)")
        #expect(result.steps.allSatisfy { $0.qualityLow >= least - 1e-9 }, "\(policy.name)")
      }
    }
  }

  @Test("replacing the future by noise changes no past decision of any policy")
  func future() throws {
    var random = Seeded(72)
    let history = Fixture.history(random.intensities(120))
    for policy in SwitchingPolicies.all {
      func decisions(_ history: [HistoryInterval]) throws -> [Decision] {
        try Replay(history: history, first: 24, ladder: try Fixture.ladder(), floor: 83, instantFloor: 81)
          .runAny(policy).steps.map(\.decision)
      }
      let honest = try decisions(history)
      for cut in [30, 71, 100] {
        var changed = history
        for index in changed.indices where index > cut {
          changed[index].intensity = .gramsPerKilowattHour(.random(in: 0...900, using: &random))
          changed[index].requests = .random(in: 0...5000, using: &random)
        }
        let count = cut - 24 + 1
        #expect(
          try Fixture.json(Array(honest.prefix(count))) == Fixture.json(Array(try decisions(changed).prefix(count))),
          "\(policy.name) at \(cut)")
      }
    }
  }
}
