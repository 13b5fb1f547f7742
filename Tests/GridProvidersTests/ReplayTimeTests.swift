import Grid
import Quantities
import Testing

@testable import GridProviders

@Suite("Asking real servers in a replay")
struct ReplayTimeTests {
  /// Grid time that began in 2021 and runs an hour a second, beside a real clock; both are set by hand.
  struct Replay: GridClock {
    let real: ManualGridClock
    let began: Timestamp
    let start: Timestamp
    var now: Timestamp { start + (real.now - began) * 3600 }
    func wait(until moment: Timestamp) async throws { try await real.wait(until: began + (moment - start) / 3600) }
    func realTime(of span: Span) -> Span { span / 3600 }
  }

  let real = ManualGridClock(at("2026-11-21T09:00Z"))
  var replay: Replay { Replay(real: real, began: at("2026-11-21T09:00Z"), start: at("2021-03-20T12:20Z")) }

  static let latest = """
    {"zone":"DE","carbonIntensity":322,"datetime":"2021-03-20T12:00:00.000Z","updatedAt":"2021-03-20T12:10:00.000Z",
     "createdAt":"2021-03-20T12:10:00.000Z","emissionFactorType":"lifecycle","isEstimated":false}
    """

  private func supplier(_ transport: ScriptedTransport, policy: FetchPolicy = FetchPolicy(attempts: 1))
    -> RemoteSupplier
  {
    RemoteSupplier(
      ElectricityMaps(key: key), fetcher: Fetcher(transport, clock: real, policy: policy),
      store: nil, clock: replay)
  }

  @Test("a server has the real time of a deadline, and what it says is dated in grid time")
  func deadline() async throws {
    let supplier = supplier(
      ScriptedTransport { _ in .success(FetchResponse(status: 200, body: Array(Self.latest.utf8))) })
    let query = SignalQuery(germany, .averageLifecycle, .latest)
    let delivery = try await supplier.deliver(query, by: replay.now + .hours(10))
    #expect(delivery.signals.map(\.value) == [322])
    #expect(delivery.signals.first?.issuedAt == at("2021-03-20T12:10Z"))
    #expect(delivery.fetchedAt == at("2021-03-20T12:20Z"))
    await #expect(throws: ProviderError.timedOut(after: .zero)) { try await supplier.deliver(query, by: replay.now) }
  }

  @Test("a measured value of grid time's future is not believed, although it lies in the real past")
  func future() async throws {
    let ahead = Self.latest.replacing("T12:00:00", with: "T14:00:00")
    let supplier = supplier(ScriptedTransport { _ in .success(FetchResponse(status: 200, body: Array(ahead.utf8))) })
    await #expect(
      throws: ProviderError.fromTheFuture(at("2021-03-20T14:00Z"), now: at("2021-03-20T12:20Z"))
    ) {
      try await supplier.deliver(SignalQuery(germany, .averageLifecycle, .latest), by: replay.now + .hours(10))
    }
  }

  @Test("how long a server wants to be left alone is real time, told in grid time")
  func peace() async throws {
    let supplier = supplier(
      ScriptedTransport { _ in .success(FetchResponse(status: 429, headers: [.init("Retry-After", "20")])) })
    let query = SignalQuery(germany, .averageLifecycle, .latest)
    let until = ProviderError.rateLimited(until: at("2021-03-21T08:20Z"))
    await #expect(throws: until) { try await supplier.deliver(query, by: replay.now + .hours(10)) }
    real.set(to: real.now + .seconds(19))
    await #expect(throws: until) { try await supplier.deliver(query, by: replay.now + .hours(10)) }
  }
}
