import Quantities
import TestSupport
import Testing

@Suite("Estimates")
struct EstimateTests {
  /// An estimate with up to three uncertain things out of a few shared names.
  private func any(_ random: inout Seeded) -> Estimate<Energy> {
    let value = random.magnitude(-3...9)
    var deviations: [UncertaintySource: Deviation] = [:]
    for name in ["grid", "meter", "model", "pue"].shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
    {
      let down = -value * Double.random(in: 0...0.6, using: &random)
      deviations[name] = Deviation(atLow: down, atHigh: value * Double.random(in: 0...2, using: &random))
    }
    return Estimate(.joules(value), origin: .measured, method: "test@1", deviations: deviations)
  }

  @Test("x - x is exactly nothing, without uncertainty")
  func selfDifference() {
    var random = Seeded(10)
    for _ in 0..<500 {
      let x = any(&random)
      let difference = x - x
      #expect(difference.value == .zero)
      #expect(difference.deviations.isEmpty)
      #expect(difference.low == .zero && difference.high == .zero)
    }
  }

  @Test("x / x is exactly 1, without uncertainty")
  func selfRatio() {
    var random = Seeded(11)
    for _ in 0..<500 {
      let x = any(&random)
      #expect((x / x).value.value == 1)
      #expect((x / x).deviations.isEmpty)
    }
  }

  @Test("A factor that two products share cancels in their ratio, whatever it is")
  func sharedFactorCancels() {
    var random = Seeded(12)
    for _ in 0..<500 {
      let shared = Estimate(
        Ratio(random.magnitude(-2...4)), relative: -Double.random(in: 0...1, using: &random)...3, origin: .published,
        method: "test@1", source: "shared")
      let times = { (x: Estimate<Energy>) in
        Estimate<Carbon>.combining(x, shared, method: "test@1") { $0 * $1 }
      }
      let a = Estimate.exact(Energy.joules(random.magnitude(0...6)), origin: .measured, method: "test@1")
      let b = Estimate.exact(Energy.joules(random.magnitude(0...6)), origin: .measured, method: "test@1")
      let ratio = times(a) / times(b)
      #expect(ratio.deviations.isEmpty)
      #expect(abs(ratio.value.value - a.value / b.value) <= 1e-12 * (a.value / b.value))
    }
  }

  @Test("Independent errors add by squares, shared ones linearly")
  func squaresAndLines() {
    let one = { (source: String) in
      Estimate(Energy.joules(100), relative: -0.1...0.1, origin: .measured, method: "test@1", source: source)
    }
    let shared = one("meter") + one("meter")
    #expect(abs(shared.high.joules - 220) < 1e-9)
    let apart = one("meter a") + one("meter b")
    // 200 up by 10 on each of two sides: on the logarithm, each 5 % of the sum.
    #expect(apart.high.joules > 200 + 14 && apart.high.joules < 200 + 14.5)
  }

  @Test("The value lies in the interval, and adding an uncertain thing never narrows it")
  func intervals() {
    var random = Seeded(13)
    for _ in 0..<500 {
      let x = any(&random)
      #expect(x.low <= x.value && x.value <= x.high)
      #expect(x.low.joules > 0)
      var wider = x.deviations
      wider["another"] = Deviation(atLow: -x.value.joules * 0.1, atHigh: x.value.joules * 0.1)
      let y = Estimate(x.value, origin: x.origin, method: x.method, deviations: wider)
      #expect(y.low <= x.low && y.high >= x.high)
    }
  }

  @Test("A factor of three either way, twice, never reaches zero")
  func wideFactors() {
    let wide = { (source: String) in
      Estimate(Ratio(1), relative: (1.0 / 3 - 1)...2, origin: .modelled, method: "test@1", source: source)
    }
    let product = Estimate<Ratio>.combining(wide("a"), wide("b"), method: "test@1", *)
    #expect(product.low.value > 0.2 && product.low.value < 1.0 / 3)
    #expect(product.high.value > 3 && product.high.value < 5)
  }

  @Test("A divisor that may be zero widens the interval, it does not disappear from it")
  func divisorReachingZero() {
    let one = Estimate.exact(Energy.joules(10), origin: .measured, method: "test@1")
    let risky = Estimate(
      Energy.joules(10), origin: .measured, method: "test@1",
      deviations: ["meter": Deviation(atLow: 5, atHigh: -10)])
    let ratio = one / risky
    #expect(ratio.high.value > 1e6)
    #expect(ratio.high.value.isFinite)
    #expect(ratio.low.value <= 1)
  }

  @Test("What rounding leaves of things that cancel is not taken for uncertainty")
  func rounding() {
    let grid = { (value: Double) in
      Estimate(Ratio(value), relative: -0.5...0.5, origin: .published, method: "test@1", source: "grid")
    }
    // 0.1 + 0.2 - 0.3 is not quite nothing in binary, and moves by not quite nothing with the grid.
    let nothing = Estimate<Ratio>.evaluating([grid(0.1), grid(0.2), grid(0.3)], method: "test@1") {
      $0[0] + $0[1] - $0[2]
    }
    #expect(nothing.value.value != 0)
    #expect(nothing.deviations.isEmpty)
    #expect([grid(0.1), grid(0.2), grid(-0.3)].total(method: "test@1").deviations.isEmpty)
  }

  @Test("A formula of many inputs moves each shared thing in all of them at once")
  func manyInputs() {
    let grid = { (value: Double) in
      Estimate(Ratio(value), relative: -0.5...0.5, origin: .published, method: "test@1", source: "grid")
    }
    let cancelled = Estimate<Ratio>.evaluating([grid(3), grid(4), grid(12)], method: "test@1") {
      $0[0] * $0[1] / $0[2] / $0[0] * 3
    }
    #expect(cancelled.deviations.isEmpty)
    let kept = Estimate<Ratio>.evaluating([grid(3), grid(4)], method: "test@1") { $0[0] * $0[1] }
    #expect(abs(kept.high.value - 12 * 2.25) < 1e-9)
    #expect(abs(kept.low.value - 12 * 0.25) < 1e-9)
  }

  @Test("A total is what adding one by one gives")
  func totals() {
    var random = Seeded(14)
    for _ in 0..<100 {
      let parts = (0..<Int.random(in: 1...20, using: &random)).map { _ in any(&random) }
      let total = parts.total(method: "test@1")
      let chained = parts.dropFirst().reduce(parts[0], +)
      #expect(abs(total.value.joules - chained.value.joules) <= 1e-9 * chained.value.joules)
      for (source, deviation) in total.deviations {
        let other = chained.deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
        #expect(abs(deviation.atHigh - other.atHigh) <= 1e-9 * chained.high.joules)
        #expect(abs(deviation.atLow - other.atLow) <= 1e-9 * chained.high.joules)
      }
      // The scale on which sources add is one number for each side, found anew at each step.
      #expect(abs(total.high.joules - chained.high.joules) <= 0.01 * chained.high.joules)
      #expect(abs(total.low.joules - chained.low.joules) <= 0.01 * chained.high.joules)
      #expect(total.origin == .measured)
    }
    let nothing: Estimate<Energy> = [].total(method: "sum@2")
    #expect(nothing.value == .zero && nothing.deviations.isEmpty)
  }

  @Test("A difference of nearly equal things keeps the little that is uncertain about it")
  func nearCancellation() {
    let base = Estimate(
      Energy.joules(1e9), relative: -0.05...0.05, origin: .measured, method: "test@1", source: "meter")
    let more = base * 1.001
    let difference = more - base
    #expect(abs(difference.value.joules - 1e6) < 1)
    #expect(abs((difference.high - difference.value).joules - 5e4) < 1)
  }

  @Test("The origin of a figure is that of its inputs when they agree; an assumption is never hidden")
  func origins() {
    #expect(Origin.of([.measured, .measured]) == .measured)
    #expect(Origin.of([.measured, .published]) == .modelled)
    #expect(Origin.of([.measured, .published, .assumed]) == .assumed)
    #expect(Origin.of([.declared]) == .declared)
    #expect(Origin.of([] as [Origin]) == .modelled)
  }

  @Test("A method's name is name@version, versions from 1")
  func methodIDs() {
    #expect(MethodID(parsing: "pue@1") == MethodID("pue", version: 1))
    #expect(MethodID(parsing: "pue@12")?.description == "pue@12")
    for text in ["pue", "@1", "pue@", "pue@0", "pue@-1", "pue@+1", "pue@1@2", "pue@1.5", ""] {
      #expect(MethodID(parsing: text) == nil, "\(text)")
    }
  }

  @Test("the ends are the same to the last bit in whatever order the sources were met")
  func orderOfSources() {
    let names = (0..<24).map { "source-\($0)" }
    let width = { (name: String) in 1 / Double(3 + (Int(name.dropFirst(7)) ?? 0)) }
    let made = { (names: [String]) in
      var deviations: [UncertaintySource: Deviation] = [:]
      for name in names { deviations[name] = Deviation(atLow: -width(name), atHigh: width(name)) }
      return Estimate<Energy>(.joules(10), origin: .modelled, method: "load-curve@1", deviations: deviations)
    }
    let first = made(names)
    for _ in 0..<50 {
      let other = made(names.shuffled())
      #expect(other.low == first.low && other.high == first.high)
    }
  }
}
