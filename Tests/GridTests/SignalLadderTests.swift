import Foundation
import Grid
import Methods
import Quantities
import Testing

@Suite("The ladder of signals") struct SignalLadderTests {
  let start = at("2021-03-01")
  let yearly = exactFactor("the year", 381)

  func ladder(_ limits: SignalLimits = SignalLimits()) -> SignalLadder {
    SignalLadder(interval: .hours(1), limits: limits, staticIntensity: yearly)
  }

  /// Values 200, 201, ... up to hour 30; nothing later.
  func stale() throws -> Series { try hourly((0...30).map { 200 + Double($0) }) }

  @Test("is live until the newest interval began two intervals ago", arguments: [0.0, 0.5, 1, 1.5, 2])
  func live(age: Double) throws {
    let now = start + .hours(30 + age)
    let reading = ladder().read(try stale().asIssued(by: now), at: now)
    #expect(reading.mode == .live)
    #expect(reading.signal?.value == 230)
    #expect(reading.age == .hours(age))
    #expect(reading.rejected.isEmpty)
  }

  @Test("then takes the value of 24 hours before, until the newest is 26 hours old", arguments: [2.1, 10, 24.9])
  func persistence(age: Double) throws {
    let now = start + .hours(30 + age)
    let reading = ladder().read(try stale().asIssued(by: now), at: now)
    #expect(reading.mode == .persistence)
    #expect(reading.signal?.value == 200 + (6 + age).rounded(.down))
    #expect(reading.signal?.isEstimated == true)
    #expect(reading.signal?.provider == "persistence-forecast@1")
    #expect(reading.signal?.validity.contains(now) == true)
    #expect(reading.reason.contains("24 h before"))
  }

  @Test("then the yearly mean, and without one nothing, and says why")
  func staticMix() throws {
    let now = start + .hours(57)
    let history = try stale().asIssued(by: now)
    let reading = ladder().read(history, at: now)
    #expect(reading.mode == .staticMix)
    #expect(reading.mode.rawValue == "static")
    #expect(reading.signal?.value == 381)
    #expect(reading.signal?.provider == "yearly-mean")
    let none = SignalLadder().read(history, at: now)
    #expect(none.mode == .unknown)
    #expect(none.signal == nil)
    #expect(none.reason == "no signal of the last 26 h, and no yearly mean is known")
  }

  @Test("never passes the yearly mean off as another kind")
  func staticKind() throws {
    let now = start + .hours(57)
    let marginal = try hourly([600], kind: .marginal).asIssued(by: now)
    let reading = ladder().read(marginal, at: now)
    #expect(reading.signal?.kind == .averageLifecycle)
    #expect(reading.reason.contains("where the signal is marginal carbon intensity"))
    let price = try hourly([60], kind: .price, unit: "EUR/MWh").asIssued(by: now)
    #expect(ladder().read(price, at: now).mode == .unknown)
  }

  @Test("answers from an empty history")
  func empty() throws {
    let reading = ladder().read(try hourly([]).asIssued(by: start), at: start)
    #expect(reading.mode == .staticMix)
    #expect(reading.age == nil)
  }

  @Test("takes the yearly mean when yesterday has a gap at this time")
  func gapYesterday() throws {
    let series = try hourly((0...30).map { $0 == 12 ? nil : 200 })
    let now = start + .hours(36)
    let reading = ladder().read(series.asIssued(by: now), at: now)
    #expect(reading.mode == .staticMix)
    #expect(reading.reason.contains("the same time yesterday is missing"))
  }

  @Test("does not believe absurd values and says why", arguments: [-1.0, 0, 3001])
  func absurd(value: Double) throws {
    let series = try hourly([200, 210, value])
    let now = start + .hours(2)
    let reading = ladder().read(series.asIssued(by: now), at: now)
    #expect(reading.mode == .live)
    #expect(reading.signal?.value == 210)
    #expect(reading.rejected.map(\.value) == [value])
    #expect(reading.reason.hasPrefix("the value for 2021-03-01T02:00:00Z was rejected: an intensity of"))
  }

  @Test("falls down the ladder when only absurd values are fresh")
  func absurdRun() throws {
    let series = try hourly((0..<24).map { _ in 300 } + [Double](repeating: 9999, count: 4))
    let now = start + .hours(27)
    let reading = ladder().read(series.asIssued(by: now), at: now)
    #expect(reading.mode == .persistence)
    #expect(reading.signal?.value == 300)
    #expect(reading.rejected.count == 4)
  }

  @Test("believes a zero when the source vouches for it, and negative prices always")
  func possible() throws {
    let zero = try hourly([0])
    let reading = ladder(SignalLimits(isZeroIntensityPossible: true)).read(zero.asIssued(by: start), at: start)
    #expect(reading.signal?.value == 0)
    let price = try hourly([-3.36], kind: .price, unit: "USD/MWh")
    #expect(ladder().read(price.asIssued(by: start), at: start).signal?.value == -3.36)
    #expect(SignalLimits().objection(to: .nan, kind: .temperature) == "it is not a number")
    #expect(SignalLimits().objection(to: .infinity, kind: .marginal) != nil)
    #expect(SignalLimits().objection(to: 3000, kind: .marginal) == nil)
  }

  @Test("sifts what a provider sends before it becomes a series")
  func sift() throws {
    let series = try hourly([200])
    let good = series.signal(try #require(series.slots.first))
    let bad = Signal(
      region: good.region, kind: good.kind, unit: good.unit, validity: hour(start + .hours(1)), value: .nan,
      issuedAt: start, provider: "test", source: good.source)
    let (believed, rejected) = SignalLimits().sift([good, bad])
    #expect(believed == [good])
    #expect(rejected.map(\.reason) == ["it is not a number"])
  }

  @Test("looks at no value issued later and at no interval that has not begun")
  func noFuture() throws {
    let series = try hourly([200, 210, 220, 230])
    let now = start + .hours(1)
    let all = series.asIssued(by: start + .hours(3))
    #expect(ladder().read(all, at: now) == ladder().read(series.asIssued(by: now), at: now))
    let early = series.issued(after: .hours(-3)).asIssued(by: start)
    #expect(ladder().read(early, at: start).signal?.value == 200)
  }
}

@Suite("A signal provider") struct SignalProviderTests {
  let start = at("2021-03-01")

  @Test("that plays a trace gives only what was issued, after its lag")
  func trace() async throws {
    let provider = TraceProvider(try hourly([100, 200, 300]), issueLag: .hours(1))
    #expect(try await provider.latest(issuedBy: start) == nil)
    #expect(try await provider.latest(issuedBy: start + .hours(1.5))?.value == 100)
    #expect(try await provider.latest(issuedBy: start + .hours(2))?.value == 200)
    let history = await provider.history(since: start + .hours(1), issuedBy: start + .hours(9))
    #expect(history.series.slots.map(\.value) == [200, 300])
    #expect(provider.region.name == "DE" && provider.kind == .averageLifecycle && provider.name == "test")
  }

  @Test("gives the interval that holds now, not a forecast for later")
  func notTheForecast() async throws {
    let provider = TraceProvider(try hourly([100, 200, 300]), issueLag: .hours(-10))
    #expect(try await provider.latest(issuedBy: start)?.value == 100)
  }

  @Test("of a yearly mean gives the same value at any hour, marked as estimated, with its source")
  func yearlyMean() async throws {
    let provider = StaticProvider(exactFactor("Germany", 344), region: try Region("DE"))
    let signal = try #require(await provider.latest(issuedBy: start + .seconds(5400)))
    #expect(signal.value == 344)
    #expect(signal.validity == hour(start + .hours(1)))
    #expect(signal.isEstimated)
    #expect(signal.source.citation == "a test")
    let history = try await provider.history(since: start, issuedBy: start + .hours(30))
    #expect(history.series.coverage(over: hour(start, 30)) == 1)
  }
}
