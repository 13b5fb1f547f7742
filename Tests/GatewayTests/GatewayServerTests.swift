import Logging
import NIOHTTP1
import Quantities
import Testing

@testable import Gateway

@Suite("The gateway as a service")
struct GatewayServerTests {
  static func server(host: String = "127.0.0.1", port: Int = 0) throws -> GatewayServer {
    GatewayServer(
      configuration: GatewayConfiguration(host: host, port: port),
      routes: try RouteTable(routes: [AliasRoute(alias: "a", variants: [variant("b", 1)])]), makeID: { "" },
      wallClock: { Timestamp(milliseconds: 0) }, observe: { _ in }, logger: Logger(label: "test"))
  }

  @Test(
    "refuses to listen where other machines could reach it, and says why",
    arguments: ["0.0.0.0", "::", "192.168.1.1", "::ffff:127.0.0.1", "128.0.0.1", "fe80::1"])
  func notLoopback(host: String) async throws {
    let error = await #expect(throws: GatewayError.self) { try await Self.server(host: host).run() }
    #expect(error?.code == .notLoopback)
    #expect(error?.description.contains("not authenticated yet") == true)
  }

  @Test("takes no name but localhost", arguments: ["example.org", "", "localhost.example.org", "127.0.0.1 "])
  func names(host: String) async throws {
    let error = await #expect(throws: GatewayError.self) { try await Self.server(host: host).run() }
    #expect(error?.code == .notAnAddress)
  }

  @Test("listens on any loopback address", arguments: ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1"])
  func loopback(host: String) throws {
    #expect(throws: Never.self) { try LoopbackAddress.resolve(host: host, port: 80) }
  }

  @Test("says in one line that a port is in use")
  func portInUse() async throws {
    let server = try await ModelServer.silent()
    let error = await #expect(throws: GatewayError.self) { try await Self.server(port: server.port).run() }
    #expect(error?.code == .portInUse)
    #expect(error?.description.contains("\n") == false)
    #expect(error?.description.contains("\(server.port)") == true)
    await server.stop()
  }

  @Test("refuses limits that make no sense")
  func limits() {
    var configuration = GatewayConfiguration()
    #expect(throws: Never.self) { try configuration.validate() }
    configuration.loops = 0
    #expect(throws: GatewayError.self) { try configuration.validate() }
    configuration = GatewayConfiguration(idleTimeout: .zero)
    #expect(throws: GatewayError.self) { try configuration.validate() }
    configuration = GatewayConfiguration(maximumBodyBytes: 0)
    #expect(throws: GatewayError.self) { try configuration.validate() }
  }

  @Test("answers questions about itself and lists its names")
  func about() async throws {
    let server = try await ModelServer.echo()
    let route = AliasRoute(alias: "vision", variants: [variant("small", server.port), variant("large", server.port)])
    try await withGateway([route]) { gateway in
      #expect(try await gateway.get("/v2").text.contains("\"name\":\"dimmer\""))
      #expect(try await gateway.get("/v2/health/live").status == 200)
      #expect(try await gateway.get("/v2/health/ready").status == 200)
      let list = try await gateway.get("/v1/models").text
      #expect(
        list == #"{"object":"list","data":["#
          + ["vision", "small", "large"].map {
            #"{"id":"\#($0)","object":"model","created":1700000000,"owned_by":"dimmer"}"#
          }.joined(separator: ",") + "]}")
      #expect(try await gateway.get("/v1/models/small").text.hasPrefix(#"{"id":"small","object":"model""#))
      #expect(try await gateway.get("/v1/models/other").status == 404)
    }
    await server.stop()
  }

  @Test("asks the main variant about the alias, without a turn in the deal and without an observation")
  func questions() async throws {
    let server = try await ModelServer.echo()
    let route = AliasRoute(alias: "vision", variants: [variant("small", server.port), variant("large", server.port)])
    try await withGateway([route]) { gateway in
      try gateway.routes.publish(alias: "vision", shares: [0.6, 0.4], decisionID: "d")
      for _ in 0..<3 {
        #expect(try await gateway.get("/v2/models/vision/ready")["x-target"] == "/v2/models/small/ready")
        #expect(try await gateway.get("/v2/models/vision")["x-target"] == "/v2/models/small")
        #expect(try await gateway.get("/v2/models/large/versions/2")["x-target"] == "/v2/models/large/versions/2")
      }
      #expect(gateway.observations.accepted == 0)
      #expect(gateway.routes.choose(alias: "vision")?.variant == 0)
      #expect(gateway.routes.choose(alias: "vision")?.variant == 1)
    }
    await server.stop()
  }

  @Test("deals requests out by the shares in force")
  func deal() async throws {
    let server = try await ModelServer.echo()
    let route = AliasRoute(alias: "vision", variants: [variant("S", server.port), variant("M", server.port)])
    try await withGateway([route]) { gateway in
      try gateway.routes.publish(alias: "vision", shares: [0.25, 0.75], decisionID: "d")
      var sequence = ""
      for _ in 0..<8 {
        sequence += try await gateway.post("/v2/models/vision/infer", "{}")["Dimmer-Variant"] ?? "?"
      }
      #expect(sequence == "MSMMMSMM")
    }
    await server.stop()
  }

  @Test("on shutdown lets a request in flight end, closes what rests, and takes no more")
  func graceful() async throws {
    let (replies, sink) = AsyncStream.makeStream(of: ModelServer.Reply.self)
    let server = try await ModelServer { _, reply in sink.yield(reply) }
    try await withGateway(
      [AliasRoute(alias: "vision", variants: [variant("small", server.port)])],
      { $0.drainTimeout = .seconds(60) }
    ) { gateway in
      let resting = try await gateway.connect()
      try await resting.send(request("GET", "/v2", []))
      #expect(try await resting.answer().status == 200)
      let busy = try await gateway.connect()
      try await busy.send(request("POST", "/v2/models/vision/infer", Array("{}".utf8)))
      var iterator = replies.makeAsyncIterator()
      let reply = try #require(await iterator.next())
      await gateway.stop()
      #expect(await resting.rest().isEmpty)
      await #expect(throws: (any Error).self) { try await gateway.connect() }
      reply.answer(200, Array("done".utf8))
      let answer = try await busy.answer()
      #expect(answer.text == "done")
      #expect(answer["connection"] == "close")
      #expect(try await gateway.observed().status == 200)
    }
    await server.stop()
  }

  @Test("on shutdown cuts off what does not end in time")
  func cutOff() async throws {
    let server = try await ModelServer.silent()
    let routes = [AliasRoute(alias: "vision", variants: [variant("small", server.port)])]
    try await withGateway(routes, { $0.drainTimeout = .milliseconds(20) }) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v2/models/vision/infer", Array("{}".utf8)))
      await server.waitForRequest()
      await gateway.stop()
      #expect(await client.rest().isEmpty)
      await server.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.status == 503)
      #expect(!seen.isCancelled)
    }
    await server.stop()
  }
}
