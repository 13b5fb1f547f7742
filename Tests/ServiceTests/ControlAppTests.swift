import Factors
import Gateway
import Grid
import HTTPTypes
import Hummingbird
import Ledger
import LedgerSQLite
import Metering
import Methods
import NIOCore
import NIOEmbedded
import Quantities
import Reporting
import Synchronization
import Telemetry
import Testing

@testable import Service

/// The control plane's routes over a real ledger, asked without a socket.
struct ControlBench: Sendable {
  struct Answer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: String
  }

  var app: ControlApp

  init(_ store: any LedgerStore, serving: ActivityID?, now: Timestamp = at("2021-03-20T12:30:00Z")) {
    let loader = DashboardLoader(store: store, serving: serving, gridNow: { now }, clockText: "replay <1440x>")
    app = ControlApp(loader: loader, store: store) { ["grid_time": .time(now), "dropped": 0] }
  }

  func get(_ path: String, host: String = "127.0.0.1:8081", method: HTTPRequest.Method = .get) async throws -> Answer {
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: host, path: path),
      body: RequestBody(buffer: ByteBuffer()))
    let context = BasicRequestContext(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: silent))
    let response = try await app.router().buildResponder().respond(to: request, context: context)
    let collector = Collector()
    try await response.body.write(collector)
    return Answer(status: response.status, headers: response.headers, body: collector.text.withLock { $0 })
  }

  private final class Collector: ResponseBodyWriter, Sendable {
    let text = Mutex("")
    func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}

@Suite("The page and its API")
struct ControlAppTests {
  private let day = at("2021-03-20")

  /// A serve with decisions, requests (one of them failed) and a run called `<script>`.
  private func filled(_ folder: TemporaryFolder) async throws -> (
    store: SQLiteLedger, bench: LoopBench, request: RequestRecord
  ) {
    let store = try folder.ledger()
    let bench = try await LoopBench(
      store: store, provider: TraceProvider(try cisoTrace()), start: day + .hours(10))
    await bench.live(hours: 2)
    let decision = try #require(try await bench.decisions().last)
    let energy = RequestEnergy.estimate(bench.model.variants[0], units: 4)
    let make = { (status: Int, carbon: Carbon?) in
      RequestRecord(
        id: IdentifierSource().next(.request), activity: bench.activity, alias: "digits", variant: "small",
        decisionID: decision.id, received: at("2026-01-01"), grid: decision.grid, durationMicroseconds: 900,
        status: status, protocolName: "kserve-infer", units: status == 200 ? 4 : nil,
        energy: status == 200 ? energy : nil, carbon: carbon, why: "price")
    }
    let request = make(200, .grams(0.0003))
    try await store.append([request, make(502, nil)])
    var run = Activity(
      id: IdentifierSource().next(.run), name: "<script>alert(1)</script>", status: .done, started: day)
    run.ended = day + .seconds(3)
    try await store.commit(
      LedgerEntry(
        activity: run,
        figures: [
          FigureRecord(
            run.id, .carbon, of: Carbon.self, label: "carbon & \"more\"", unknownBecause: "no <region> was given")
        ]))
    return (store, bench, request)
  }

  @Test("the board is a page for each address, with near names for what is not known, and the same as JSON")
  func comparing() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    var bench = ControlBench(store, serving: nil)
    bench.app.comparing = CompareAnswers(tables: try FactorTables.embedded(), store: store, grid: nil)
    let start = try await bench.get("/compare")
    #expect(start.status == .ok && markupProblem(start.body) == nil, "\(markupProblem(start.body) ?? "")")
    let query = "task=chat&model=Llama+3.1+8B&model=Llama%203.3%2070B&region=DE&region=FR&sort=carbon&max_latency="
    let page = try await bench.get("/compare?\(query)")
    #expect(page.status == .ok && markupProblem(page.body) == nil, "\(markupProblem(page.body) ?? "")")
    #expect(page.body.contains("<ol class=\"board\"") && !page.body.contains("<script"))
    let document = try await bench.get("/api/v1/compare?\(query)")
    #expect(document.status == .ok && document.body.contains("\"carbon_versus_typical\""))
    let unknown = try await bench.get("/compare?task=chat&model=Lama%203.1&region=%3Cb%3E")
    #expect(unknown.status == .badRequest && unknown.body.contains("did you mean"))
    #expect(unknown.body.contains("&lt;b&gt;") && markupProblem(unknown.body) == nil)
    #expect(try await bench.get("/api/v1/compare?task=chta").status == .badRequest)
  }

  @Test("the first page shows grid, decision, requests and runs, well-formed, with every text escaped")
  func page() async throws {
    let folder = try TemporaryFolder()
    let (store, bench, request) = try await filled(folder)
    let answer = try await ControlBench(store, serving: bench.activity).get("/")
    #expect(answer.status == .ok)
    #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
    #expect(markupProblem(answer.body) == nil)
    #expect(!answer.body.contains("<script>"))
    #expect(answer.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(answer.body.contains("replay &lt;1440x&gt;"))
    let decision = try #require(try await bench.decisions().last)
    for text in [
      "/explain/\(decision.id)", "/explain/\(request.id).carbon", "Grid now, US-CAL-CISO", "<svg",
      "Saved, last 48 hours",
    ] {
      #expect(answer.body.contains(text), "\(text)")
    }
    let part = try await ControlBench(store, serving: bench.activity).get("/now")
    #expect(answer.body.contains(part.body), "what the live script fetches is the page's main part")
  }

  @Test("an empty ledger has a page, and no 0 for what nobody knows")
  func empty() async throws {
    let folder = try TemporaryFolder()
    let answer = try await ControlBench(try folder.ledger(), serving: nil).get("/")
    #expect(answer.status == .ok && markupProblem(answer.body) == nil)
    for text in [
      "nothing is being served", "No decision has been made yet", "No request has come in yet", "Nothing to draw yet",
    ] {
      #expect(answer.body.contains(text), "\(text)")
    }
  }

  @Test("requests without known carbon are shown as unknown, not as none, and no saving is claimed")
  func unknownCarbon() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await LoopBench(store: store, provider: nil, start: day + .hours(12))
    await bench.live(hours: 1)
    try await store.append([
      RequestRecord(
        id: IdentifierSource().next(.request), activity: bench.activity, alias: "digits", variant: "small",
        received: day, grid: day + .hours(12), durationMicroseconds: 900, status: 200, protocolName: "kserve-infer",
        units: 4, energy: RequestEnergy.estimate(bench.model.variants[0], units: 4), why: "price")
    ])
    let answer = try await ControlBench(store, serving: bench.activity).get("/")
    #expect(markupProblem(answer.body) == nil)
    #expect(
      answer.body.contains("<span>Carbon of requests</span><b>unknown</b><span>not known of 1 answered requests</span>")
    )
    #expect(answer.body.contains("no region is configured"))
    #expect(!answer.body.contains("Saved"))
    #expect(answer.body.contains(">unknown</a>"), "the request's own carbon")
  }

  @Test("a calibration of a model that is no longer offered is no baseline")
  func offered() async throws {
    let folder = try TemporaryFolder()
    let (store, bench, _) = try await filled(folder)
    let before = try await ControlBench(store, serving: bench.activity).get("/now").body
    try await store.commit(LedgerEntry(variants: [.sample("huge", quality: 99, perUnit: 1e6)]))
    let after = try await ControlBench(store, serving: bench.activity).get("/now").body
    #expect(before == after)
  }

  @Test("explanations of runs, figures, requests, decisions, grid values and variants are pages and JSON")
  func explanations() async throws {
    let folder = try TemporaryFolder()
    let (store, bench, request) = try await filled(folder)
    let control = ControlBench(store, serving: bench.activity)
    let decision = try #require(try await bench.decisions().last)
    let run = try #require(try await store.latest(.run).first)
    let ids = [
      "\(run.id)", "\(run.id).carbon", "\(request.id)", "\(request.id).carbon", "\(decision.id)",
      "\(try #require(decision.signalID))", "\(bench.model.variants[0].id)", "\(bench.activity)",
    ]
    for id in ids {
      let page = try await control.get("/explain/\(id)")
      #expect(page.status == .ok, "\(id)")
      #expect(markupProblem(page.body) == nil, "\(id)")
      #expect(!page.body.contains("<script>"))
      let json = try await control.get("/api/v1/explain/\(id)")
      #expect(json.status == .ok && json.headers[.contentType] == "application/json")
      #expect(json.body.contains("\"id\": \"\(id)\""))
    }
    #expect(try await control.get("/explain/\(request.id).carbon").body.contains("\(try #require(decision.signalID))"))
    #expect(try await control.get("/explain/\(run.id)").body.contains("no &lt;region&gt; was given"))
  }

  @Test(
    "what is not there is 404 with a JSON error, whatever the text",
    arguments: [
      "/explain/run_01k00000000000000000000000", "/explain/nonsense", "/api/v1/explain/sig_", "/explain/%3Cscript%3E",
      "/dimmer/v1/requests/req_01k00000000000000000000000", "/dimmer/v1/requests/nonsense",
    ])
  func missing(path: String) async throws {
    let folder = try TemporaryFolder()
    let answer = try await ControlBench(try folder.ledger(), serving: nil).get(path)
    #expect(answer.status == .notFound)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.body.hasPrefix("{\"error\":"))
    #expect(!answer.body.contains("<"))
  }

  @Test("a caller can look up its request")
  func request() async throws {
    let folder = try TemporaryFolder()
    let (store, bench, request) = try await filled(folder)
    let answer = try await ControlBench(store, serving: bench.activity).get("/dimmer/v1/requests/\(request.id)")
    #expect(answer.status == .ok)
    for text in ["\"variant\": \"small\"", "\"id\": \"\(request.id).carbon\"", "\"units\": 4", "\"status\": 200"] {
      #expect(answer.body.contains(text), "\(text)")
    }
  }

  @Test("the state now is JSON, the live script is one, and both are never cached")
  func now() async throws {
    let folder = try TemporaryFolder()
    let control = ControlBench(try folder.ledger(), serving: nil)
    let state = try await control.get("/api/v1/now")
    #expect(state.body == "{\n  \"grid_time\": \"2021-03-20T12:30:00Z\",\n  \"dropped\": 0\n}\n")
    let script = try await control.get("/live.js")
    #expect(script.headers[.contentType] == "text/javascript; charset=utf-8")
    #expect(script.body == DashboardPage.liveScript)
    for answer in [state, script] { #expect(answer.headers[.cacheControl] == "no-store") }
  }

  @Test(
    "a request that names another host is refused, so that no page elsewhere reads the record",
    arguments: [
      "evil.example", "evil.example:8081", "127.0.0.1.evil.example", "192.168.1.4:8081", "", "[::2]:8081",
    ])
  func foreignHost(host: String) async throws {
    let folder = try TemporaryFolder()
    let control = ControlBench(try folder.ledger(), serving: nil)
    for path in ["/", "/api/v1/now", "/live.js"] {
      #expect(try await control.get(path, host: host).status == .forbidden, "\(path)")
    }
  }

  @Test(
    "this machine's own names are let in",
    arguments: ["127.0.0.1:8081", "localhost:8081", "localhost", "[::1]:8081", "[::1]"])
  func ownHost(host: String) async throws {
    let folder = try TemporaryFolder()
    #expect(try await ControlBench(try folder.ledger(), serving: nil).get("/", host: host).status == .ok)
  }

  @Test(
    "every answer forbids scripts from elsewhere, framing and guessing of types",
    arguments: ["/", "/explain/x", "/live.js"])
  func policy(path: String) async throws {
    let folder = try TemporaryFolder()
    let answer = try await ControlBench(try folder.ledger(), serving: nil).get(path)
    let policy = try #require(answer.headers[.contentSecurityPolicy])
    for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
      #expect(policy.contains(rule), "\(rule)")
    }
    #expect(answer.headers[.xContentTypeOptions] == "nosniff")
  }

  @Test("nothing can be changed through it", arguments: [HTTPRequest.Method.post, .put, .delete])
  func readOnly(method: HTTPRequest.Method) async throws {
    let folder = try TemporaryFolder()
    let control = ControlBench(try folder.ledger(), serving: nil)
    for path in ["/", "/api/v1/now", "/explain/x"] {
      #expect(try await control.get(path, method: method).status == .notFound, "\(path)")
    }
  }

  @Test("a ledger that fails is an error in words, not an empty page")
  func damaged() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    try store.close()
    let answer = try await ControlBench(store, serving: nil).get("/")
    #expect(answer.status == .internalServerError || answer.status == .serviceUnavailable)
    #expect(answer.body.hasPrefix("{\"error\":"))
  }

  @Test("the machine's figures are a page for Prometheus, with other exporters' names when they are asked for")
  func metrics() async throws {
    let folder = try TemporaryFolder()
    var bench = ControlBench(try folder.ledger(), serving: nil)
    #expect(try await bench.get("/metrics").status == .notFound)
    bench.app.metrics = { names in "# names \(names.map { "\($0.rawValue)" } ?? "as configured")\n" }
    let plain = try await bench.get("/metrics")
    #expect(plain.status == .ok && plain.body == "# names as configured\n")
    #expect(plain.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(try await bench.get("/metrics?names=kepler").body == "# names 1\n")
    #expect(try await bench.get("/metrics?names=kepler,scaphandre").body == "# names 3\n")
    #expect(try await bench.get("/metrics?names=kepler&names=scaphandre").body == "# names 3\n")
    #expect(try await bench.get("/metrics?names=").body == "# names 0\n")
    let wrong = try await bench.get("/metrics?names=kepler,zeus")
    #expect(wrong.status == .badRequest && wrong.body.contains("known are kepler, scaphandre"))
    #expect(try await bench.get("/metrics", host: "evil.example").status == .forbidden)
  }
}
