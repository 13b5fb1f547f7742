import NIOCore
import Quantities
import TestSupport
import Testing

@testable import Gateway

/// The edge cases of event streams by their number. Others stand in `SSETapTests` (1 to 6, 14 to 17) and
/// `StreamingTests` (4, 10, 11, 13, 18).
@Suite("Edge cases of event streams")
struct StreamEdgeTests {
  static let body = #"{"model":"chat","stream":true,"stream_options":{"include_usage":true}}"#
  static let plainBody = #"{"model":"chat","stream":true}"#
  static let content = #"data: {"choices":[{"index":0,"delta":{"content":"a"}}]}"#
  static let usage = #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#

  private static func served(
    _ text: String, _ body: String = body, telling: Telling = .fieldsOnly
  ) async throws -> (String, RequestObservation) {
    let server = try await ModelServer.stream([Array(text.utf8)])
    let route = AliasRoute(
      alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend])], telling: telling)
    var result: (String, RequestObservation)?
    let (results, sink) = AsyncStream.makeStream(of: (String, RequestObservation).self)
    try await withGateway([route]) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", body)
      sink.yield((answer.text, try await gateway.observed()))
    }
    sink.finish()
    for await next in results { result = next }
    await server.stop()
    return try #require(result)
  }

  @Test(
    "7: [DONE] may be missing, or lack its blank line, or its line's end",
    arguments: ["", "data: [DONE]\n", "data: [DONE]"])
  func endings(end: String) async throws {
    let text = Self.content + "\n\n" + Self.usage + "\n\n" + end
    let (received, seen) = try await Self.served(text)
    #expect(received == text)
    #expect(seen.tokens == TokenUsage(input: 3, output: 1))
    #expect(seen.failure == nil)
    // With comments on, all of the stream is still there in its order.
    let (told, _) = try await Self.served(text, telling: Telling())
    let comments = told.split(separator: "\n").filter { $0.hasPrefix(": dimmer {") }
    #expect(comments.count == 1)
    #expect(told.replacingLast((comments.first.map(String.init) ?? "") + "\n\n", with: "") == text)
  }

  @Test("8: an error inside a 200 stream goes on, marks the request failed and is not tried again")
  func errorInside() async throws {
    let text = Self.content + "\n\ndata: {\"error\":{\"message\":\"CUDA\",\"code\":null}}\n\n"
    let (received, seen) = try await Self.served(text)
    #expect(received == text)
    #expect(seen.failure == "the stream carried an error" && seen.attempts == 1)
  }

  @Test("9: nothing is tried again once a byte has gone on")
  func noRetry() async throws {
    let server = try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      reply.close()
    }
    let other = try await ModelServer.named("other")
    let route = AliasRoute(
      alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend, other.backend])])
    try await withGateway([route]) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
      _ = await client.rest()
      #expect(try await gateway.observed().attempts == 1)
      #expect(other.requests.isEmpty)
    }
    await server.stop()
    await other.stop()
  }

  @Test("12: a silent stream is kept open by comments, once its head is out; the idle limit still counts")
  func keepAlive() async throws {
    let server = try await ModelServer.stream([Array((Self.content + "\n\n").utf8)], ends: false)
    let route = AliasRoute(alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend])])
    try await withGateway(
      [route],
      {
        $0.streamKeepAlive = .milliseconds(50)
        $0.idleTimeout = .seconds(1)
      }
    ) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
      try await client.wait(for: ": keep-alive\n\n")
      let rest = String(decoding: await client.rest(), as: UTF8.self)
      #expect(rest.contains(Self.content + "\n\n"))
      #expect(rest.split(separator: ": keep-alive").count > 2)
      #expect(try await gateway.observed().status == 504)
    }
    await server.stop()
  }

  @Test("12: a comment for a silent stream stands only where a comment can")
  func keepAlivePlaces() {
    func text(after bytes: String, _ edits: SSETap.Edits = .init()) -> String? {
      var tap = SSETap(edits)
      var output = ByteBuffer()
      Array(bytes.utf8).withUnsafeBytes { tap.filter($0, into: &output) }
      return tap.keepAlive
    }
    #expect(text(after: "") == ": keep-alive\n\n")
    #expect(text(after: "data: {}\n\n") == ": keep-alive\n\n")
    #expect(text(after: "data: {}\r\n\r\n") == ": keep-alive\r\n\r\n")
    #expect(text(after: "data: {}\n") == ": keep-alive\n")
    #expect(text(after: "data: {") == nil)
    #expect(text(after: "data: {}\r\n\r") == nil)
    // What is held back has not reached the caller, so the caller's stream stands between events.
    #expect(text(after: "data: {", .init(withholdsUsage: true)) == ": keep-alive\n\n")
  }

  @Test("14: interleaved choices are counted, tool calls are counted by usage only")
  func interleaved() async throws {
    let text =
      #"data: {"choices":[{"index":1,"delta":{"content":"a"}},{"index":0,"delta":{"content":"b"}}]}"# + "\n\n"
      + #"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"{"}}]}}]}"# + "\n\n"
    let (received, seen) = try await Self.served(text)
    #expect(received == text)
    #expect(seen.tokens == TokenUsage(output: 2, isEstimated: true))
  }

  @Test(
    "15 and 16: usage on every chunk, repeated, or in the last content chunk is taken once, the last that is not null")
  func repeatedUsage() async throws {
    let chunk = { (count: Int) in
      #"data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":5,"completion_tokens":\#(count)}}"#
        + "\n\n"
    }
    let text =
      chunk(1) + chunk(2) + chunk(3) + #"data: {"choices":[{"delta":{}}],"usage":null}"# + "\n\ndata: [DONE]\n\n"
    let (received, seen) = try await Self.served(text, Self.plainBody)
    #expect(received == text)
    #expect(seen.tokens == TokenUsage(input: 5, output: 3))
  }

  @Test("17: without any usage the pieces of text are counted and said to be an estimate")
  func noUsage() async throws {
    let text = String(repeating: Self.content + "\n\n", count: 5) + "data: [DONE]\n\n"
    let (_, seen) = try await Self.served(text, Self.plainBody)
    #expect(seen.tokens == TokenUsage(output: 5, isEstimated: true))
  }

  @Test("19: a stream's header says what it is, and that nobody may keep or buffer it")
  func header() async throws {
    let server = try await ModelServer.stream([Array((Self.content + "\n\n").utf8)])
    let route = AliasRoute(alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend])])
    try await withGateway([route]) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer["content-type"] == "text/event-stream")
      #expect(answer["cache-control"] == "no-cache")
      #expect(answer["x-accel-buffering"] == "no")
      #expect(answer["content-length"] == nil)
      #expect(answer["trailer"] == nil)
    }
    await server.stop()
  }

  @Test("20: a caller of HTTP/1.0 gets the comment and no trailers, whatever it says it takes")
  func oldCaller() async throws {
    let server = try await ModelServer.stream([
      Array((Self.content + "\n\n" + Self.usage + "\n\ndata: [DONE]\n\n").utf8)
    ])
    let route = AliasRoute(
      alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend])], telling: Telling())
    try await withGateway([route]) { gateway in
      let client = try await gateway.connect()
      try await client.send(
        "POST /v1/chat/completions HTTP/1.0\r\nTE: trailers\r\nContent-Length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)"
      )
      let bytes = String(decoding: await client.rest(), as: UTF8.self)
      #expect(!bytes.lowercased().contains("trailer:"))
      #expect(bytes.contains(": dimmer {"))
      #expect(bytes.hasSuffix("data: [DONE]\n\n"))
    }
    await server.stop()
  }

  @Test("the comment and the member change nothing else, however the stream is cut")
  func editsAnywhere() {
    var random = Seeded(51)
    for end in ["\n", "\r\n", "\r"] {
      let text = SSETapTests.stream(end)
      let bytes = Array(text.utf8)
      for edits in [
        SSETap.Edits(comments: true), .init(extendsUsage: true), .init(comments: true, extendsUsage: true),
        .init(withholdsUsage: true, comments: true),
      ] {
        var results: Set<String> = []
        for round in 0..<40 {
          var tap = SSETap(edits)
          var output = ByteBuffer()
          for piece in round == 0 ? [bytes] : round == 1 ? singly(bytes) : cut(bytes, longest: 20, &random) {
            piece.withUnsafeBytes { tap.filter($0, into: &output) { _ in "{\"x\":1}" } }
          }
          tap.finish(into: &output) { _ in "{\"x\":1}" }
          results.insert(String(buffer: output))
        }
        #expect(results.count == 1)
        var expected = edits.withholdsUsage ? SSETapTests.stream(end, without: SSETapTests.usageEvent) : text
        if edits.extendsUsage { expected = expected.replacingLast("88}", with: "88,\"dimmer\":{\"x\":1}}") }
        if edits.comments {
          expected = expected.replacingLast("data: [DONE]", with: ": dimmer {\"x\":1}\(end)\(end)data: [DONE]")
        }
        #expect(results.first == expected)
      }
    }
  }

  @Test("while only [DONE] is waited for, everything else goes on as it comes")
  func neverDelayed() {
    var tap = SSETap(.init(comments: true))
    var output = ByteBuffer()
    Array("event: x\ndata: {\"a\"".utf8).withUnsafeBytes { tap.filter($0, into: &output) }
    #expect(String(buffer: output) == "event: x\ndata: {\"a\"")
  }
}
