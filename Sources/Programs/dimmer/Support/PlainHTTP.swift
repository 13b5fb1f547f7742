import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Small exchanges of JSON with model servers, off the way of requests.
enum PlainHTTP {
  /// Posts a JSON body, or gets the URL where there is none; gives up after 60 s, which is long enough to load a model.
  static let exchange: @Sendable (_ url: String, _ body: String?) async throws -> (status: Int, body: [UInt8]) = {
    url, body in
    var request = HTTPClientRequest(url: url)
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let bytes = try await response.body.collect(upTo: 4 << 20)
    return (Int(response.status.code), Array(bytes.readableBytesView))
  }
}
