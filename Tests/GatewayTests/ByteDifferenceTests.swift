import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

@Suite("No byte changes but those of the listed edits", .timeLimit(.minutes(2)))
struct ByteDifferenceTests {
  @Test("two hundred odd bodies reach the backend with the model's string replaced, and come back as they were")
  func bodies() async throws {
    let server = try await ModelServer.echo()
    let target = VariantTarget(name: "v", modelName: "org/m-7b", backends: [server.backend])
    try await withGateway([AliasRoute(alias: "chat", variants: [target])]) { gateway in
      var generator = BodyGenerator(seed: 2024)
      let client = try await gateway.connect()
      for number in 0..<200 {
        let body = generator.body()
        let asked = number.isMultiple(of: 3) ? "\"ch\\u0061t\"" : "\"chat\""
        let sent = Array(body.filled(asked).utf8)
        let expected = Array(body.filled("\"org/m-7b\"").utf8)
        let path = ["/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/api/generate"][number % 4]
        if number.isMultiple(of: 2) {
          for piece in cut(request("POST", path, sent), longest: 40, &generator.random) { try await client.send(piece) }
        } else {
          try await client.send("POST \(path) HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
          for chunk in generator.chunks(sent) { try await client.send(chunk) }
          try await client.send("0\r\n\r\n")
        }
        let answer = try await client.answer()
        #expect(server.requests.last?.body == expected, "body \(number): \(body)")
        #expect(answer.body == expected, "body \(number): \(body)")
      }
    }
    await server.stop()
  }

  /// A model server that streams the chunks that are there when it is asked.
  private static func streaming(_ next: Mutex<[[UInt8]]>.Shared) async throws -> ModelServer {
    try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      for chunk in next.get() { reply.write(chunk) }
      reply.end("0\r\n\r\n")
    }
  }

  @Test("two hundred odd streams come back byte for byte, cut anywhere, under each way of asking for them")
  func streams() async throws {
    let next = Mutex<[[UInt8]]>.Shared([])
    let server = try await Self.streaming(next)
    try await withGateway([AliasRoute(alias: "chat", variants: [variant("v", server.port)], telling: .fieldsOnly)]) {
      gateway in
      var generator = BodyGenerator(seed: 4242)
      let client = try await gateway.connect()
      // The caller asked for the usage itself, or the interface has none to ask for: nothing is withheld.
      let asking = [
        ("/v1/chat/completions", #"{"model":"chat","stream":true,"stream_options":{"include_usage":true}}"#),
        ("/v1/responses", #"{"model":"chat","stream":true}"#), ("/v1/audio/speech", #"{"model":"chat"}"#),
      ]
      for number in 0..<200 {
        let stream = generator.stream()
        next.set(generator.chunks(stream))
        let (path, body) = asking[number % asking.count]
        try await client.send(request("POST", path, Array(body.utf8)))
        #expect(try await client.answer().body == stream, "stream \(number)")
        #expect(server.requests.last?.text == body.replacingLast("chat", with: "v"), "stream \(number)")
      }
    }
    await server.stop()
  }

  @Test("where the usage was wished for by the gateway, exactly the event that carries it alone is missing")
  func withheld() async throws {
    let next = Mutex<[[UInt8]]>.Shared([])
    let server = try await Self.streaming(next)
    try await withGateway([AliasRoute(alias: "chat", variants: [variant("v", server.port)], telling: .fieldsOnly)]) {
      gateway in
      var generator = BodyGenerator(seed: 7)
      let client = try await gateway.connect()
      for number in 0..<100 {
        let end = ["\n", "\r\n", "\r"][number % 3]
        let event = { (text: String) in "data: \(text)\(end)\(end)" }
        let before = event(#"{"choices":[{"index":0,"delta":{"content":"\#(number)"}}],"usage":null}"#)
        let usage = event(#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
        let after = ": note\(end)\(end)" + event("[DONE]")
        next.set(generator.chunks(Array((before + usage + after).utf8)))
        try await client.send(request("POST", "/v1/chat/completions", Array(#"{"model":"chat","stream":true}"#.utf8)))
        #expect(try await client.answer().text == before + after, "stream \(number)")
      }
    }
    await server.stop()
  }
}

extension String {
  /// The body with the model's string where the generator left its mark.
  fileprivate func filled(_ model: String) -> String {
    split(separator: BodyGenerator.mark, omittingEmptySubsequences: false).joined(separator: model)
  }
}
