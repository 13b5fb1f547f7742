import Foundation
import Testing

@Suite("dimmer config check, the price, and a serve that is started again")
struct ConfigCheckTests {
  @Test("The ladder is reviewed, what timing is worth is told, a missing key is named by its place; nothing is made")
  func check() async throws {
    try await Workspace.use { space in
      try space.write("s.csv", Serving.series)
      try space.write(
        "dimmer.yaml",
        """
        grid: {region: US-CAL-CISO, series: s.csv, column: intensity_g_per_kwh}
        models:
          - alias: vision
            floor: 83
            variants:
              - {name: B3, url: "http://127.0.0.1:9", quality: 81.528, energy_per_unit: 0.29 J, api_key_env: NO_SUCH_KEY}
              - {name: B4, url: "http://127.0.0.1:9", quality: 81, energy_per_unit: 0.41 J}
              - {name: B7, url: "http://127.0.0.1:9", quality: 84.582, energy_per_unit: 2.05 J}
          - alias: later
            floor: 50
            variants: [{name: x, url: "http://127.0.0.1:9"}]

        """)
      let ending = try await space.dimmer("config", "check")
      #expect(ending.status == 0, "\(ending.error)")
      for words in [
        "dimmer.yaml is fine: 2 alias(es), 4 variant(s)", "not ready: the key of variant 'B3' is missing",
        "vision: B4 is not used: B3 is at least as good", "vision: Gap between B3 and B7",
        "vision: B3 and B7 are far apart", "vision: Timing is worth", "later: not reviewed, because variant 'x'",
      ] { #expect(ending.output.contains(words), "'\(words)' is not in: \(ending.output)") }
      #expect(!FileManager.default.fileExists(atPath: space.dataFolder), "a check makes no ledger")
    }
  }

  @Test("Asked, the model servers tell what they take: one that does not is named, and a check goes on without it")
  func ask() async throws {
    try await Workspace.use { space in
      let (_, port) = try await Serving.startUpstream(space)
      try space.write("s.csv", Serving.series)
      try space.write("dimmer.yaml", Serving.configuration(upstream: port))
      let ending = try await space.dimmer("config", "check", "--ask")
      #expect(ending.status == 0, "\(ending.error)")
      #expect(ending.output.contains("chat: The metadata of 'small' cannot be read"), "\(ending.output)")
      try space.write("dimmer.yaml", Serving.configuration(upstream: 9))
      let away = try await space.dimmer("config", "check", "--ask")
      #expect(away.status == 0 && away.output.contains("chat: 'small' did not tell what it takes"), "\(away.output)")
    }
  }

  @Test("The price in force is told with each step's cost and worth; what was found about the alias stands in now")
  func price() async throws {
    try await Serving.use { serving in
      let answer = try await eventually("the price is there") { () -> JSON? in
        let answer = try await HTTPExchange.ask(port: serving.control, "/dimmer/v1/price")
        guard answer.status == 200 else { return nil }
        let price = try answer.document()["aliases"]["chat"]
        return price["decision_id"].string == nil ? nil : price
      }
      #expect(answer["sentence"].string?.isEmpty == false)
      #expect(answer["steps"][0]["from"].string == "small" && answer["steps"][0]["to"].string == "large")
      #expect(try answer["steps"][0]["extra_energy_joules"].number() == 7)
      let now = try await eventually("the alias was looked at") { () -> JSON? in
        let now = try await HTTPExchange.ask(port: serving.control, "/api/v1/now").document()["aliases"]["chat"]
        return now["review"][0].string == nil ? nil : now
      }
      #expect(now["forecast"]["method"].string != nil)
    }
  }

  @Test("What was served before a restart counts in the day's account after it")
  func restart() async throws {
    try await Workspace.use { space in
      let (_, port) = try await Serving.startUpstream(space)
      let yaml = Serving.configuration(upstream: port)
        .replacingOccurrences(of: ", replay: {start: 2021-03-20T12:00:00Z, speed: 1}", with: "")
      let first = try await Serving.start(space, configuration: yaml)
      let id = try #require(try await first.infer("chat").headers["dimmer-request-id"])
      _ = try await first.record(of: id)
      first.program.signal(SIGTERM)
      #expect(try await first.program.end().status == 0)
      let second = try await Serving.start(space, configuration: yaml)
      let again = try #require(try await second.infer("chat").headers["dimmer-request-id"])
      let decision = try await second.record(of: again)["decision_id"].text()
      let text = try await space.dimmer("explain", decision)
      #expect(text.status == 0, "\(text.error)")
      #expect(text.output.firstMatch(of: /"served":\{"points":\d+,"requests":1\}/) != nil, "\(text.output)")
    }
  }
}
