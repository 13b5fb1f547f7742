import Quantities
import Switching
import TestSupport
import Testing

@Suite("Laws of the solvers, on random cases")
struct SolverLawTests {
  private func randomProblem(_ random: inout Seeded, capacities: Bool = false) throws -> Problem {
    var ladder = try random.ladder(Int.random(in: 1...4, using: &random))
    if capacities {
      ladder = try Ladder(
        ladder.variants.map { variant in
          var copy = variant
          copy.capacity = Bool.random(using: &random) ? nil : Double.random(in: 0.02...0.4, using: &random)
          return copy
        })
    }
    let intervals = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      Problem.Interval(
        requests: Double.random(in: 0...1000, using: &random),
        intensity: .gramsPerKilowattHour(Double.random(in: 20...600, using: &random)),
        pue: Double.random(in: 1...1.6, using: &random))
    }
    return try Problem(ladder: ladder, floor: Double.random(in: 50...95, using: &random), intervals: intervals)
  }

  @Test("the greedy finds the optimum of the linear programme")
  func greedyIsOptimal() throws {
    var random = Seeded(7)
    var feasible = 0
    for _ in 0..<400 {
      let problem = try randomProblem(&random)
      let plan = problem.solve()
      let optimum = leastByEnumeration(problem)
      #expect(plan.isFeasible == (optimum != nil))
      guard let optimum else { continue }
      feasible += 1
      #expect(abs(plan.carbon.grams - optimum) <= 1e-9 * max(optimum, 1e-9))
      #expect(try #require(plan.quality) >= problem.floor - 1e-9)
    }
    #expect(feasible > 100, "the cases must not all be infeasible")
  }

  @Test("every row of shares sums to 1, none is negative, and at most one interval is mixed")
  func shares() throws {
    var random = Seeded(8)
    for round in 0..<400 {
      let problem = try randomProblem(&random, capacities: round % 2 == 1)
      let plan = problem.solve()
      for row in plan.shares {
        #expect(abs(row.reduce(0, +) - 1) < 1e-12)
        #expect(row.allSatisfy { $0 >= 0 })
      }
      if round % 2 == 0 { #expect(plan.shares.count { $0.count { $0 > 1e-9 } > 1 } <= 1) }
    }
  }

  @Test("with capacities the plan fits, and its carbon equals the bound that its price proves")
  func capacities() throws {
    var random = Seeded(9)
    var proven = 0
    for _ in 0..<400 {
      let problem = try randomProblem(&random, capacities: true)
      let plan = problem.solve()
      guard plan.isWithinCapacity, plan.isFeasible, let quality = plan.quality else { continue }
      for (interval, row) in zip(problem.intervals, plan.shares) {
        for (variant, share) in zip(problem.ladder.variants, row) {
          guard let capacity = variant.capacity else { continue }
          #expect(share * interval.requests <= capacity * interval.length.seconds * (1 + 1e-9))
        }
      }
      #expect(quality >= problem.floor - 1e-7)
      let bound = dualBound(problem, price: plan.price)
      #expect(plan.carbon.grams >= bound * (1 - 1e-6) - 1e-12)
      #expect(plan.carbon.grams <= bound + 1e-6 * max(abs(bound), 1e-6))
      proven += 1
    }
    #expect(proven > 80)
  }

  /// Lagrangian bound: whatever the price, no feasible plan emits less.
  private func dualBound(_ problem: Problem, price: Double) -> Double {
    var sum = 0.0
    for interval in problem.intervals {
      let cost = interval.pue * interval.intensity.gramsPerKilowattHour
      var left = interval.requests
      sum += price * problem.floor * interval.requests
      let scores = problem.ladder.variants.map { (cost * $0.energy.joules - price * $0.qualityLow, $0.capacity) }
      for (score, capacity) in scores.sorted(by: { $0.0 < $1.0 }) {
        let taken = min(left, capacity.map { $0 * interval.length.seconds } ?? left)
        sum += taken * score
        left -= taken
      }
    }
    return sum / 3.6e6
  }

  @Test("with capacities that never bind the bisection agrees with the greedy")
  func capacitiesThatDoNotBind() throws {
    var random = Seeded(10)
    for _ in 0..<200 {
      let problem = try randomProblem(&random)
      let wide = try Ladder(
        problem.ladder.variants.map { variant in
          var copy = variant
          copy.capacity = 1e9
          return copy
        })
      let plan = problem.solve()
      let other = try Problem(ladder: wide, floor: problem.floor, intervals: problem.intervals).solve()
      #expect(plan.isFeasible == other.isFeasible)
      if plan.isFeasible {
        #expect(abs(plan.carbon.grams - other.carbon.grams) <= 1e-6 * max(plan.carbon.grams, 1e-9))
      }
    }
  }

  @Test("more requests than all variants can take are still served, and it is said")
  func overload() throws {
    let ladder = try Ladder([
      Variant("a", quality: 70, energy: .joules(1), capacity: 0.1),
      Variant("b", quality: 80, energy: .joules(2), capacity: 0.3),
    ])
    let plan = try Fixture.problem(ladder, floor: 75, [100], each: 3600).solve()
    #expect(!plan.isWithinCapacity)
    #expect(zip(plan.shares[0], [0.25, 0.75]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("a higher floor never emits less, never has a lower price, and never less than timing-blind is saved")
  func monotone() throws {
    var random = Seeded(11)
    for _ in 0..<60 {
      let ladder = try random.ladder(5)
      let series = random.intensities(24)
      var last: Plan?
      for floor in stride(from: 50.0, through: 95, by: 1.5) {
        let problem = try Fixture.problem(ladder, floor: floor, series)
        let plan = problem.solve()
        if let last {
          #expect(plan.carbon.grams >= last.carbon.grams * (1 - 1e-12))
          #expect(plan.price >= last.price)
        }
        #expect(plan.carbon.grams <= problem.staticMix().carbon.grams * (1 + 1e-12))
        last = plan
      }
    }
  }

  @Test("scaling every intensity by a constant changes no share")
  func scaling() throws {
    var random = Seeded(12)
    for _ in 0..<100 {
      let ladder = try random.ladder(5)
      let series = random.intensities(24)
      let floor = Double.random(in: 60...90, using: &random)
      let plan = try Fixture.problem(ladder, floor: floor, series).solve()
      let doubled = try Fixture.problem(ladder, floor: floor, series.map { $0 * 2 }).solve()
      #expect(plan.shares == doubled.shares)
      let scaled = try Fixture.problem(ladder, floor: floor, series.map { $0 * 0.137 }).solve()
      for (row, other) in zip(plan.shares, scaled.shares) {
        #expect(zip(row, other).allSatisfy { abs($0 - $1) < 1e-9 })
      }
    }
  }

  @Test("the price form serves what the plan serves, except in the one interval that is mixed")
  func priceForm() throws {
    var random = Seeded(13)
    for _ in 0..<100 {
      let ladder = try random.ladder(5)
      let series = random.intensities(24)
      let plan = try Fixture.problem(ladder, floor: 75, series).solve()
      guard plan.isFeasible, plan.price > 0 else { continue }
      let hull = Hull(of: ladder)
      var different = 0
      for (intensity, row) in zip(series, plan.shares) {
        let point = hull.points[hull.index(atPrice: plan.price, cost: intensity)]
        if row[point.index] < 1 { different += 1 }
      }
      #expect(different <= 1)
    }
  }
}
