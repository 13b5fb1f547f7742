import Foundation
import FoundationNetworking
import Testing

/// The page in a real browser (Chromium, headless). `DIMMER_PICTURES=DIR` keeps its pictures to look at.
@Suite("The page in a browser", .enabled(if: Programs.system("chromium") != nil, "no chromium on the PATH"))
struct PageInBrowserTests {
  /// The second day of the built-in trace in two and a half minutes, with variants that nobody asks anything: slow
  /// enough that the trace does not end before a busy machine's browser has looked.
  private static let configuration = """
    gateway: {listen: "127.0.0.1:0"}
    control: {listen: "127.0.0.1:0"}
    grid: {trace: ciso, replay: {start: 2021-03-21T00:00:00Z, speed: 600}}
    models:
      - alias: digits
        floor: 80
        variants:
          - {name: small, url: "http://127.0.0.1:9", quality: 74, energy_per_unit: 1 J}
          - {name: large, url: "http://127.0.0.1:9", quality: 83, energy_per_unit: 9 J}
    """

  /// Starts `dimmer serve` and hands the page's address over once it tells a decision.
  private func onPage(_ body: (Workspace, String) async throws -> Void) async throws {
    try await Workspace.use { workspace in
      try workspace.write("dimmer.yaml", Self.configuration)
      let serve = try workspace.start(
        ["serve", "--config", workspace.file("dimmer.yaml"), "--ready", workspace.file("ready.json")])
      let port = try await eventually("the page listens") { () -> Int? in
        guard serve.isRunning else { throw TookTooLong(description: "serve ended") }
        guard let text = workspace.text("ready.json"), let ready = try? JSON(text) else { return nil }
        return Int(try ready["control_port"].number())
      }
      let page = "http://127.0.0.1:\(port)/"
      try await eventually("a decision is on the page") {
        try await served(page).contains("class=\"why\"")
      }
      try await body(workspace, page)
      serve.signal(SIGTERM)
      #expect(try await serve.end().status == 0)
    }
  }

  private func chromium(_ workspace: Workspace, _ options: [String]) async throws -> Ending {
    let common = [
      try #require(Programs.system("chromium")), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
      "--user-data-dir=\(workspace.file("browser-\(UUID().uuidString)"))",
    ]
    return try await workspace.start(program: common + options).end()
  }

  /// The page as it is sent, before any script could run.
  private func served(_ page: String) async throws -> String {
    let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: page)))
    return String(decoding: data, as: UTF8.self)
  }

  private func dom(of page: String, _ workspace: Workspace, options: [String] = []) async throws -> String {
    try await chromium(workspace, options + ["--dump-dom", page]).output
  }

  @Test("it is whole without JavaScript: grid, reason, chart, requests and runs")
  func withoutScripts() async throws {
    try await onPage { workspace, page in
      let text = try await served(page)
      for part in ["Grid now, US-CAL-CISO", "<svg class=\"chart ", "Latest requests", "Latest runs", "class=\"why\""] {
        #expect(text.contains(part), "\(part) is missing")
      }
      let link = try #require(text.firstMatch(of: /href="(\/explain\/dec_[^"]+)"/)?.1)
      let explanation = try await dom(of: page + link.dropFirst(), workspace)
      #expect(explanation.contains("EIA"), "the decision's page does not reach the source")
    }
  }

  @Test("with JavaScript it follows the grid by itself")
  func live() async throws {
    try await onPage { workspace, page in
      // Virtual time lets the page's two-second timer fire without waiting for it.
      let text = try await dom(of: page, workspace, options: ["--virtual-time-budget=7000"])
      #expect(text.contains("class=\"why\""))
      #expect(text.contains("src=\"/live.js\""))
    }
  }

  @Test(
    "it can be drawn on a phone and on a desk, light and dark",
    arguments: [(390, 1600, "light"), (390, 1600, "dark"), (1200, 1400, "light"), (1200, 1400, "dark")])
  func pictures(width: Int, height: Int, scheme: String) async throws {
    try await onPage { workspace, page in
      let picture = workspace.file("page-\(width)-\(scheme).png")
      let ending = try await chromium(
        workspace,
        [
          "--window-size=\(width),\(height)", "--screenshot=\(picture)",
          "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)", page,
        ])
      #expect(ending.status == 0, "\(ending.error)")
      let bytes = try #require(FileManager.default.contents(atPath: picture))
      // A blank page of this size is under 10 kB as PNG.
      #expect(bytes.count > 20_000)
      if let folder = Programs.environment("DIMMER_PICTURES") {
        try bytes.write(to: URL(fileURLWithPath: "\(folder)/page-\(width)-\(scheme).png"))
      }
    }
  }
}
