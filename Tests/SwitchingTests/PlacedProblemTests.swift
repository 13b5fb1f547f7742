import Foundation
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Variants in other places: the exact optimum over grids")
struct PlacedProblemTests {
  /// The small ladder here, and the same models in Sweden.
  static func twoPlaces() throws -> Ladder {
    let here = try Fixture.small().variants
    let there = here.map {
      Variant("\($0.name)-se", quality: $0.quality, energy: $0.energy, place: "SE")
    }
    return try Ladder(here + there)
  }

  static func intervals(_ here: [Double], _ there: [Double], each: Double = 3600) -> [Problem.Interval] {
    zip(here, there).map {
      Problem.Interval(
        requests: each, intensity: .gramsPerKilowattHour($0),
        elsewhere: ["SE": .init(.gramsPerKilowattHour($1))])
    }
  }

  private func randomProblem(_ random: inout Seeded, capacity: Double? = nil) throws -> Problem {
    let plain = try random.ladder(Int.random(in: 2...4, using: &random))
    let ladder = try Ladder(
      plain.variants.map { variant in
        var placed = variant
        placed.place = [nil, "SE", "PL"].randomElement(using: &random) ?? nil
        placed.capacity = capacity
        return placed
      })
    let intervals = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      func grid() -> Problem.Elsewhere {
        .init(
          .gramsPerKilowattHour(.random(in: 10...900, using: &random)), pue: .random(in: 1...1.6, using: &random))
      }
      let here = grid()
      return Problem.Interval(
        requests: .random(in: 0...1000, using: &random), intensity: here.intensity, pue: here.pue,
        elsewhere: ["SE": grid(), "PL": grid()])
    }
    return try Problem(ladder: ladder, floor: .random(in: 50...95, using: &random), intervals: intervals)
  }

  @Test("the greedy over each interval's own hull finds the optimum of the linear programme")
  func greedyIsOptimal() throws {
    var random = Seeded(200)
    var (feasible, moved) = (0, 0)
    for _ in 0..<500 {
      let problem = try randomProblem(&random)
      let plan = problem.solve()
      let optimum = leastByEnumeration(problem)
      #expect(plan.isFeasible == (optimum != nil))
      for row in plan.shares {
        #expect(abs(row.reduce(0, +) - 1) < 1e-12 && row.allSatisfy { $0 >= 0 })
      }
      guard let optimum else { continue }
      feasible += 1
      #expect(abs(plan.carbon.grams - optimum) <= 1e-9 * max(optimum, 1e-9))
      #expect(try #require(plan.quality) >= problem.floor - 1e-9)
      let fixed = problem.staticMix()
      #expect(plan.carbon.grams <= fixed.carbon.grams * (1 + 1e-12))
      #expect(fixed.mix.quality >= problem.floor - 1e-9)
      // Which places serve changes from hour to hour.
      let places = plan.shares.map { row in
        zip(row, problem.ladder.variants).filter { $0.0 > 0 }.map { $0.1.place ?? "here" }.first ?? ""
      }
      if Set(places).count > 1 { moved += 1 }
    }
    #expect(feasible > 150 && moved > 50, "the cases must not all be infeasible, nor all stay in one place")
  }

  @Test("with capacities that never bind the bisection agrees with the greedy, and with an instant floor too")
  func capacities() throws {
    var random = Seeded(201)
    for _ in 0..<100 {
      let problem = try randomProblem(&random, capacity: 1e9)
      let free = try Ladder(
        problem.ladder.variants.map { variant in
          var free = variant
          free.capacity = nil
          return free
        })
      for instant in [nil, problem.floor - 4] {
        let wide = try Problem(
          ladder: problem.ladder, floor: problem.floor, instantFloor: instant, intervals: problem.intervals
        ).solve()
        let plan = try Problem(
          ladder: free, floor: problem.floor, instantFloor: instant, intervals: problem.intervals
        ).solve()
        #expect(plan.isFeasible == wide.isFeasible)
        guard plan.isFeasible else { continue }
        #expect(abs(plan.carbon.grams - wide.carbon.grams) <= 1e-6 * max(plan.carbon.grams, 1e-9))
        for row in plan.shares {
          #expect(free.quality(row, on: .lowerBound) >= (instant ?? 0) - 1e-9)
        }
      }
    }
  }

  @Test("by hand: of each model the cleaner place serves, hour by hour, at the price of the dearest step bought")
  func byHand() throws {
    // Costs of a joule: 100 there, 200 here (least of 100|300 and 200|400); steps M: 12.5, 25; L: 200, 400.
    let problem = try Problem(
      ladder: try Self.twoPlaces(), floor: 79, intervals: Self.intervals([300, 200], [100, 400]))
    let plan = problem.solve()
    #expect(plan.shares == [[0, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0]], "L in SE, then M here")
    #expect(plan.price == 200)
    #expect(isClose(plan.carbon.grams, 3600 * Double(6 * 100 + 2 * 200) / 3.6e6))
    // Fixed places: SE has 500 in two hours, as here; of two that are alike the one at home stays.
    let (mix, fixed) = problem.staticMix()
    #expect(mix.lower == "M" && mix.upper == "L" && isClose(fixed.grams, 3600 * Double(4 * 500) / 3.6e6))
    #expect(isClose(problem.alwaysBest().grams, 3600 * Double(6 * 500) / 3.6e6))
  }

  @Test("where all grids are alike the plan is that of one grid, and everything stays at home")
  func alike() throws {
    var random = Seeded(202)
    for _ in 0..<50 {
      let series = random.intensities(8)
      let floor = Double.random(in: 70...80, using: &random)
      let one = try Fixture.problem(try Fixture.small(), floor: floor, series, each: 3600).solve()
      let two = try Problem(ladder: try Self.twoPlaces(), floor: floor, intervals: Self.intervals(series, series))
        .solve()
      #expect(isClose(two.carbon.grams, one.carbon.grams, 1e-12) && isClose(two.price, one.price, 1e-12))
      for (row, wanted) in zip(two.shares, one.shares) {
        #expect(row[3...].allSatisfy { $0 == 0 })
        #expect(zip(row, wanted).allSatisfy { abs($0 - $1) < 1e-9 })
      }
    }
  }

  @Test("PUE counts where the variant stands")
  func pue() throws {
    let interval = Problem.Interval(
      requests: 3600, intensity: .gramsPerKilowattHour(110), pue: 1,
      elsewhere: ["SE": .init(.gramsPerKilowattHour(100), pue: 1.2)])
    let plan = try Problem(ladder: try Self.twoPlaces(), floor: 78, intervals: [interval]).solve()
    #expect(plan.shares[0] == [0, 1, 0, 0, 0, 0], "110 here is less than 120 there")
    #expect(isClose(plan.carbon.grams, 3600 * 2 * 110 / 3.6e6))
  }

  @Test("with residency, power and loads are paid for where the variant stands, and the bound is below the plan")
  func residency() throws {
    let variants = try Self.twoPlaces().variants.map { variant in
      var copy = variant
      copy.residentPower = .watts(0.5)
      copy.loadEnergy = .joules(100)
      return copy
    }
    let problem = try Problem(
      ladder: try Ladder(variants), floor: 78, intervals: Self.intervals([300, 300], [10, 900], each: 1000))
    let plan = try #require(problem.solveResidency(loaded: ["M"]))
    #expect(plan.isFeasible && plan.bound.grams <= plan.carbon.grams * (1 + 1e-9))
    #expect(plan.loaded[0].contains("M-se") && plan.loaded[1] == ["M"])
    // M in SE at 10 g/kWh, with its load; M here, kept or loaded again.
    #expect(isClose(plan.serving.grams, 1000 * Double(2 * 10 + 2 * 300) / 3.6e6))
  }

  @Test("a problem whose places are not all known, or a place without a name, is refused with the fix")
  func refuses() throws {
    let ladder = try Self.twoPlaces()
    let lone = Problem.Interval(requests: 1, intensity: .gramsPerKilowattHour(100))
    let error = SwitchingError.invalidInterval(
      0, "the intensity at 'SE' is unknown; leave its variants out or forecast it")
    #expect(throws: error) { try Problem(ladder: ladder, floor: 78, intervals: [lone]) }
    var bad = lone
    bad.elsewhere = ["SE": .init(.gramsPerKilowattHour(100), pue: 0.5)]
    #expect(throws: SwitchingError.invalidInterval(0, "PUE at 'SE' must be at least 1")) {
      try Problem(ladder: ladder, floor: 78, intervals: [bad])
    }
    #expect(throws: SwitchingError.self) { try Ladder([Variant("v", quality: 1, energy: .zero, place: "")]) }
    #expect(ladder.places == ["SE"] && ladder.isPlaced && ladder.hasHome)
  }

  @Test("when a ladder is looked at, variants are compared only with those beside them")
  func review() throws {
    let review = LadderReview(of: try Self.twoPlaces(), floor: 79)
    #expect(review.dropped.isEmpty, "the same model elsewhere does not make one useless")
    let worse = Variant("old-se", quality: 77, energy: .joules(3), place: "SE")
    let dropped = LadderReview(of: try Ladder(Self.twoPlaces().variants + [worse]), floor: 79).dropped
    #expect(dropped.map(\.name) == ["old-se"] && dropped[0].reason.contains("M-se is at least as good"))
  }

  @Test("without places nothing is written down that was not before")
  func coding() throws {
    func text(_ value: some Encodable) throws -> String { String(decoding: try Fixture.json(value), as: UTF8.self) }
    let input = try PolicyTests.input()
    let written = [
      try text(input), try text(PolicyTests.decide(input)), try text(Fixture.history([100])),
      try text(Fixture.problem(try Fixture.small(), floor: 78, [100])),
    ]
    for text in written { #expect(!text.contains("elsewhere") && !text.contains("place")) }
  }
}
