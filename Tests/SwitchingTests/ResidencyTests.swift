import Quantities
import Switching
import TestSupport
import Testing

@Suite("Residency: what is kept loaded costs power, what is loaded costs energy")
struct ResidencyTests {
  private func problem(
    _ ladder: Ladder, floor: Double, _ intensities: [Double], each: Double = 1000
  ) throws -> Problem { try Fixture.problem(ladder, floor: floor, intensities, each: each) }

  private func variant(_ name: String, _ quality: Double, _ joules: Double, watts: Double, load: Double) -> Variant {
    Variant(
      name, quality: quality, energy: .joules(joules), loadEnergy: .joules(load), residentPower: .watts(watts))
  }

  @Test("with neither power nor load energy it is the exact plan", arguments: [80.0, 82, 83, 84])
  func free(_ floor: Double) throws {
    let problem = try problem(try Fixture.ladder(), floor: floor, Array(Fixture.marchTrace[..<24]))
    let plan = try #require(problem.solveResidency(loaded: []))
    let exact = problem.solve()
    #expect(plan.isFeasible && plan.loading == .zero && plan.residency == .zero)
    #expect(isClose(plan.bound.grams, exact.carbon.grams, 1e-6))
    #expect(isClose(plan.carbon.grams, exact.carbon.grams, 1e-6))
  }

  @Test("by hand: a big variant is loaded for the clean hours when that pays, and not when loading costs more")
  func byHand() throws {
    for (load, big) in [(1000.0, true), (1e6, false)] {
      let ladder = try Ladder([
        variant("one", 75, 3, watts: 0, load: 0), variant("small", 70, 1, watts: 0.1, load: load),
        variant("big", 80, 4, watts: 0.1, load: load),
      ])
      // Half of the hours big and half small are 75 points as well, for (100*4 + 500*1)/2 instead of 300*3.
      let plan = try #require(
        try problem(ladder, floor: 75, [100, 100, 500, 500]).solveResidency(loaded: ["one"]))
      #expect(plan.isFeasible)
      // The small one is loaded while the grid is clean: keeping it for an hour costs less than loading it when dirty.
      let switching = [["big"], ["small", "big"], ["small"], ["small"]]
      #expect(plan.loaded == (big ? switching : Array(repeating: ["one"], count: 4)))
      if big {
        #expect(isClose(plan.serving.grams, (2 * 100 * 4 + 2 * 500) * 1000 / 3.6e6))
        #expect(isClose(plan.residency.grams, Double(100 + 200 + 1000) * 360 / 3.6e6))
        #expect(isClose(plan.loading.grams, (100 + 100) * load / 3.6e6))
      }
    }
  }

  /// The least carbon over all sequences of loaded sets, with the cheapest whole variant in each interval.
  private func exhaustive(_ problem: Problem, loaded: Int) -> Double {
    let variants = problem.ladder.variants
    var best = Double.infinity
    let total = problem.intervals.reduce(0) { $0 + $1.requests }
    func walk(_ t: Int, _ set: Int, _ grams: Double, _ points: Double) {
      guard t < problem.intervals.count else {
        if points >= problem.floor * total - 1e-9 { best = min(best, grams) }
        return
      }
      let interval = problem.intervals[t]
      let rate = interval.intensity.gramsPerKilowattHour / 3.6e6
      for next in 1..<(1 << variants.count) {
        var cost = grams
        for (bit, variant) in variants.enumerated() where next & 1 << bit != 0 {
          cost += rate * (variant.residentPower ?? .zero).watts * 3600
          if set & 1 << bit == 0 { cost += rate * variant.loadEnergy.joules }
        }
        for (bit, variant) in variants.enumerated() where next & 1 << bit != 0 {
          walk(
            t + 1, next, cost + rate * interval.requests * variant.energy.joules,
            points + interval.requests * variant.quality)
        }
      }
    }
    walk(0, loaded, 0, 0)
    return best
  }

  @Test(
    "random small periods: floors hold, only loaded variants serve, and the bound is below every whole plan there is")
  func random() throws {
    var random = Seeded(100)
    var gaps: [Double] = []
    for _ in 0..<40 {
      let ladder = try Ladder(
        (0..<3).map {
          variant(
            "v\($0)", .random(in: 60...90, using: &random), .random(in: 0.5...5, using: &random),
            watts: .random(in: 0...2, using: &random), load: .random(in: 0...4000, using: &random))
        })
      let qualities = ladder.variants.map(\.quality)
      let floor = Double.random(in: (qualities.min() ?? 0)...(qualities.max() ?? 0), using: &random)
      let problem = try problem(ladder, floor: floor, Array(random.intensities(24)[8..<12]))
      let plan = try #require(problem.solveResidency(loaded: ["v0"]))
      #expect(plan.isFeasible)
      #expect(try #require(plan.quality) >= floor - 1e-9)
      for (row, loaded) in zip(plan.shares, plan.loaded) {
        #expect(abs(row.reduce(0, +) - 1) < 1e-9)
        for (share, variant) in zip(row, ladder.variants) where share > 0 { #expect(loaded.contains(variant.name)) }
      }
      let whole = exhaustive(problem, loaded: 1)
      #expect(plan.bound.grams <= whole * (1 + 1e-9) && plan.bound.grams <= plan.carbon.grams * (1 + 1e-9))
      gaps.append(plan.carbon.grams / whole - 1)
    }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    #expect(mean < 0.03, "on average not far above the best whole plan: \(mean)")
  }

  @Test("the policy says which variants to keep loaded, and plans nothing of the kind where that is not known")
  func policy() throws {
    let ladder = try Ladder(
      Fixture.ladder().variants.map {
        variant($0.name, $0.quality, $0.energy.joules, watts: 0.01, load: 500)
      })
    var input = try PolicyTests.input(floor: 83.5, ladder: ladder)
    let plain = PolicyTests.decide(input)
    #expect(plain.loaded == nil)
    input.loaded = ["B5"]
    let decision = PolicyTests.decide(input)
    let loaded = try #require(decision.loaded)
    #expect(decision.reason.hasSuffix(", with \(loaded.joined(separator: " and ")) loaded."))
    #expect(decision.shares.allSatisfy { $0.share == 0 || loaded.contains($0.variant) })
    let least = try #require(decision.leastQuality)
    #expect(decision.quality >= least - 1e-9)
    #expect(loaded.count < 4, "what is not needed is not kept")
  }

  @Test("more variants than can be planned for, and a period without intervals, have no such plan")
  func none() throws {
    let many = try Ladder((0..<9).map { Variant("v\($0)", quality: 80, energy: .joules(Double($0))) })
    #expect(try problem(many, floor: 80, [100]).solveResidency(loaded: []) == nil)
    #expect(try problem(try Fixture.ladder(), floor: 80, []).solveResidency(loaded: []) == nil)
    #expect(!many.drawsResidentPower)
    #expect(throws: SwitchingError.self) { try Ladder([variant("v", 80, 1, watts: -1, load: 0)]) }
  }
}
