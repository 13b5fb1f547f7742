import Foundation
import Testing

/// A service at home whose better variant also stands in SE, on a grid of its own.
@Suite("dimmer serve with variants on two grids")
struct ServedPlacesTests {
  private static func series(_ value: Double) -> String {
    var text = "datetime_utc,ci\n"
    for day in 20...21 {
      for hour in 0..<24 { text += "2021-03-\(day)T\(hour < 10 ? "0" : "")\(hour):00Z,\(value)\n" }
    }
    return text
  }

  private static func configuration(upstream port: Int, places: Bool = true, kind: String = "average") -> String {
    Serving.configuration(upstream: port)
      .replacingOccurrences(
        of: "replay:",
        with: (places ? "places: [{region: SE, series: se.csv, column: ci, kind: \(kind)}], " : "") + "replay:")
        + """
              - {name: north, region: SE, pue: 1.1, url: "http://127.0.0.1:\(port)", quality: 83, energy_per_unit: 9 J}

        """
  }

  /// Serves with SE at `value` g/kWh; at home it is 329 g/kWh.
  private static func use(_ value: Double, _ body: (Serving) async throws -> Void) async throws {
    try await Workspace.use { space in
      let (_, port) = try await Serving.startUpstream(space)
      try space.write("se.csv", series(value))
      try await body(try await Serving.start(space, configuration: configuration(upstream: port)))
    }
  }

  @Test("Where the grid is cleaner the request goes; the caller, the lookup, explain and savings tell that grid")
  func cleaner() async throws {
    try await Self.use(30) { serving in
      var ids: [String] = []
      for _ in 0..<6 {
        let answer = try await serving.infer("chat")
        #expect(answer.headers["dimmer-variant"] == "north")
        let grid = try #require(answer.headers["dimmer-grid"])
        #expect(grid.hasPrefix("30;") && grid.hasSuffix("region=SE"), "\(grid)")
        ids.append(try #require(answer.headers["dimmer-request-id"]))
      }
      let record = try await serving.record(of: ids[5])
      expectContractOfFigures(record, methods: try await serving.space.methods())
      #expect(try record["intensity_grams_per_kwh"]["value"].number() == 30)
      let grams = 9 * 1.1 * 30 / 3.6e6
      #expect(try abs(record["carbon_grams"]["value"].number() - grams) < 1e-9)
      // By its own name the one at home is charged as ever.
      let here = try #require(try await serving.infer("large").headers["dimmer-request-id"])
      let own = try await serving.record(of: here)
      #expect(try abs(own["carbon_grams"]["value"].number() - 9 * 1.2 * 329.44 / 3.6e6) < 1e-9)

      let request = try await serving.space.dimmer("explain", ids[0])
      #expect(request.output.contains("PUE at SE") && request.output.contains("30 g/kWh"), "\(request.output)")
      let decision = try await serving.space.dimmer("explain", try record["decision_id"].text())
      #expect(decision.output.contains("grid of north") && decision.output.contains("PUE 1.1"), "\(decision.output)")
      let price = try await HTTPExchange.ask(port: serving.control, "/dimmer/v1/price").document()["aliases"]["chat"]
      #expect(try price["elsewhere"][0]["intensity_grams_per_kwh"].number() == 30)

      let told = try await serving.space.dimmer("savings", serving.activity, "--json")
      let total = try JSON(told.output)["aliases"][0]["total"]
      #expect(try abs(total["emitted_grams"]["value"].number() - 6 * grams) < 1e-9, "\(told.output)")
      #expect(try abs(total["always_best_grams"]["value"].number() - 6 * 9 * 1.2 * 329.44 / 3.6e6) < 1e-9)
      #expect(try total["placing_grams"]["value"].number() > 0)
      let text = try await serving.space.dimmer("savings")
      #expect(text.output.contains("placing"), "\(text.output)")
      #expect(try await HTTPExchange.ask(port: serving.control, "/").status == 200)
    }
  }

  @Test("Where the other grid is the dirtier one nothing goes there")
  func dirtier() async throws {
    try await Self.use(900) { serving in
      for _ in 0..<6 {
        let answer = try await serving.infer("chat")
        #expect(["small", "large"].contains(answer.headers["dimmer-variant"] ?? ""))
        #expect(answer.headers["dimmer-grid"]?.hasPrefix("329") == true, "\(answer.headers)")
      }
      let far = try await serving.infer("north")
      #expect(far.headers["dimmer-grid"]?.hasPrefix("900;") == true, "\(far.headers)")
    }
  }

  @Test("The check says how a place counts, and which place nobody tells the grid of")
  func check() async throws {
    try await Workspace.use { space in
      try space.write("s.csv", Serving.series)
      try space.write("se.csv", Self.series(30))
      let cooled =
        #"      - {name: cooled, region: US-CAL-CISO, pue: 1.05, url: "http://h", quality: 90, energy_per_unit: 9 J}"#
      try space.write("dimmer.yaml", Self.configuration(upstream: 9) + cooled + "\n")
      let known = try await space.dimmer("config", "check")
      #expect(known.status == 0 && known.output.contains("north stands in SE: weighed and charged"), "\(known.output)")
      #expect(
        known.output.contains(
          "cooled stands in US-CAL-CISO: weighed and charged with that place's grid and a PUE of 1.05"))
      #expect(!known.output.contains("without those elsewhere"), "their grids are at hand: \(known.output)")
      try space.write("dimmer.yaml", Self.configuration(upstream: 9, kind: "marginal"))
      let other = try await space.dimmer("config", "check")
      #expect(other.status == 0 && other.output.contains("the two are not compared"), "\(other.output)")
      try space.write("dimmer.yaml", Self.configuration(upstream: 9, places: false))
      let unknown = try await space.dimmer("config", "check")
      #expect(unknown.status == 0 && unknown.output.contains("Nobody tells the grid of SE, where north stands"))
    }
  }
}
