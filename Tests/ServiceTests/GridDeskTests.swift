import Factors
import Grid
import GridProviders
import Methods
import Quantities
import Testing

@testable import Service

/// A supplier that does what a test says.
struct DeskSupplier: SignalSupplier {
  var name = "Somebody"
  var maximumAge = Span.hours(2)
  var kinds: [SignalKind] = [.averageLifecycle]
  var reply: @Sendable (SignalQuery) async throws(ProviderError) -> [Signal]
  func objection(to query: SignalQuery) -> ProviderError? {
    kinds.contains(query.kind) ? nil : .notOffered("not \(query.kind.label)")
  }
  func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    Delivery(signals: try await reply(query), fetchedAt: deadline)
  }
}

@Suite("The desk that answers about grids")
struct GridDeskTests {
  let now = at("2024-05-01T10:20Z")
  let region = try! Region("DE")
  var day: Range<Timestamp> { at("2024-05-01T10:00Z")..<at("2024-05-02T10:00Z") }

  private func desk(
    _ suppliers: [any SignalSupplier], store: any SignalStore = MemorySignalStore(), yearly: Bool = true
  )
    throws -> GridDesk
  {
    GridDesk(
      suppliers: suppliers, store: store, regions: yearly ? try FactorTables.embedded().regions : nil,
      clock: ManualGridClock(now))
  }

  private func signal(_ hour: Int, _ value: Double, issued: Timestamp? = nil, forecast: Bool = false) -> Signal {
    let start = at("2024-05-01T10:00Z") + .hours(Double(hour))
    return Signal(
      region: region, kind: .averageLifecycle, unit: "g/kWh", validity: start..<(start + .hours(1)), value: value,
      issuedAt: issued ?? start, provider: "Somebody", isEstimated: forecast, source: Source("a test"))
  }

  private func forecast(_ value: Double, issued: Timestamp) -> [Signal] {
    (0..<24).map { signal($0, value + Double($0), issued: issued, forecast: true) }
  }

  /// Ten days with the shape of a day, up to the hour before now.
  private var measured: [Signal] { (-240..<0).map { signal($0, 300 + 10 * Double(abs($0) % 24)) } }

  private let away = DeskSupplier { _ throws(ProviderError) in throw .unreachable("no network") }

  private func store(_ signals: [Signal]) async -> MemorySignalStore {
    let store = MemorySignalStore()
    await store.append(signals.map { SignalIssue($0, fetchedAt: $0.issuedAt) })
    return store
  }

  @Test("a provider's forecast is given as the provider's")
  func provider() async throws {
    let own = DeskSupplier { [forecast = forecast(200, issued: now - .seconds(600))] _ in forecast }
    let found = try await desk([own]).forecast(region, .averageLifecycle, over: day)
    #expect(found.maker == .provider("Somebody") && found.issuedAt == now - .seconds(600))
    #expect(found.series?.slots.map(\.value) == (0..<24).map { 200 + Double($0) })
  }

  @Test("when the provider is away its last forecast is used, with the reason")
  func kept() async throws {
    let store = await store(forecast(210, issued: now - .hours(1)))
    let found = try await desk([away], store: store).forecast(region, .averageLifecycle, over: day)
    #expect(found.maker == .provider("Somebody") && found.issuedAt == now - .hours(1))
    #expect(found.series?.slots.first?.value == 210)
    #expect(found.reason.contains("no network"))
  }

  @Test("without any forecast Dimmer makes its own from what was measured, with intervals")
  func own() async throws {
    let store = await store(measured)
    let found = try await desk([away], store: store).forecast(region, .averageLifecycle, over: day)
    guard case .computed(let method) = found.maker else {
      Issue.record("\(found.maker)")
      return
    }
    #expect(method.description.hasPrefix("ensemble-forecast@"))
    let slots = try #require(found.series?.slots)
    #expect(slots.count == 24 && found.level == 0.8)
    #expect(slots.contains { $0.low != nil && $0.high != nil })
    #expect(
      slots.allSatisfy { slot in (slot.low ?? slot.value) <= slot.value && slot.value <= (slot.high ?? slot.value) })
    #expect(slots.allSatisfy { (290...550).contains($0.value) }, "nothing like it was ever measured")
    #expect(found.reason.contains("no network"))
  }

  @Test("with nothing measured the yearly mean is said to be one; without a table nothing is known")
  func lastResort() async throws {
    let mean = try await desk([away]).forecast(region, .averageLifecycle, over: day)
    #expect(mean.maker == .lastResort(.yearlyMean) && mean.series?.slots.first.map { $0.value > 100 } == true)
    let nothing = try await desk([away], yearly: false).forecast(region, .averageLifecycle, over: day)
    #expect(nothing.maker == .nobody && nothing.series == nil && nothing.reason.contains("nothing is known"))
  }

  @Test("as of a past moment: the forecast kept by then, never a later one; else what would have been said then")
  func pastMoment() async throws {
    let then = now - .hours(3)
    let old = forecast(210, issued: then - .seconds(60))
    let store = await store(old + forecast(900, issued: then + .seconds(60)))
    let desk = try desk([away], store: store)
    let found = await desk.forecast(region, .averageLifecycle, over: day, asIssuedBy: then)
    #expect(found?.maker == .provider("Somebody") && found?.series?.slots.first?.value == 210)
    #expect(await desk.forecast(region, .averageLifecycle, over: day, asIssuedBy: then - .hours(1)) == nil)

    let measured = measured
    let computed = await self.store(measured)
    let noisy = await self.store(measured.map { $0.issuedAt <= then ? $0 : signal(0, 0).with(50, like: $0) })
    var values: [[Double]] = []
    for store in [computed, noisy] {
      let found = try await self.desk([away], store: store).forecast(
        region, .averageLifecycle, over: then.startOfHour..<(then.startOfHour + .hours(24)), asIssuedBy: then)
      values.append(try #require(found?.series).slots.map(\.value))
    }
    #expect(values[0] == values[1], "what came later was seen")
  }

  @Test("history is measured or not known; nothing stands in for it")
  func history() async throws {
    let found = try await desk([away]).history(region, .averageLifecycle, over: (now - .hours(5))..<now)
    #expect(found.rung == .unknown && found.signals.isEmpty)
  }

  @Test("a series at hand gives what had been issued by now, of its own region and kind, and no forecast")
  func seriesSupplier() async throws {
    let series = try hourly((0..<48).map { 100 + Double($0) }, from: at("2024-04-30T00:00Z"))
    let supplier = SeriesSupplier(series, issueLag: .seconds(1800), clock: ManualGridClock(now))
    let latest = try await supplier.deliver(SignalQuery(region, .averageLifecycle, .latest), by: now)
    // The hour of ten o'clock will be known at half past.
    #expect(latest.signals.last?.value == 133)
    let all = SignalQuery.Extent.history(at("2024-04-30T00:00Z")..<at("2024-05-02T00:00Z"))
    #expect(try await supplier.deliver(SignalQuery(region, .averageLifecycle, all), by: now).signals.count == 34)
    for query in [
      SignalQuery(try Region("GB"), .averageLifecycle, .latest), SignalQuery(region, .marginal, .latest),
      SignalQuery(region, .averageLifecycle, .forecast(day)),
    ] {
      #expect(supplier.objection(to: query) != nil)
      await #expect(throws: ProviderError.self) { try await supplier.deliver(query, by: now) }
    }
  }

  @Test("several suppliers are asked in order until one answers; when none does, each has its reason")
  func fallback() async throws {
    let clock = ManualGridClock(now)
    let good = DeskSupplier(name: "Good") { [signal = signal(0, 250)] _ in [signal] }
    let other = DeskSupplier(name: "Other kind", kinds: [.marginal]) { _ in [] }
    var away = away
    away.name = "Away"
    let query = SignalQuery(region, .averageLifecycle, .latest)
    let several = FallbackSupplier([other, away, good], clock: clock)
    #expect(try await several.deliver(query, by: now + .seconds(9)).signals.map(\.value) == [250])
    let none = FallbackSupplier([other, away, away], clock: clock)
    let sentence = "Away: \(ProviderError.unreachable("no network"))"
    await #expect(throws: ProviderError.nobody([sentence, sentence])) {
      try await none.deliver(query, by: now + .seconds(9))
    }
    #expect(FallbackSupplier([other], clock: clock).objection(to: query) != nil && none.objection(to: query) == nil)
  }
}

extension Signal {
  /// Another value for the interval and the issue of `other`.
  fileprivate func with(_ value: Double, like other: Signal) -> Signal {
    Signal(
      region: region, kind: kind, unit: unit, validity: other.validity, value: value, issuedAt: other.issuedAt,
      provider: provider, isEstimated: other.isEstimated, source: source)
  }
}
