import Foundation

/// A grid service of the tests: a real HTTP server that speaks Electricity Maps' API v3 and plays the recorded days
/// that come with Dimmer, on the grid clock of the `dimmer serve` that asks it.
///
/// It gives what had been issued by then, each value with its true issue time, and fails or lies when it is told to.
struct ReplayedProvider: Sendable {
  /// What it does with a question.
  enum Manner: String, Sendable, CaseIterable {
    /// Answers.
    case answers
    /// Status 500.
    case fails
    /// Status 200 and a web page.
    case html
    /// All intensities are 0.
    case zero
    /// All intensities are a million.
    case million
    /// The values of another zone.
    case zone
    /// Takes the question and says nothing for as long as it is in this manner.
    case hangs
    /// A byte every now and then.
    case drips
    /// Status 429, to come back in an hour.
    case limits
  }

  let space: Workspace
  let port: Int

  /// How long after its interval's start a value is issued, in seconds.
  static let issueLag = 1200.0
  /// The key that it takes.
  static let key = "k3y-of-the-tests"

  var address: String { "http://127.0.0.1:\(port)/v3" }

  /// Starts it. Until ``follow(_:)`` its clock stands still at `start`.
  static func start(_ space: Workspace, at start: String, manner: Manner = .answers) async throws -> ReplayedProvider {
    guard let python = Programs.system("python3") else {
      throw Programs.Missing(description: "python3 is not on the PATH")
    }
    let generation = "\(Programs.root)/Sources/Measure/Grid/Resources/ciso_generation_2021_03.csv"
    let imported = try await space.dimmer(
      "grid", "import", generation, "--region", "US-CAL-CISO", "--output", "trace.csv")
    guard imported.status == 0 else { throw TookTooLong(description: "the trace: \(imported.error)") }
    try space.write("provider.py", script)
    try space.write("provider.clock", "\(start) 0 0")
    try space.write("provider.manner", manner.rawValue)
    let program = try space.start(
      program: [python, "provider.py", "\(issueLag)", key], environment: ["PYTHONUNBUFFERED": "1"])
    let port = try await eventually("the grid service listens") { () -> Int? in
      guard program.isRunning else { throw TookTooLong(description: "the service ended: \(program.errorText)") }
      return space.text("provider.port").flatMap { Int($0) }
    }
    return ReplayedProvider(space: space, port: port)
  }

  /// What it does from now on.
  func become(_ manner: Manner) throws { try replace("provider.manner", manner.rawValue) }

  /// Sets its clock by that of a `dimmer serve`, never ahead of it.
  func follow(_ serving: Serving) async throws {
    let now = try await HTTPExchange.ask(port: serving.control, "/api/v1/now").document()
    // The answer is older than this moment, so its time is reached.
    try replace(
      "provider.clock",
      "\(try now["grid_time"].text()) \(Date().timeIntervalSince1970) \(try now["grid_speed"].number())")
  }

  /// What it answered: one document for each question.
  var answered: [JSON] {
    (space.text("provider.log") ?? "").split(separator: "\n").compactMap { try? JSON(String($0)) }
  }

  /// The intensities that it plays, by hour, whole grams as the service gives them.
  func trace() throws -> [Date: Double] {
    var values: [Date: Double] = [:]
    for line in (space.text("trace.csv") ?? "").split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      if let value = Double(cells[1]) { values[try Date(String(cells[0]), strategy: .iso8601)] = value.rounded() }
    }
    return values
  }

  /// By way of a new file, so that the server never reads half of it.
  private func replace(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: space.file(name)), options: .atomic)
  }

  private static let script = #"""
    import csv, datetime, http.server, json, os, sys, time, urllib.parse

    lag, key = float(sys.argv[1]), sys.argv[2]
    hour, zone = 3600.0, "US-CAL-CISO"

    def seconds(text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def stamp(moment):
        return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def read(name):
        with open(name) as file:
            return file.read()

    with open("trace.csv") as file:
        trace = {seconds(row["datetime_utc"]): round(float(row["intensity_g_per_kwh"]))
                 for row in csv.DictReader(file) if row["intensity_g_per_kwh"]}

    def now():
        grid, real, speed = read("provider.clock").split()
        return seconds(grid) + max(0.0, (time.time() - float(real)) * float(speed))

    class Service(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_): pass

        def answer(self, status, body, kind="application/json", headers=()):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def document(self, status, value):
            self.answer(status, json.dumps(value).encode())

        def do_GET(self):
            manner = read("provider.manner").strip()
            if manner == "hangs":
                while read("provider.manner").strip() == "hangs":
                    time.sleep(0.05)
                self.close_connection = True
                return
            if manner == "drips":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n")
                try:
                    while read("provider.manner").strip() == "drips":
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.1)
                except OSError:
                    pass
                self.close_connection = True
                return
            if manner == "fails":
                return self.document(500, {"error": "out of order"})
            if manner == "limits":
                return self.answer(429, b"{}", headers=[("Retry-After", "3600")])
            if manner == "html":
                return self.answer(200, b"<!DOCTYPE html><title>Sign in</title>", "text/html")
            if self.headers.get("auth-token") != key:
                return self.document(401, {"error": "Invalid auth-token"})
            path, _, query = self.path.partition("?")
            asked = dict(urllib.parse.parse_qsl(query))
            if asked.get("zone") != zone:
                return self.document(404, {"error": "no such zone"})
            moment = now()
            body = self.values(path.removeprefix("/v3/carbon-intensity/"), asked, moment, manner)
            with open("provider.log", "a") as log:
                log.write(json.dumps({"path": path, "grid_time": stamp(moment), "body": body}) + "\n")
            self.document(200 if body else 404, body or {"error": "no such path"})

        def record(self, start, manner):
            value = {"zero": 0, "million": 1000000}.get(manner, trace[start])
            issued = stamp(start + lag)
            return {"zone": "US-TEX-ERCO" if manner == "zone" else zone, "carbonIntensity": value,
                    "datetime": stamp(start), "updatedAt": issued, "createdAt": issued,
                    "emissionFactorType": "lifecycle", "isEstimated": False, "estimationMethod": None}

        def values(self, kind, asked, moment, manner):
            known = [start for start in sorted(trace) if start + lag <= moment]
            lie = "US-TEX-ERCO" if manner == "zone" else zone
            if kind == "latest":
                return self.record(known[-1], manner)
            if kind == "history":
                return {"zone": lie, "history": [self.record(start, manner) for start in known[-24:]]}
            if kind == "past-range":
                first, last = seconds(asked["start"]), seconds(asked["end"])
                if last - first > 240 * hour:
                    return None
                return {"zone": lie, "data": [self.record(start, manner) for start in known
                                              if first - hour < start < last]}
            if kind == "forecast":
                # From the hour that it is, issued five minutes before the newest value: that hour of the last day that is known.
                rows, first = [], moment // hour * hour
                for lead in range(int(asked.get("horizonHours", 24))):
                    before = first + lead * hour
                    while before > known[-1]:
                        before -= 24 * hour
                    rows.append({"carbonIntensity": trace[before], "datetime": stamp(first + lead * hour)})
                return {"zone": lie, "forecast": rows, "updatedAt": stamp(known[-1] + lag - 300)}
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    with open("provider.part", "w") as file: file.write(str(server.server_port))
    os.rename("provider.part", "provider.port")
    server.serve_forever()
    """#
}
