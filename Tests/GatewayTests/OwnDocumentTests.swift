import Quantities
import Testing

@testable import Gateway

@Suite("The gateway's own documents")
struct OwnDocumentTests {
  private let documents = OwnDocuments { path in
    path == "/dimmer/v1/requests/r1" ? .found("{\"request_id\":\"r1\"}") : .missing("Ask at 127.0.0.1:8081.")
  }

  @Test("a known one is JSON, another is an OpenAI error that says where to look, and neither is an observation")
  func asked() async throws {
    let server = try await ModelServer.echo()
    let route = AliasRoute(alias: "vision", variants: [variant("small", server.port)])
    try await withGateway([route], documents: documents) { gateway in
      let found = try await gateway.get("/dimmer/v1/requests/r1?pretty=1")
      #expect(found.status == 200 && found.text == "{\"request_id\":\"r1\"}")
      let missing = try await gateway.get("/.well-known/sustainability")
      #expect(missing.status == 404 && missing.text.contains("Ask at 127.0.0.1:8081."))
      #expect(missing.text.contains("\"type\":\"invalid_request_error\""))
      #expect(try await gateway.post("/dimmer/v1/requests/r1", "{}").status == 405)
      #expect(gateway.observations.count == 0)
    }
    await server.stop()
  }

  @Test("the latest requests are kept and the oldest go, whatever their number", arguments: [1, 2, 7, 100])
  func ring(capacity: Int) {
    let recent = RecentRequests(capacity: capacity)
    for number in 0..<250 {
      recent.keep(
        RequestObservation(
          id: "r\(number)", alias: "a", variant: nil, decisionID: nil, requestProtocol: .chat,
          received: Timestamp(milliseconds: 0), duration: .seconds(0), status: 200, why: .price))
      #expect(recent.request("r\(number)")?.id == "r\(number)")
      #expect((recent.request("r\(number - capacity)") == nil))
      if number >= capacity { #expect(recent.request("r\(number - capacity + 1)") != nil) }
    }
  }
}
