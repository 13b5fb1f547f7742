import Foundation
import Testing

@Suite("dimmer serve when things go wrong, and how it ends")
struct ServeEndingTests {
  @Test(
    "A configuration that is wrong ends with 78 and file:line",
    arguments: [
      ("models:\n  - alias: chat\n    floor: 80\n    varients: []\n", "dimmer.yaml:4", "variants"),
      ("gateway: {listen: \"0.0.0.0:8080\"}\nmodels: []\n", "dimmer.yaml:1", "loopback"),
      ("control: {listen: \"192.168.1.4:8081\"}\nmodels: []\n", "dimmer.yaml:1", "loopback"),
      ("gateway: {listen: \"[::]:8080\"}\nmodels: []\n", "dimmer.yaml:1", "loopback"),
      ("gateway: {listen: nowhere}\nmodels: []\n", "dimmer.yaml:1", "HOST:PORT"),
      ("models:\n  - alias: chat\n    floor: 101\n    variants: []\n", "dimmer.yaml:3", "floor"),
      (
        "models:\n  - alias: chat\n    floor: 80\n    variants:\n      - {name: a, url: \"ftp://x\"}\n",
        "dimmer.yaml:5", "http://"
      ),
      ("models: [\n", "dimmer.yaml:", "YAML"), ("", "dimmer.yaml", "empty"), ("pue: 1.2\n", "dimmer.yaml", "models"),
      ("pue: 0.4\nmodels: []\n", "dimmer.yaml:1", "pue"),
    ])
  func configuration(_ yaml: String, _ place: String, _ named: String) async throws {
    try await Workspace.use { space in
      try space.write("dimmer.yaml", yaml)
      for command in [["serve"], ["config", "check"]] {
        let ending = try await space.start(command).end()
        #expect(ending.status == 78, "\(command): \(ending.error)")
        #expect(ending.error.contains(place) && ending.error.contains(named), "\(command): \(ending.error)")
      }
    }
  }

  @Test("A configuration file that is not there ends with 66, a series that is not there too, a wrong column with 65")
  func missingFiles() async throws {
    try await Workspace.use { space in
      #expect(try await space.dimmer("serve", "--config", "absent.yaml").status == 66)
      try space.write("dimmer.yaml", Serving.configuration(upstream: 9))
      let noSeries = try await space.dimmer("serve")
      #expect(noSeries.status == 66 && noSeries.error.contains("s.csv"), "\(noSeries.error)")
      try space.write("s.csv", Serving.series.replacingOccurrences(of: "intensity_g_per_kwh", with: "intensity"))
      let noColumn = try await space.dimmer("serve")
      #expect(noColumn.status == 65 && noColumn.error.contains("intensity_g_per_kwh"), "\(noColumn.error)")
    }
  }

  @Test("A configuration without calibrations and energies says what is missing")
  func noCalibration() async throws {
    try await Workspace.use { space in
      try space.write(
        "dimmer.yaml",
        """
        models:
          - alias: chat
            floor: 80
            variants: [{name: small, url: "http://127.0.0.1:9"}]

        """)
      let ending = try await space.dimmer("serve")
      #expect(ending.status == 78)
      #expect(ending.error.contains("small") && ending.error.contains("quality"), "\(ending.error)")
    }
  }

  @Test("A port that is in use ends with 69 and names it", arguments: ["gateway", "control"])
  func portInUse(_ which: String) async throws {
    try await Serving.use { serving in
      let taken = which == "gateway" ? serving.gateway : serving.control
      let other = serving.space.file("other.yaml")
      let yaml = Serving.configuration(upstream: 9)
        .replacingOccurrences(
          of: "\(which): {listen: \"127.0.0.1:0\"}", with: "\(which): {listen: \"127.0.0.1:\(taken)\"}")
      try Data(yaml.utf8).write(to: URL(fileURLWithPath: other))
      let ending = try await serving.space.dimmer("serve", "--config", other)
      #expect(ending.status == 69, "\(ending.error)")
      #expect(ending.error.contains("in use"), "\(ending.error)")
    }
  }

  @Test("When no variant answers, the caller gets 503 with Retry-After, and the failure is recorded")
  func deadVariants() async throws {
    try await Workspace.use { space in
      let (upstream, port) = try await Serving.startUpstream(space)
      let serving = try await Serving.start(space, configuration: Serving.configuration(upstream: port))
      #expect(try await serving.infer("chat").status == 200)
      upstream.signalGroup(SIGKILL)
      _ = try await upstream.end()
      let answer = try await serving.chat("chat")
      #expect(answer.status == 503 || answer.status == 502, "\(answer.status)")
      #expect(answer.headers["retry-after"] != nil)
      #expect(try answer.document()["error"]["type"].string == "server_error")
      let record = try await serving.record(of: try #require(answer.headers["dimmer-request-id"]))
      #expect(record["status"].int == answer.status)
      #expect(try await HTTPExchange.ask(port: serving.control, "/").status == 200)
    }
  }

  @Test("When one variant's server is away, the other answers under the alias")
  func fallback() async throws {
    try await Workspace.use { space in
      let (_, port) = try await Serving.startUpstream(space)
      let yaml = Serving.configuration(upstream: port, policy: "always-best")
        .replacingOccurrences(
          of: "{name: large, url: \"http://127.0.0.1:\(port)\"", with: "{name: large, url: \"http://127.0.0.1:9\"")
      let serving = try await Serving.start(space, configuration: yaml)
      let answer = try await serving.infer("chat")
      #expect(answer.status == 200 && answer.headers["dimmer-variant"] == "small", "\(answer)")
      let record = try await serving.record(of: try #require(answer.headers["dimmer-request-id"]))
      #expect(record["why"].string == "fallback")
      // Asked for by its own name, it is not replaced.
      #expect(try await serving.infer("large").status == 503)
    }
  }

  @Test("SIGTERM and SIGINT end it with status 0, the record closed and no child left", arguments: [SIGTERM, SIGINT])
  func graceful(_ number: Int32) async throws {
    try await Serving.use { serving in
      let id = try #require(try await serving.infer("chat").headers["dimmer-request-id"])
      serving.program.signal(number)
      let ending = try await serving.program.end()
      #expect(ending.status == 0, "\(ending.error)")
      // What was answered last is written before the end.
      #expect(try await serving.space.dimmer("explain", id).status == 0)
      let explained = try await serving.space.dimmer("explain", serving.activity).output
      #expect(explained.contains("done"), "\(explained)")
      #expect(ProcessEntry.naming(serving.space.folder).filter { $0.command.contains("dimmer") }.isEmpty)
    }
  }

  @Test("After SIGKILL the ledger opens, what was recorded is there, and serve starts again")
  func killed() async throws {
    try await Serving.use { serving in
      let id = try #require(try await serving.infer("chat").headers["dimmer-request-id"])
      _ = try await serving.record(of: id)
      for _ in 0..<20 { _ = try await serving.infer("chat") }
      serving.program.signal(SIGKILL)
      _ = try await serving.program.end()
      let explained = try await serving.space.dimmer("explain", id)
      #expect(explained.status == 0 && explained.output.contains("operational-carbon@1"), "\(explained.error)")
      // The record says that nobody saw it end.
      let told = try await serving.space.dimmer("explain", serving.activity).output
      #expect(told.contains("not observed after"), "\(told)")
      let yaml = try #require(serving.space.text("dimmer.yaml"))
      let again = try await Serving.start(serving.space, configuration: yaml)
      #expect(try await again.infer("chat").status == 200)
      let page = try await HTTPExchange.ask(port: again.control, "/")
      #expect(page.status == 200)
      // One that is alive is left alone by the commands that look.
      let alive = try await serving.space.dimmer("explain", again.activity).output
      #expect(alive.contains("running"), "\(alive)")
    }
  }
}
