import NIOHTTP1
import Testing

@testable import Gateway

@Suite("When a backend fails")
struct FallbackTests {
  static let chatBody = #"{"model":"chat"}"#

  @Test("the same variant's other backend answers")
  func otherBackend() async throws {
    let dead = try DeadPort()
    let server = try await ModelServer.named("b")
    let routes = [
      AliasRoute(
        alias: "chat", variants: [VariantTarget(name: "small", backends: [backend(dead.port), server.backend])])
    ]
    try await withGateway(routes) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", Self.chatBody).text == #"{"server":"b"}"#)
      let seen = try await gateway.observed()
      #expect(seen.variant == "small")
      #expect(seen.failedVariants == ["small"])
      #expect(seen.attempts == 1)
      #expect(seen.why == .undecided)
    }
    await server.stop()
    dead.release()
  }

  @Test("the next better variant answers, then the next cheaper, each under its own name")
  func neighbours() async throws {
    let dead = try DeadPort()
    let busy = try await ModelServer.named("large", status: 503)
    let small = try await ModelServer { request, reply in reply.answer(200, request.body) }
    let routes = [
      AliasRoute(
        alias: "chat",
        variants: [
          VariantTarget(name: "small", modelName: "s", backends: [small.backend]),
          VariantTarget(name: "medium", modelName: "m", backends: [backend(dead.port)]),
          VariantTarget(name: "large", modelName: "l", backends: [busy.backend]),
        ])
    ]
    try await withGateway(routes) { gateway in
      try gateway.routes.publish(alias: "chat", shares: [0, 1, 0], decisionID: "dec_1")
      let answer = try await gateway.post("/v1/chat/completions", Self.chatBody)
      #expect(answer.text == #"{"model":"s"}"#)
      #expect(answer["Dimmer-Variant"] == "small")
      let seen = try await gateway.observed()
      #expect(seen.variant == "small")
      #expect(seen.failedVariants == ["medium", "large"])
      #expect(seen.why == .fallback)
      #expect(seen.decisionID == "dec_1")
      #expect(seen.attempts == 2)
      #expect(busy.requests.first?.text == #"{"model":"l"}"#)
    }
    await busy.stop()
    await small.stop()
    dead.release()
  }

  @Test("a passing KServe request is sent again whole, to the other variant's path")
  func kserve() async throws {
    let busy = try await ModelServer.named("large", status: 502)
    let small = try await ModelServer.echo()
    let routes = [AliasRoute(alias: "v", variants: [variant("small", small.port), variant("large", busy.port)])]
    try await withGateway(routes) { gateway in
      let body = Array(repeating: UInt8(ascii: "x"), count: 300_000)
      let answer = try await gateway.post("/v2/models/v/infer", body)
      #expect(answer.body == body)
      #expect(answer["x-target"] == "/v2/models/small/infer")
    }
    await busy.stop()
    await small.stop()
  }

  @Test(
    "only statuses that promise better elsewhere are tried again", arguments: [429, 502, 503, 504, 500, 400, 404, 501])
  func statuses(status: Int) async throws {
    let failing = try await ModelServer.named("large", status: status)
    let small = try await ModelServer.named("small")
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", small.port), variant("large", failing.port)])]
    try await withGateway(routes) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.chatBody)
      let isRetried = [429, 502, 503, 504].contains(status)
      #expect(answer.status == (isRetried ? 200 : status))
      #expect(answer.text == (isRetried ? #"{"server":"small"}"# : #"{"server":"large"}"#))
      #expect(try await gateway.observed().failure == (isRetried ? nil : "the backend answered \(status)"))
    }
    await failing.stop()
    await small.stop()
  }

  @Test("an exact variant name is never substituted")
  func exact() async throws {
    let busy = try await ModelServer.named("large", status: 503)
    let small = try await ModelServer.named("small")
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", small.port), variant("large", busy.port)])]
    try await withGateway(routes) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", #"{"model":"large"}"#)
      #expect(answer.status == 503)
      #expect(answer.text == #"{"server":"large"}"#)
      let seen = try await gateway.observed()
      #expect(seen.why == .pinned)
      #expect(seen.alias == "large")
      #expect(seen.decisionID == nil)
      #expect(small.requests.isEmpty)
    }
    await busy.stop()
    await small.stop()
  }

  @Test("at most two more tries are made, and the last answer stands as it came")
  func limited() async throws {
    let servers = [
      try await ModelServer.named("a", status: 503), try await ModelServer.named("b", status: 503),
      try await ModelServer.named("c", status: 429), try await ModelServer.named("d"),
    ]
    let routes = [
      AliasRoute(alias: "chat", variants: [VariantTarget(name: "small", backends: servers.map(\.backend))])
    ]
    try await withGateway(routes) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.chatBody)
      #expect(answer.status == 429)
      #expect(servers.map(\.requests.count) == [1, 1, 1, 0])
      #expect(try await gateway.observed().attempts == 3)
    }
    for server in servers { await server.stop() }
  }

  @Test("when none can be reached the caller is told so in the protocol's own shape")
  func unreachable() async throws {
    let dead = try DeadPort()
    try await withGateway([AliasRoute(alias: "chat", variants: [variant("small", dead.port)])]) { gateway in
      let openAI = try await gateway.post("/v1/chat/completions", Self.chatBody)
      #expect(openAI.status == 503)
      #expect(openAI["Retry-After"] == "1")
      #expect(openAI.text.hasSuffix(#""type":"server_error","param":null,"code":"service_unavailable"}}"#))
      let seen = try await gateway.observed()
      #expect(seen.status == 503)
      #expect(seen.attempts == 0)
      #expect(seen.failedVariants == ["small"])
      let kserve = try await gateway.post("/v2/models/chat/infer", "{}")
      #expect(kserve.status == 503)
      #expect(kserve.text.hasPrefix(#"{"error":"No model server answered: no connection to 127.0.0.1:"#))
    }
    dead.release()
  }

  @Test("a backend that could not be reached is not tried again at once while another can answer")
  func passedOver() async throws {
    let dead = try DeadPort()
    let small = try await ModelServer.named("small")
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", small.port), variant("large", dead.port)])]
    try await withGateway(routes, { $0.passOverTime = .seconds(3600) }) { gateway in
      for turn in 0..<2 {
        let answer = try await gateway.post("/v1/chat/completions", Self.chatBody)
        #expect(answer["Dimmer-Variant"] == "small")
        let seen = try await gateway.observed()
        #expect(seen.failedVariants == (turn == 0 ? ["large"] : []))
        #expect(seen.why == .fallback)
      }
    }
    await small.stop()
    dead.release()
  }

  @Test("a body larger than is kept is not sent again, and the answer passes")
  func tooLargeToReplay() async throws {
    let busy = try await ModelServer.named("large", status: 503)
    let small = try await ModelServer.named("small")
    let routes = [AliasRoute(alias: "v", variants: [variant("small", small.port), variant("large", busy.port)])]
    try await withGateway(routes, { $0.replayBytes = 1000 }) { gateway in
      for (path, body) in [
        ("/v2/models/v/infer", String(repeating: " ", count: 1001)),
        ("/v1/completions", "{\"model\":\"v\",\"prompt\":\"\(String(repeating: "x", count: 1000))\"}"),
      ] {
        let answer = try await gateway.post(path, body)
        #expect(answer.status == 503)
        #expect(answer.text == #"{"server":"large"}"#)
      }
      #expect(small.requests.isEmpty)
      #expect(busy.requests.count == 2)
    }
    await busy.stop()
    await small.stop()
  }

  @Test("a large body whose backend cannot be reached still finds another: none of it was sent")
  func largeButUnsent() async throws {
    let dead = try DeadPort()
    let small = try await ModelServer.echo()
    let routes = [AliasRoute(alias: "v", variants: [variant("small", small.port), variant("large", dead.port)])]
    try await withGateway(routes, { $0.replayBytes = 1000 }) { gateway in
      let body = Array(repeating: UInt8(ascii: "x"), count: 100_000)
      let answer = try await gateway.post("/v2/models/v/infer", body)
      #expect(answer.body == body)
    }
    await small.stop()
    dead.release()
  }

  @Test("a connection that closes before the answer counts as a failure of its backend")
  func closedBeforeAnswer() async throws {
    let broken = try await ModelServer { _, reply in reply.close() }
    let small = try await ModelServer.named("small")
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", small.port), variant("large", broken.port)])]
    try await withGateway(routes) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", Self.chatBody).text == #"{"server":"small"}"#)
      let seen = try await gateway.observed()
      #expect(seen.failedVariants == ["large"])
      #expect(seen.attempts == 2)
    }
    await broken.stop()
    await small.stop()
  }

  @Test("a kept connection that the backend closes under us costs nothing but a new connection")
  func stale() async throws {
    let server = try await ModelServer { request, reply in
      if request.turn > 0 { reply.close() } else { reply.answer(200, request.body) }
    }
    let other = try await ModelServer.named("other")
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", other.port), variant("large", server.port)])]
    try await withGateway(routes) { gateway in
      for turn in 0..<3 {
        let answer = try await gateway.post("/v1/chat/completions", "{\"model\":\"chat\",\"n\":\(turn)}")
        #expect(answer.text == "{\"model\":\"large\",\"n\":\(turn)}")
        let seen = try await gateway.observed()
        #expect(seen.failedVariants.isEmpty)
        #expect(seen.attempts == (turn == 0 ? 1 : 2))
      }
    }
    await server.stop()
    await other.stop()
  }

  @Test("a backend that takes a request and says nothing is given up with 504")
  func firstByteTimeout() async throws {
    let server = try await ModelServer.silent()
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", server.port)])]
    try await withGateway(routes, { $0.firstByteTimeout = .milliseconds(40) }) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.chatBody)
      #expect(answer.status == 504)
      #expect(answer.text.contains(#""type":"server_error","param":null,"code":"timeout""#))
      await server.waitForAbandoned()
      #expect(try await gateway.observed().status == 504)
    }
    await server.stop()
  }

  @Test("a stream that falls silent is broken off")
  func idleTimeout() async throws {
    let server = try await ModelServer.stream([Array("data: {}\n\n".utf8)], ends: false)
    let routes = [AliasRoute(alias: "chat", variants: [variant("small", server.port)])]
    try await withGateway(routes, { $0.idleTimeout = .milliseconds(40) }) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.chatBody.utf8)))
      let bytes = String(decoding: await client.rest(), as: UTF8.self)
      #expect(bytes.hasPrefix("HTTP/1.1 200"))
      #expect(!bytes.hasSuffix("0\r\n\r\n"))
      let seen = try await gateway.observed()
      #expect(seen.status == 504)
      #expect(seen.failure == "the backend fell silent")
    }
    await server.stop()
  }

  @Test("an answer given before the body was read reaches a caller who is still sending")
  func earlyAnswer() async throws {
    let server = try await ModelServer(readsBodies: false, answersAtHead: true) { _, reply in
      reply.answer(401, Array("{\"error\":\"who are you\"}".utf8))
    }
    try await withGateway([AliasRoute(alias: "v", variants: [variant("small", server.port)])]) { gateway in
      let client = try await gateway.connect()
      try await client.send("POST /v2/models/v/infer HTTP/1.1\r\nHost: g\r\nContent-Length: 30000000\r\n\r\n")
      client.sendWithoutWaiting(Array(repeating: 0x78, count: 20_000_000))
      let answer = try await client.answer()
      #expect(answer.status == 401)
      #expect(answer.text == "{\"error\":\"who are you\"}")
      #expect(answer["connection"] == "close")
    }
    await server.stop()
  }
}
