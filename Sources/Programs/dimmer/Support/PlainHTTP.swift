import AsyncHTTPClient
import GridHTTP
import NIOCore
import NIOHTTP1
import Service

/// Small exchanges of JSON with model servers, off the way of requests.
enum PlainHTTP {
  /// Lives as long as the program.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration.singletonConfiguration
    configuration.dnsOverride = Localhost.override
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  /// Posts a probe to the gateway, which waits for the model; gives up after two minutes.
  static let probe: ProbeSender = { url, headers, body in
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    let response = try await client.execute(request, timeout: .seconds(120))
    let bytes = try await response.body.collect(upTo: 16 << 20)
    return ProbeAnswer(
      status: Int(response.status.code), requestID: response.headers.first(name: "Dimmer-Request-Id"),
      body: Array(bytes.readableBytesView))
  }

  /// Posts a JSON body, or gets the URL where there is none; gives up after 60 s, which is long enough to load a model.
  static let exchange: @Sendable (_ url: String, _ body: String?) async throws -> (status: Int, body: [UInt8]) = {
    url, body in
    var request = HTTPClientRequest(url: url)
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await client.execute(request, timeout: .seconds(60))
    let bytes = try await response.body.collect(upTo: 4 << 20)
    return (Int(response.status.code), Array(bytes.readableBytesView))
  }
}
