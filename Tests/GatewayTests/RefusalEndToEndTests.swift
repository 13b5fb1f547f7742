import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Refusing requests")
struct RefusalEndToEndTests {
  static func withEcho(
    _ change: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (RunningGateway, ModelServer) async throws -> Void
  ) async throws {
    let server = try await ModelServer.echo()
    let route = AliasRoute(alias: "vision", variants: [variant("small", server.port), variant("large", server.port)])
    try await withGateway([route], change) { gateway in try await body(gateway, server) }
    await server.stop()
  }

  @Test("an unknown model is told with names that are near, in the protocol's own shape")
  func unknownModel() async throws {
    try await Self.withEcho { gateway, server in
      let openAI = try await gateway.post("/v1/chat/completions", #"{"model":"visoin"}"#)
      #expect(openAI.status == 404)
      #expect(openAI["content-type"] == "application/json")
      #expect(
        openAI.text
          == #"{"error":{"message":"The model 'visoin' does not exist here. Did you mean vision?","#
          + #""type":"invalid_request_error","param":"model","code":"model_not_found"}}"#)
      let kserve = try await gateway.post("/v2/models/smal/infer", "{}")
      #expect(kserve.status == 404)
      #expect(kserve.text == #"{"error":"The model 'smal' does not exist here. Did you mean small?"}"#)
      #expect(try await gateway.get("/v2/models/nothing").status == 404)
      #expect(server.requests.isEmpty)
      #expect(gateway.observations.accepted == 0)
    }
  }

  @Test(
    "a body without a usable model is told what is wrong",
    arguments: [
      ("", "null"), ("{", "null"), ("[1]", "null"), ("{} {}", "null"), ("{}", "\"model\""),
      (#"{"model":3}"#, "\"model\""), (#"{"x":{"model":"vision"}}"#, "\"model\""),
    ])
  func badBodies(body: String, param: String) async throws {
    try await Self.withEcho { gateway, server in
      let answer = try await gateway.post("/v1/chat/completions", body)
      #expect(answer.status == 400)
      #expect(answer.text.hasSuffix("\"type\":\"invalid_request_error\",\"param\":\(param),\"code\":null}}"))
      #expect(server.requests.isEmpty)
    }
  }

  @Test("wrong methods and unknown paths are told; WebSockets are declined")
  func paths() async throws {
    try await Self.withEcho { gateway, _ in
      let wrong = try await gateway.get("/v1/chat/completions")
      #expect(wrong.status == 405)
      #expect(wrong["Allow"] == "POST")
      #expect(try await gateway.get("/v1/realtime").status == 501)
      #expect(try await gateway.get("/v1/nothing").text.contains("There is nothing at GET /v1/nothing."))
      #expect(try await gateway.post("/v2/models/vision/nothing", "{}").status == 404)
    }
  }

  @Test("a refused request leaves the connection good for the next")
  func keepsAlive() async throws {
    try await Self.withEcho { gateway, _ in
      let client = try await gateway.connect()
      for _ in 0..<3 {
        try await client.send(request("POST", "/v2/models/none/infer", Array("{\"x\":1}".utf8)))
        #expect(try await client.answer().status == 404)
        try await client.send(request("POST", "/v2/models/vision/infer", Array("{\"x\":1}".utf8)))
        #expect(try await client.answer().text == "{\"x\":1}")
      }
    }
  }

  @Test("a body that says it is too large is refused before it is sent")
  func declaredTooLarge() async throws {
    try await Self.withEcho({ $0.maximumBodyBytes = 1000 }) { gateway, server in
      for path in ["/v2/models/vision/infer", "/v1/chat/completions"] {
        let client = try await gateway.connect()
        try await client.send("POST \(path) HTTP/1.1\r\nHost: g\r\nContent-Length: 5000000\r\n\r\n")
        let answer = try await client.answer()
        #expect(answer.status == 413)
        #expect(answer["connection"] == "close")
        #expect(answer.text.contains("larger than 1000 bytes"))
      }
      #expect(server.requests.isEmpty)
      #expect(try await gateway.post("/v2/models/vision/infer", String(repeating: "x", count: 1000)).status == 200)
    }
  }

  @Test("a caller who sends all of a refused body before reading still gets the answer")
  func lingers() async throws {
    try await Self.withEcho({ $0.maximumBodyBytes = 1000 }) { gateway, _ in
      let client = try await RawClient(port: gateway.port, readsAtOnce: false)
      let body = Array(repeating: UInt8(0x20), count: 20_000_000)
      try await client.send(request("POST", "/v2/models/vision/infer", body))
      try await client.startReading()
      #expect(try await client.answer().status == 413)
    }
  }

  @Test("a body that turns out too large is refused while it is sent")
  func chunkedTooLarge() async throws {
    try await Self.withEcho({ $0.maximumBodyBytes = 100_000 }) { gateway, server in
      for path in ["/v2/models/vision/infer", "/v1/chat/completions"] {
        let client = try await gateway.connect()
        try await client.send("POST \(path) HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.sendWithoutWaiting(
          (0..<40).flatMap { _ in Array("2710\r\n".utf8) + Array(repeating: UInt8(0x20), count: 10_000) + [13, 10] })
        #expect(try await client.answer().status == 413)
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test("bodies gathered at once are bounded together, and the memory comes back")
  func heldTogether() async throws {
    try await Self.withEcho({ $0.maximumHeldBytes = 100_000 }) { gateway, _ in
      let first = try await gateway.connect()
      let head = "POST /v1/completions HTTP/1.1\r\nHost: g\r\nContent-Length: 80000\r\n\r\n"
      let body = "{\"model\":\"vision\",\"prompt\":\""
      let padding = { (count: Int) in String(repeating: "x", count: count) }
      // Sooner or later the first part has arrived, and leaves no room for another body.
      try await first.send(head + body + padding(70_000))
      let second = try await gateway.connect()
      var status = 0
      repeat {
        try await second.send(request("POST", "/v1/completions", Array((body + padding(50_000) + "\"}").utf8)))
        status = try await second.answer().status
      } while status == 200
      #expect(status == 503)
      try await first.send(padding(80_000 - 70_000 - body.utf8.count - 2) + "\"}")
      #expect(try await first.answer().status == 200)
      #expect(try await gateway.post("/v1/completions", body + padding(50_000) + "\"}").status == 200)
    }
  }

  @Test("Expect: 100-continue is answered before the body is read, unless it will not be")
  func expect() async throws {
    try await Self.withEcho({ $0.maximumBodyBytes = 1000 }) { gateway, server in
      let head = { (path: String, length: Int) in
        "POST \(path) HTTP/1.1\r\nHost: g\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n"
      }
      for path in ["/v2/models/vision/infer", "/v1/chat/completions"] {
        let client = try await gateway.connect()
        try await client.send(head(path, 18))
        try await client.wait(for: "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send(#"{"model":"vision"}"#)
        #expect(try await client.answer().status == 200)
        let refused = try await gateway.connect()
        try await refused.send(head(path, 5000))
        #expect(String(decoding: await refused.rest(), as: UTF8.self).hasPrefix("HTTP/1.1 413"))
      }
      let unknown = try await gateway.connect()
      try await unknown.send(head("/v2/models/none/infer", 10))
      #expect(String(decoding: await unknown.rest(), as: UTF8.self).hasPrefix("HTTP/1.1 404"))
      #expect(server.requests.allSatisfy { !$0.head.headers.contains(name: "expect") })
      let other = try await gateway.connect()
      try await other.send(
        "POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\nExpect: wonders\r\n\r\n")
      #expect(try await other.answer().status == 417)
    }
  }

  @Test(
    "what is ambiguous or no HTTP is refused and the connection closed",
    arguments: [
      (
        "POST /v2/models/vision/infer HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400
      ),
      (
        "POST /v2/models/vision/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        400
      ),
      ("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
      ("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nContent-Length: -2\r\n\r\n{}", 400),
      ("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
      ("no http at all\r\n\r\n", 400),
      ("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
      ("GET /v2/\(String(repeating: "x", count: 90_000)) HTTP/1.1\r\nHost: g\r\n\r\n", 431),
      ("GET /v2 HTTP/1.1\r\nHost: g\r\nX-Long: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
    ])
  func malformed(bytes: String, status: Int) async throws {
    try await Self.withEcho { gateway, server in
      let client = try await gateway.connect()
      try await client.send(bytes)
      let answer = String(decoding: await client.rest(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
      #expect(server.requests.isEmpty)
    }
  }

  @Test("a request that stops halfway is refused with 408")
  func tooSlow() async throws {
    try await Self.withEcho({ $0.idleTimeout = .milliseconds(40) }) { gateway, _ in
      for path in ["/v2/models/vision/infer", "/v1/chat/completions"] {
        let client = try await gateway.connect()
        try await client.send("POST \(path) HTTP/1.1\r\nHost: g\r\nContent-Length: 20\r\n\r\n{\"x\"")
        #expect(try await client.answer().status == 408)
      }
    }
  }

  @Test("a caller who leaves in the middle of a request is recorded as gone, not as wrong")
  func leftHalfway() async throws {
    try await Self.withEcho { gateway, server in
      let client = try await gateway.connect()
      try await client.send("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nContent-Length: 20\r\n\r\n{\"x\"")
      await server.waitForHead()
      await client.close()
      await server.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.status == 499)
      #expect(seen.isCancelled)
    }
  }

  @Test("a connection that rests too long is closed")
  func keepAliveTimeout() async throws {
    try await Self.withEcho({ $0.keepAliveTimeout = .milliseconds(40) }) { gateway, _ in
      let client = try await gateway.connect()
      #expect(await client.rest().isEmpty)
    }
  }

  @Test("connections beyond the limit are closed at once")
  func tooManyConnections() async throws {
    try await Self.withEcho({ $0.maximumConnections = 2 }) { gateway, _ in
      let first = try await gateway.connect()
      try await first.send(request("GET", "/v2", []))
      #expect(try await first.answer().status == 200)
      let second = try await gateway.connect()
      try await second.send(request("GET", "/v2", []))
      #expect(try await second.answer().status == 200)
      let third = try await gateway.connect()
      #expect(await third.rest().isEmpty)
      await first.close()
      await second.close()
    }
  }

  @Test("HEAD gets a head and nothing after it")
  func head() async throws {
    try await Self.withEcho { gateway, _ in
      let client = try await gateway.connect()
      try await client.send("HEAD /v2/health/live HTTP/1.1\r\nHost: g\r\n\r\n")
      let answer = String(decoding: await client.rest(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 405"))
      #expect(answer.hasSuffix("\r\n\r\n"))
    }
  }
}
