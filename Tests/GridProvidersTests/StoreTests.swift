import Grid
import GridConformance
import Methods
import Quantities
import Testing

@testable import GridProviders

@Suite("What is kept of signals")
struct StoreTests {
  @Test("the store in memory keeps every law", arguments: SignalStoreLaw.allCases)
  func laws(_ law: SignalStoreLaw) async throws { try await law.check(MemorySignalStore()) }

  /// A store that forgets what came first.
  private actor Forgetful: SignalStore {
    private var kept: [Range<Timestamp>: SignalIssue] = [:]
    func append(_ issues: [SignalIssue]) { for issue in issues { kept[issue.signal.validity] = issue } }
    func issues(_ selection: SignalSelection) -> [SignalIssue] {
      kept.values.filter(selection.contains).sorted { $0.signal.validity.lowerBound < $1.signal.validity.lowerBound }
    }
  }

  @Test("a store that forgets what it revises breaks laws")
  func forgetful() async {
    for law in [SignalStoreLaw.revisionsAreKept, .undatedRevisionsCountFromReading, .knowledgeIsKept, .streamsAreApart]
    {
      await #expect(throws: SignalStoreLawBroken.self, "\(law)") { try await law.check(Forgetful()) }
    }
  }

  @Test("of two resolutions the one issued last holds, and the other keeps the rest of its time")
  func resolutions() throws {
    let hour = at("2024-05-01T10:00Z")
    let quarter = Signal(
      region: germany, kind: .averageLifecycle, unit: "g/kWh",
      validity: (hour + .seconds(900))..<(hour + .seconds(1800)),
      value: 50, issuedAt: hour + .hours(1), provider: "test", source: .init("a test"))
    let series = try IssueResolution.resolve([
      SignalIssue(signal(hour, 100), fetchedAt: hour), SignalIssue(quarter, fetchedAt: hour + .hours(1)),
    ])
    #expect(series.slots.map(\.value) == [100, 50, 100])
    #expect(series.slots.map { $0.validity.span.seconds } == [900, 900, 1800])
  }

  @Test("a year of five-minute values is kept and read back", arguments: [105_120])
  func year(_ count: Int) async throws {
    let store = MemorySignalStore()
    let start = at("2023-01-01T00:00Z")
    let issues = (0..<count).map { index in
      let begin = start + .seconds(300 * Double(index))
      return SignalIssue(
        Signal(
          region: germany, kind: .marginal, unit: "g/kWh", validity: begin..<(begin + .seconds(300)),
          value: Double(index),
          issuedAt: begin, provider: "test", source: .init("a test")), fetchedAt: begin)
    }
    await store.append(issues)
    #expect(await store.count == count)
    let day = await store.issues(
      SignalSelection(germany, .marginal, over: range("2023-06-01T00:00Z", "2023-06-02T00:00Z")))
    #expect(day.count == 288)
  }
}

@Suite("A provider with a store behind it")
struct RemoteProviderTests {
  let now = at("2024-05-01T10:20Z")

  @Test("what it was given before the network went away is there after a new start, and no later issue is")
  func offline() async throws {
    let store = MemorySignalStore()
    let clock = ManualGridClock(now)
    let isDown = Flag()
    let supplier = ScriptedSupplier(name: "test") { query throws(ProviderError) in
      if isDown.isSet { throw .unreachable("no network") }
      if case .history = query.extent {
        return Delivery(
          signals: (0..<30).map { signal(at("2024-04-30T05:00Z") + .hours(Double($0)), 200 + Double($0)) },
          fetchedAt: clock.now)
      }
      return Delivery(signals: [signal(at("2024-05-01T10:00Z"), 229)], fetchedAt: clock.now)
    }
    let live = RemoteProvider(supplier, region: germany, kind: .averageLifecycle, store: store, clock: clock)
    #expect(try await live.latest(issuedBy: now)?.value == 229)
    isDown.set()
    clock.set(to: now + .hours(2))
    let restarted = RemoteProvider(supplier, region: germany, kind: .averageLifecycle, store: store, clock: clock)
    #expect(try await restarted.latest(issuedBy: clock.now)?.value == 229)
    #expect(await restarted.lastFailure == .unreachable("no network"))
    #expect(try await restarted.latest(issuedBy: at("2024-05-01T05:30Z"))?.value == 224)
    let history = try await restarted.history(since: at("2024-05-01T00:00Z"), issuedBy: clock.now)
    #expect(history.series.slots.count == 11)
  }

  @Test("with no network and nothing kept it fails with the reason")
  func nothing() async throws {
    let provider = RemoteProvider(
      ScriptedSupplier { _ throws(ProviderError) in throw .unreachable("no network") }, region: germany,
      kind: .averageLifecycle, store: MemorySignalStore(), clock: ManualGridClock(now))
    await #expect(throws: ProviderError.unreachable("no network")) { try await provider.latest(issuedBy: now) }
  }

  @Test("it asks no more often than it may, and never for the past")
  func interval() async throws {
    let count = Counter()
    let clock = ManualGridClock(now)
    let supplier = ScriptedSupplier { query in
      if case .latest = query.extent { _ = count.next() }
      return Delivery(signals: [signal(at("2024-05-01T10:00Z"), 229)], fetchedAt: at("2024-05-01T10:20Z"))
    }
    let provider = RemoteProvider(
      supplier, region: germany, kind: .averageLifecycle, store: MemorySignalStore(), clock: clock)
    for seconds in [0.0, 60, 299, 301] {
      clock.set(to: now + .seconds(seconds))
      _ = try await provider.latest(issuedBy: clock.now)
      _ = try? await provider.latest(issuedBy: now - .hours(5))
    }
    #expect(count.value == 2)
  }

  @Test("a value without an issue time, read while a decision waits, may be used for it; asked is once an interval")
  func caughtUp() async throws {
    let count = Counter()
    let clock = ManualGridClock(now)
    let supplier = ScriptedSupplier(name: "undated") { query throws(ProviderError) in
      guard case .latest = query.extent else {
        return Delivery(signals: [signal(at("2024-05-01T08:00Z"), 231)], fetchedAt: clock.now)
      }
      if count.next() > 1 { throw .status(500, said: "") }
      clock.advance(by: .seconds(2))
      return Delivery(
        signals: [signal(at("2024-05-01T10:00Z"), 229, issuedAt: clock.now)], fetchedAt: clock.now)
    }
    let provider = RemoteProvider(
      supplier, region: germany, kind: .averageLifecycle, store: MemorySignalStore(), clock: clock)
    let start = at("2024-05-01T10:00Z")
    let news = await provider.catchUp(to: start)
    #expect(news == SignalNews(knownBy: now + .seconds(2)))
    #expect(try await provider.history(since: start, issuedBy: news.knownBy).latest?.value == 229)
    clock.set(to: now + .seconds(299))
    #expect(await provider.catchUp(to: start).failure == nil)
    #expect(count.value == 1)
    clock.set(to: now + .seconds(303))
    #expect(await provider.catchUp(to: start).failure == "undated: status 500")
    #expect(count.value == 2)
  }

  @Test("a supplier that fails slowly is not asked again for the same decision")
  func slowFailure() async throws {
    let count = Counter()
    let clock = ManualGridClock(now)
    let supplier = ScriptedSupplier { _ throws(ProviderError) in
      _ = count.next()
      clock.advance(by: .seconds(300))
      throw .cutShort
    }
    let provider = RemoteProvider(
      supplier, region: germany, kind: .averageLifecycle, store: MemorySignalStore(), clock: clock,
      patience: .hours(1))
    let news = await provider.catchUp(to: at("2024-05-01T10:00Z"))
    await #expect(throws: ProviderError.cutShort) {
      try await provider.history(since: now - .hours(48), issuedBy: news.knownBy)
    }
    #expect(count.value == 2, "the history and the value that holds now")
  }

  @Test("a plan that gives the last day only is asked for the last day")
  func lastDayOnly() async throws {
    let supplier = ScriptedSupplier(name: "free") { query throws(ProviderError) in
      if case .history(let range) = query.extent, range.lowerBound < at("2024-04-30T11:00Z") {
        throw .notPermitted(status: 403, said: "")
      }
      return Delivery(
        signals: (0..<24).map { signal(at("2024-04-30T11:00Z") + .hours(Double($0)), 200) },
        fetchedAt: at("2024-05-01T10:20Z"))
    }
    let provider = RemoteProvider(
      supplier, region: germany, kind: .averageLifecycle, store: MemorySignalStore(), clock: ManualGridClock(now))
    let news = await provider.catchUp(to: at("2024-05-01T10:00Z"))
    #expect(news.failure == nil)
    #expect(try await provider.history(since: now - .hours(48), issuedBy: now).series.slots.count == 24)
  }

  @Test("an answer that cannot be read is not kept as what the next one is compared with")
  func notKept() async throws {
    let clock = ManualGridClock(now)
    let transport = ScriptedTransport { request in
      .success(
        request.headerPairs.contains { $0.name == "If-None-Match" }
          ? FetchResponse(status: 304)
          : FetchResponse(status: 200, headers: [.init("ETag", "1")], body: Array("<html></html>".utf8)))
    }
    let supplier = RemoteSupplier(
      ElectricityMaps(key: key), fetcher: Fetcher(transport, clock: clock), store: nil, clock: clock)
    for _ in 0..<2 {
      await #expect(throws: ProviderError.notData(expected: "JSON", got: "a web page (a sign-in or error page?)")) {
        try await supplier.deliver(SignalQuery(germany, .averageLifecycle, .latest), by: now + .seconds(20))
      }
    }
    #expect(transport.requests.allSatisfy { request in !request.headerPairs.contains { $0.name == "If-None-Match" } })
  }

  @Test("every delivered value is in the store, with its issue time and the time it was read")
  func kept() async throws {
    let clock = ManualGridClock(now)
    let store = MemorySignalStore()
    let transport = ScriptedTransport { _ in
      .success(FetchResponse(status: 200, body: Array(Documented.electricityMapsForecast.utf8)))
    }
    let supplier = RemoteSupplier(
      ElectricityMaps(key: key), fetcher: Fetcher(transport, clock: clock), store: store, clock: clock)
    let day = range("2024-05-01T10:00Z", "2024-05-02T10:00Z")
    _ = try await supplier.deliver(SignalQuery(germany, .averageLifecycle, .forecast(day)), by: now + .seconds(20))
    let kept = await store.issues(SignalSelection(germany, .averageLifecycle, over: day))
    #expect(kept.map(\.signal.value) == [326, 318])
    #expect(kept.allSatisfy { $0.signal.issuedAt == at("2024-05-01T09:55Z") && $0.fetchedAt == now })
  }
}
