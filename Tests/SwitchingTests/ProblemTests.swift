import Quantities
import Switching
import Testing

@Suite("The exact optimum: buy quality where it is cheapest")
struct ProblemTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let floor: Double
    let carbon: Double
    let fixed: Double
    let price: Double
    let shares: [[Double]]
    var testDescription: String { "floor \(floor)" }
  }

  static let three: [Vector] = [
    Vector(floor: 70, carbon: 0.9, fixed: 0.9, price: 0, shares: [[1, 0, 0], [1, 0, 0], [1, 0, 0]]),
    Vector(floor: 74, carbon: 1.15, fixed: 1.35, price: 37.5, shares: [[0, 1, 0], [0.5, 0.5, 0], [1, 0, 0]]),
    Vector(floor: 76, carbon: 1.425, fixed: 1.575, price: 62.5, shares: [[0, 1, 0], [0, 1, 0], [0.75, 0.25, 0]]),
    Vector(floor: 78, carbon: 1.8, fixed: 1.8, price: 62.5, shares: [[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    Vector(floor: 79, carbon: 2.8, fixed: 3.6, price: 600, shares: [[0, 0, 1], [0, 0.5, 0.5], [0, 1, 0]]),
    Vector(floor: 80, carbon: 5.4, fixed: 5.4, price: 1000, shares: [[0, 0, 1], [0, 0, 1], [0, 0, 1]]),
  ]

  @Test("TV-2: three intervals", arguments: three)
  func threeIntervals(_ vector: Vector) throws {
    let problem = try Fixture.problem(try Fixture.small(), floor: vector.floor, [100, 300, 500], each: 3600)
    let plan = problem.solve()
    #expect(isClose(plan.carbon.grams, vector.carbon))
    #expect(isClose(problem.staticMix().carbon.grams, vector.fixed))
    #expect(plan.price == vector.price)
    #expect(plan.isFeasible)
    for (row, wanted) in zip(plan.shares, vector.shares) {
      #expect(zip(row, wanted).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test("TV-2: a floor above the best variant is infeasible: the best serves and it is said")
  func infeasible() throws {
    let problem = try Fixture.problem(try Fixture.small(), floor: 80.1, [100, 300, 500], each: 3600)
    let plan = problem.solve()
    #expect(!plan.isFeasible)
    #expect(plan.shares.allSatisfy { $0 == [0, 0, 1] })
    #expect(!problem.staticMix().mix.isFeasible)
    #expect(problem.staticMix().mix.upper == "L")
  }

  @Test("TV-3: demand weighs")
  func weights() throws {
    let plan = try Fixture.problem(
      try Fixture.small(), floor: 78, [100, 300, 500], requests: [1000, 4000, 5000]
    ).solve()
    #expect(isClose(plan.carbon.grams, 2.111111, 5e-7))
    #expect(plan.shares.allSatisfy { $0 == [0, 1, 0] })
  }

  @Test("TV-4: with a constant intensity the optimum is the static mix, in carbon and in shares")
  func constant() throws {
    let problem = try Fixture.problem(try Fixture.small(), floor: 79, [300, 300, 300], each: 3600)
    let plan = problem.solve()
    #expect(isClose(plan.carbon.grams, 3.6))
    #expect(isClose(problem.staticMix().carbon.grams, 3.6))
    #expect(plan.shares.allSatisfy { zip($0, [0, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 } })
  }

  struct March: Sendable, CustomTestStringConvertible {
    let floor: Double
    let carbon: Double
    let price: Double
    let lower: String
    let upper: String
    let share: Double
    let fixed: Double
    let saved: (optimum: Double, fixed: Double)
    let cleanest: Double
    let gain: Double
    var testDescription: String { "floor \(floor)" }
  }

  static let march: [March] = [
    March(
      floor: 80, carbon: 0.8230, price: 5.098, lower: "B1", upper: "B3", share: 0.5143, fixed: 0.8572,
      saved: (87.7, 87.2), cleanest: 150.258, gain: 0.0399),
    March(
      floor: 82, carbon: 1.0675, price: 21.097, lower: "B3", upper: "B5", share: 0.2100, fixed: 1.2210,
      saved: (84.0, 81.7), cleanest: 106.576, gain: 0.1257),
    March(
      floor: 83, carbon: 1.6074, price: 57.694, lower: "B3", upper: "B5", share: 0.6548, fixed: 1.8076,
      saved: (75.9, 72.9), cleanest: 183.731, gain: 0.1108),
    March(
      floor: 84, carbon: 2.8295, price: 227.492, lower: "B5", upper: "B7", share: 0.2779, fixed: 3.4889,
      saved: (57.6, 47.7), cleanest: 110.564, gain: 0.1890),
  ]

  @Test("TV-6: California in March", arguments: march)
  func california(_ row: March) throws {
    let problem = try Fixture.problem(try Fixture.ladder(), floor: row.floor, Fixture.marchTrace)
    let plan = problem.solve()
    let (mix, fixed) = problem.staticMix()
    let best = problem.alwaysBest()
    #expect(abs(best.grams - 6.6744) < 5e-5)
    #expect(abs(plan.carbon.grams - row.carbon) < 5e-5)
    #expect(abs(plan.price - row.price) < 5e-4)
    #expect(mix.lower == row.lower && mix.upper == row.upper)
    #expect(abs(mix.upperShare - row.share) < 5e-5)
    #expect(abs(fixed.grams - row.fixed) < 5e-5)
    #expect(abs(100 * (1 - plan.carbon / best) - row.saved.optimum) < 0.05)
    #expect(abs(100 * (1 - fixed / best) - row.saved.fixed) < 0.05)
    #expect(abs(1 - plan.carbon / fixed - row.gain) < 5e-5)
    #expect(isClose(try #require(plan.quality), row.floor, 1e-12))
  }

  @Test("TV-6: at floor 83, 32 hours are pure B5, 16 pure B3 and hour 9 is mixed")
  func mixedHour() throws {
    let plan = try Fixture.problem(try Fixture.ladder(), floor: 83, Fixture.marchTrace).solve()
    #expect(plan.shares.count { $0 == [0, 0, 1, 0] } == 32)
    #expect(plan.shares.count { $0 == [0, 1, 0, 0] } == 16)
    #expect(abs(1000 * plan.shares[9][1] - 914.59) < 0.005)
    #expect(abs(1000 * plan.shares[9][2] - 85.41) < 0.005)
  }

  @Test(
    "TV-7: the timing gain is told beforehand, exactly, where the optimum uses the mix's two variants", arguments: march
  )
  func timing(_ row: March) throws {
    let problem = try Fixture.problem(try Fixture.ladder(), floor: row.floor, Fixture.marchTrace)
    let (mix, fixed) = problem.staticMix()
    let series = Fixture.marchTrace.map { CarbonIntensity.gramsPerKilowattHour($0) }
    let counts = problem.intervals.map(\.requests)
    let cleanest = try #require(TimingGain.cleanestMean(fraction: mix.upperShare, series, counts))
    #expect(abs(cleanest.gramsPerKilowattHour - row.cleanest) < 5e-4)
    let gain = try #require(
      TimingGain.estimate(
        lower: try energy(mix.lower), upper: try energy(mix.upper), upperShare: mix.upperShare, intensities: series,
        requests: counts))
    #expect(abs(gain - row.gain) < 5e-5)
    #expect(isClose(gain, 1 - problem.solve().carbon / fixed, 1e-9))
  }

  @Test("the timing gain of a constant grid is zero, and unknown without requests")
  func noTiming() throws {
    let flat = [CarbonIntensity](repeating: .gramsPerKilowattHour(300), count: 3)
    let gain = TimingGain.estimate(
      lower: .joules(1), upper: .joules(2), upperShare: 0.4, intensities: flat, requests: [1, 2, 3])
    #expect(abs(try #require(gain)) < 1e-15)
    #expect(
      TimingGain.estimate(
        lower: .joules(1), upper: .joules(2), upperShare: 0.4, intensities: flat, requests: [0, 0, 0])
        == nil)
  }

  @Test("TV-8: perfect foresight with two far variants emits more than a fixed mix of the right two")
  func wrongPair() throws {
    let far = try Fixture.problem(try Fixture.ladder("B3", "B7"), floor: 83, Fixture.marchTrace)
    let right = try Fixture.problem(try Fixture.ladder(), floor: 83, Fixture.marchTrace)
    let carbon = far.solve().carbon
    #expect(abs(carbon.grams - 2.5706) < 5e-5)
    #expect(abs(100 * (1 - carbon / far.alwaysBest()) - 61.5) < 0.05)
    #expect(carbon > right.staticMix().carbon)
  }

  @Test(
    "a floor below the cheapest variant costs nothing, one variant leaves nothing to decide, empty hours are skipped")
  func degenerate() throws {
    let low = try Fixture.problem(try Fixture.small(), floor: 0, [100, 300]).solve()
    #expect(low.price == 0 && low.shares.allSatisfy { $0 == [1, 0, 0] })
    let one = try Fixture.problem(
      try Ladder([Variant("only", quality: 75, energy: .joules(1))]), floor: 75, [100, 300]
    ).solve()
    #expect(one.shares == [[1], [1]] && one.isFeasible)
    let idle = try Fixture.problem(try Fixture.small(), floor: 79, [100, 300, 500], requests: [3600, 0, 3600]).solve()
    #expect(idle.shares[1] == [0, 1, 0], "an hour without requests would be served at the price of the others")
    #expect(try Fixture.problem(try Fixture.small(), floor: 79, [100], requests: [0]).solve().quality == nil)
  }

  @Test("a problem with an unknown intensity, negative requests or a PUE below 1 is refused")
  func refuses() throws {
    let ladder = try Fixture.small()
    for interval in [
      Problem.Interval(requests: 1, intensity: .gramsPerKilowattHour(.nan)),
      Problem.Interval(requests: -1, intensity: .gramsPerKilowattHour(1)),
      Problem.Interval(requests: 1, intensity: .gramsPerKilowattHour(1), pue: 0.9),
      Problem.Interval(requests: 1, intensity: .gramsPerKilowattHour(1), length: .zero),
    ] {
      #expect(throws: SwitchingError.self) { try Problem(ladder: ladder, floor: 78, intervals: [interval]) }
    }
    #expect(throws: SwitchingError.invalidFloor(101)) { try Problem(ladder: ladder, floor: 101, intervals: []) }
  }

  @Test("TV-9: CLOVER's score and its choice at clean and dirty hours")
  func clover() throws {
    let ladder = try Fixture.ladder()
    let published: [(Double, Double, [Double]?, String, Double)] = [
      (0.1, 100, [2.944, 6.185, 7.786, 6.000], "B5", 7.786), (0.1, 350, [1.798, 4.770, 4.396, -4.000], "B3", 4.770),
      (0.5, 100, nil, "B3", 45.365), (0.5, 350, nil, "B1", 38.311),
    ]
    for (weight, intensity, scores, best, bestScore) in published {
      let clover = CloverScore(weight: weight)
      let base = clover.base(of: ladder)
      #expect(base.name == "B7")
      let ours = ladder.variants.map { clover.score($0, base: base, at: .gramsPerKilowattHour(intensity)) }
      for (value, wanted) in zip(ours, scores ?? ours) { #expect(abs(value - wanted) < 5.1e-4) }
      #expect(clover.best(of: ladder, at: .gramsPerKilowattHour(intensity)).name == best)
      #expect(abs((ours.max() ?? 0) - bestScore) < 5.1e-4)
    }
  }

  private func energy(_ name: String) throws -> Energy {
    try #require(Fixture.efficientNet.first { $0.name == name }).energy
  }
}

func isClose(_ value: Double, _ wanted: Double, _ relative: Double = 1e-6) -> Bool {
  abs(value - wanted) <= relative * max(abs(wanted), 1e-300)
}
