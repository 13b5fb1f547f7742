import Foundation
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Variants in other places: what policies decide, and what they say of places")
struct PlacedPolicyTests {
  /// M and L here, the same in SE.
  static func ladder() throws -> Ladder {
    try Ladder(PlacedProblemTests.twoPlaces().variants.filter { !$0.name.hasPrefix("S") })
  }

  static func place(
    _ series: [Double], signal: Double?, age: Span = .zero, forecast: Bool = true, recent: [Double] = [],
    pue: Double = 1
  ) -> PolicyInput.Elsewhere {
    PolicyInput.Elsewhere(
      signal: signal.map { .init(.gramsPerKilowattHour($0), age: age, issue: "sig_se") },
      forecast: forecast ? series.map { .gramsPerKilowattHour($0) } : [],
      recent: recent.map { .init(intensity: .gramsPerKilowattHour($0), requests: 1000) }, pue: pue)
  }

  /// Four hours before midnight, dear here.
  static func input(
    here: [Double] = [380, 380, 380, 380], signal: Double? = 380, floor: Double = 78, ladder: Ladder? = nil,
    recent: [Double] = [], _ there: PolicyInput.Elsewhere?
  ) throws -> PolicyInput {
    var input = try PolicyTests.input(
      series: here, signal: signal, floor: floor, ladder: try ladder ?? Self.ladder(),
      recent: recent.map { .init(intensity: .gramsPerKilowattHour($0), requests: 1000) })
    input.elsewhere = there.map { ["SE": $0] }
    return input
  }

  @Test("the same model on the cleaner grid serves, and the sentence says where, why, and what that saves")
  func cleaner() throws {
    let input = try Self.input(Self.place([25, 25, 25, 25], signal: 25))
    let decision = PolicyTests.decide(input)
    #expect(decision.main == "M-se" && decision.shares.map(\.share) == [0, 0, 1, 0])
    #expect(decision.mode == .live && decision.elsewhere == ["SE": .gramsPerKilowattHour(25)])
    #expect(
      decision.reason
        == "M-se in SE serves all images, because the grid of SE is at 25 g/kWh against 380 here, which saves 20 mg per "
        + "100 images against the same quality here.")
    let saved = try #require(decision.expectedSavingAgainstStatic)
    #expect(isClose(saved.grams, 1000 * 2 * Double(380 - 25) / 3.6e6), "against M here")
    #expect(isClose(try #require(decision.expectedSavingAgainstBest).grams, 1000 * Double(6 * 380 - 2 * 25) / 3.6e6))
  }

  @Test("where the other grid is dirtier everything stays, and the sentence says so")
  func dirtier() throws {
    let decision = PolicyTests.decide(try Self.input(Self.place([400, 400, 400, 400], signal: 400)))
    #expect(decision.main == "M")
    #expect(decision.reason.hasSuffix("; SE at 400 g/kWh would emit no less for the same quality."))
    let heavy = PolicyTests.decide(try Self.input(Self.place([370, 370, 370, 370], signal: 370, pue: 1.5)))
    #expect(heavy.main == "M", "with its PUE the other place is dearer")
  }

  @Test(
    "a place without a usable signal is never chosen for its grid, and the sentence says why",
    arguments: [
      (nil, "there is no carbon signal from there"),
      (Self.place([], signal: nil), "there is no carbon signal from there"),
      (
        Self.place([25, 25, 25, 25], signal: 25, age: .hours(30)),
        "its newest carbon signal is 30 hours old or not to be believed"
      ), (Self.place([25, 25, 25, 25], signal: 25, pue: .nan), "its PUE is unknown"),
      (Self.place([-50_000], signal: -50_000), "its newest carbon signal is 0 hours old or not to be believed"),
    ] as [(PolicyInput.Elsewhere?, String)])
  func unknown(_ there: PolicyInput.Elsewhere?, _ why: String) throws {
    for policy in SwitchingPolicies.all.prefix(3) {
      let decision = policy.decide(try Self.input(recent: [300, 400], there), state: PolicyState()).1
      #expect(decision.shares.filter { $0.variant.hasSuffix("-se") }.allSatisfy { $0.share == 0 }, "\(policy.name)")
    }
    let decision = PolicyTests.decide(try Self.input(there))
    #expect(decision.reason.hasSuffix("; SE is left out, because \(why)."), "\(decision.reason)")
    #expect(decision.elsewhere == [:], "unknown is absent, not zero")
  }

  @Test("a place of unknown grid serves when nobody else reaches the floor, and nothing is claimed to be saved by it")
  func needed() throws {
    let ladder = try Ladder([
      Variant("M", quality: 78, energy: .joules(2)),
      Variant("L-se", quality: 80, energy: .joules(6), place: "SE"),
    ])
    let decision = PolicyTests.decide(try Self.input(floor: 79, ladder: ladder, nil))
    #expect(abs(decision.quality - 79) < 1e-9)
    #expect(
      decision.reason.hasSuffix("; SE is needed for the floor although there is no carbon signal from there."),
      "\(decision.reason)")
    #expect(decision.expectedSavingAgainstBest == nil && decision.expectedSavingAgainstStatic == nil)
    let spared = PolicyTests.decide(try Self.input(floor: 78, ladder: ladder, nil))
    #expect(spared.main == "M" && spared.quality == 78)
  }

  @Test("a signal from elsewhere without a forecast counts now and not for later")
  func noForecast() throws {
    // Now SE is dirtier, later it would be far cleaner: without its forecast M has to be served here later.
    let decision = PolicyTests.decide(try Self.input(Self.place([], signal: 25, forecast: false)))
    #expect(decision.main == "M-se" || decision.main == "L-se", "now it is the cleaner place")
    let stale = PolicyTests.decide(
      try Self.input(Self.place([30, 30, 30, 30], signal: 25, age: .hours(5))))
    #expect(stale.main == "M-se" && stale.mode == .live)
    #expect(stale.reason.contains("the grid of SE is at 30 g/kWh by the forecast against 380 here"))
  }

  @Test("without a signal here a fixed mix serves: by the last day's means, or with all places taken as alike")
  func noSignalHere() throws {
    let there = Self.place([25, 25, 25, 25], signal: 25, recent: [20, 40])
    let weighed = PolicyTests.decide(try Self.input(signal: nil, recent: [300, 400], there))
    #expect(weighed.mode == .static && weighed.main == "M-se" && weighed.price == nil)
    #expect(weighed.reason.hasSuffix("with places weighed by the mean of their last 24 hours."))
    #expect(weighed.expectedSavingAgainstBest == nil)
    let alike = PolicyTests.decide(try Self.input(signal: nil, there))
    #expect(alike.mode == .static && alike.main == "M")
    #expect(
      alike.reason.hasSuffix("with all places taken as alike, because nothing is known of the grid here."),
      "\(alike.reason)")
  }

  @Test("where no variant stands here, the other places' signals decide alone")
  func nothingHere() throws {
    let ladder = try Ladder([
      Variant("M-se", quality: 78, energy: .joules(2), place: "SE"),
      Variant("M-pl", quality: 78, energy: .joules(2), place: "PL"),
    ])
    var input = try Self.input(signal: nil, ladder: ladder, Self.place([25, 25, 25, 25], signal: 25))
    input.elsewhere?["PL"] = Self.place([700, 700, 700, 700], signal: 700)
    let decision = PolicyTests.decide(input)
    #expect(decision.mode == .live && decision.main == "M-se" && decision.intensity == nil)
    #expect(decision.reason.contains("because the grid of SE is at 25 g/kWh; PL at 700 g/kWh would emit no less"))
    input.elsewhere = nil
    let blind = PolicyTests.decide(input)
    #expect(blind.mode == .static && abs(blind.quality - 78) < 1e-9)
  }

  @Test("always-best and the fixed mix do not follow the hour: the best stays at home, the mix goes by the last day")
  func baselines() throws {
    let there = Self.place([25, 25, 25, 25], signal: 25, recent: [500, 700])
    let input = try Self.input(recent: [300, 400], there)
    #expect(PolicyTests.decide(input, AlwaysBest()).main == "L")
    let fixed = PolicyTests.decide(input, StaticMixPolicy())
    #expect(fixed.main == "M" && fixed.reason.hasSuffix("with places weighed by the mean of their last 24 hours."))
  }

  @Test(
    "hysteresis holds a variant whose place is a little dirtier, though it is off the hull, and leaves it for a lot")
  func hysteresis() throws {
    let policy = RecedingHorizon(hysteresis: Hysteresis(margin: 0.1, dwell: 1))
    var state = PolicyState()
    state.current = "M"
    func main(_ there: Double) throws -> String {
      policy.decide(try Self.input(Self.place([there, there, there, there], signal: there)), state: state).1.main
    }
    #expect(try main(360) == "M")
    #expect(try main(330) == "M-se")
    state.current = "gone"
    #expect(try main(370) == "M-se", "one that is not on offer any more is left at once")
  }

  @Test("without forecasts the price of the last day counts, with each place's record")
  func trailing() throws {
    let recent = (0..<24).map { 200 + 10 * Double($0) }
    let there = Self.place([], signal: 25, forecast: false, recent: recent.map { $0 / 10 })
    var input = try Self.input(floor: 79, recent: recent, there)
    input.forecast = []
    let decision = PolicyTests.decide(input)
    #expect(decision.main == "M-se" || decision.main == "L-se")
    #expect(try #require(decision.price) < 100, "the price of SE's grid, not of this one")
  }

  @Test("capacities elsewhere are respected, and residency pays where the variant stands")
  func capacityAndResidency() throws {
    var variants = try Self.ladder().variants
    variants[2].capacity = 0.1
    let there = Self.place([25, 25, 25, 25], signal: 25)
    let capped = PolicyTests.decide(try Self.input(ladder: try Ladder(variants), there))
    #expect(capped.shares[2].share <= 0.1 * 3600 / 1000 + 1e-12)
    let heavy = try Ladder(
      Self.ladder().variants.map { variant in
        var copy = variant
        copy.residentPower = .watts(0.01)
        copy.loadEnergy = .joules(10)
        return copy
      })
    var input = try Self.input(ladder: heavy, there)
    input.loaded = ["M"]
    let decision = PolicyTests.decide(input)
    #expect(decision.loaded == ["M-se"])
    #expect(decision.reason.hasSuffix(", with M-se loaded."))
  }

  @Test("whatever is known of places, every policy decides: shares sum to 1, numbers are finite, one sentence")
  func hostile() throws {
    var random = Seeded(210)
    let odd = [Double.nan, .infinity, -50, 0, 1e300, 250]
    for _ in 0..<200 {
      let plain = try random.ladder(3)
      let ladder = try Ladder(
        plain.variants.map { variant in
          var copy = variant
          copy.place = [nil, "SE", "PL"].randomElement(using: &random) ?? nil
          copy.capacity = Int.random(in: 0..<4, using: &random) == 0 ? 0.2 : nil
          return copy
        })
      func value() -> Double { odd.randomElement(using: &random) ?? 0 }
      var there = Self.place(
        [value(), value()], signal: value(), age: .hours(.random(in: 0...30, using: &random)),
        recent: [value()], pue: value())
      if Bool.random(using: &random) { there.pue = 1.2 }
      var input = try Self.input(
        here: [value(), value(), value()], signal: value(), floor: .random(in: 0...100, using: &random), ladder: ladder,
        recent: [value(), 200], there)
      input.served = .init(requests: 1000, points: .random(in: 0...100_000, using: &random))
      input.loaded = Bool.random(using: &random) ? nil : ["v0"]
      for policy in SwitchingPolicies.all {
        let (state, decision) = policy.decide(input, state: PolicyState())
        #expect(abs(decision.shares.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(decision.shares.allSatisfy { $0.share >= 0 })
        #expect(decision.reason.hasSuffix("."))
        #expect(try !Fixture.json(decision).isEmpty && !Fixture.json(state).isEmpty, "only finite numbers can be kept")
      }
    }
  }
}
