import Foundation
import Testing

@Suite("dimmer serve keeps quality fresh with probes")
struct ProbesTests {
  /// Twenty sums with their answers; each fourth is hard.
  private static let probes = (0..<20).map { number in
    let input = "{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[\(number)]}"
    return "{\"inputs\":[\(input)],\"parameters\":{\"hard\":\(number % 4 == 0)},\"expected\":[\(number)]}"
  }.joined(separator: "\n")

  /// A minute of grid time each second, and a decision each minute.
  private func configuration(_ port: Int) -> String {
    Serving.configuration(upstream: port, floor: 50)
      .replacingOccurrences(of: "speed: 1}", with: "speed: 60}")
      .replacingOccurrences(
        of: "    variants:\n",
        with: "    interval: 1 min\n    probes: {file: probes.jsonl, sample: 10}\n    variants:\n")
  }

  @Test(
    "What the variants answer is judged; the new quality with its bound is on record, in force and explained, and what it cost is told apart"
  )
  func evaluated() async throws {
    try await Workspace.use { space in
      let (_, port) = try await Serving.startUpstream(space)
      try space.write("probes.jsonl", Self.probes)
      let serving = try await Serving.start(space, configuration: configuration(port))
      let now = { try await HTTPExchange.ask(port: serving.control, "/api/v1/now").document()["aliases"]["chat"] }
      let evaluation = try await eventually("the variants are evaluated") { () -> JSON? in
        let evaluation = try await now()["evaluation"]
        return evaluation["qualities"].array.isEmpty ? nil : evaluation
      }
      let before = try await now()["decision_id"].text()
      #expect(try evaluation["reason"].text().contains("small has 70 points, at least 39.7, before 74"))
      #expect(evaluation["evaluated_at"].string?.hasPrefix("2021-03-20T12:0") == true)
      #expect(evaluation["next_at_the_latest"].string?.hasPrefix("2021-03-23T12:0") == true)
      // Ten requests of 2 J and ten of 9 J.
      #expect(evaluation["joules"].double == 110)
      let small = try #require(evaluation["qualities"].array.first { $0["variant"].string == "small" })
      #expect(small["quality"].double == 70 && small["answers"].int == 10)
      #expect(try abs(small["quality_low"].number() - 39.678) < 0.001)

      let explained = try await space.dimmer("explain", try small["id"].text())
      for part in ["probe-quality@1", "probes.jsonl, judged by 'exact'", "70, at least 39.68, over 10 answers"] {
        #expect(explained.output.contains(part), "\(part): \(explained.output)")
      }
      let next = try await eventually("another decision") { () -> String? in
        let decision = try await now()["decision_id"].string
        return decision == before ? nil : decision
      }
      let decision = try await space.dimmer("explain", next).output
      #expect(decision.contains("\"quality\":70,\"qualityLow\":39.6"), "\(decision)")
      #expect(decision.contains("\"served\":{\"points\":0,\"requests\":0}"), "probes were counted: \(decision)")

      let savings = try JSON(try await space.dimmer("savings", "--json").output)["aliases"][0]["probes"]
      #expect(savings["evaluations"].int == 1 && savings["joules"]["value"].double == 110)
      #expect(try savings["carbon_grams"]["value"].number() > 0)
      expectContractOfFigures(savings, methods: try await space.methods())
      #expect(try await space.dimmer("savings").output.contains("Probes: 1 evaluation"))
    }
  }

  @Test("A probe without an answer is named with file and line, before anything is served")
  func refused() async throws {
    try await Workspace.use { space in
      try space.write("s.csv", Serving.series)
      try space.write("dimmer.yaml", configuration(9))
      for command in [["serve"], ["config", "check"]] {
        #expect(try await space.start(command).end().status == 66, "there is no file")
      }
      try space.write("probes.jsonl", Self.probes + "\n{\"prompt\":\"?\"}\n")
      for command in [["serve"], ["config", "check"]] {
        let ending = try await space.start(command).end()
        #expect(ending.status == 78, "\(ending.error)")
        #expect(ending.error.contains("probes.jsonl:21") && ending.error.contains("'expected'"), "\(ending.error)")
      }
      try space.write("probes.jsonl", Self.probes)
      let fine = try await space.dimmer("config", "check")
      #expect(fine.output.contains("chat: its variants' quality is kept fresh with 20 probes"), "\(fine.output)")
    }
  }
}
