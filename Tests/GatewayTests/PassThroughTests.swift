import NIOHTTP1
import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("Passing requests through")
struct PassThroughTests {
  static func route(_ server: ModelServer, model: String = "resnet-large") -> [AliasRoute] {
    [
      AliasRoute(
        alias: "vision", variants: [VariantTarget(name: "large", modelName: model, backends: [server.backend])])
    ]
  }

  @Test("a KServe request reaches the variant's path and comes back byte for byte")
  func kserve() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      try gateway.routes.publish(
        alias: "vision", shares: [1], decisionID: "dec_1", grid: .sample(text: "120 g/kWh, live"))
      let body = #"{"inputs":[{"name":"x","shape":[8,3],"datatype":"FP32","data":[1.10, 2e0, 12345678901234567890]}]}"#
      let answer = try await gateway.post("/v2/models/vision/infer?trace=1", body)
      #expect(answer.status == 200)
      #expect(answer.text == body)
      #expect(answer["x-target"] == "/v2/models/resnet-large/infer?trace=1")
      #expect(answer["Dimmer-Request-Id"] == "req_1")
      #expect(answer["Dimmer-Variant"] == "large")
      #expect(answer["Dimmer-Grid"] == "120 g/kWh, live")
      let seen = try await gateway.observed()
      #expect(seen.id == "req_1")
      #expect(seen.alias == "vision")
      #expect(seen.variant == "large")
      #expect(seen.decisionID == "dec_1")
      #expect(seen.requestProtocol == .kserveInfer)
      #expect(seen.units == 8)
      #expect(seen.status == 200)
      #expect(seen.why == .price)
      #expect(seen.requestBytes == body.utf8.count)
      #expect(seen.responseBytes == body.utf8.count)
      #expect(seen.attempts == 1)
      #expect(seen.received.milliseconds == 1_700_000_000_000)
      #expect(seen.duration.seconds > 0)
      #expect(seen.failure == nil)
    }
    await server.stop()
  }

  @Test("versions in the path stay, unless the variant has its own")
  func versions() async throws {
    let server = try await ModelServer.echo()
    let routes = [
      AliasRoute(
        alias: "vision",
        variants: [
          VariantTarget(name: "plain", backends: [server.backend]),
          VariantTarget(name: "fixed", modelName: "org/m", version: "7", backends: [server.backend]),
        ])
    ]
    try await withGateway(routes) { gateway in
      for (asked, sent) in [
        ("plain/versions/3", "plain/versions/3"), ("plain", "plain"), ("fixed", "org%2Fm/versions/7"),
        ("fixed/versions/3", "org%2Fm/versions/7"),
      ] {
        let answer = try await gateway.post("/v2/models/\(asked)/infer", "{}")
        #expect(answer["x-target"] == "/v2/models/\(sent)/infer")
      }
    }
    await server.stop()
  }

  @Test("the binary extension's tail is untouched and its JSON part gives the item count")
  func binary() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      let json = Array(#"{"inputs":[{"name":"x","shape":[4,2],"parameters":{"binary_data_size":4096}}]}"#.utf8)
      var random = Seeded(11)
      let tail = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }
      let answer = try await gateway.post(
        "/v2/models/vision/infer", json + tail,
        fields: ["Content-Type: application/octet-stream", "Inference-Header-Content-Length: \(json.count)"])
      #expect(answer.body == json + tail)
      let received = try #require(server.requests.first)
      #expect(received.head.headers["Inference-Header-Content-Length"] == ["\(json.count)"])
      #expect(try await gateway.observed().units == 4)
    }
    await server.stop()
  }

  @Test(
    "large and odd bodies come back without one byte changed", arguments: [0, 1, 65_535, 65_536, 1 << 20, 5_000_001])
  func large(size: Int) async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      var random = Seeded(UInt64(size))
      let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      let answer = try await gateway.post("/v2/models/vision/infer", body)
      #expect(answer.body == body)
      #expect(server.requests.first?.body == body)
    }
    await server.stop()
  }

  @Test("a chunked request stays chunked, and its bytes the same")
  func chunked() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      let client = try await gateway.connect()
      try await client.send("POST /v2/models/vision/infer HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
      for chunk in ["5\r\n{\"inp\r\n", "1\r\nu\r\n", "A\r\nts\":[]}   \r\n", "0\r\n\r\n"] {
        try await client.send(chunk)
      }
      let answer = try await client.answer()
      #expect(answer.text == "{\"inputs\":[]}   ")
      #expect(server.requests.first?.head.headers["transfer-encoding"] == ["chunked"])
      #expect(server.requests.first?.head.headers["content-length"] == [])
    }
    await server.stop()
  }

  @Test("only the outermost model of an OpenAI body changes, with the right length")
  func openAI() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      let body =
        #"{"messages":[{"content":"\"model\":\"x\" …"}],"tools":[{"model":"y"}],"model":"vision","#
        + #""seed":12345678901234567890}"#
      for path in ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"] {
        let answer = try await gateway.post(path, body)
        #expect(answer.text == body.replacingLast("vision", with: "resnet-large"))
        #expect(answer["x-target"] == path)
      }
    }
    await server.stop()
  }

  @Test("two million bytes of prompt are passed with the model's name spliced at their end")
  func longPrompt() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      let prompt = String(repeating: "\\\"…", count: 400_000)
      let answer = try await gateway.post("/v1/completions", "{\"prompt\":\"\(prompt)\",\"model\":\"vision\"}")
      #expect(answer.text == "{\"prompt\":\"\(prompt)\",\"model\":\"resnet-large\"}")
    }
    await server.stop()
  }

  @Test("hop-by-hop fields and the caller's key stay here, the backend's key and a request id go")
  func headers() async throws {
    let server = try await ModelServer { _, reply in
      reply.answer(
        200, Array("{}".utf8),
        fields: ["Keep-Alive: timeout=5", "Connection: X-Hop", "X-Hop: 1", "openai-processing-ms: 7", "Retry-After: 3"])
    }
    let keyed = Backend(
      host: "127.0.0.1", port: server.port, pathPrefix: "/prefix/", authorization: .key(BackendKey(bearer: "own")))
    let routes = [AliasRoute(alias: "vision", variants: [VariantTarget(name: "large", backends: [keyed])])]
    try await withGateway(routes) { gateway in
      let answer = try await gateway.post(
        "/v2/models/vision/infer", "{}",
        fields: ["Authorization: Bearer caller", "Connection: X-Mine", "X-Mine: 1", "X-Other: 2", "TE: trailers"])
      #expect(answer["openai-processing-ms"] == "7")
      #expect(answer["Retry-After"] == "3")
      #expect(answer["X-Hop"] == nil)
      #expect(answer["Keep-Alive"] == nil)
      #expect(answer["x-request-id"] == "req_1")
      let head = try #require(server.requests.first).head
      #expect(head.uri == "/prefix/v2/models/large/infer")
      #expect(head.headers["authorization"] == ["Bearer own"])
      #expect(head.headers["host"] == ["127.0.0.1:\(server.port)"])
      #expect(head.headers["x-request-id"] == ["req_1"])
      #expect(head.headers["x-other"] == ["2"])
      #expect(!head.headers.contains(name: "x-mine"))
      let kept = try await gateway.post("/v2/models/vision/infer", "{}", fields: ["X-Request-Id: mine"])
      #expect(kept["x-request-id"] == "mine")
      #expect(server.requests.last?.head.headers["x-request-id"] == ["mine"])
    }
    await server.stop()
  }

  @Test("requests of one connection are answered in order, even when sent at once")
  func pipelined() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server)) { gateway in
      let client = try await gateway.connect()
      let bodies = (0..<20).map { "{\"n\":\($0)}" }
      try await client.send(bodies.flatMap { request("POST", "/v2/models/vision/infer", Array($0.utf8)) })
      for body in bodies { #expect(try await client.answer().text == body) }
      try await client.send(
        request("GET", "/v2/health/live", []) + request("GET", "/v1/none", []) + request("GET", "/v2", []))
      for status in [200, 404, 200] { #expect(try await client.answer().status == status) }
      #expect(server.connections == 1)
    }
    await server.stop()
  }

  @Test("answers without a length, by chunks or by the end of the connection, come whole")
  func framings() async throws {
    let server = try await ModelServer { request, reply in
      if request.head.uri.hasSuffix("/ready") {
        reply.write("HTTP/1.1 200 OK\r\n\r\nuntil the end")
        reply.close()
      } else {
        reply.end(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nin pi\r\n4\r\neces\r\n0\r\nX-Sum: 9\r\n\r\n")
      }
    }
    try await withGateway(Self.route(server)) { gateway in
      #expect(try await gateway.get("/v2/models/vision/ready").text == "until the end")
      let plain = try await gateway.get("/v2/models/vision")
      #expect(plain.text == "in pieces")
      #expect(plain.trailers.isEmpty)
      let client = try await gateway.connect()
      try await client.send(request("GET", "/v2/models/vision", [], fields: ["TE: trailers"]))
      #expect(try await client.answer().trailers.map(\.value) == ["9"])
      let old = try await gateway.connect()
      try await old.send("GET /v2/models/vision HTTP/1.0\r\n\r\n")
      let bytes = String(decoding: await old.rest(), as: UTF8.self)
      #expect(bytes.hasPrefix("HTTP/1.0 200"))
      #expect(bytes.hasSuffix("\r\n\r\nin pieces"))
    }
    await server.stop()
  }

  @Test("tokens are read from a plain answer without changing it")
  func usage() async throws {
    let text =
      #"{"choices":[{"message":{"content":"hi","usage":7}}],"usage":{"prompt_tokens":24,"completion_tokens":64}}"#
    let server = try await ModelServer { _, reply in reply.answer(200, Array(text.utf8)) }
    try await withGateway(Self.route(server)) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", #"{"model":"vision"}"#).text == text)
      let seen = try await gateway.observed()
      #expect(seen.tokens == TokenUsage(input: 24, output: 64))
      #expect(seen.requestProtocol == .chat)
      #expect(!seen.isStreamed)
    }
    await server.stop()
  }

  @Test("sixty-four connections at once each get their own answers, and one observation each")
  func concurrent() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.route(server), { $0.loops = 2 }) { gateway in
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for caller in 0..<64 {
          tasks.addTask {
            let client = try await gateway.connect()
            var random = Seeded(UInt64(caller))
            for turn in 0..<20 {
              let padding = String(repeating: "x", count: Int.random(in: 0...40_000, using: &random))
              let body = "{\"caller\":\(caller),\"turn\":\(turn),\"x\":\"\(padding)\"}"
              try await client.send(request("POST", "/v2/models/vision/infer", Array(body.utf8)))
              #expect(try await client.answer().text == body)
            }
            await client.close()
          }
        }
        try await tasks.waitForAll()
      }
      // An observation is made just after its answer has gone.
      var seen: [RequestObservation] = []
      while seen.count < 64 * 20, let batch = await gateway.observations.nextBatch() { seen += batch }
      #expect(Set(seen.map(\.id)).count == 64 * 20)
      #expect(seen.allSatisfy { $0.status == 200 && $0.attempts == 1 })
    }
    await server.stop()
  }
}

extension String {
  /// The text with its last occurrence of a word replaced.
  func replacingLast(_ word: String, with other: String) -> String {
    guard let range = ranges(of: word).last else { return self }
    return replacingCharacters(range, other)
  }
  private func replacingCharacters(_ range: Range<Index>, _ other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
