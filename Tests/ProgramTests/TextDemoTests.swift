import Foundation
import Testing

@Suite(
  "dimmer demo text", .serialized, .tags(.demo),
  .enabled(if: Programs.environment("DIMMER_SKIP_DEMO") == nil, "DIMMER_SKIP_DEMO is set"))
struct TextDemoTests {
  /// Where the demo's Python environment is kept between runs: `DIMMER_DEMO_DIR`, else the repository.
  private static let home = Programs.environment("DIMMER_DEMO_DIR") ?? Programs.root

  @Test("Two days of summaries: much carbon is saved and the mean ROUGE promised is kept")
  func whole() async throws {
    try await Workspace.use(.aloneAndLast) { space in
      let ending = try await demo(space, [])
      #expect(ending.status == 0, "\(ending.error)")
      let summary = try JSON(file: space.file("demo.json"))
      expectContractOfFigures(summary, methods: try await space.methods())
      try expectWork(summary)
      try expectSavings(summary)
      try await expectSameSavings(summary, space)
      #expect(ending.output.contains("US-CAL-CISO") && ending.output.contains("not served"))
      let report = try #require(space.text("demo.html"))
      #expect(report.contains("<svg") && report.contains("ROUGE"))
      for figure in summary.figures() {
        let id = try #require(figure.figure["id"].string, "\(figure.path)")
        #expect(try await space.dimmer("explain", id).status == 0, "\(figure.path): \(id)")
      }
      #expect(ProcessEntry.naming(space.folder).isEmpty, "processes were left")
    }
  }

  private func expectWork(_ summary: JSON) throws {
    #expect(summary["failed"].int == 0)
    #expect(try summary["requests"].number() >= 48)
    #expect(summary["summaries"].int == summary["requests"].int)
    #expect(try summary["rouge_se"].number() > 0)
    #expect(
      try summary["rouge"].number() + 2 * summary["rouge_se"].number() >= summary["floor"].number(),
      "the ROUGE served is below the floor")
    let variants = summary["variants"].array
    #expect(variants.count >= 4)
    for variant in variants {
      #expect(try variant["joules_per_summary"]["value"].number() > 0)
      #expect(try variant["rouge_low"].number() <= variant["rouge"].number())
    }
    // Those that a busy machine answered after the two days were over belong to no hour of them, and are told apart.
    let counted = variants.compactMap { $0["summaries"].int }.reduce(0, +)
    #expect(try counted + (#require(summary["late"].int)) == #require(summary["summaries"].int))
  }

  private func expectSavings(_ summary: JSON) throws {
    let grams = { (name: String) in try summary["\(name)_grams"]["value"].number() }
    #expect(try grams("actual") < grams("always_best"))
    #expect(try grams("clairvoyant") <= grams("actual") * (1 + 1e-9))
    // Few requests an hour deal unevenly: how far the clairvoyant is below is told, and is no promise.
    #expect(try summary["regret_percent"].number() >= 0)
    #expect(try summary["saved_percent"].number() >= 20)
    #expect(
      try abs(
        summary["saved_percent"].number() - summary["sizing_percent"].number() - summary["timing_percent"].number())
        < 1e-9)
    #expect(summary["decisions_replayed_equal"].int == summary["decisions"].int)
    let rules = summary["not_served"].array
    #expect(rules.count == 2)
    let cheapest = try #require(rules.last)
    #expect(try cheapest["quality_lost"].number() > summary["floor"].number() - cheapest["mean_quality"].number())
    #expect(try cheapest["carbon_grams"]["value"].number() < grams("actual"))
  }

  @Test(
    "An upstream's models are listed, metered by the process that serves them, and switched; that process is left alone"
  )
  func upstream() async throws {
    try await Workspace.use(.aloneAndLast) { space in
      let (server, port) = try await startedServer(space)
      let options = [
        "--upstream", "http://localhost:\(port)/v1", "--models", "lead,restarts-4,restarts-20", "--bulletins", "8",
        "--hours", "2",
      ]
      let ending = try await demo(space, options)
      #expect(ending.status == 0, "\(ending.error)")
      let summary = try JSON(file: space.file("demo.json"))
      #expect(summary["variants"].array.compactMap { $0["name"].string } == ["lead", "restarts-4", "restarts-20"])
      #expect(summary["failed"].int == 0)
      let notes = summary["notes"].array.compactMap(\.string)
      #expect(notes.contains { $0.contains("that of process \(server.pid) ") }, "\(notes)")
      #expect(server.isRunning, "the demo ended a server that is not its own")
      let wrong = try await demo(
        space, ["--upstream", "http://127.0.0.1:\(port)", "--models", "lead,gone", "--hours", "1"])
      #expect(wrong.status == 69 && wrong.error.contains("has no model 'gone'"), "\(wrong.error)")
    }
  }

  @Test("A calibration that fails is on record as failed, with the reason")
  func failedCalibration() async throws {
    try await Workspace.use(.aloneAndLast) { space in
      let (_, port) = try await startedServer(space)
      let ending = try await demo(
        space, ["--upstream", "http://127.0.0.1:\(port)", "--models", "lead", "--bulletins", "8"])
      #expect(ending.status == 69 && ending.error.contains("switching needs two at least"), "\(ending.error)")
      let id = try #require(ending.error.firstMatch(of: /dimmer explain (cal_[0-9a-z]+)/)?.1, "\(ending.error)")
      let told = try await space.dimmer("explain", String(id))
      #expect(told.status == 0, "\(told.error)")
      #expect(told.output.contains("failed") && told.output.contains("switching needs two at least"), "\(told.output)")
    }
  }

  /// The summarisers' own server, standing for somebody's: what it serves is what the demo unpacked before.
  private func startedServer(_ space: Workspace) async throws -> (server: StartedProgram, port: Int) {
    let script = "\(Programs.root)/Sources/Programs/dimmer/Demo/Resources/text_server.py"
    let server = try space.start(program: ["\(Self.home)/.venv/bin/python", script, "--port", "0"])
    var port: Int?
    try await eventually("the server listens", within: .seconds(60)) {
      guard server.isRunning else { throw TookTooLong(description: "the server ended: \(server.errorText)") }
      port = (try? JSON(file: server.outputPath))?["port"].int
      return port != nil
    }
    return (server, try #require(port))
  }

  struct Refusal: Sendable {
    let options: [String]
    let status: Int32
  }

  @Test(
    "An upstream that can not be metered or understood is refused at once",
    arguments: [
      Refusal(options: ["--upstream", "https://models.example:443"], status: 64),
      Refusal(options: ["--upstream", "http://10.0.0.7:8000"], status: 64),
      Refusal(options: ["--upstream", "http://127.0.0.1:9/v2"], status: 64),
      Refusal(options: ["--models", "lead"], status: 64), Refusal(options: ["--bulletins", "3"], status: 64),
      Refusal(options: ["--upstream", "http://127.0.0.1:9"], status: 69),
    ])
  func refused(_ refusal: Refusal) async throws {
    try await Workspace.use { space in
      let ending = try await demo(space, refusal.options)
      #expect(ending.status == refusal.status, "\(ending.error)")
    }
  }

  @Test("Without network the message says what is missing and where the log is")
  func noNetwork() async throws {
    try await Workspace.use { space in
      let ending = try await space.start(
        ["demo", "text", "--venv", space.file("venv")],
        environment: ["PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"]
      ).end(within: .seconds(300))
      #expect(ending.status == 69, "\(ending.error)")
      #expect(ending.error.contains("is the network there?") && ending.error.contains("python.log"))
    }
  }

  @Test("Ended in the middle it leaves no process", arguments: [SIGINT, SIGTERM, SIGKILL])
  func ended(_ number: Int32) async throws {
    try await Workspace.use(.aloneAndLast) { space in
      let demo = try space.start(
        ["demo", "text", "--hours", "2", "--html", space.file("demo.html")], folder: Self.home)
      let stage = number == SIGKILL ? "watch it live" : "measuring"
      try await eventually("the demo says '\(stage)'", within: .seconds(1200)) {
        guard demo.isRunning else { throw TookTooLong(description: "the demo ended: \(demo.errorText)") }
        return demo.errorText.contains(stage)
      }
      demo.signal(number)
      let ending = try await demo.end()
      #expect(number == SIGKILL ? ending.signal == SIGKILL : ending.status == 128 + number, "\(ending.error)")
      try await eventually("no process is left", within: .seconds(60)) { ProcessEntry.naming(space.folder).isEmpty }
    }
  }

  private func demo(_ space: Workspace, _ options: [String]) async throws -> Ending {
    let files = ["--summary", space.file("demo.json"), "--html", space.file("demo.html")]
    return try await space.start(["demo", "text"] + files + options, folder: Self.home).end(within: .seconds(1800))
  }
}
