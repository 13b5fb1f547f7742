import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Request lines")
struct EndpointTests {
  @Test(
    "are read as the endpoints of both protocols",
    arguments: [
      ("GET", "/v2", Endpoint.serverMetadata), ("GET", "/v2/", .serverMetadata), ("GET", "/v2/health/live", .live),
      ("GET", "/v2/health/ready", .ready),
      ("GET", "/v2/models/m", .model(name: "m", version: nil, question: .metadata, query: "")),
      ("GET", "/v2/models/m/ready", .model(name: "m", version: nil, question: .ready, query: "")),
      ("GET", "/v2/models/m/versions/3/ready", .model(name: "m", version: "3", question: .ready, query: "")),
      ("GET", "/v2/models/m/versions/3", .model(name: "m", version: "3", question: .metadata, query: "")),
      ("POST", "/v2/models/a%2Fb%20c/infer?x=1", .model(name: "a/b c", version: nil, question: .infer, query: "?x=1")),
      ("POST", "/v2/models/m/versions/3/infer", .model(name: "m", version: "3", question: .infer, query: "")),
      ("POST", "/v1/chat/completions", .completion(.chat)), ("POST", "/v1/completions?a", .completion(.completion)),
      ("POST", "/v1/embeddings", .completion(.embedding)), ("GET", "/v1/models", .modelList),
      ("GET", "/v1/models/org/name", .modelCard(name: "org/name")), ("GET", "/v1/realtime", .realtime),
      ("GET", "/v1/chat/completions", .wrongMethod(.openAI, allowed: "POST")),
      ("GET", "/v2/models/m/infer", .wrongMethod(.kserve, allowed: "POST")),
      ("POST", "/v2", .wrongMethod(.kserve, allowed: "GET")), ("GET", "/v2/models/", .unknown(.kserve)),
      ("GET", "/v2/models/m/x", .unknown(.kserve)), ("GET", "/v1/files", .collection),
      ("POST", "/v1/batches", .batchCreation),
      ("GET", "/v1/responses/resp%5F1", .stored(id: "resp_1")), ("GET", "/v1/files/f/content", .stored(id: "f")),
      ("POST", "/v1/files/f/content", .wrongMethod(.openAI, allowed: "GET")),
      ("GET", "/v1/files/f/x", .elsewhere(.openAI)),
      ("GET", "/v1/responses//cancel", .elsewhere(.openAI)), ("POST", "/api/pull", .elsewhere(.ollama)),
      ("GET", "/api", .unknown(.ollama)), ("HEAD", "/api/tags", .wrongMethod(.ollama, allowed: "GET")),
      ("GET", "/", .unknown(.openAI)), ("GET", "", .unknown(.openAI)), ("OPTIONS", "*", .unknown(.openAI)),
      ("GET", "http://h/v2", .unknown(.openAI)),
    ] as [(String, String, Endpoint)])
  func endpoints(method: String, target: String, endpoint: Endpoint) {
    #expect(Endpoint(method: HTTPMethod(rawValue: method), target: target) == endpoint)
  }

  @Test("keep any name through percent-encoding", arguments: ["m", "a/b", "ü 100%", "a?b#c", "..", "%41"])
  func encoding(name: String) {
    let segment = PercentCoding.encoded(name)
    #expect(!segment.contains("/") && !segment.contains("?"))
    #expect(PercentCoding.decoded(segment) == name)
  }

  @Test("leave a lone percent sign as it is", arguments: ["%", "a%4", "%zz"])
  func loosePercent(text: String) { #expect(PercentCoding.decoded(text) == text) }
}

@Suite("Header fields")
struct HeaderRulesTests {
  let fields: HTTPHeaders = [
    "Host": "here", "Connection": "close, X-Private , Keep-Alive", "X-Private": "1", "Keep-Alive": "5",
    "Proxy-Authenticate": "a", "Proxy-Authorization": "b", "Proxy-Connection": "c", "TE": "trailers", "Trailer": "x",
    "Transfer-Encoding": "chunked", "Upgrade": "h2c", "Expect": "100-continue", "Authorization": "Bearer caller",
    "api-key": "caller", "X-API-Key": "caller", "Content-Type": "application/json", "Content-Length": "3",
    "Accept-Encoding": "gzip", "X-Request-ID": "r", "Inference-Header-Content-Length": "2",
  ]

  @Test("of one connection and the caller's keys stay here")
  func forward() {
    var result = HTTPHeaders()
    HeaderRules.forward(fields, into: &result, keepsCredentials: false, isGathered: false)
    #expect(
      result.map(\.name) == [
        "Content-Type", "Content-Length", "Accept-Encoding", "X-Request-ID", "Inference-Header-Content-Length",
      ])
  }

  @Test("with keys go on when the backend takes the caller's")
  func credentials() {
    var result = HTTPHeaders()
    HeaderRules.forward(fields, into: &result, keepsCredentials: true, isGathered: true)
    #expect(
      result.map(\.name) == [
        "Authorization", "api-key", "X-API-Key", "Content-Type", "X-Request-ID", "Inference-Header-Content-Length",
      ])
  }

  @Test("of an answer come back without those of one connection or of another gateway")
  func giveBack() {
    let answer: HTTPHeaders = [
      "Connection": "X-Hop", "X-Hop": "1", "Transfer-Encoding": "chunked", "Dimmer-Variant": "inner",
      "Dimmer-Request-Id": "inner", "Dimmer-Grid": "inner", "Retry-After": "1", "x-ratelimit-limit-requests": "5",
      "Content-Length": "3",
    ]
    var result = HTTPHeaders()
    HeaderRules.giveBack(answer, into: &result, skipsLength: true)
    #expect(result.map(\.name) == ["Retry-After", "x-ratelimit-limit-requests"])
  }

  @Test("are compared without regard to case, and exactly otherwise")
  func comparison() {
    #expect(HeaderRules.same("KEEP-alive", "keep-alive"))
    #expect(!HeaderRules.same("keep_alive", "keep-alive"))
    #expect(!HeaderRules.same("keep\ralive", "keep-alive"))
    #expect(HeaderRules.isMediaType("Text/Event-Stream; charset=utf-8", "text/event-stream"))
    #expect(!HeaderRules.isMediaType("text/event-streams", "text/event-stream"))
    #expect(!HeaderRules.isMediaType(nil, "text/event-stream"))
  }
}

@Suite("Error bodies")
struct RefusalTests {
  @Test("have OpenAI's four keys, or KServe's one")
  func bodies() {
    let refusal = Refusal.unknownModel("ch\"t", near: ["chat"])
    #expect(
      refusal.body(.openAI)
        == #"{"error":{"message":"The model 'ch\"t' does not exist here. Did you mean chat?","#
        + #""type":"invalid_request_error","param":"model","code":"model_not_found"}}"#)
    #expect(refusal.body(.kserve) == #"{"error":"The model 'ch\"t' does not exist here. Did you mean chat?"}"#)
    #expect(Refusal.notJSON.body(.openAI).hasSuffix(#""param":null,"code":null}}"#))
  }
}
