import Foundation
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Policies: what they decide, on which signal, and why")
struct PolicyTests {
  /// Ten hours before midnight; 98 g/kWh now, dirtier in 7 of the 9 hours to come.
  static let series: [Double] = [98, 90, 95, 150, 200, 250, 260, 270, 280, 290]

  static func input(
    series: [Double] = series, signal: Double? = 98, age: Span = .zero, forecast: Bool = true, floor: Double = 84,
    served: PolicyInput.Served = .init(), ladder: Ladder? = nil, recent: [PolicyInput.Past] = [], debt: Double = 0,
    demand: Double = 1000
  ) throws -> PolicyInput {
    let now = Fixture.midnight + .hours(24 - Double(series.count))
    return PolicyInput(
      now: now, periodStart: Fixture.midnight, periodEnd: Fixture.midnight + .hours(24),
      signal: signal.map { .init(.gramsPerKilowattHour($0), age: age, issue: "sig_test") },
      forecast: forecast ? series.map { .gramsPerKilowattHour($0) } : [],
      expectedRequests: [Double](repeating: demand, count: series.count), recent: recent, served: served,
      carriedDebt: debt, ladder: try ladder ?? Fixture.ladder(), floor: floor, requestNoun: "images")
  }

  static func decide(_ input: PolicyInput, _ policy: some SwitchingPolicy = RecedingHorizon()) -> Decision {
    policy.decide(input, state: PolicyState()).1
  }

  @Test("on a clean hour the larger model serves, and the reason says what it costs")
  func cleanHour() throws {
    let decision = Self.decide(try Self.input(floor: 84.1))
    #expect(decision.mode == .live)
    #expect(decision.main == "B7")
    #expect(isClose(try #require(decision.price), 200 * 1.355 / 0.806, 1e-9), "the fifth cleanest hour is mixed")
    #expect(decision.signalIssue == "sig_test")
    #expect(
      decision.reason
        == "The grid is clean now (98 g/kWh, cleaner than 78 % of what is forecast until midnight UTC), so the larger "
        + "model B7 is worth its extra 3.7 mg per 100 images over B5.")
    let saving = try #require(decision.expectedSavingAgainstStatic)
    let fixed = 0.695 + (84.1 - 83.776) / 0.806 * 1.355
    #expect(isClose(saving.grams, 1000 * 98 * (fixed - 2.05) / 3.6e6, 1e-9), "quality bought now is a loss now")
    #expect(decision.expectedSavingAgainstBest == .zero)
  }

  @Test("an hour that is mixed says for which part the larger model is worth it")
  func mixedHour() throws {
    let decision = Self.decide(try Self.input(floor: 84))
    #expect(decision.main == "B7" && abs(decision.shares[3].share - 0.7792) < 5e-5)
    #expect(decision.reason.hasSuffix("worth its extra 3.7 mg per 100 images over B5 for 77.9 % of them."))
  }

  @Test("on a dirty hour the smaller model serves, and the reason says what it saves")
  func dirtyHour() throws {
    let decision = Self.decide(try Self.input(series: [290, 90, 95, 150, 200, 250, 260, 270, 280, 98], signal: 290))
    #expect(decision.main == "B5")
    #expect(
      decision.reason
        == "The grid is dirty now (290 g/kWh, dirtier than all else that is forecast until midnight UTC), so B5 serves "
        + "all images, which saves 3 mg per 100 images against the floor's mix; quality is made up for later."
    )
    #expect(try #require(decision.expectedSavingAgainstStatic) > .zero)
  }

  @Test(
    "the ladder of signals: up to two intervals old is live, then the forecast stands in, after 26 hours a fixed mix",
    arguments: [
      (0.0, DecisionMode.live, 300.0), (0.9, .live, 300), (1, .live, 98), (2, .live, 98), (2.1, .persistence, 98),
      (26, .persistence, 98), (26.1, .static, nil),
    ] as [(Double, DecisionMode, Double?)])
  func signals(_ hours: Double, _ mode: DecisionMode, _ used: Double?) throws {
    let decision = Self.decide(try Self.input(signal: 300, age: .hours(hours)))
    #expect(decision.mode == mode)
    #expect(decision.intensity?.gramsPerKilowattHour == used)
    #expect((decision.signalIssue == nil) == (mode == .static))
  }

  @Test("a signal two intervals old without a forecast is used as it is; an older one leaves a fixed mix")
  func staleWithoutForecast() throws {
    let live = Self.decide(try Self.input(signal: 300, age: .hours(2), forecast: false))
    #expect(live.mode == .live && live.intensity?.gramsPerKilowattHour == 300)
    #expect(Self.decide(try Self.input(signal: 300, age: .hours(3), forecast: false)).mode == .static)
  }

  @Test("an hour in the middle is called so, spared quality is named, and a stand-in forecast is owned up to")
  func otherReasons() throws {
    let middle = [100.0, 90, 95, 105, 110, 120, 60, 70, 130, 140]
    #expect(
      Self.decide(try Self.input(series: middle, signal: 100, floor: 83.9)).reason.hasPrefix(
        "The grid is about average now (100 g/kWh, cleaner than 56 % of what is forecast until midnight UTC), so B5 serves"
      ))
    let ahead = try Self.input(
      series: [290, 90, 95, 100], signal: 290, served: .init(requests: 20_000, points: 20_000 * 84.1))
    #expect(Self.decide(ahead).reason.hasSuffix("; quality was spared for it before."))
    let stale = Self.decide(try Self.input(signal: 300, age: .hours(5), floor: 84.1))
    #expect(stale.reason.hasPrefix("By the forecast (the signal is 5 hours old) the grid is clean now (98 g/kWh, "))
  }

  @Test("the cleanest hour with a smaller model says that more than the floor was served before, not that it is dirty")
  func sparedCleanHour() throws {
    let decision = Self.decide(
      try Self.input(series: [90, 200, 250], signal: 90, served: .init(requests: 20_000, points: 20_000 * 84.1)))
    #expect(decision.main == "B5")
    #expect(
      decision.reason.hasPrefix(
        "The grid is clean now (90 g/kWh, cleaner than all else that is forecast until midnight UTC), but more than "
          + "the floor of 84 points was served before, so "), "\(decision.reason)")
    #expect(!decision.reason.contains("100 %") && decision.reason.hasSuffix(" against the floor's mix."))
  }

  @Test("a clean hour in which the last 24 hours' price is not reached says so, and one that dwells says that")
  func cleanHourOfTheLastDay() throws {
    let recent = stride(from: 60.0, through: 290, by: 10).map {
      PolicyInput.Past(intensity: .gramsPerKilowattHour($0), requests: 1000)
    }
    let clean = try Self.input(signal: 135, forecast: false, floor: 83.9, recent: recent)
    let price = Self.decide(clean)
    #expect(
      price.reason.hasPrefix(
        "The grid is clean now (135 g/kWh, cleaner than 67 % of the last 24 hours), but not clean enough for a better "
          + "variant to be worth its carbon, so B5 serves all images, which saves "), "\(price.reason)")
    var state = PolicyState()
    state.current = "B5"
    state.intervalsSinceSwitch = 1
    let policy = RecedingHorizon(hysteresis: Hysteresis(margin: 0.05, dwell: 3))
    let held = policy.decide(try Self.input(floor: 84.1), state: state).1
    #expect(held.main == "B5")
    #expect(
      held.reason.contains(
        "but switching up now would gain too little or come too soon after the last switch, so B5 serves all images"),
      "\(held.reason)")
  }

  @Test("a policy that keeps no floor does not claim to be unable to")
  func noFloorKept() throws {
    let behind = try Self.input(
      floor: 84, served: .init(requests: 100_000, points: 100_000 * 83),
      recent: [.init(intensity: .gramsPerKilowattHour(50), requests: 1)])
    let decision = Self.decide(behind, FarPairThreshold())
    #expect(decision.mode == .live && decision.main == "B1" && decision.reason.hasSuffix("so B1 serves everything."))
  }

  @Test("without a signal the fixed mix serves, nothing is claimed to be saved, and the forecast is not touched")
  func noSignal() throws {
    let decision = Self.decide(try Self.input(signal: nil))
    #expect(decision.mode == .static)
    #expect(abs(decision.quality - 84) < 1e-9)
    #expect(decision.price == nil && decision.intensity == nil)
    #expect(decision.expectedSavingAgainstBest == nil, "unknown is not zero")
    #expect(
      decision.reason
        == "There is no carbon signal, so the images are shared (B5 72.2 %, B7 27.8 %), which needs no signal: that "
        + "keeps the mean at the floor of 84 points.")
    let other = Self.decide(try Self.input(series: Self.series.map { 500 - $0 }, signal: nil))
    #expect(other == decision)
  }

  @Test("the fixed mix without a signal makes up for what was served before")
  func noSignalAfterDebt() throws {
    let behind = try Self.input(signal: nil, served: .init(requests: 10_000, points: 10_000 * 83.9))
    #expect(abs(Self.decide(behind).quality - 84.1) < 1e-9)
  }

  @Test("without a forecast the last 24 hours give the price, without those a fixed mix")
  func noForecast() throws {
    let recent = stride(from: 60.0, through: 290, by: 10).map {
      PolicyInput.Past(intensity: .gramsPerKilowattHour($0), requests: 1000)
    }
    let trailing = Self.decide(try Self.input(signal: 65, forecast: false, recent: recent))
    #expect(trailing.mode == .live && trailing.main == "B7" && trailing.price != nil)
    #expect(trailing.reason.contains("of the last 24 hours"))
    let fixed = Self.decide(try Self.input(signal: 65, forecast: false))
    #expect(fixed.price == nil && abs(fixed.quality - 84) < 1e-9)
    #expect(fixed.reason.hasPrefix("There is nothing to compare the grid with"))
  }

  @Test("in the period's last interval exactly the rest of the floor is served, whatever the grid does")
  func lastInterval() throws {
    let served = PolicyInput.Served(requests: 23_000, points: 23_000 * 84.01)
    let decision = Self.decide(try Self.input(series: [500], signal: 500, forecast: false, served: served))
    #expect(abs(decision.quality - (84 - 0.23)) < 1e-9)
    #expect(decision.reason.hasPrefix("It is the last interval before midnight UTC"))
  }

  @Test("a floor that cannot be met is said to be so, and the best variant serves")
  func infeasible() throws {
    let above = Self.decide(try Self.input(floor: 90))
    #expect(above.mode == .infeasible && above.main == "B7" && above.quality == 84.582)
    #expect(above.reason.hasPrefix("The floor of 90 points is above the best variant (B7, 84.58)"))
    let late = Self.decide(
      try Self.input(floor: 84, served: .init(requests: 100_000, points: 100_000 * 83)))
    #expect(late.mode == .infeasible && late.main == "B7")
    #expect(late.reason.hasPrefix("What is left until midnight UTC cannot bring the mean back to 84 points"))
  }

  @Test("debt of earlier periods is paid back")
  func carriedDebt() throws {
    let plain = Self.decide(try Self.input(signal: nil))
    let owing = Self.decide(try Self.input(signal: nil, debt: 1000))
    #expect(isClose(owing.quality, plain.quality + 0.1, 1e-9))
  }

  @Test("the guard overrules a plan that would owe more than is counted on, and says so")
  func guarded() throws {
    var input = try Self.input(series: [290, 90, 95], signal: 290)
    input.expectedRequests = [1000, 10, 10]
    let decision = Self.decide(input, RecedingHorizon(guardRule: FloorGuard(reliance: 0)))
    #expect(decision.isGuarded && abs(decision.quality - 84) < 1e-9)
    #expect(decision.reason.hasPrefix("The floor of 84 points over the period would get out of reach with less"))
    #expect(decision.reason.hasSuffix("although the grid is at 290 g/kWh."))
    let free = Self.decide(try Self.input(series: [290, 90, 95], signal: 290))
    #expect(!free.isGuarded && free.quality < 84)
    let limit = try #require(free.limit)
    #expect(limit.after > 1000, "and it says from how many requests on the floor's mix takes over")
    #expect(isClose(limit.after, (84.582 - 84) * 0.75 * 2000 / (84 - free.quality), 1e-9))
  }

  @Test("hysteresis serves whole variants and keeps the current one for small gains")
  func hysteresis() throws {
    let policy = RecedingHorizon(hysteresis: Hysteresis(margin: 0.2, dwell: 1))
    var state = PolicyState()
    state.current = "B7"
    let kept = policy.decide(try Self.input(series: [152] + Self.series, signal: 152), state: state)
    #expect(kept.1.main == "B7" && kept.1.shares.map(\.share) == [0, 0, 0, 1])
    let left = policy.decide(try Self.input(series: [400] + Self.series, signal: 400), state: state)
    #expect(left.1.main == "B5")
    #expect(left.0.current == "B5" && left.0.intervalsSinceSwitch == 1)
    #expect(policy.decide(try Self.input(signal: 400), state: left.0).0.intervalsSinceSwitch == 2)
  }

  @Test("a variant's capacity is respected in the shares of the coming interval")
  func capacity() throws {
    var variants = try Fixture.ladder().variants
    variants[3].capacity = 0.1
    let decision = Self.decide(try Self.input(ladder: try Ladder(variants)))
    #expect(decision.shares[3].share <= 0.1 * 3600 / 1000 + 1e-12)
    #expect(decision.shares[3].share > 0.3)
  }

  @Test("the floor is held on lower bounds, so an unsure variant has to be made up for")
  func lowerBounds() throws {
    let ladder = try Ladder(
      Fixture.ladder().variants.map {
        Variant($0.name, quality: $0.quality, qualityLow: $0.quality - 0.3, energy: $0.energy)
      })
    let decision = Self.decide(try Self.input(signal: nil, ladder: ladder))
    #expect(abs(decision.quality - 84) < 1e-9)
    #expect(abs(ladder.quality(decision.shares.map(\.share), on: .mean) - 84.3) < 1e-9)
  }

  @Test("policies are found by name with or without version; a slip is met with the nearest names")
  func names() throws {
    #expect(try SwitchingPolicies.policy(named: "trailing-price").name == "trailing-price@2")
    #expect(try SwitchingPolicies.policy(named: "receding-horizon@2").name == "receding-horizon@2")
    let error = #expect(throws: SwitchingError.self) { try SwitchingPolicies.policy(named: "recedin-horizon@2") }
    #expect(error?.description == "no policy 'recedin-horizon@2'; did you mean receding-horizon@2?")
    #expect(Set(SwitchingPolicies.all.map(\.name)).count == SwitchingPolicies.all.count)
  }

  @Test("whatever it is given, every policy decides: shares sum to 1, numbers are finite, the reason is one sentence")
  func hostileInput() throws {
    var random = Seeded(30)
    let odd = [Double.nan, .infinity, -.infinity, -50, 0, 1e-300, 1e300, 250]
    for _ in 0..<400 {
      let series = (0..<Int.random(in: 1...6, using: &random)).map { _ in odd.randomElement(using: &random) ?? 0 }
      var input = try Self.input(
        series: series, signal: odd.randomElement(using: &random), age: .hours(.random(in: 0...30, using: &random)),
        floor: .random(in: 0...100, using: &random), ladder: try random.ladder(3),
        recent: [.init(intensity: .gramsPerKilowattHour(300), requests: 5)])
      input.expectedRequests = series.indices.map { _ in odd.randomElement(using: &random) ?? 0 }
      input.served = .init(requests: 1000, points: .random(in: 0...100_000, using: &random))
      if Bool.random(using: &random) { input.periodEnd = input.now - .hours(1) }
      if Int.random(in: 0..<5, using: &random) == 0 { input.interval = .zero }
      for policy in SwitchingPolicies.all {
        let (state, decision) = policy.decide(input, state: PolicyState())
        #expect(abs(decision.shares.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(decision.shares.allSatisfy { $0.share >= 0 })
        #expect(decision.reason.hasSuffix(".") && !decision.reason.contains("unknown") || decision.intensity == nil)
        #expect(try !Fixture.json(decision).isEmpty && !Fixture.json(state).isEmpty, "only finite numbers can be kept")
      }
    }
  }
}
