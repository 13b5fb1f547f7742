import Dispatch
import Factors
import Grid
import Quantities
import TestSupport
import Testing

@testable import GridProviders

@Suite("The chain of providers")
struct ProviderChainTests {
  let now = at("2024-05-01T10:20Z")
  let query = SignalQuery(germany, .averageLifecycle, .latest)

  func supplier(_ name: String, _ signals: [Signal]) -> ScriptedSupplier {
    ScriptedSupplier(name: name) { _ in Delivery(signals: signals, fetchedAt: at("2024-05-01T10:20Z")) }
  }
  func failing(_ name: String, _ error: ProviderError) -> ScriptedSupplier {
    ScriptedSupplier(name: name) { _ throws(ProviderError) in throw error }
  }
  func chain(_ suppliers: [any SignalSupplier], store: (any SignalStore)? = nil, yearly: Bool = true) throws
    -> ProviderChain
  {
    ProviderChain(
      suppliers, store: store, regions: yearly ? try FactorTables.embedded().regions : nil, clock: ManualGridClock(now))
  }

  @Test("the first that answers is taken, and nobody behind it is asked")
  func first() async throws {
    let answer = try await chain([
      supplier("one", [signal(at("2024-05-01T10:00Z"), 300)]), failing("two", .cutShort),
    ]).answer(query)
    #expect(answer.rung == .provider && answer.supplier == "one")
    #expect(answer.signals.map(\.value) == [300])
    #expect(answer.steps.map(\.sentence) == ["one: answered"])
    #expect(answer.age == .seconds(1200))
    #expect(answer.flags.isEmpty)
  }

  @Test("every step down has its reason, in words")
  func reasons() async throws {
    let stale = signal(at("2024-05-01T06:00Z"), 300)
    let absurd = signal(at("2024-05-01T10:00Z"), 1e6)
    let foreign = signal(at("2024-05-01T10:00Z"), 300, region: britain)
    let marginal = signal(at("2024-05-01T10:00Z"), 300, kind: .marginal)
    let ahead = signal(at("2024-05-01T14:00Z"), 300)
    let answer = try await chain([
      ScriptedSupplier(name: "other kind", kinds: [.marginal]) { _ in
        Delivery(signals: [], fetchedAt: at("2024-05-01T10:20Z"))
      },
      failing("bad key", .keyRefused(status: 401, place: "DIMMER_X")), supplier("stale", [stale]),
      supplier("absurd", [absurd]), supplier("zero", [signal(at("2024-05-01T10:00Z"), 0)]),
      supplier("negative", [signal(at("2024-05-01T10:00Z"), -1)]),
      supplier("foreign", [foreign]), supplier("marginal", [marginal]), supplier("ahead", [ahead]),
      supplier("empty", []),
      supplier("good", [signal(at("2024-05-01T10:00Z"), 321)]),
    ]).answer(query)
    #expect(answer.supplier == "good" && answer.signals.map(\.value) == [321])
    let sentences = answer.steps.map(\.sentence)
    let expected = [
      "gives marginal carbon intensity, not average lifecycle",
      "bad key: 401, the key is not accepted; put a valid one in DIMMER_X",
      "began at 2024-05-01T06:00:00Z, 4.3 h ago, and is too old", "above 3000", "an intensity of 0 is suspicious",
      "is negative", "it answered for GB, not for DE", "are marginal carbon intensity, not average lifecycle",
      "check this machine's clock", "no value for the average lifecycle carbon intensity of DE now", "good: answered",
    ]
    #expect(sentences.count == expected.count)
    for (sentence, part) in zip(sentences, expected) { #expect(sentence.contains(part), "\(sentence)") }
    #expect(answer.rejected.map(\.value).sorted() == [-1, 0, 1e6])
    #expect(answer.reason.contains("3 values were not believed"))
  }

  @Test("the same hour twice with two values is not believed; with one value it is one")
  func twice() async throws {
    let hour = at("2024-05-01T10:00Z")
    let two = try await chain([supplier("two", [signal(hour, 300), signal(hour, 301)])], yearly: false).answer(query)
    #expect(two.rung == .unknown && two.signals.isEmpty)
    #expect(two.steps[0].sentence.contains("there twice with different values"))
    let one = try await chain([supplier("one", [signal(hour, 300), signal(hour, 300)])]).answer(query)
    #expect(one.signals.map(\.value) == [300])
  }

  @Test("with everyone down, hanging or lying the answer comes in time, from the yearly mean, and says so")
  func allDown() async throws {
    let clock = WallGridClock()
    let hanging = ScriptedSupplier(name: "hanging") { _ in
      // Heeds no cancellation.
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        DispatchQueue.global().asyncAfter(deadline: .now() + 8) { continuation.resume() }
      }
      return Delivery(signals: [], fetchedAt: at("2024-05-01T10:20Z"))
    }
    let lying = ScriptedSupplier(name: "lying") { query in
      Delivery(signals: [signal(WallGridClock().now, 9e5)], fetchedAt: WallGridClock().now)
    }
    let chain = ProviderChain(
      [hanging, failing("down", .unreachable("refused")), lying], store: MemorySignalStore(),
      regions: try FactorTables.embedded().regions, clock: clock)
    let answer = await chain.answer(query, within: .seconds(1))
    #expect(answer.rung == .yearlyMean)
    #expect(answer.signals.count == 1 && answer.signals[0].isEstimated)
    #expect(answer.flags.contains(.estimated))
    #expect(answer.steps.map(\.supplier) == ["hanging", "down", "lying"])
    // It left the hanging one behind, which would have taken eight seconds.
    guard case .timedOut = answer.steps[0].failure else {
      Issue.record("\(answer.steps[0])")
      return
    }
  }

  @Test("without a table and without kept values it is unknown, and no number is made up")
  func unknown() async throws {
    let answer = try await chain([failing("down", .cutShort)], store: MemorySignalStore(), yearly: false).answer(query)
    #expect(answer.rung == .unknown && answer.signals.isEmpty && answer.supplier == nil)
    #expect(answer.reason == "nothing is known. down: the connection ended inside the answer")
    let price = try await chain([]).answer(SignalQuery(germany, .price, .latest))
    #expect(price.rung == .unknown)
    let nowhere = try await chain([]).answer(SignalQuery(try Region("ZZ"), .averageLifecycle, .latest))
    #expect(nowhere.rung == .unknown)
    let past = try await chain([]).answer(
      SignalQuery(germany, .averageLifecycle, .history(range("2024-04-01T00:00Z", "2024-04-02T00:00Z"))))
    #expect(past.rung == .unknown)
  }

  @Test("kept values stand in while they are fresh, then yesterday's, then the usual day's, then the yearly mean")
  func rungs() async throws {
    let store = MemorySignalStore()
    let hours = (0..<240).map { index in
      let start = at("2024-04-21T10:00Z") + .hours(Double(index))
      return SignalIssue(signal(start, 300 + Double(index % 24)), fetchedAt: start + .seconds(600))
    }
    // The last one begins at 09:00 on the first of May.
    await store.append(hours)
    for (moment, rung, value) in [
      ("2024-05-01T09:40Z", ChainRung.kept, 323.0), ("2024-05-01T10:20Z", .kept, 323),
      ("2024-05-01T12:20Z", .persistence, 302),
      ("2024-05-03T12:20Z", .typicalDay, 302), ("2024-05-20T12:20Z", .typicalDay, 302),
    ] {
      let chain = ProviderChain(
        [failing("down", .cutShort)], store: store, regions: try FactorTables.embedded().regions,
        clock: ManualGridClock(at(moment)))
      let answer = await chain.answer(query)
      #expect(answer.rung == rung, "\(moment)")
      #expect(answer.signals.map(\.value) == [value], "\(moment)")
      #expect(answer.steps.count == 1)
    }
    let later = ProviderChain(
      [], store: store, regions: try FactorTables.embedded().regions, clock: ManualGridClock(at("2024-12-01T12:20Z")))
    #expect(await later.answer(query).rung == .yearlyMean)
  }

  @Test("a forecast that was kept is used for the hours it covers, and the end of what is known is said")
  func keptForecast() async throws {
    let store = MemorySignalStore()
    let issued = at("2024-05-01T00:00Z")
    await store.append(
      (0..<24).map { index in
        SignalIssue(
          signal(issued + .hours(Double(index)), 200 + Double(index), issuedAt: issued, isEstimated: true),
          fetchedAt: issued)
      })
    let ahead = SignalQuery(germany, .averageLifecycle, .forecast(range("2024-05-01T10:20Z", "2024-05-02T10:20Z")))
    let answer = try await chain([failing("down", .cutShort)], store: store).answer(ahead)
    #expect(answer.rung == .kept)
    #expect(answer.signals.map(\.value) == (10..<24).map { 200 + Double($0) })
    #expect(answer.flags.contains(.endsEarly(at("2024-05-02T00:00Z"))))
  }

  @Test("another kind stands in only where it is accepted, and the answer says so")
  func kinds() async throws {
    let average = ScriptedSupplier(name: "average", kinds: [.average]) { _ in
      Delivery(signals: [signal(at("2024-05-01T10:00Z"), 250, kind: .average)], fetchedAt: at("2024-05-01T10:20Z"))
    }
    #expect(try await chain([average]).answer(query).rung == .yearlyMean)
    let answer = try await chain([average]).answer(query, accepting: [.average])
    #expect(answer.supplier == "average")
    #expect(answer.flags == [.otherKind(asked: .averageLifecycle, got: .average)])
    let direct = try await chain([]).answer(SignalQuery(germany, .averageDirect, .latest))
    #expect(direct.flags.contains(.otherKind(asked: .averageDirect, got: .averageLifecycle)))
  }

  @Test("what was issued later changes no answer")
  func future() async throws {
    var generator = Seeded(7)
    let store = MemorySignalStore()
    let past = (0..<72).map { index in
      let start = at("2024-04-28T08:00Z") + .hours(Double(index))
      return SignalIssue(signal(start, 300 + Double(index)), fetchedAt: start)
    }
    await store.append(past)
    let ahead = SignalQuery(germany, .averageLifecycle, .forecast(range("2024-05-01T10:20Z", "2024-05-02T10:20Z")))
    let before = (try await chain([], store: store).answer(query), try await chain([], store: store).answer(ahead))
    await store.append(
      (0..<96).map { index in
        let start = at("2024-04-30T08:00Z") + .hours(Double(index))
        return SignalIssue(
          signal(start, Double.random(in: 1...900, using: &generator), issuedAt: now + .seconds(1)),
          fetchedAt: now + .seconds(1))
      })
    let after = (try await chain([], store: store).answer(query), try await chain([], store: store).answer(ahead))
    #expect(before.0.signals == after.0.signals && before.1.signals == after.1.signals)
    #expect(!before.1.signals.isEmpty)
  }

  @Test("nobody may use up the time of those behind")
  func shares() async throws {
    let clock = ManualGridClock(now)
    let hanging = ScriptedSupplier(name: "hanging") { _ throws(ProviderError) in
      do { try await clock.wait(until: at("2030-01-01T00:00Z")) } catch { throw .cancelled }
      throw .cancelled
    }
    let good = supplier("good", [signal(at("2024-05-01T10:00Z"), 321)])
    let chain = ProviderChain([hanging, good], store: nil, regions: nil, clock: clock)
    async let answer = chain.answer(query, within: .seconds(10))
    await clock.untilWaiting(2)
    #expect(clock.awaited.first == now + .seconds(4.5))
    clock.set(to: now + .seconds(4.5))
    #expect(await answer.supplier == "good")
    #expect(await answer.steps[0].failure == .timedOut(after: .seconds(4.5)))
  }
}
