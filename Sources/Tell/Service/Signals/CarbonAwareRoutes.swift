import CarbonAware
import HTTPTypes
import Hummingbird
import NIOCore

/// The Carbon Aware SDK's paths on the control port.
struct CarbonAwareRoutes {
  let api: CarbonAwareAPI

  /// The largest body that is read; a batch of a thousand items is a tenth of it.
  private static let largestBody = 1 << 20

  private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]

  /// Adds the paths. Every method has a route, because a path that is there answers 405 to a wrong one, not 404.
  func add(to router: Router<BasicRequestContext>) {
    for path in CarbonAwareAPI.paths {
      for method in Self.methods {
        router.on(RouterPath(path), method: method) { request, _ in try await respond(to: request, path: path) }
      }
    }
  }

  private func respond(to request: Request, path: String) async throws -> Response {
    let query = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
    let isWithBody = [.post, .put, .patch].contains(request.method)
    let body = isWithBody ? try await request.body.collect(upTo: Self.largestBody) : ByteBuffer()
    let answer = await api.answer(
      method: request.method.rawValue, path: path, query: query, body: Array(body.readableBytesView),
      contentType: request.headers[.contentType])
    var response = Page.text(answer.body ?? "", type: answer.contentType, status: .init(code: answer.status))
    if answer.body == nil { response.headers[.contentType] = nil }
    if !answer.allowed.isEmpty { response.headers[.allow] = answer.allowed.joined(separator: ", ") }
    return response
  }
}
