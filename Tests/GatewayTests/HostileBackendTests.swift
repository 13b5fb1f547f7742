import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

@Suite("Backends that break off, stall or lie", .timeLimit(.minutes(2)))
struct HostileBackendTests {
  static let body = #"{"model":"chat"}"#

  static func withBackend(
    _ behaviour: @escaping ModelServer.Behaviour, _ change: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (RunningGateway, ModelServer) async throws -> Void
  ) async throws {
    let server = try await ModelServer(behaviour)
    try await withGateway([AliasRoute(alias: "chat", variants: [variant("v", server.port)])], change) {
      try await body($0, server)
    }
    await server.stop()
  }

  @Test(
    "an answer cut off after any byte is never taken for a whole one, and nothing leaks",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"whole\":1.0}",
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "9\r\ndata: {}\n\r\nE\r\n\ndata: [DONE]\n\r\n0\r\n\r\n",
    ])
  func everyByte(answer: String) async throws {
    let bytes = Array(answer.utf8)
    let length = Mutex<Int>.Shared(0)
    try await Self.withBackend(
      { _, reply in
        reply.write(Array(bytes[..<length.get()]))
        reply.close()
      }, { $0.passOverTime = .zero }
    ) { gateway, _ in
      for cut in 0...bytes.count {
        length.set(cut)
        let client = try await gateway.connect()
        try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
        let got = await Self.outcome(client)
        switch got {
        case .whole(let status): #expect(status == (cut == bytes.count ? 200 : 503), "after \(cut) bytes")
        case .broken: #expect(cut < bytes.count, "after \(cut) bytes")
        }
        await client.close()
        _ = try await gateway.observed()
      }
      try await gateway.settled()
      try await gateway.alone()
    }
  }

  enum Outcome { case whole(Int), broken }
  static func outcome(_ client: RawClient) async -> Outcome {
    do { return .whole(try await client.answer().status) } catch { return .broken }
  }

  @Test("bytes beyond an answer's length never become the answer of the next request")
  func tooLong() async throws {
    try await Self.withBackend({ request, reply in
      if request.text.contains("first") {
        reply.end(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen")
      } else {
        reply.answer(200, request.body)
      }
    }) { gateway, _ in
      let client = try await gateway.connect()
      // Sent at once, so that the second takes the first's connection while its surplus is being read.
      try await client.send(
        request("POST", "/v2/models/chat/infer", Array("first".utf8))
          + request("POST", "/v2/models/chat/infer", Array("second".utf8)))
      #expect(try await client.answer().text == "{}")
      #expect(try await client.answer().text == "second")
      #expect(try await gateway.post("/v2/models/chat/infer", "third").text == "third")
    }
  }

  @Test("an answer shorter than its length is broken off, and charged as failed")
  func tooShort() async throws {
    try await Self.withBackend({ _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":")
      reply.close()
    }) { gateway, _ in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
      let bytes = String(decoding: await client.rest(), as: UTF8.self)
      #expect(bytes.hasSuffix("{\"half\":"))
      #expect(try await gateway.observed().status == 502)
      try await gateway.alone()
    }
  }

  @Test(
    "what is no HTTP answer is an answer of 503 in the caller's own protocol",
    arguments: [
      "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n", "HTTP/1.1 99999 OK\r\n\r\n",
    ])
  func noHTTP(bytes: String) async throws {
    try await Self.withBackend({ _, reply in reply.end(bytes) }) { gateway, _ in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer.status == 503)
      #expect(answer.text.contains("\"code\":\"service_unavailable\""))
      try await gateway.alone()
    }
  }

  @Test("a good status with an error inside passes as it came, and is recorded as failed")
  func errorInside() async throws {
    let text = #"{"error":{"message":"out of memory","type":"server_error"}}"#
    try await Self.withBackend({ _, reply in reply.answer(200, Array(text.utf8)) }) { gateway, _ in
      for path in ["/v1/chat/completions", "/api/chat"] {
        let answer = try await gateway.post(path, Self.body)
        #expect(answer.status == 200)
        #expect(answer.text == text)
        #expect(try await gateway.observed().failure == "the answer carried an error")
      }
    }
  }

  @Test("an answer that never ends is broken off after the total time, though it never falls silent")
  func endless() async throws {
    try await Self.withBackend(
      { _, reply in
        reply.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        reply.channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(2)) { task in
          guard reply.channel.isActive else { return task.cancel() }
          reply.write("9\r\ndata: 1\n\n\r\n")
        }
      }, { $0.totalTimeout = .seconds(2) }
    ) { gateway, server in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
      let bytes = String(decoding: await client.rest(), as: UTF8.self)
      #expect(bytes.hasPrefix("HTTP/1.1 200"))
      #expect(!bytes.hasSuffix("0\r\n\r\n"))
      let seen = try await gateway.observed()
      #expect(seen.status == 504)
      #expect(seen.failure == "the answer took longer than is allowed")
      await server.waitForAbandoned()
      try await gateway.alone()
    }
  }

  @Test(
    "when the caller leaves, before or in the middle of an answer, the backend's connection is closed at once",
    arguments: [
      ("/v1/chat/completions", false), ("/v1/chat/completions", true), ("/api/chat", true),
      ("/v2/models/chat/infer", false),
    ])
  func cancelled(path: String, isAnswering: Bool) async throws {
    try await Self.withBackend({ _, reply in
      guard isAnswering else { return }
      reply.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n")
    }) { gateway, server in
      let client = try await gateway.connect()
      try await client.send(request("POST", path, Array(Self.body.utf8)))
      await server.waitForRequest()
      if isAnswering { try await client.wait(for: "{}\n") }
      #expect(gateway.load.backendConnections == 1)
      let clock = ContinuousClock()
      let left = clock.now
      await client.close()
      // The caller leaves, the backend's connection ends, and only the gateway can have ended it.
      await server.waitForAbandoned()
      // The aim is 100 ms; the bound is wide because the test machine may be busy.
      #expect(clock.now - left < .seconds(10))
      let seen = try await gateway.observed()
      #expect(seen.isCancelled)
      #expect(seen.status == 499)
      try await gateway.settled()
      try await gateway.alone()
    }
  }
}
