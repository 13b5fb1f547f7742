import Logging
import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

@Suite("Callers who mean harm, or vanish", .timeLimit(.minutes(2)))
struct HostileCallerTests {
  static func withEcho(
    _ change: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (RunningGateway, ModelServer) async throws -> Void
  ) async throws {
    let server = try await ModelServer.echo()
    try await withGateway([AliasRoute(alias: "chat", variants: [variant("v", server.port)])], change) {
      try await body($0, server)
    }
    await server.stop()
  }

  static let post = "POST /v2/models/chat/infer HTTP/1.1\r\nHost: g\r\n"

  @Test(
    "shapes that two parsers could read in two ways are refused, and the connection closed",
    arguments: [
      // Content-Length beside Transfer-Encoding, in each order and case.
      "\(post)Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "\(post)tRANSFER-eNCODING: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
      // Two lengths, apart and in one field.
      "\(post)Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", "\(post)Content-Length: 2, 3\r\n\r\n{}",
      "\(post)Content-Length: +2\r\n\r\n{}", "\(post)Content-Length: 0x2\r\n\r\n{}",
      "\(post)Content-Length: 99999999999999999999999\r\n\r\n{}",
      // Codings that are not chunked, not only chunked, or hidden.
      "\(post)Transfer-Encoding: identity\r\n\r\n{}", "\(post)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      "\(post)Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "\(post)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "\(post)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "\(post)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      "\(post)Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n",
      "POST /v2/models/chat/infer HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      // Chunks that lie.
      "\(post)Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
      "\(post)Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
      "\(post)Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
      "\(post)Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
      // Folded lines, bare line feeds, a null, a space before the colon, no name.
      "\(post)X-A: 1\r\n folded: 2\r\nContent-Length: 2\r\n\r\n{}", "\(post)X-A: 1\u{0}\r\nContent-Length: 2\r\n\r\n{}",
      "POST /v2/models/chat/infer HTTP/1.1\nHost: g\nContent-Length: 2\n\n{}",
      "\(post)X-A: 1\nContent-Length: 2\r\n\r\n{}", "\(post)X A: 1\r\nContent-Length: 2\r\n\r\n{}",
      "\(post): 1\r\nContent-Length: 2\r\n\r\n{}",
      // Hosts: none, two.
      "POST /v2/models/chat/infer HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
      "\(post)Host: g\r\nContent-Length: 2\r\n\r\n{}",
    ])
  func smuggling(bytes: String) async throws {
    try await Self.withEcho { gateway, server in
      let client = try await gateway.connect()
      // What follows must never be taken for a request of its own.
      try await client.send(bytes + "POST /v2/models/chat/infer HTTP/1.1\r\nHost: g\r\nX-Smuggled: 1\r\n\r\n")
      let answer = String(decoding: await client.rest(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 501 "), "\(answer.prefix(80))")
      #expect(!server.requests.contains { $0.head.headers.contains(name: "x-smuggled") })
      try await gateway.settled()
    }
  }

  @Test("a header of too many fields, or of one too long, is refused with 431")
  func headerBombs() async throws {
    try await Self.withEcho { gateway, server in
      for fields in [
        (0..<20_000).map { "X-\($0): 1\r\n" }.joined(), "X: \(String(repeating: "a", count: 1 << 20))\r\n",
        "\(String(repeating: "N", count: 1 << 20)): 1\r\n",
      ] {
        let client = try await gateway.connect()
        client.sendWithoutWaiting(Array((Self.post + fields + "\r\n").utf8))
        #expect(String(decoding: await client.rest(), as: UTF8.self).hasPrefix("HTTP/1.1 431 "))
      }
      #expect(server.requests.isEmpty)
      try await gateway.settled()
    }
  }

  @Test("a name or an origin that is not the gateway's is refused with 403, and no model hears of it")
  func rebinding() async throws {
    try await Self.withEcho { gateway, server in
      let client = try await gateway.connect()
      for (host, fields, status) in [
        ("evil.example", "", 403), ("127.0.0.1:\(gateway.port)", "", 200),
        ("localhost", "Origin: https://evil.example\r\n", 403), ("localhost", "Origin: null\r\n", 403),
        ("localhost", "Origin: http://localhost:3000\r\n", 200),
      ] {
        try await client.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: 16\r\n\r\n{\"model\":\"chat\"}"
        )
        #expect(try await client.answer().status == status)
      }
      #expect(server.requests.count == 2)
    }
  }

  @Test("odd JSON passes as it is, or is refused in words; nothing breaks")
  func oddBodies() async throws {
    try await Self.withEcho { gateway, _ in
      let nested = { (open: String, close: String) in
        "{\"x\":" + String(repeating: open, count: 10_000) + String(repeating: close, count: 10_000)
          + ",\"model\":\"chat\"}"
      }
      for body in [nested("[", "]"), nested("{\"a\":", "}").replacingLast(":}", with: ":1}")] {
        #expect(try await gateway.post("/v1/chat/completions", body).text == body.replacingLast("chat", with: "v"))
      }
      let unclosed = "{\"model\":\"chat\",\"x\":" + String(repeating: "[", count: 10_000)
      #expect(try await gateway.post("/v1/chat/completions", unclosed).status == 400)
      let invalid: [UInt8] =
        Array("{\"x\":\"".utf8) + [0xFF, 0xC3, 0x28, 0xED, 0xA0] + Array("\",\"model\":\"chat\"}".utf8)
      let answer = try await gateway.post("/v1/chat/completions", invalid)
      #expect(answer.body == invalid.dropLast(6) + Array("v\"}".utf8))
      let badName: [UInt8] = Array("{\"model\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
      #expect(try await gateway.post("/v1/chat/completions", badName).status == 404)
      let twice = #"{"model":"none","mod\u0065l":"chat","n":1.0,"n":2}"#
      #expect(try await gateway.post("/v1/chat/completions", twice).text == twice.replacingLast("chat", with: "v"))
    }
  }

  @Test("a caller may vanish after any byte of a request, by a goodbye or a reset, and leaves nothing behind")
  func everyByte() async throws {
    try await Self.withEcho { gateway, _ in
      let form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nchat\r\n--b--"
      for bytes in [
        request("POST", "/v1/chat/completions", Array(#"{"model":"chat","stream":true}"#.utf8)),
        Array("\(Self.post)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8),
        request(
          "POST", "/v1/audio/translations", Array(form.utf8),
          fields: ["Content-Type: multipart/form-data; boundary=b"]),
      ] {
        for length in 0...bytes.count {
          let client = try await gateway.connect()
          try await client.send(Array(bytes[..<length]))
          if length.isMultiple(of: 2) { await client.close() } else { try await client.reset() }
        }
        try await gateway.settled()
        #expect(try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#).status == 200)
      }
    }
  }

  @Test("no key is logged, told or kept, whatever becomes of the request")
  func keys() async throws {
    let lines = Mutex<[String]>.Shared([])
    let secret = "sk-hunter2"
    let server = try await ModelServer { request, reply in
      request.head.uri.contains("busy") ? reply.close() : reply.answer(503, [])
    }
    let keyed = Backend(host: "127.0.0.1", port: server.port, authorization: .key(BackendKey(bearer: secret)))
    var logger = Logger(label: "keys") { _ in Lines(lines) }
    logger.logLevel = .trace
    let routes = [AliasRoute(alias: "chat", variants: [VariantTarget(name: "v", backends: [keyed])])]
    try await withGateway(routes, logger: logger) { gateway in
      let fields = ["Authorization: Bearer \(secret)", "X-Api-Key: \(secret)", "Cookie: \(secret)"]
      for target in [
        "/v1/chat/completions?key=\(secret)", "/v1/none?key=\(secret)", "/v2/models/none/infer?k=\(secret)",
      ] {
        let answer = try await gateway.post(target, #"{"model":"chat"}"#, fields: fields)
        #expect(!answer.text.contains(secret))
        #expect(!answer.fields.contains { $0.value.contains(secret) })
      }
      let seen = try await gateway.observed()
      #expect(!"\(seen)".contains(secret))
      #expect(!String(reflecting: routes).contains(secret))
    }
    #expect(!lines.get().isEmpty)
    #expect(!lines.get().contains { $0.contains(secret) })
    await server.stop()
  }

  private struct Lines: LogHandler {
    let lines: Mutex<[String]>.Shared
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    init(_ lines: Mutex<[String]>.Shared) { self.lines = lines }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) { lines.update { $0.append("\(event.message) \(event.metadata ?? [:])") } }
  }
}
