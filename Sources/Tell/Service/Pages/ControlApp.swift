import HTTPTypes
import Hummingbird
import Ledger
import Logging
import Methods
import NIOCore
import Quantities
import Reporting
import Telemetry

/// The control plane's HTTP side: the page, explanations and a small API, on loopback only.
struct ControlApp {
  let loader: DashboardLoader
  let store: any LedgerStore
  let status: @Sendable () -> JSONValue
  /// The price of quality of each alias; `nil` where nothing is decided.
  var prices: (@Sendable () -> JSONValue)?
  /// The machine's figures under Dimmer's names and others; `nil` where nobody reads the machine.
  var metrics: (@Sendable (PrometheusText.Names?) -> String)?
  /// Whole days of the record for anybody who asks; `nil` where nobody keeps them.
  var sustainability: (@Sendable () -> String)?
  /// The Carbon Aware SDK's interface; `nil` where no grid is configured.
  var carbonAware: CarbonAwareRoutes<BasicRequestContext>?
  /// The board of options; `nil` where the tables cannot be read.
  var comparing: CompareAnswers?

  /// The routes, testable without a socket.
  func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: LoopbackOnly())
    if let carbonAware { router.add(middleware: carbonAware) }
    router.get("/") { _, _ in await shown(DashboardPage.html) }
    router.get("/now") { _, _ in await shown(DashboardPage.content) }
    router.get("/live.js") { _, _ in Page.text(DashboardPage.liveScript, type: "text/javascript; charset=utf-8") }
    router.get("/explain/:id") { _, context in
      let id = try context.parameters.require("id")
      return await explained(id) { Page.html(ExplanationPage.html($0)) }
    }
    if let comparing {
      router.get("/compare") { request, _ in await comparing.page(request.uri.query ?? "") }
      router.get("/api/v1/compare") { request, _ in await comparing.document(request.uri.query ?? "") }
    }
    router.get("/metrics") { request, _ in exposition(request) }
    router.get("/api/v1/now") { _, _ in Page.json(status()) }
    router.get("/dimmer/v1/price") { _, _ in
      guard let prices else { return Page.failure(.notFound, "nothing is decided here") }
      return Page.json(["aliases": prices()])
    }
    router.get("/api/v1/explain/:id") { _, context in
      let id = try context.parameters.require("id")
      return await explained(id) { Page.json(JSONValue.explanation($0)) }
    }
    if let sustainability {
      router.get("/.well-known/sustainability") { _, _ in Page.text(sustainability(), type: "application/json") }
    }
    router.get("/api/v1/savings") { request, _ in await savings(request) }
    router.get("/dimmer/v1/requests/:id") { _, context in
      let id = try context.parameters.require("id")
      return await requested(id)
    }
    return router
  }

  private func shown(_ page: (DashboardState) -> String) async -> Response {
    do throws(LedgerError) { return Page.html(page(try await loader.load())) } catch { return Page.failure(error) }
  }

  private func explained(_ id: String, _ page: (Explanation) -> Response) async -> Response {
    do throws(LedgerError) { return page(try await store.explain(id)) } catch { return Page.failure(error) }
  }

  /// The machine's figures for Prometheus; `?names=kepler,scaphandre` adds those exporters' names.
  private func exposition(_ request: Request) -> Response {
    guard let metrics else { return Page.failure(.notFound, "nobody reads this machine here") }
    var names: PrometheusText.Names?
    for text in request.uri.queryParameters.getAll("names") {
      guard let more = PrometheusText.Names(parsing: text) else {
        let known = PrometheusText.Names.known.map(\.key).joined(separator: ", ")
        return Page.failure(.badRequest, "names '\(text)' are not known; known are \(known)")
      }
      names = (names ?? []).union(more)
    }
    return Page.text(metrics(names), type: PrometheusText.contentType)
  }

  /// What was saved, day by day; `?day=2021-03-20` tells one.
  private func savings(_ request: Request) async -> Response {
    var day: Range<Timestamp>?
    if let text = request.uri.queryParameters["day"] {
      guard let moment = Timestamp(iso8601: text) else {
        return Page.failure(.badRequest, "day '\(text)' is not a date; write it like 2021-03-20")
      }
      day = moment.day
    }
    let reader = SavingsReader(store: store)
    do {
      let accounts =
        if let serving = loader.serving { try await reader.accounts(of: serving, in: day) } else {
          try await reader.newest(in: day)
        }
      return Page.json(["aliases": .array(accounts.map(\.statement.json))])
    } catch let error as LedgerError { return Page.failure(error) } catch {
      return Page.failure(.internalServerError, "a recorded decision can not be read: \(error)")
    }
  }

  private func requested(_ id: String) async -> Response {
    do throws(LedgerError) {
      guard let activity = ActivityID(parsing: id), let request = try await store.request(activity) else {
        return Page.failure(.notFound, "no request '\(id)' (yet: requests are written in batches)")
      }
      return Page.json(RequestDocument.json(try await store.explained(request)))
    } catch { return Page.failure(error) }
  }
}

/// Refuses requests that name another host than this machine, so that no web page elsewhere can read the record through
/// a visitor's browser.
struct LoopbackOnly<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let host = request.head.authority ?? ""
    let name = ListenAddress(host)?.host ?? ListenAddress(host + ":0")?.host ?? host
    guard ListenAddress(host: name, port: 0).isLoopback else {
      return Page.failure(.forbidden, "this page is only for this machine; open it as http://127.0.0.1:PORT/")
    }
    return try await next(request, context)
  }
}

/// Responses of the control plane.
enum Page {
  static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    self.text(text, type: "text/html; charset=utf-8", status: status)
  }

  static func json(_ document: JSONValue) -> Response {
    text(document.text(indent: true) + "\n", type: "application/json")
  }

  static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    headers[.contentSecurityPolicy] =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; "
      + "base-uri 'none'; frame-ancestors 'none'"
    headers[.xContentTypeOptions] = "nosniff"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// What the ledger says: not there, or not able to.
  static func failure(_ error: LedgerError) -> Response {
    switch error {
    case .notFound, .ambiguous, .notAnID: failure(.notFound, error.description)
    case .busy: failure(.serviceUnavailable, error.description)
    default: failure(.internalServerError, error.description)
    }
  }

  static func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
    text(JSONValue.object([("error", .string(message))]).text() + "\n", type: "application/json", status: status)
  }
}
