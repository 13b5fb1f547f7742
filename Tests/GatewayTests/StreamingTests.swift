import NIOHTTP1
import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("Streaming")
struct StreamingTests {
  static func route(_ backend: Backend) -> [AliasRoute] {
    [AliasRoute(alias: "chat", variants: [VariantTarget(name: "small", modelName: "llama", backends: [backend])])]
  }

  static let plainRequest = #"{"model":"chat","stream":true}"#
  static let askingRequest = #"{"model":"chat","stream":true,"stream_options":{"include_usage":true}}"#

  @Test(
    "a stream in odd pieces comes byte for byte to a caller who asked for its usage", arguments: ["\n", "\r\n", "\r"])
  func transparent(lineEnd: String) async throws {
    let text = Array(SSETapTests.stream(lineEnd).utf8)
    var random = Seeded(21)
    let server = try await ModelServer.stream(cut(text, longest: 11, &random))
    try await withGateway(Self.route(server.backend)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.askingRequest)
      #expect(answer.body == text)
      #expect(answer["content-type"] == "text/event-stream")
      #expect(answer["cache-control"] == "no-cache")
      #expect(answer["x-accel-buffering"] == "no")
      #expect(answer["Dimmer-Variant"] == "small")
      let received = try #require(server.requests.first)
      #expect(received.text == Self.askingRequest.replacingLast("chat", with: "llama"))
      #expect(received.head.headers["accept-encoding"] == ["identity"])
      let seen = try await gateway.observed()
      #expect(seen.tokens == TokenUsage(input: 24, output: 64))
      #expect(seen.isStreamed)
      #expect(seen.responseBytes == text.count)
      #expect((seen.timeToFirstByte?.seconds ?? 0) > 0)
    }
    await server.stop()
  }

  @Test("a caller who did not ask gets every event but the usage, which is counted", arguments: ["\n", "\r\n"])
  func withheld(lineEnd: String) async throws {
    let text = Array(SSETapTests.stream(lineEnd).utf8)
    var random = Seeded(22)
    let server = try await ModelServer.stream(cut(text, longest: 50, &random))
    try await withGateway(Self.route(server.backend)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.plainRequest)
      #expect(answer.text == SSETapTests.stream(lineEnd, without: SSETapTests.usageEvent))
      #expect(
        server.requests.first?.text == #"{"stream_options":{"include_usage":true},"model":"llama","stream":true}"#)
      #expect(try await gateway.observed().tokens == TokenUsage(input: 24, output: 64))
    }
    await server.stop()
  }

  @Test("a stream with a length loses it when an event is withheld")
  func lengthDropped() async throws {
    let text = SSETapTests.stream("\n")
    let server = try await ModelServer { _, reply in
      reply.answer(200, Array(text.utf8), fields: ["Content-Type: text/event-stream"])
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.plainRequest)
      #expect(answer["content-length"] == nil)
      #expect(answer.text == SSETapTests.stream("\n", without: SSETapTests.usageEvent))
    }
    await server.stop()
  }

  @Test("a backend that refuses stream options is not given any, and its tokens are estimated")
  func notInjected() async throws {
    let text = SSETapTests.stream("\n", without: SSETapTests.usageEvent)
    let server = try await ModelServer.stream([Array(text.utf8)])
    let backend = Backend(host: "127.0.0.1", port: server.port, understandsStreamUsage: false)
    try await withGateway(Self.route(backend)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.plainRequest)
      #expect(answer.text == text)
      #expect(server.requests.first?.text == #"{"model":"llama","stream":true}"#)
      let seen = try await gateway.observed()
      #expect(seen.tokens == TokenUsage(output: 2, isEstimated: true))
    }
    await server.stop()
  }

  @Test("a compressed stream passes untouched and uncounted")
  func compressed() async throws {
    let bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 10, 10, 13, 10]
    let server = try await ModelServer { _, reply in
      reply.answer(200, bytes, fields: ["Content-Type: text/event-stream", "Content-Encoding: gzip"])
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.plainRequest)
      #expect(answer.body == bytes)
      let seen = try await gateway.observed()
      #expect(seen.tokens == nil)
    }
    await server.stop()
  }

  @Test("an event reaches the caller before the next one exists; a caller who leaves stops the backend")
  func cancelled() async throws {
    let first = SSETapTests.events[1] + "\n\n"
    let server = try await ModelServer.stream([Array(first.utf8)], ends: false)
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.plainRequest.utf8)))
      try await client.wait(for: first)
      await client.close()
      await server.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.status == 499)
      #expect(seen.isCancelled)
      #expect(seen.tokens == TokenUsage(output: 1, isEstimated: true))
      #expect(seen.responseBytes == first.utf8.count)
    }
    await server.stop()
  }

  @Test("a caller who leaves while waiting for a plain answer stops the backend too")
  func cancelledPlain() async throws {
    let server = try await ModelServer.silent()
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(#"{"model":"chat"}"#.utf8)))
      await server.waitForRequest()
      await client.close()
      await server.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.status == 499)
      #expect(seen.isCancelled)
      #expect(seen.variant == "small")
      #expect(seen.tokens == nil)
    }
    await server.stop()
  }

  @Test("an answer that the backend breaks off is broken off for the caller, without a last chunk")
  func reset() async throws {
    let server = try await ModelServer { _, reply in
      reply.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: {}\n\r\n")
      reply.close()
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.askingRequest.utf8)))
      let bytes = String(decoding: await client.rest(), as: UTF8.self)
      #expect(bytes.hasPrefix("HTTP/1.1 200"))
      #expect(bytes.hasSuffix("9\r\ndata: {}\n\r\n"))
      let seen = try await gateway.observed()
      #expect(seen.status == 502)
      #expect(seen.failure == "the backend broke off its answer")
      #expect(!seen.isCancelled)
    }
    await server.stop()
  }

  @Test("a caller of HTTP/1.0, who takes any close for the end, is told by a reset")
  func resetOldCaller() async throws {
    let (replies, sink) = AsyncStream.makeStream(of: ModelServer.Reply.self)
    let server = try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
      sink.yield(reply)
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await gateway.connect()
      try await client.send("POST /v2/models/chat/infer HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
      try await client.wait(for: "first")
      var iterator = replies.makeAsyncIterator()
      await iterator.next()?.close()
      #expect(String(decoding: await client.rest(), as: UTF8.self).hasSuffix("\r\n\r\nfirst"))
      #expect(client.wasReset.get())
    }
    await server.stop()
  }

  @Test("an answer shorter than its length is broken off as well")
  func short() async throws {
    let server = try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
      reply.close()
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v2/models/chat/infer", Array("{}".utf8)))
      #expect(String(decoding: await client.rest(), as: UTF8.self).hasSuffix("\r\n\r\nshort"))
      #expect(try await gateway.observed().status == 502)
    }
    await server.stop()
  }

  @Test("an error inside a stream is passed on and recorded as a failure")
  func errorEvent() async throws {
    let text = "data: {\"error\":{\"message\":\"out of memory\"}}\n\n"
    let server = try await ModelServer.stream([Array(text.utf8)])
    try await withGateway(Self.route(server.backend)) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", Self.plainRequest).text == text)
      let seen = try await gateway.observed()
      #expect(seen.status == 200)
      #expect(seen.failure == "the stream carried an error")
      #expect(seen.attempts == 1)
    }
    await server.stop()
  }

  /// Keeps the gateway's only loop turning, so that it would do more if it were going to.
  static func turnTheLoop(_ gateway: RunningGateway) async throws {
    let client = try await gateway.connect()
    for _ in 0..<500 {
      try await client.send(request("GET", "/v2/health/live", []))
      _ = try await client.answer()
    }
    await client.close()
  }

  static let flood = 64 << 20

  @Test("a caller who does not read stops the reading of the backend")
  func slowReader() async throws {
    let server = try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.flood)\r\n\r\n")
      reply.write(Array(repeating: 0x78, count: Self.flood))
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await RawClient(port: gateway.port, readsAtOnce: false)
      try await client.send(request("POST", "/v2/models/chat/infer", Array("{}".utf8)))
      await server.waitForRequest()
      try await Self.turnTheLoop(gateway)
      await client.close()
      let seen = try await gateway.observed()
      #expect(seen.status == 499)
      // What sockets hold is the kernel's; the gateway adds a quarter of a mebibyte.
      #expect(seen.responseBytes < Self.flood / 2)
    }
    await server.stop()
  }

  @Test("a backend that does not read stops the reading of the caller")
  func slowBackend() async throws {
    let server = try await ModelServer(readsBodies: false) { _, _ in }
    try await withGateway(Self.route(server.backend), { $0.maximumBodyBytes = 1 << 30 }) { gateway in
      let client = try await gateway.connect()
      try await client.send("POST /v2/models/chat/infer HTTP/1.1\r\nHost: g\r\nContent-Length: \(Self.flood)\r\n\r\n")
      client.sendWithoutWaiting(Array(repeating: 0x78, count: Self.flood))
      await server.waitForHead()
      try await Self.turnTheLoop(gateway)
      // A closing word would wait behind the bytes that nobody reads.
      try await client.reset()
      let seen = try await gateway.observed()
      #expect(seen.status == 499)
      #expect(seen.isCancelled)
      #expect(seen.requestBytes < Self.flood / 2)
    }
    await server.stop()
  }

  @Test("a backend that never reads the body is given up with 504, not blamed on the caller")
  func stuckBackend() async throws {
    let server = try await ModelServer(readsBodies: false) { _, _ in }
    try await withGateway(
      Self.route(server.backend),
      { limits in
        limits.maximumBodyBytes = 1 << 30
        limits.idleTimeout = .seconds(3)
      }
    ) { gateway in
      let client = try await gateway.connect()
      client.sendWithoutWaiting(
        request("POST", "/v2/models/chat/infer", Array(repeating: 0x78, count: Self.flood)))
      let answer = try await client.answer()
      #expect(answer.status == 504)
    }
    await server.stop()
  }

  @Test("a slow reader who begins to read gets every byte")
  func resumed() async throws {
    var random = Seeded(23)
    let block = (0..<65_521).map { _ in UInt8.random(in: 0...255, using: &random) }
    var body: [UInt8] = []
    for _ in 0..<300 { body += block }
    let expected = body
    let server = try await ModelServer { _, reply in
      reply.answer(200, expected)
    }
    try await withGateway(Self.route(server.backend)) { gateway in
      let client = try await RawClient(port: gateway.port, readsAtOnce: false)
      try await client.send(request("POST", "/v2/models/chat/infer", Array("{}".utf8)))
      await server.waitForRequest()
      try await Self.turnTheLoop(gateway)
      try await client.startReading()
      let answer = try await client.answer()
      #expect(answer.body == expected)
    }
    await server.stop()
  }
}
