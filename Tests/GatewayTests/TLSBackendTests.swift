import Glibc
import NIOSSL
import Testing

@testable import Gateway

@Suite("Backends over HTTPS", .timeLimit(.minutes(2)))
struct TLSBackendTests {
  /// Runs with an HTTPS server and a file that holds its certificate.
  static func withServer(
    _ behaviour: @escaping ModelServer.Behaviour, _ body: (ModelServer, String) async throws -> Void
  ) async throws {
    let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    let server = try await ModelServer(tls: NIOSSLContext(configuration: configuration), behaviour)
    var path = Array("/tmp/dimmer-gateway-tests-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    let text = Array(TestCertificate.certificate.utf8)
    _ = write(descriptor, text, text.count)
    Glibc.close(descriptor)
    let file = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(file) }
    try await body(server, file)
    await server.stop()
  }

  static func routes(_ backend: Backend) -> [AliasRoute] {
    [AliasRoute(alias: "chat", variants: [VariantTarget(name: "v", backends: [backend])])]
  }

  @Test("a trusted backend is asked under its host's name or the one given, and its connections are kept")
  func trusted() async throws {
    try await Self.withServer({ request, reply in reply.answer(200, request.body) }) { server, file in
      for (host, name) in [("localhost", nil), ("127.0.0.1", "models.test")] {
        let backend = Backend(
          host: host, port: server.port, tls: BackendTLS(trustedCertificates: file, serverName: name))
        let before = server.connections
        try await withGateway(Self.routes(backend)) { gateway in
          let client = try await gateway.connect()
          for turn in 0..<3 {
            let padding = String(repeating: "x", count: turn * 100_000)
            try await client.send(
              request("POST", "/v1/chat/completions", Array("{\"model\":\"chat\",\"x\":\"\(padding)\"}".utf8)))
            #expect(try await client.answer().text == "{\"model\":\"v\",\"x\":\"\(padding)\"}")
          }
          await client.close()
          #expect(server.connections - before == 1)
        }
      }
    }
  }

  @Test("a backend whose certificate is not trusted, or not its own, never sees a request")
  func untrusted() async throws {
    try await Self.withServer({ request, reply in reply.answer(200, request.body) }) { server, file in
      // Signed by nobody that is trusted; for another name; for no address.
      for tls in [
        BackendTLS(serverName: "localhost"), BackendTLS(trustedCertificates: file, serverName: "other.test"),
        BackendTLS(trustedCertificates: file),
      ] {
        let backend = Backend(host: "127.0.0.1", port: server.port, tls: tls)
        try await withGateway(Self.routes(backend)) { gateway in
          #expect(try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#).status == 503)
          try await gateway.alone()
        }
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test("a server that does not speak TLS is given up, and the next backend answers")
  func notTLS() async throws {
    let plain = try await ModelServer.named("plain")
    let backends = [Backend(host: "127.0.0.1", port: plain.port, tls: BackendTLS()), plain.backend]
    let routes = [AliasRoute(alias: "chat", variants: [VariantTarget(name: "v", backends: backends)])]
    try await withGateway(routes) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#)
      #expect(answer.text == #"{"server":"plain"}"#)
    }
    await plain.stop()
  }

  @Test("when the caller leaves, the TLS connection is closed without waiting for the backend's farewell")
  func cancelled() async throws {
    try await Self.withServer({ _, _ in }) { server, file in
      let backend = Backend(host: "localhost", port: server.port, tls: BackendTLS(trustedCertificates: file))
      try await withGateway(Self.routes(backend)) { gateway in
        let client = try await gateway.connect()
        try await client.send(request("POST", "/v1/chat/completions", Array(#"{"model":"chat"}"#.utf8)))
        await server.waitForRequest()
        await client.close()
        await server.waitForAbandoned()
        #expect(try await gateway.observed().status == 499)
        try await gateway.alone()
      }
    }
  }

  @Test("certificates that cannot be read are told at the start")
  func unreadable() async throws {
    let backend = Backend(host: "h", port: 1, tls: BackendTLS(trustedCertificates: "/nonexistent/ca.pem"))
    let error = await #expect(throws: GatewayError.self) { try await withGateway(Self.routes(backend)) { _ in } }
    #expect(error?.code == .badCertificates)
    #expect(error?.description.contains("/nonexistent/ca.pem") == true)
  }
}
