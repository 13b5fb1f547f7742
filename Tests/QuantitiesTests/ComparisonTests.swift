import Quantities
import TestSupport
import Testing

@Suite("Comparing estimates")
struct ComparisonTests {
  private func energy(_ joules: Double, _ relative: ClosedRange<Double>, _ source: String) -> Estimate<Energy> {
    Estimate(.joules(joules), relative: relative, origin: .measured, method: "test@1", source: source)
  }

  @Test("Two ends that touch in their 95 % intervals: the probability is that of the normal distribution")
  func normal() {
    // ln(2) apart, each good to a factor of 1.5: (ln 2 / (sqrt 2 x ln 1.5 / 1.96)) standard deviations, 2.369.
    let a = energy(1, -1.0 / 3...0.5, "a")
    let b = energy(2, -1.0 / 3...0.5, "b")
    #expect(abs(Comparison.probability(a, below: b) - 0.99109) < 1e-4)
    #expect(abs(Comparison.probability(b, below: a) - 0.00891) < 1e-4)
    #expect(Comparison.between(a, and: b) == .lower && Comparison.between(b, and: a) == .higher)
  }

  @Test("The two ways to ask add up to one, whatever the estimates")
  func complement() {
    var random = Seeded(301)
    for _ in 0..<500 {
      let a = energy(random.magnitude(-2...2), -Double.random(in: 0...0.8, using: &random)...3, "a")
      let b = energy(random.magnitude(-2...2), -Double.random(in: 0...0.8, using: &random)...3, "b")
      let sum = Comparison.probability(a, below: b) + Comparison.probability(b, below: a)
      #expect(abs(sum - 1) < 1e-9)
    }
  }

  @Test(
    "What both rest on cancels: on one grid known within a factor of four, 10 % less energy is less carbon for sure")
  func shared() {
    let grid = Estimate<Ratio>(
      Ratio(300), relative: -0.75...3, origin: .published, method: "test@1", source: "grid-year:DE:2024")
    let carbon = { (joules: Double) in
      Estimate<Carbon>.combining(
        self.energy(joules, 0...0, "meter"), grid, method: "test@1"
      ) { $0 / 3.6e6 * $1 }
    }
    let less = carbon(0.9e6)
    let more = carbon(1e6)
    #expect(less.high > more.low)
    #expect(Comparison.probability(less, below: more) == 1)
    #expect(Comparison.between(less, and: more) == .lower)
    #expect(Comparison.probability(more, below: more) == 0.5)
    #expect(Comparison.between(more, and: more) == .noClearDifference)
  }

  @Test("Intervals that overlap are no clear difference; exact values are clear at once")
  func unclear() {
    #expect(Comparison.between(energy(1, -0.5...1, "a"), and: energy(1.2, -0.5...1, "b")) == .noClearDifference)
    #expect(Comparison.between(energy(1, 0...0, "a"), and: energy(1.0001, 0...0, "b")) == .lower)
  }

  @Test("Savings may be negative: then the difference decides")
  func negative() {
    let loss = Estimate(
      Energy.joules(-5), low: .joules(-7), high: .joules(-3), origin: .modelled, method: "test@1", source: "a")
    let gain = energy(5, -0.5...0.5, "b")
    #expect(Comparison.between(loss, and: gain) == .lower)
    #expect(Comparison.between(gain, and: loss) == .higher)
  }
}

@Suite("What drives an interval")
struct DriverTests {
  @Test("Drivers are ranked by their part of the width, the parts add up to one")
  func ranked() {
    let estimate = Estimate(
      Energy.joules(100), origin: .modelled, method: "test@1",
      deviations: [
        "batch": Deviation(atLow: -50, atHigh: 100), "grid": Deviation(atLow: -5, atHigh: 5),
        "pue": Deviation(atLow: 3, atHigh: -3), "host": Deviation(atLow: -20, atHigh: 25),
      ])
    let all = estimate.drivers(limit: 10)
    #expect(all.map(\.source) == ["batch", "host", "grid", "pue"])
    #expect(abs(all.map(\.share).reduce(0, +) - 1) < 1e-12)
    #expect(estimate.drivers().count == 3 && estimate.drivers(limit: 1).first?.source == "batch")
    #expect((all.first?.share ?? 0) > 0.8)
    #expect(Estimate.exact(Energy.joules(1), origin: .measured, method: "test@1").drivers().isEmpty)
  }

  @Test("Making a driver exact narrows the interval by its part, to within what others leave")
  func narrows() {
    var random = Seeded(302)
    for _ in 0..<200 {
      var deviations: [UncertaintySource: Deviation] = [:]
      for name in ["a", "b", "c", "d"] {
        deviations[name] = Deviation(
          atLow: -Double.random(in: 0...0.6, using: &random), atHigh: Double.random(in: 0...2, using: &random))
      }
      let whole = Estimate(Energy.joules(1), origin: .modelled, method: "test@1", deviations: deviations)
      let width = { (names: Set<String>) in
        let left = Estimate(
          Energy.joules(1), origin: .modelled, method: "test@1",
          deviations: deviations.filter { !names.contains($0.key) })
        return left.high / left.low
      }
      let widths = whole.drivers(limit: 4).map { width([$0.source]) }
      // Up and down are added apart, so two drivers of nearly one width may change places.
      #expect(zip(widths, widths.dropFirst()).allSatisfy { $0 <= $1 * 1.35 }, "\(widths)")
    }
  }
}
