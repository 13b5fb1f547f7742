import Quantities
import Switching
import TestSupport
import Testing

@Suite("Peers' own rules, to compare with")
struct PeerPolicyTests {
  /// SPROUT's three levels: quality is the share of answers preferred (mean row of the reference, 3.5).
  static let levels = [
    (0.3805, 1218.2, 4.899), (0.3432, 273.2, 1.101), (0.2763, 182.5, 0.735),
  ].map { SproutProgram.Level(quality: $0.0, energy: .joules($0.1), duration: .seconds($0.2)) }

  static let rows: [(Double, Double, [Double], Double, Double)] = [
    (50, 0.380500, [1, 0, 0], 0.017738, 0.017738), (150, 0.370987, [0.7450, 0.2550, 0], 0.041374, 0.051577),
    (250, 0.361475, [0.4899, 0.5101, 0], 0.051620, 0.085416),
    (350, 0.351963, [0.2349, 0.7651, 0], 0.048478, 0.119255),
    (450, 0.342450, [0, 0.9888, 0.0112], 0.034206, 0.153094),
  ]

  @Test("TV-14: SPROUT's programme gives the published floors, shares and grams", arguments: rows)
  func sprout(_ row: (Double, Double, [Double], Double, Double)) throws {
    let program = SproutProgram()
    let intensity = CarbonIntensity.gramsPerKilowattHour(row.0)
    let range = CarbonIntensity.gramsPerKilowattHour(50)...CarbonIntensity.gramsPerKilowattHour(450)
    #expect(abs(program.floor(reference: 0.3805, at: intensity, within: range) - row.1) < 1e-6)
    let shares = program.shares(Self.levels, at: intensity, within: range)
    for (share, wanted) in zip(shares, row.2) { #expect(abs(share - wanted) < 1e-4) }
    let grams = zip(shares, Self.levels).reduce(0) { $0 + $1.0 * program.carbon(of: $1.1, at: intensity).grams }
    #expect(abs(grams - row.3) < 1e-6)
    #expect(abs(program.carbon(of: Self.levels[0], at: intensity).grams - row.4) < 1e-6)
  }

  @Test("SPROUT's programme is at its optimum: no mix of any levels above the floor emits less")
  func sproutOptimum() {
    var random = Seeded(60)
    let program = SproutProgram(tolerance: 0.3)
    let range = CarbonIntensity.gramsPerKilowattHour(0)...CarbonIntensity.gramsPerKilowattHour(500)
    for _ in 0..<200 {
      let levels = (0..<4).map { _ in
        SproutProgram.Level(
          quality: .random(in: 0.1...1, using: &random), energy: .joules(.random(in: 1...1000, using: &random)),
          duration: .seconds(.random(in: 0...5, using: &random)))
      }
      let intensity = CarbonIntensity.gramsPerKilowattHour(.random(in: 0...500, using: &random))
      let floor = program.floor(reference: levels[0].quality, at: intensity, within: range)
      let shares = program.shares(levels, at: intensity, within: range)
      func grams(_ shares: [Double]) -> Double {
        zip(shares, levels).reduce(0) { $0 + $1.0 * program.carbon(of: $1.1, at: intensity).grams }
      }
      func quality(_ shares: [Double]) -> Double { zip(shares, levels).reduce(0) { $0 + $1.0 * $1.1.quality } }
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12 && shares.allSatisfy { $0 >= 0 })
      #expect(quality(shares) >= floor - 1e-12)
      for _ in 0..<100 {
        let raw = levels.map { _ in Double.random(in: 0...1, using: &random) }
        let other = raw.map { $0 / raw.reduce(0, +) }
        guard quality(other) >= floor else { continue }
        #expect(grams(other) >= grams(shares) * (1 - 1e-12))
      }
    }
  }

  @Test("SPROUT's policy serves the best variant at the cleanest intensity seen and less at the dirtiest")
  func sproutPolicy() throws {
    let policy = SproutPolicy(tolerance: 0.02)
    var state = PolicyState()
    var qualities: [Double] = []
    for intensity in [100.0, 500, 300, 100] {
      let (next, decision) = policy.decide(
        try PolicyTests.input(series: [intensity], signal: intensity), state: state)
      state = next
      qualities.append(decision.quality)
    }
    #expect(qualities[0] == 84.582 && qualities[3] == 84.582, "before there is a range there is nothing to loosen")
    #expect(abs(qualities[1] - 84.582 * 0.98) < 1e-9 && abs(qualities[2] - 84.582 * 0.99) < 1e-9)
    #expect(state.lowestSeen?.gramsPerKilowattHour == 100 && state.highestSeen?.gramsPerKilowattHour == 500)
  }

  @Test("CLOVER chooses again only when the grid has moved by more than 5 % of its reference")
  func cloverTrigger() throws {
    var state = PolicyState()
    var served: [String] = []
    var reasons: [String] = []
    // At a weight of 0.1 B3 overtakes B5 at 303 g/kWh.
    for intensity in [295.0, 307, 308, 300] {
      let (next, decision) = CloverPolicy().decide(
        try PolicyTests.input(series: [intensity], signal: intensity), state: state)
      state = next
      served.append(decision.main)
      reasons.append(decision.reason)
    }
    let free = try [295.0, 307, 308].map {
      CloverScore().best(of: try Fixture.ladder(), at: .gramsPerKilowattHour($0)).name
    }
    #expect(served == [free[0], free[0], free[2], free[2]])
    #expect(free[0] != free[1], "without the trigger the second would have been another")
    #expect(reasons[1].contains("is too near to the 295 at which \(free[0]) was chosen"))
    #expect(state.weighedAt?.gramsPerKilowattHour == 308)
  }

  @Test("two levels: big when clean, small when dirty, in between what serves already")
  func twoLevels() throws {
    var state = PolicyState()
    var served: [String] = []
    for intensity in [250.0, 300, 250, 201, 200, 299] {
      let (next, decision) = TwoLevelThreshold(small: "B3").decide(
        try PolicyTests.input(series: [intensity], signal: intensity), state: state)
      state = next
      served.append(decision.main)
      #expect(decision.reason.hasSuffix("so \(decision.main) serves everything."))
    }
    #expect(served == ["B7", "B3", "B3", "B3", "B7", "B7"])
  }
}
