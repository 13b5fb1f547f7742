import Quantities
import TestSupport
import Testing

/// The closed form of intervals against drawing: products and ratios, sums, and formulas of both.
@Suite("Intervals against Monte Carlo")
struct MonteCarloTests {
  private static let draws = 40_000

  /// An estimate that is right within a factor either way.
  private func within(_ factor: Double, _ value: Double, _ source: String) -> Estimate<Ratio> {
    Estimate(
      Ratio(value), relative: (1 / factor - 1)...(factor - 1), origin: .modelled, method: "test@1", source: source)
  }

  /// How far the closed form's ends are from the drawn ones: the low end of the value, the high end of itself.
  private func gap(
    _ inputs: [Estimate<Ratio>], seed: UInt64, _ formula: ([Double]) -> Double
  ) -> (low: Double, high: Double) {
    var random = Seeded(seed)
    let drawn = MonteCarlo(inputs, draws: Self.draws, using: &random, formula)
    let closed = Estimate<Ratio>.evaluating(inputs, method: "test@1", formula)
    return (
      abs(closed.low.value - drawn.low) / closed.value.value, abs(closed.high.value - drawn.high) / drawn.high
    )
  }

  @Test("Products of up to four things, each right within a factor of 1.02 to 3: both ends within 2 %")
  func products() {
    var random = Seeded(310)
    for round in 0..<12 {
      let inputs = (0..<4).map { index in
        within(Double.random(in: 1.02...3, using: &random), random.magnitude(-2...3), "source \(index)")
      }
      let gap = gap(inputs, seed: 400 + UInt64(round)) { $0[0] * $0[1] * $0[2] / $0[3] }
      #expect(gap.low < 0.02 && gap.high < 0.03, "\(gap)")
    }
  }

  @Test("Default bounds: energy ± 5 %, PUE ± 3 or 20 %, grid ± 5 or 50 %: both ends of carbon within 2 %")
  func carbon() {
    for (pue, grid) in [(0.03, 0.05), (0.2, 0.05), (0.03, 0.5), (0.2, 0.5)] {
      let part = { (value: Double, bound: Double, source: String) in
        Estimate(
          Ratio(value), relative: -bound...bound, origin: .published, method: "test@1", source: source)
      }
      let gap = gap([part(36e6, 0.05, "meter"), part(1.2, pue, "pue"), part(400, grid, "grid")], seed: 411) {
        $0[0] / 3.6e6 * $0[1] * $0[2]
      }
      #expect(gap.low < 0.02 && gap.high < 0.02, "\(gap)")
    }
  }

  @Test("Sums of two to eight terms, each right within a factor of two: both ends within 2 % of the value")
  func sums() {
    var random = Seeded(312)
    for count in [2, 3, 5, 8] {
      for round in 0..<3 {
        let terms = (0..<count).map { index in
          within(
            Double.random(in: 1.05...2, using: &random), Double.random(in: 0.2...5, using: &random), "term \(index)")
        }
        let gap = gap(terms, seed: 420 + UInt64(round)) { $0.reduce(0, +) }
        #expect(gap.low < 0.025 && gap.high < 0.025, "\(count): \(gap)")
      }
    }
  }

  @Test("Water: on-site and off-site right within a factor of two each, on one energy that both share: within 2 %")
  func water() {
    let inputs = [within(1.05, 1, "meter"), within(2, 0.57, "wue"), within(1.03, 1.2, "pue"), within(2, 3.1, "ewif")]
    let gap = gap(inputs, seed: 430) { $0[0] * ($0[1] + $0[2] * $0[3]) }
    #expect(gap.low < 0.02 && gap.high < 0.02, "\(gap)")
  }

  @Test("A sum's ends are no wider than all of its terms at theirs, and it needs no drawing to know that")
  func together() {
    var random = Seeded(313)
    for _ in 0..<300 {
      let terms = (0..<Int.random(in: 2...6, using: &random)).map { index in
        within(Double.random(in: 1...10, using: &random), random.magnitude(-2...2), "term \(index)")
      }
      let sum = Estimate<Ratio>.evaluating(terms, method: "test@1") { $0.reduce(0, +) }
      #expect(sum.low.value >= terms.map(\.low.value).reduce(0, +) * (1 - 1e-9))
      #expect(sum.high.value <= terms.map(\.high.value).reduce(0, +) * (1 + 1e-9))
      let total: Estimate<Ratio> = terms.total(method: "test@1")
      #expect(abs(total.low.value - sum.low.value) <= 2e-3 * sum.value.value)
      #expect(abs(total.high.value - sum.high.value) <= 2e-3 * sum.high.value)
    }
  }

  @Test(
    "What two terms share moves both: a sum with itself is twice as wide, and a ratio of two on one grid has no grid")
  func shared() {
    let grid = within(2, 400, "grid")
    var random = Seeded(314)
    let doubled = MonteCarlo([grid, grid], draws: 40_000, using: &random) { $0[0] + $0[1] }
    let closed = Estimate<Ratio>.evaluating([grid, grid], method: "test@1") { $0[0] + $0[1] }
    #expect(abs(closed.high.value - doubled.high) < 0.02 * closed.high.value)
    #expect(abs(closed.low.value - doubled.low) < 0.02 * closed.value.value)
    let a = Estimate<Ratio>.combining(within(1.1, 3, "meter a"), grid, method: "test@1", *)
    let b = Estimate<Ratio>.combining(within(1.1, 2, "meter b"), grid, method: "test@1", *)
    let ratio = MonteCarlo([a, b], draws: 40_000, using: &random) { $0[0] / $0[1] }
    #expect(abs((a / b).high.value - ratio.high) < 0.02 * ratio.high)
    #expect(ratio.high < 1.5 * 1.25)
  }

  @Test("The probability of being lower is the part of the draws that are")
  func probability() {
    let grid = within(3, 400, "grid")
    let a = Estimate<Ratio>.combining(within(1.5, 1, "meter a"), grid, method: "test@1", *)
    for factor in [0.5, 0.9, 1.2, 1.5, 2] {
      let b = Estimate<Ratio>.combining(within(1.3, factor, "meter b"), grid, method: "test@1", *)
      var random = Seeded(315)
      var below = 0
      var all = 0
      _ = MonteCarlo([a, b], draws: 20_000, using: &random) { inputs in
        all += 1
        below += inputs[0] < inputs[1] ? 1 : 0
        return inputs[0]
      }
      #expect(abs(Comparison.probability(a, below: b) - Double(below) / Double(all)) < 0.02)
    }
  }

  @Test("The same seed draws the same interval, another seed nearly the same")
  func seeded() {
    let inputs = [within(2, 10, "a"), within(1.2, 3, "b")]
    let draw = { (seed: UInt64) in
      var random = Seeded(seed)
      return MonteCarlo(inputs, using: &random) { $0[0] * $0[1] }
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
    #expect(abs(draw(1).high - draw(2).high) < 0.05 * draw(1).high)
    #expect(draw(1).draws == 10_000)
  }

  @Test("An interval that reaches below zero is drawn on the value itself")
  func negative() {
    let saving = Estimate(
      Ratio(1), low: Ratio(-1), high: Ratio(3), origin: .modelled, method: "test@1", source: "baseline")
    var random = Seeded(316)
    let drawn = MonteCarlo([saving], draws: 40_000, using: &random) { $0[0] }
    #expect(abs(drawn.low + 1) < 0.06 && abs(drawn.high - 3) < 0.06)
  }
}
