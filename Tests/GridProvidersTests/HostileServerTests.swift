import AsyncHTTPClient
import Grid
import GridHTTP
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import GridProviders

@Suite("Against a real server that misbehaves")
struct HostileServerTests {
  /// The product's own client, so that what is played here is played to it.
  private static let transport = HTTPTransport(
    HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration))

  /// What Electricity Maps' supplier says about a server that plays a script.
  func outcome(
    limits: FetchLimits = FetchLimits(total: .seconds(60)), attempts: Int = 1, host: String = "127.0.0.1",
    _ script: @escaping @Sendable (String) -> [LoopbackServer.Act]
  ) async throws -> (result: Result<Delivery, ProviderError>, requests: [String]) {
    let server = try LoopbackServer(script)
    defer { server.stop() }
    let clock = WallGridClock()
    let policy = FetchPolicy(limits: limits, attempts: attempts, firstBackoff: .seconds(0.01))
    let fetcher = Fetcher(Self.transport, clock: clock, policy: policy, generator: Seeded(1))
    let supplier = RemoteSupplier(
      ElectricityMaps(key: key, address: WebAddress("http://\(host):\(server.port)/v3")!), fetcher: fetcher,
      store: nil,
      clock: clock)
    do throws(ProviderError) {
      let delivery = try await supplier.deliver(
        SignalQuery(germany, .averageLifecycle, .latest), by: clock.now + .seconds(900))
      return (.success(delivery), server.requests)
    } catch {
      #expect(!"\(error)".contains("S3cr3t"))
      return (.failure(error), server.requests)
    }
  }

  func error(_ outcome: (result: Result<Delivery, ProviderError>, requests: [String])) -> ProviderError? {
    if case .failure(let error) = outcome.result { error } else { nil }
  }

  @Test("a documented answer arrives, whatever its content type says, and the key was sent")
  func sound() async throws {
    let outcome = try await outcome { _ in
      LoopbackServer.answer(200, Documented.electricityMapsLatest, type: "text/html")
    }
    #expect(try outcome.result.get().signals.map(\.value) == [322])
    #expect(outcome.requests[0].hasPrefix("GET /v3/carbon-intensity/latest?zone=DE&"))
    #expect(outcome.requests[0].contains("auth-token: \(secretText)\r\n"))
  }

  @Test("localhost is this machine, also where no table of hosts says so")
  func localhost() async throws {
    let found = try await outcome(host: "localhost") { _ in
      LoopbackServer.answer(200, Documented.electricityMapsLatest, type: "application/json")
    }
    #expect(try found.result.get().signals.map(\.value) == [322])
    let known = Localhost.override
    #expect(known.isEmpty || known == ["localhost": "127.0.0.1"])
  }

  @Test("a web page with status 200 is no data")
  func page() async throws {
    let found = try await outcome { _ in
      LoopbackServer.answer(200, "<!DOCTYPE html><html>Welcome to the airport</html>")
    }
    #expect(error(found) == .notData(expected: "JSON", got: "a web page (a sign-in or error page?)"))
  }

  @Test("a server that drips is given up when the time is over, in its headers and in its body")
  func drip() async throws {
    let limits = FetchLimits(connect: .seconds(0.3), total: .seconds(0.3))
    for beginning in ["HTTP/1.1 200 OK\r\nX-Padding: ", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"] {
      let found = try await outcome(limits: limits) { _ in [.send(beginning), .drip(" ", everyMilliseconds: 20)] }
      #expect(error(found) == .timedOut(after: .seconds(0.3)))
    }
  }

  @Test("a hundred megabytes are not read to their end")
  func flood() async throws {
    let limits = FetchLimits(total: .seconds(60), maximumBytes: 1_048_576)
    let found = try await outcome(limits: limits) { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n"), .flood(104_857_600)]
    }
    guard case .tooLarge = error(found) else {
      Issue.record("\(String(describing: error(found)))")
      return
    }
    let deep = String(repeating: "[", count: 900_000)
    let nested = try await outcome(limits: limits) { _ in LoopbackServer.answer(200, deep) }
    #expect(error(nested)?.description.contains("nested deeper") == true)
  }

  @Test("an answer that ends too early is asked for again, and then given up")
  func cutShort() async throws {
    let found = try await outcome(attempts: 3) { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"zone\":")]
    }
    #expect(error(found) == .cutShort)
    #expect(found.requests.count == 3)
    let nonsense = try await outcome { _ in [.send("\u{0}\u{1}garbage\r\n\r\n")] }
    #expect(error(nonsense) == .cutShort)
  }

  @Test("a server that recovers is asked again, by its Retry-After or after a while")
  func recovers() async throws {
    for first in [LoopbackServer.answer(503, "busy"), LoopbackServer.answer(429, "slow down", ["Retry-After: 0"])] {
      let count = Mutex(0)
      let found = try await outcome(attempts: 2) { _ in
        count.withLock { count in
          count += 1
          return count == 1 ? first : LoopbackServer.answer(200, Documented.electricityMapsLatest)
        }
      }
      #expect(try found.result.get().signals.map(\.value) == [322])
      #expect(found.requests.count == 2)
    }
  }

  @Test("a refused key, a limit of hours, a redirect elsewhere and a closed port are errors that say what to do")
  func refusals() async throws {
    let refused = try await outcome(attempts: 3) { _ in LoopbackServer.answer(401, #"{"error":"Invalid auth-token"}"#) }
    #expect(error(refused)?.description == "401, the key is not accepted; put a valid one in DIMMER_TEST_KEY")
    #expect(refused.requests.count == 1)
    let storm = try await outcome(attempts: 3) { _ in LoopbackServer.answer(429, "", ["Retry-After: 7200"]) }
    guard case .rateLimited = error(storm) else {
      Issue.record("\(String(describing: error(storm)))")
      return
    }
    #expect(storm.requests.count == 1)
    let away = try await outcome { _ in LoopbackServer.answer(302, "", ["Location: http://portal.example/login?k=1"]) }
    #expect(error(away) == .redirected(to: "portal.example"))
    let clock = WallGridClock()
    let server = try LoopbackServer { _ in [] }
    let closed = server.port
    server.stop()
    let fetcher = Fetcher(Self.transport, clock: clock, policy: FetchPolicy(attempts: 1))
    let request = FetchRequest(WebAddress("http://127.0.0.1:\(closed)")!, "/")
    await #expect(throws: ProviderError.self) { try await fetcher.answer(to: request, by: clock.now + .seconds(5)) }
  }
}
