import NIOHTTP1
import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("All protocols, end to end", .timeLimit(.minutes(2)))
struct ProtocolTests {
  static func alias(_ variants: VariantTarget...) -> [AliasRoute] {
    [AliasRoute(alias: "chat", variants: variants, telling: .fieldsOnly)]
  }

  @Test(
    "every endpoint with a model in its body has only that model changed",
    arguments: [
      ("/v1/chat/completions", RequestProtocol.chat), ("/v1/completions", .completion), ("/v1/embeddings", .embedding),
      ("/v1/responses", .response), ("/v1/images/generations", .image), ("/v1/images/edits", .image),
      ("/v1/images/variations", .image), ("/v1/moderations", .moderation), ("/v1/audio/speech", .speech),
      ("/v1/audio/transcriptions", .transcription), ("/v1/audio/translations", .translation),
      ("/api/chat", .ollamaChat), ("/api/generate", .ollamaGenerate), ("/api/embed", .ollamaEmbedding),
    ])
  func json(path: String, spoken: RequestProtocol) async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.alias(VariantTarget(name: "v", modelName: "m-7b", backends: [server.backend]))) {
      let body = #"{ "input":{"model":"x"},"model" : "chat","stream":false, "n":1.50}"#
      let answer = try await $0.post(path + "?x=1", body)
      #expect(answer.text == #"{ "input":{"model":"x"},"model" : "m-7b","stream":false, "n":1.50}"#)
      #expect(answer["x-target"] == path + "?x=1")
      #expect(try await $0.observed().requestProtocol == spoken)
      #expect(try await $0.get(path).status == 405)
    }
    await server.stop()
  }

  @Test("an audio form has the bytes of its model changed and no other, and its stream is watched")
  func forms() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.alias(VariantTarget(name: "v", modelName: "whisper-large", backends: [server.backend])))
    {
      var random = Seeded(3)
      let audio = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
      let head = "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\n"
      let part = { (model: String) in
        Array("\r\n--xYz\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\(model)\r\n--xYz--\r\n".utf8)
      }
      let type = "Content-Type: multipart/form-data; boundary=xYz"
      for path in ["/v1/audio/transcriptions", "/v1/audio/translations", "/v1/images/edits"] {
        let answer = try await $0.post(path, Array(head.utf8) + audio + part("chat"), fields: [type])
        #expect(answer.body == Array(head.utf8) + audio + part("whisper-large"))
        #expect(server.requests.last?.head.headers["content-type"] == ["multipart/form-data; boundary=xYz"])
      }
      #expect(try await $0.post("/v1/audio/translations", "--xYz--", fields: [type]).status == 400)
      #expect(try await $0.post("/v1/audio/translations", "nothing", fields: [type]).status == 400)
      let unnamed = try await $0.post(
        "/v1/audio/translations", "--xYz--", fields: ["Content-Type: multipart/form-data"])
      #expect(unnamed.text.contains("boundary"))
    }
    await server.stop()
  }

  @Test("what may leave its model out goes to the default backend; what may not is refused")
  func withoutModel() async throws {
    let first = try await ModelServer.named("first")
    let main = try await ModelServer.named("main")
    try await withGateway(Self.alias(variant("v", first.port)), { $0.defaultBackend = main.backend }) { gateway in
      for path in ["/v1/moderations", "/v1/images/generations", "/v1/responses"] {
        #expect(try await gateway.post(path, #"{"input":"x"}"#).text == #"{"server":"main"}"#)
      }
      for path in ["/v1/audio/speech", "/v1/chat/completions", "/api/chat", "/api/show"] {
        let answer = try await gateway.post(path, #"{"input":"x"}"#)
        #expect(answer.status == 400)
        #expect(answer.text.contains("'model' is missing"))
      }
      #expect(gateway.observations.accepted == 0)
      #expect(first.requests.isEmpty)
    }
    await first.stop()
    await main.stop()
  }

  /// A server that keeps one object and knows no other.
  static func keeper(_ id: String, streams: Bool = false) async throws -> ModelServer {
    try await ModelServer { request, reply in
      let path = request.head.uri.split(separator: "?")[0]
      if request.head.method == .POST, path.hasSuffix("/responses"), streams {
        reply.end(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
            + "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"\(id)\"}}\n\n")
        reply.close()
      } else if request.head.method == .POST, !path.hasSuffix("/cancel") {
        reply.answer(200, Array("{\"id\":\"\(id)\"}".utf8))
      } else if path.contains(id) {
        reply.answer(200, Array("{\"kept\":\"\(id)\"}".utf8))
      } else {
        reply.answer(404, Array("{\"error\":\"not here: \(id)\"}".utf8))
      }
    }
  }

  @Test("a stored response, plain or streamed, is asked for at the backend that made it", arguments: [false, true])
  func storedResponse(streams: Bool) async throws {
    let other = try await Self.keeper("resp_0")
    let maker = try await Self.keeper("resp_1", streams: streams)
    try await withGateway(Self.alias(variant("a", other.port), variant("b", maker.port))) { gateway in
      #expect(try await gateway.post("/v1/responses", #"{"model":"b","input":"x"}"#).status == 200)
      for (method, target) in [
        ("GET", "/v1/responses/resp_1"), ("GET", "/v1/responses/resp_1/input_items?limit=2"),
        ("POST", "/v1/responses/resp_1/cancel"), ("DELETE", "/v1/responses/resp_1"),
      ] {
        let client = try await gateway.connect()
        try await client.send(request(method, target, []))
        #expect(try await client.answer().text == #"{"kept":"resp_1"}"#)
        #expect(maker.requests.last?.head.uri == target)
        await client.close()
      }
      #expect(other.requests.isEmpty)
      #expect(try await gateway.post("/v1/responses/resp_1", "{}")["allow"] == "GET, DELETE")
    }
    await other.stop()
    await maker.stop()
  }

  @Test("a response that builds on another goes to the backend that keeps it, whatever the mix says")
  func conversation() async throws {
    let cheap = try await Self.keeper("resp_1")
    let best = try await Self.keeper("resp_2")
    try await withGateway(Self.alias(variant("a", cheap.port), variant("b", best.port))) { gateway in
      _ = try await gateway.post("/v1/responses", #"{"model":"a","input":"x"}"#)
      let answer = try await gateway.post("/v1/responses", #"{"model":"chat","previous_response_id":"resp_1"}"#)
      #expect(answer["Dimmer-Variant"] == "a")
      #expect(cheap.requests.count == 2)
      // Nobody knows who keeps resp_9, so the mix decides: before any decision, the best variant.
      let stranger = try await gateway.post("/v1/responses", #"{"model":"chat","previous_response_id":"resp_9"}"#)
      #expect(stranger["Dimmer-Variant"] == "b")
    }
    await cheap.stop()
    await best.stop()
  }

  @Test("an object made before the gateway began is asked for at each backend in turn, the default one last")
  func sought() async throws {
    let servers = try await [Self.keeper("file_0"), Self.keeper("file_1"), Self.keeper("file_2")]
    let dead = try DeadPort()
    let routes = Self.alias(
      variant("a", servers[0].port), variant("b", servers[1].port), variant("c", servers[2].port),
      variant("d", dead.port))
    try await withGateway(routes) { gateway in
      #expect(try await gateway.get("/v1/files/file_2/content").text == #"{"kept":"file_2"}"#)
      let asked = servers[1].requests.count
      #expect(try await gateway.get("/v1/files/file_9").text == #"{"error":"not here: file_0"}"#)
      #expect(servers[1].requests.count == asked + 1)
      // A file goes to the default backend; a batch over it follows.
      let client = try await gateway.connect()
      try await client.send(
        request("POST", "/v1/files", Array("--b--".utf8), fields: ["Content-Type: multipart/form-data; boundary=b"]))
      #expect(try await client.answer().text == #"{"id":"file_0"}"#)
      #expect(servers[0].requests.last?.text == "--b--")
      await client.close()
      _ = try await gateway.post("/v1/batches", #"{"input_file_id":"file_0","endpoint":"/v1/chat/completions"}"#)
      #expect(servers[0].requests.last?.head.uri == "/v1/batches")
      #expect(try await gateway.get("/v1/batches?limit=1").status == 404)
      #expect(gateway.observations.accepted == 0)
    }
    for server in servers { await server.stop() }
    dead.release()
  }

  @Test("unknown paths are refused, or go to the default backend untouched, as configured")
  func unknownPaths() async throws {
    let server = try await ModelServer.echo()
    try await withGateway(Self.alias(variant("v", server.port))) { gateway in
      let answer = try await gateway.get("/v1/fine_tuning/jobs?api_key=secret")
      #expect(answer.status == 404)
      #expect(!answer.text.contains("secret"))
      #expect(try await gateway.post("/api/pull", "{}").text.hasPrefix(#"{"error":"There is nothing"#))
      #expect(server.requests.isEmpty)
    }
    try await withGateway(Self.alias(variant("v", server.port)), { $0.unknownPaths = .forwarded }) { gateway in
      let answer = try await gateway.post("/v1/fine_tuning/jobs?x=1", "{ no json")
      #expect(answer.text == "{ no json")
      #expect(answer["x-target"] == "/v1/fine_tuning/jobs?x=1")
      #expect(try await gateway.get("/api/blobs/1")["x-target"] == "/api/blobs/1")
      #expect(try await gateway.get("/v1/realtime").status == 501)
      #expect(try await gateway.get("/else").status == 404)
    }
    await server.stop()
  }

  @Test("Ollama's chat streams lines through unchanged, and its counts and the caller's name are understood")
  func ollama() async throws {
    let lines = [
      #"{"model":"m-7b","message":{"role":"assistant","content":"Hi"},"done":false}"# + "\n",
      #"{"model":"m-7b","done":true,"prompt_eval_count":5,"eval_count":7,"load_duration":1}"# + "\n",
    ]
    let server = try await ModelServer { request, reply in
      guard request.head.uri == "/api/chat" else { return reply.answer(200, request.body) }
      reply.write("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
      for line in lines { reply.write("\(String(line.utf8.count, radix: 16))\r\n\(line)\r\n") }
      reply.end("0\r\n\r\n")
    }
    try await withGateway(Self.alias(VariantTarget(name: "v", modelName: "m-7b", backends: [server.backend]))) {
      let answer = try await $0.post("/api/chat", #"{"model":"chat:latest","messages":[]}"#)
      #expect(answer.text == lines.joined())
      let seen = try await $0.observed()
      #expect(seen.tokens == TokenUsage(input: 5, output: 7))
      #expect(seen.isStreamed)
      #expect(seen.requestProtocol == .ollamaChat)
      let tags = try await $0.get("/api/tags")
      #expect(
        tags.text
          == #"{"models":[{"name":"chat","model":"chat","modified_at":"2023-11-14T22:13:20Z","details":{}},"#
          + #"{"name":"v","model":"v","modified_at":"2023-11-14T22:13:20Z","details":{}}]}"#)
      #expect(try await $0.post("/api/show", #"{"model":"chat"}"#).text == #"{"model":"m-7b"}"#)
      #expect(try await $0.get("/api/version").status == 200)
      let unknown = try await $0.post("/api/generate", #"{"model":"none"}"#)
      #expect(unknown.text == #"{"error":"The model 'none' does not exist here."}"#)
      #expect($0.observations.accepted == 1)
    }
    await server.stop()
  }

  @Test("a variant with a directive gets it in its prompt; where there is no place the plain variant is named")
  func directive() async throws {
    let server = try await ModelServer.echo()
    let brief = VariantTarget(
      name: "v-brief", modelName: "m", directive: "Be brief.", family: "v", backends: [server.backend])
    let plain = VariantTarget(name: "v", modelName: "m", backends: [server.backend])
    try await withGateway(Self.alias(brief, plain)) { gateway in
      let chat = #"{"model":"v-brief","messages":[{"role":"user","content":"hi"}]}"#
      let answer = try await gateway.post("/v1/chat/completions", chat)
      #expect(
        answer.text
          == #"{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}"#)
      #expect(answer["Dimmer-Variant"] == "v-brief")
      #expect(try await gateway.observed().variant == "v-brief")
      let tokens = try await gateway.post("/v1/completions", #"{"model":"v-brief","prompt":[1,2]}"#)
      #expect(tokens.text == #"{"model":"m","prompt":[1,2]}"#)
      #expect(tokens["Dimmer-Variant"] == "v")
      #expect(try await gateway.observed().variant == "v")
    }
    await server.stop()
  }

  @Test("with the operator's wish the alias stands in answers, and only there")
  func aliasInAnswers() async throws {
    let server = try await ModelServer { request, reply in
      if request.text.contains("\"stream\":true") {
        reply.end(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 44\r\n\r\n"
            + "data: {\"model\":\"m-7b\",\"n\":1.0}\n\ndata: [DONE]")
      } else {
        reply.answer(200, Array(#"{"model":"m-7b","choices":[{"model":"x"}],"usage":{"prompt_tokens":2}}"#.utf8))
      }
    }
    let routes = Self.alias(VariantTarget(name: "v", modelName: "m-7b", backends: [server.backend]))
    try await withGateway(routes, { $0.answersWithAlias = true }) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#)
      #expect(answer.text == #"{"model":"chat","choices":[{"model":"x"}],"usage":{"prompt_tokens":2}}"#)
      #expect(try await gateway.observed().tokens?.input == 2)
      let stream = try await gateway.post("/v1/chat/completions", #"{"model":"chat","stream":true}"#)
      #expect(stream.text == "data: {\"model\":\"chat\",\"n\":1.0}\n\ndata: [DONE]")
    }
    await server.stop()
  }

  @Test("raw tensors pass both ways with the length of their JSON head, whatever bytes they have")
  func binaryBothWays() async throws {
    let json = #"{"model_name":"v","outputs":[{"name":"y","datatype":"FP32","shape":[1,2]}]}"#
    let tail: [UInt8] = [0, 13, 10, 13, 10, 34, 123, 255]
    let server = try await ModelServer { _, reply in
      reply.answer(
        200, Array(json.utf8) + tail,
        fields: ["Content-Type: application/octet-stream", "Inference-Header-Content-Length: \(json.utf8.count)"])
    }
    try await withGateway(Self.alias(variant("v", server.port)), { $0.answersWithAlias = true }) { gateway in
      let head = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[3,2]}]}"#
      let answer = try await gateway.post(
        "/v2/models/chat/infer", Array(head.utf8) + tail,
        fields: ["Inference-Header-Content-Length: \(head.utf8.count)"])
      #expect(answer.body == Array(json.utf8) + tail)
      #expect(answer["Inference-Header-Content-Length"] == "\(json.utf8.count)")
      #expect(server.requests.last?.body == Array(head.utf8) + tail)
      #expect(server.requests.last?.head.headers["inference-header-content-length"] == ["\(head.utf8.count)"])
      #expect(try await gateway.observed().units == 3)
    }
    await server.stop()
  }
}
