import Grid
import Ledger
import Quantities
import Switching
import Testing

@testable import Service

@Suite("Deciding for one alias")
struct AliasControllerTests {
  private let day = at("2021-03-20")
  private func hour(_ index: Double) -> Timestamp { day + .hours(index) }

  /// Two days of values: clean at night, dirty by day.
  private func trace(_ change: (Int) -> Double? = { $0 % 24 < 8 ? 100 : 400 }) throws -> Series {
    try hourly((0..<72).map(change), from: day - .hours(48))
  }

  private func decide(
    _ controller: inout AliasController, at moment: Timestamp, _ series: Series?
  ) -> (input: PolicyInput, outcome: DecisionOutcome) {
    let history = series?.asIssued(by: moment)
    let decided = controller.decide(
      at: moment, history: history, reading: history.map { SignalLadder().read($0, at: moment) }, issue: "sig_x")
    return (decided.input, decided.outcome)
  }

  @Test("with a signal the day is planned on it, and the input says all that was seen")
  func live() throws {
    var controller = AliasController(model: try .sample(), pue: 1.2)
    let (input, outcome) = decide(&controller, at: hour(10), try trace())
    #expect(input.signal?.value == .gramsPerKilowattHour(400))
    #expect(input.signal?.age == .zero)
    #expect(input.signal?.issue == "sig_x")
    #expect(input.periodStart == day && input.periodEnd == hour(24))
    #expect(input.forecast.count == 14)
    #expect(input.recent.count == 24)
    #expect(input.pue == 1.2)
    #expect(outcome.decision.mode == .live)
    #expect(outcome.before == PolicyState())
    #expect(outcome.after.decidedAt == hour(10))
  }

  @Test("no provider, or nothing issued: a fixed mix that keeps the floor")
  func nothing() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    for series in [nil, try trace { _ in nil }] as [Series?] {
      let (input, outcome) = decide(&controller, at: hour(10), series)
      #expect(input.signal == nil && input.forecast.isEmpty && input.recent.isEmpty)
      #expect(outcome.decision.mode == .static)
      #expect(outcome.decision.quality >= 82 - 1e-9)
    }
  }

  @Test("a signal three hours old leaves the forecast, one of 27 hours a fixed mix")
  func stale() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    let old = try trace { $0 <= 48 + 7 ? ($0 % 24 < 8 ? 100 : 400) : nil }
    let (input, persisted) = decide(&controller, at: hour(10), old)
    #expect(input.signal?.age == .hours(3))
    #expect(persisted.decision.mode == .persistence)
    let dead = try trace { $0 < 48 + 10 - 27 ? 100 : nil }
    #expect(decide(&controller, at: hour(10), dead).outcome.decision.mode == .static)
  }

  @Test("an absurd value is neither taken for the grid nor planned with", arguments: [5000.0, -40, 0])
  func absurd(value: Double) throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    let broken = try trace { $0 == 48 + 10 ? value : $0 % 24 < 8 ? 100 : 400 }
    let (input, outcome) = decide(&controller, at: hour(10), broken)
    #expect(input.signal?.value == .gramsPerKilowattHour(400), "the hour before stands in")
    #expect(input.signal?.age == .hours(1))
    #expect(input.forecast.allSatisfy { (50...1000).contains($0.gramsPerKilowattHour) }, "\(input.forecast)")
    #expect(input.recent.allSatisfy { (50...1000).contains($0.intensity.gramsPerKilowattHour) })
    #expect(outcome.decision.mode == .live)
    let hopeless = try trace { _ in value }
    #expect(decide(&controller, at: hour(11), hopeless).outcome.decision.mode == .static)
  }

  @Test("hours that are missing from the series are missing from the past, not zero")
  func gaps() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    let (input, _) = decide(&controller, at: hour(10), try trace { (40...42).contains($0) ? nil : 300 })
    #expect(input.recent.count == 21)
    #expect(input.recent.allSatisfy { $0.intensity == .gramsPerKilowattHour(300) })
  }

  @Test("an hour's value holds for all the shorter intervals in it")
  func shortIntervals() throws {
    var controller = AliasController(model: try .sample(interval: .seconds(300)), pue: 1)
    let moment = hour(10) + .seconds(45 * 60)
    let history = try trace().asIssued(by: moment)
    let reading = SignalLadder(interval: .hours(1)).read(history, at: moment)
    let decided = controller.decide(at: moment, history: history, reading: reading, issue: "sig_x")
    #expect(decided.input.signal?.age == .zero)
    #expect(decided.outcome.decision.mode == .live)
  }

  @Test("what was served counts by the lower quality bound of its variant; what nobody calibrated does not count")
  func served() throws {
    let variants: [VariantRecord] = [
      .sample("small", quality: 60, low: 55, perUnit: 1), .sample("large", quality: 90, low: 88, perUnit: 16),
    ]
    var controller = AliasController(model: try .sample(floor: 80, variants: variants), pue: 1)
    #expect(controller.served(units: 10, by: "small", at: hour(9)) == nil)
    #expect(controller.served(units: 30, by: "large", at: hour(9.5)) == nil)
    #expect(controller.served(units: 1000, by: "stranger", at: hour(9.6)) == nil)
    let (input, _) = decide(&controller, at: hour(10), nil)
    #expect(input.served == PolicyInput.Served(requests: 40, points: 3190))
    #expect(input.expectedRequests.first == 40)
  }

  @Test("a day below the floor is owed to the next one and served then")
  func carried() throws {
    var controller = AliasController(model: try .sample(floor: 82), pue: 1)
    _ = controller.served(units: 100, by: "small", at: hour(20))
    let (input, outcome) = decide(&controller, at: hour(24), nil)
    #expect(input.carriedDebt == 100 * (82 - 60))
    #expect(input.served == .init())
    #expect(outcome.decision.quality > 82)
  }

  @Test("more requests than the floor guard covers switch the shares once, to some that keep the floor by themselves")
  func limit() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    for index in 0..<10 { _ = controller.served(units: 100, by: "large", at: hour(Double(index))) }
    let (_, outcome) = decide(&controller, at: hour(10), try trace())
    let limit = try #require(outcome.decision.limit, "the test needs an hour below the floor")
    #expect(outcome.decision.quality < 82)
    #expect(controller.served(units: limit.after - 1, by: "small", at: hour(10.1)) == nil)
    let switched = controller.served(units: 2, by: "small", at: hour(10.2))
    let shares = try #require(switched)
    #expect(shares == limit.shares)
    let points = zip(shares, [60.0, 80, 90]).map { $0.share * $1 }.reduce(0, +)
    #expect(points >= 82 - 1e-9)
    #expect(controller.served(units: 1000, by: "small", at: hour(10.3)) == nil, "once is enough")
  }
}
