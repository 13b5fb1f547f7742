import Foundation
import Testing

@Suite("This machine at /metrics of dimmer serve")
struct MetricsTests {
  /// One line of the page.
  private struct Line {
    let name: String
    let labels: [String: String]
    /// Microjoules for joules.
    let millionths: Decimal
  }

  private static func lines(_ page: String) throws -> [Line] {
    try page.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let space = try #require(line.lastIndex(of: " "))
      let head = line[..<space]
      let name = head.prefix { $0 != "{" }
      let labels = head.matches(of: /([a-z_]+)="([^"]*)"/).map { (String($0.1), String($0.2)) }
      return Line(
        name: String(name), labels: Dictionary(labels) { $1 },
        millionths: try #require(Decimal(string: String(line[line.index(after: space)...]))) * 1_000_000)
    }
  }

  private static func page(_ serving: Serving, _ query: String = "") async throws -> String {
    let answer = try await HTTPExchange.ask(port: serving.control, "/metrics\(query)")
    #expect(answer.status == 200 && answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    return answer.body
  }

  /// The page once the machine was looked at.
  private static func known(_ serving: Serving, read text: String = "dimmer_energy_joules_total{") async throws
    -> String
  {
    try await eventually("the page has '\(text)'") {
      let page = try await page(serving)
      return page.contains(text) ? page : nil
    }
  }

  private static func use(
    _ use: MachineUse = .shared, socket: String? = nil, _ body: (Serving) async throws -> Void
  ) async throws {
    try await Workspace.use(use) { space in
      try await body(try await start(space, socket: socket.map { space.file($0) }))
    }
  }

  private static func start(_ space: Workspace, socket: String?) async throws -> Serving {
    // No request is sent: nothing needs to listen upstream.
    let configuration = Serving.configuration(upstream: 9) + "meter: {period: 1 s, rows: 5}\n"
    return try await Serving.start(
      space, configuration: configuration, environment: socket.map { ["DIMMER_METER_SOCKET": $0] } ?? [:])
  }

  /// Sums of a page: by component what was read, its terms, and by kind what its lines make up.
  private func expectConserved(_ page: String, lines most: Int = 6) throws {
    let lines = try Self.lines(page)
    let sum = { (name: String, labels: [String: String]) in
      lines.filter { line in line.name == name && labels.allSatisfy { line.labels[$0.key] == $0.value } }
        .map(\.millionths).reduce(0, +)
    }
    let components = Set(lines.filter { $0.name == "dimmer_energy_joules_total" }.compactMap { $0.labels["component"] })
    #expect(components.isSuperset(of: ["cpu", "memory"]))
    for component in components {
      let host = sum("dimmer_energy_joules_total", ["component": component])
      #expect(host == sum("dimmer_host_term_joules_total", ["component": component]) && host > 0)
      let attributed = sum("dimmer_host_term_joules_total", ["component": component, "term": "attributed"])
      for kind in ["process", "tree", "container", "group"] {
        let labels = ["component": component, "consumer_kind": kind]
        let parts = sum("dimmer_attributed_joules_total", labels) + sum("dimmer_unlisted_joules", labels)
        #expect(parts == attributed, "\(component) by \(kind): \(parts) of \(attributed)")
      }
    }
    for kind in ["process", "tree", "container", "group"] {
      let ids = Set(lines.filter { $0.labels["consumer_kind"] == kind }.compactMap { $0.labels["consumer"] })
      #expect(ids.count <= most, "the rest is one of them: \(ids)")
    }
  }

  @Test(
    "Parts make up the whole to the microjoule, no counter falls, and scrapes do not make the meter look more often")
  func counters() async throws {
    try await Self.use { serving in
      let burner = try serving.space.start(program: ["sh", "-c", "while :; do :; done"])
      var highest: [String: Decimal] = [:]
      var looks: Set<Decimal> = []
      let first = try await Self.known(serving, read: "consumer=\"\(burner.pid)\"")
      #expect(first.hasPrefix("# dimmer: read by a meter in 'dimmer serve', every 1 s: DIMMER_METER_SOCKET is empty\n"))
      let start = ContinuousClock.now
      for _ in 0..<60 {
        let page = try await Self.page(serving)
        try expectConserved(page)
        for line in try Self.lines(page) {
          if line.name == "dimmer_meter_look_timestamp_seconds" { looks.insert(line.millionths) }
          guard line.name.hasSuffix("_total") else { continue }
          let key = line.name + line.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined()
          #expect(line.millionths >= highest[key] ?? 0, "\(key) fell")
          highest[key] = line.millionths
        }
        try await Task.sleep(for: .milliseconds(50))
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(looks.count >= 2 && Double(looks.count) <= seconds + 2, "\(looks.count) looks in \(seconds) s")
      let burnt = highest.filter { $0.key.contains("consumer=\(burner.pid)") && $0.key.contains("=process") }
      #expect(burnt.contains { $0.key.contains("component=cpu") && $0.value > 0 }, "\(burnt)")
      burner.signalGroup(SIGKILL)
    }
  }

  @Test("The machine's meter reads where it serves; when it dies a meter here goes on, and back again, counts and all")
  func service() async throws {
    try await Workspace.use { space in
      let socket = space.file("m.sock")
      let program = [try Programs.path("dimmer-meter"), "serve", "--socket", socket]
      let meter = try space.start(program: program)
      try await eventually("the meter serves") { FileManager.default.fileExists(atPath: socket) }
      let serving = try await Self.start(space, socket: socket)
      let leased = try await Self.known(serving)
      #expect(leased.hasPrefix("# dimmer: read by the meter at \(socket), every 1 s\n"))
      #expect(leased.contains("dimmer_meter_info{reader=\"service\"} 1"))
      try expectConserved(leased)
      let host = { (page: String) in
        try Self.lines(page).filter { $0.name == "dimmer_energy_joules_total" }.map(\.millionths).reduce(0, +)
      }
      meter.signal(SIGKILL)
      let own = try await Self.known(serving, read: "dimmer_meter_info{reader=\"own\"} 1")
      #expect(own.contains("the meter at \(socket) has gone"))
      try expectConserved(own)
      #expect(try host(own) >= host(leased))
      _ = try space.start(program: program)
      let again = try await Self.known(serving, read: "dimmer_meter_info{reader=\"service\"} 1")
      try expectConserved(again)
      #expect(try host(again) >= host(own))
    }
  }

  @Test(
    "A meter that tells another user their own share only is not gone by, and the page says why",
    .enabled(if: Programs.isRoot && Programs.system("setpriv") != nil, "only root can serve another user"))
  func otherUser() async throws {
    try await Workspace.use { space in
      // The other user reads neither our build nor our folder.
      let folder = "/tmp/dimmer-metrics-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      chmod(folder, 0o777)
      chmod(space.folder, 0o755)
      #expect(try await space.start(program: ["cp", try Programs.path("dimmer"), folder]).end().status == 0)
      let socket = "\(folder)/m.sock"
      _ = try space.start(program: [try Programs.path("dimmer-meter"), "serve", "--socket", socket])
      try await eventually("the meter serves") { FileManager.default.fileExists(atPath: socket) }
      let configuration = Serving.configuration(upstream: 9) + "meter: {period: 1 s}\n"
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/dimmer.yaml"))
      try Data(Serving.series.utf8).write(to: URL(fileURLWithPath: "\(folder)/s.csv"))
      let program = try space.start(
        program: [
          "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "\(folder)/dimmer", "serve", "--ready",
          "ready.json",
        ], environment: ["DIMMER_METER_SOCKET": socket, "DIMMER_DATA_DIR": "\(folder)/data"], folder: folder)
      let ready = try await eventually("dimmer serve listens") { () -> JSON? in
        guard program.isRunning else { throw TookTooLong(description: "it ended: \(program.errorText)") }
        return try? JSON(file: "\(folder)/ready.json")
      }
      let serving = Serving(
        space: space, program: program, gateway: 0, control: Int(try ready["control_port"].number()), activity: "")
      let page = try await Self.known(serving)
      #expect(page.contains("the meter at \(socket) tells other users than root their own share only"))
      #expect(page.contains("dimmer_meter_info{reader=\"own\"} 1"))
      try expectConserved(page, lines: 21)
    }
  }

  @Test("doctor, top and the page name the same sources and parts of the machine")
  func agreement() async throws {
    try await Self.use { serving in
      let lines = try Self.lines(try await Self.known(serving))
      let read = lines.filter { $0.name == "dimmer_energy_joules_total" }
      let doctor = try JSON(try await serving.space.dimmer("doctor", "--json").output)["sources"].array
      for line in read {
        let used = doctor.filter { $0["used"].bool == true && $0["component"].string == line.labels["component"] }
        #expect(line.labels["source"]?.components(separatedBy: " + ") == used.compactMap { $0["name"].string })
      }
      let unknown = lines.filter { $0.name == "dimmer_source_readable" && $0.millionths == 0 }
      for line in unknown where line.labels["source"] == "" {
        #expect(!doctor.contains { $0["used"].bool == true && $0["component"].string == line.labels["component"] })
      }
      let top = try JSON(try await serving.space.dimmer("top", "--json", "--period", "300ms").output)
      let parts = top["rows"].array.reduce(into: Set<String>()) { $0.formUnion($1["components"].keys) }
      #expect(parts == Set(read.compactMap { $0.labels["component"].map { "\($0)_microjoules" } }))
    }
  }

  @Test(
    "promtool finds nothing to say against Dimmer's names and Kepler's",
    .enabled(if: Programs.system("promtool") != nil, "'scripts/setup.sh test' installs Prometheus"),
    arguments: ["", "?names=kepler"])
  func promtool(_ query: String) async throws {
    try await Self.use { serving in
      // Of one that took a line and ended, so that every family is on the page.
      let burner = try serving.space.start(program: ["sh", "-c", "while :; do :; done"])
      _ = try await Self.known(serving, read: "consumer=\"\(burner.pid)\"")
      burner.signalGroup(SIGKILL)
      _ = try await Self.known(serving, read: "dimmer_unlisted_joules{")
      let page = try await Self.page(serving, query)
      #expect(page.contains("kepler_node_cpu_joules_total{") == query.contains("kepler"))
      let file = try serving.space.write("page.txt", page)
      let promtool = try #require(Programs.system("promtool"))
      let ending = try await serving.space.start(program: [promtool, "check", "metrics"], input: file).end()
      #expect(ending.status == 0 && ending.error.isEmpty && ending.output.isEmpty, "\(ending.error) \(ending.output)")
    }
  }

  @Test(
    "A Prometheus server scrapes it, Scaphandre's and Kepler's names too, and answers in joules and watts",
    .enabled(if: Programs.system("prometheus") != nil, "'scripts/setup.sh test' installs Prometheus"))
  func prometheus() async throws {
    try await Self.use { serving in
      let space = serving.space
      try space.write(
        "prometheus.yml",
        """
        scrape_configs:
          - job_name: dimmer
            scrape_interval: 1s
            scrape_timeout: 1s
            params: {names: [kepler, scaphandre]}
            static_configs: [{targets: ["127.0.0.1:\(serving.control)"]}]
        """)
      let port = try freePort()
      let server = try space.start(program: [
        try #require(Programs.system("prometheus")), "--config.file=\(space.file("prometheus.yml"))",
        "--storage.tsdb.path=\(space.file("tsdb"))", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
      ])
      let ask = { (query: String) async throws -> [JSON] in
        let text = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        guard server.isRunning else { throw TookTooLong(description: "prometheus ended: \(server.errorText)") }
        guard let answer = try? await HTTPExchange.ask(port: port, "/api/v1/query?query=\(text)"), answer.status == 200
        else { return [] }
        return try answer.document()["data"]["result"].array
      }
      try await eventually("four scrapes that went well") {
        try await !ask(#"count_over_time(dimmer_energy_joules_total{component="cpu"}[2m]) >= 4"#).isEmpty
      }
      #expect(try await ask(#"up{job="dimmer"} == 1"#).count == 1)
      let watts = try await eventually("a power") { try await ask("rate(dimmer_energy_joules_total[1m]) > 0").first }
      #expect(watts["metric"]["component"].string != nil)
      let apart = """
        abs(sum by (component) (dimmer_host_term_joules_total) - sum by (component) (dimmer_energy_joules_total)) > 1e-5
        """
      #expect(try await ask(apart).isEmpty)
      for name in ["kepler_node_cpu_joules_total", "kepler_process_cpu_joules_total", "scaph_host_energy_microjoules"] {
        #expect(try await !ask(name).isEmpty, "\(name)")
      }
      let both = try await ask("scaph_host_energy_microjoules / 1e6 - on() sum(kepler_node_cpu_joules_total)")
      #expect(try abs(#require(both.first?["value"][1].string.flatMap(Double.init))) < 1e-3)
    }
  }
}
