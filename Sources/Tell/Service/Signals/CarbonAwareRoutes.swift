import CarbonAware
import HTTPTypes
import Hummingbird
import NIOCore

/// The Carbon Aware SDK's paths on the control port.
///
/// It stands before the router: a path that is there answers 405 to every method that it does not have, also to one
/// that nobody thought of, and not 404.
struct CarbonAwareRoutes<Context: RequestContext>: RouterMiddleware {
  let api: CarbonAwareAPI

  /// The largest body that is read; a batch of a thousand items is a tenth of it.
  private static var largestBody: Int { 1 << 20 }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard CarbonAwareAPI.paths.contains(path) else { return try await next(request, context) }
    return try await respond(to: request, path: path)
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
