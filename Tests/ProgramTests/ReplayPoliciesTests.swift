import Foundation
import Testing

/// `dimmer replay switching` with several policies, floors and series, other forecasts and demands, and the page.
@Suite("dimmer replay switching: policies, forecasts, demand, the page")
struct ReplayPoliciesTests {
  /// EfficientNet B1, B3, B5, B7 with energies 0.20 + 0.05 x GFLOPs J.
  private static let variants =
    "name,quality,joules\nB1,78.382,0.235\nB3,81.528,0.29\nB5,83.776,0.695\nB7,84.582,2.05\n"
  private static let column = "intensity_g_per_kwh"

  private func replay(
    _ space: Workspace, _ more: [String], variants: String = variants, series: String = MarchTrace.csv()
  ) async throws -> Ending {
    try space.write("v.csv", variants)
    try space.write("s.csv", series)
    return try await space.start(
      ["replay", "switching", "--variants", "v.csv", "--series", "s.csv", "--column", Self.column] + more
    ).end()
  }

  private func grams(_ document: JSON, _ name: String) throws -> Double {
    try document["\(name)_grams"]["value"].number()
  }

  @Test(
    "TV-6: with all 49 hours known beforehand the least carbon is the published optimum, beside its fixed mix",
    arguments: [
      (80.0, 0.8230, 0.8572, 3.99), (82, 1.0675, 1.2210, 12.57), (83, 1.6074, 1.8076, 11.08),
      (84, 2.8295, 3.4889, 18.90),
    ])
  func publishedOptimum(_ floor: Double, _ optimum: Double, _ fixed: Double, _ gain: Double) async throws {
    try await Workspace.use { space in
      let ending = try await replay(
        space, ["--floor", "\(floor)", "--period", "whole", "--policy", "clairvoyant", "--json"])
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(try abs(grams(document, "carbon") - optimum) < 5e-5)
      #expect(try abs(grams(document, "static_mix") - fixed) < 5e-5)
      #expect(try abs(grams(document, "always_best") - 6.6744) < 5e-5)
      #expect(try abs(document["timing_gain_percent"].number() - gain) < 0.005)
      #expect(try document["regret_percent"].number() < 1e-6)
    }
  }

  @Test("TV-8: B3 and B7 alone, even with all known beforehand, emit more than the fixed mix of B3 and B5; it warns")
  func wrongPair() async throws {
    try await Workspace.use { space in
      let pair = "name,quality,joules\nB3,81.528,0.29\nB7,84.582,2.05\n"
      let ending = try await replay(
        space, ["--floor", "83", "--period", "whole", "--policy", "clairvoyant", "--json"], variants: pair)
      let document = try JSON(ending.output)
      #expect(try abs(grams(document, "carbon") - 2.5706) < 5e-5)
      #expect(try abs(document["saved_percent"].number() - 61.5) < 0.05)
      #expect(try grams(document, "carbon") > 1.8076)
      #expect(ending.error.contains("B3") && ending.error.contains("B7"), "\(ending.error)")
    }
  }

  @Test("'all' runs every policy on the list and the clairvoyant, each at its own quality and beside its own fixed mix")
  func all() async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, ["--floor", "83", "--policy", "all", "--json"])
      #expect(ending.status == 0, "\(ending.error)")
      let replays = try JSON(ending.output)["replays"]
      #expect(replays.array.count == 1)
      let policies = replays[0]["policies"].array
      let names = policies.compactMap { $0["policy"].string?.prefix { $0 != "@" } }
      for name in [
        "receding-horizon", "trailing-price", "static-mix", "always-best", "two-level-threshold", "far-pair-threshold",
        "clover", "sprout", "clairvoyant",
      ] { #expect(names.contains(name[...]), "\(name)") }
      for policy in policies {
        let parts = try policy["sizing_percent"].number() + policy["timing_percent"].number()
        #expect(try abs(policy["saved_percent"].number() - parts) < 1e-9)
        #expect(try grams(policy, "clairvoyant") <= grams(policy, "carbon") * (1 + 1e-9))
      }
      let table = try await replay(space, ["--floor", "83", "--policy", "all"]).output
      for name in names { #expect(table.contains(name), "\(name)") }
      #expect(table.contains("FIXED MIX") && table.contains("at its own mean quality"))
    }
  }

  @Test("several policies, floors and series are every combination; the figure judges each policy over all of them")
  func figure() async throws {
    try await Workspace.use { space in
      try space.write("em_B_hourly.csv", MarchTrace.csv())
      try space.write("em_A_hourly.csv", MarchTrace.csv())
      try space.write("v.csv", Self.variants)
      let common = [
        "replay", "switching", "--variants", "v.csv", "--series", "em_A_hourly.csv", "--series", "em_B_hourly.csv",
        "--column", Self.column, "--floor", "82", "--floor", "84", "--policy", "receding-horizon", "--policy",
        "static-mix", "--figure",
      ]
      let ending = try await space.start(common + ["--json"]).end()
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(
        document["replays"].array.map { $0["series"].string } == ["A", "A", "B", "B"], "the common part is taken off")
      #expect(document["replays"].array.compactMap { $0["floor"].double } == [82, 84, 82, 84])
      let figures = document["figures"].array
      #expect(figures.count == 2)
      let own = try document["replays"].array.map { try $0["policies"][0]["regret_percent"].number() }
      #expect(try abs(figures[0]["mean_regret_percent"].number() - own.reduce(0, +) / 4) < 1e-9)
      #expect(figures[0]["cases"].int == 4 && figures[0]["is_every_floor_met"].bool == true)
      let mean = try #require(figures[0]["sentence"].string?.firstMatch(of: /quality ([0-9.]+) %/)?.1)
      let text = try await space.start(common).end().output
      #expect(text.contains("Mean regret to the clairvoyant plan at equal mean quality \(mean) %"))
    }
  }

  @Test("a forecast file is used as it had been issued by then: what is issued later changes nothing")
  func issued() async throws {
    try await Workspace.use { space in
      // Each hour is forecast twice: a day before, and when it is over, with an absurd value that nobody may see.
      let rows = MarchTrace.csv().split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
      var early = "datetime_utc,issued_utc,forecast\n"
      var late = early
      for row in rows {
        early += "\(row[0]),2021-02-01T00:00Z,\(row[1])\n"
        late += "\(row[0]),2021-02-01T00:00Z,\(row[1])\n\(row[0]),2031-01-01T00:00Z,1\n"
      }
      try space.write("early.csv", early)
      try space.write("late.csv", late)
      let options = { (file: String) in
        ["--floor", "83", "--forecast", file, "--forecast-column", "forecast", "--json"]
      }
      let (one, other) = (
        try await replay(space, options("early.csv")), try await replay(space, options("late.csv"))
      )
      #expect(one.status == 0, "\(one.error)")
      let (first, second) = (try JSON(one.output), try JSON(other.output))
      #expect(try grams(first, "carbon") == grams(second, "carbon"))
      let blind = try JSON(try await replay(space, ["--floor", "83", "--json"]).output)
      #expect(try first["regret_percent"].number() < blind["regret_percent"].number(), "the truth is the best forecast")
    }
  }

  @Test("Dimmer's own forecast learns only from what the replay has shown: the first day is the same whatever follows")
  func ensemble() async throws {
    try await Workspace.use { space in
      let options = ["--floor", "83", "--forecast", "ensemble", "--hours", "24", "--json"]
      let ending = try await replay(space, options)
      #expect(ending.status == 0, "\(ending.error)")
      #expect(try JSON(ending.output)["forecast"].text() == "ensemble")
      let lines = MarchTrace.csv().split(separator: "\n", omittingEmptySubsequences: false)
      let noise = lines.enumerated().map {
        $0.offset > 24 && !$0.element.isEmpty ? "\($0.element.prefix(18))\(900 - $0.offset)" : String($0.element)
      }
      let other = try await replay(space, options, series: noise.joined(separator: "\n"))
      #expect(ending.output == other.output)
    }
  }

  @Test("demand from a file is counted as it came; a missing hour is an error, not nothing")
  func demand() async throws {
    try await Workspace.use { space in
      let rows = MarchTrace.csv().split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
      func csv(_ rows: [Substring]) -> String {
        "datetime_utc,requests\n" + rows.enumerated().map { "\($0.element),\(100 + $0.offset)\n" }.joined()
      }
      try space.write("d.csv", csv(rows))
      let options = ["--floor", "83", "--demand", "d.csv", "--demand-column", "requests", "--json"]
      let ending = try await replay(space, options)
      #expect(ending.status == 0, "\(ending.error)")
      let wanted = (0..<49).reduce(0.0) { $0 + 100 + Double($1) }
      #expect(try JSON(ending.output)["requests"].number() == wanted)
      try space.write("d.csv", csv(Array(rows.dropLast(3))))
      let short = try await replay(space, options)
      #expect(short.status == 65 && short.error.contains("d.csv") && short.error.contains("missing"), "\(short.error)")
    }
  }

  @Test("directives stand apart, intervals of energies reach the figures, keeping all loaded is a line of its own")
  func columns() async throws {
    try await Workspace.use { space in
      let rich = """
        name,quality,joules,joules_low,joules_high,directive_of,idle_watts
        small,78,1,0.9,1.2,,10
        brief,81,2,,,large,
        large,84,6,5,7,,20

        """
      let ending = try await replay(space, ["--floor", "80", "--json"], variants: rich)
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(try grams(document, "directive") > 0)
      let best = document["always_best_grams"]
      #expect(try abs(best["low"].number() / best["value"].number() - 5.0 / 6) < 1e-9)
      #expect(try abs(best["high"].number() / best["value"].number() - 7.0 / 6) < 1e-9)
      // 30 W over 49 hours at a mean of 239.2 g/kWh.
      #expect(try abs(grams(document, "idle") - 0.030 * 49 * 239.20) < 0.01)
      #expect(ending.error.contains("idle_watts"))
      expectContractOfFigures(document, methods: try await space.methods())
    }
  }

  @Test("an instant floor holds in each interval, and costs carbon")
  func instantFloor() async throws {
    try await Workspace.use { space in
      let plain = try JSON(try await replay(space, ["--floor", "83", "--json"]).output)
      let bound = try JSON(try await replay(space, ["--floor", "83", "--instant-floor", "82.5", "--json"]).output)
      #expect(try grams(bound, "carbon") > grams(plain, "carbon"))
      #expect(bound["days_at_floor"].int == 3)
    }
  }

  @Test("--worth says in a sentence what watching the grid is worth")
  func worth() async throws {
    try await Workspace.use { space in
      let text = try await replay(space, ["--floor", "84", "--worth"]).output
      #expect(text.contains("Timing ") && text.contains("of what a fixed mix of B5 and B7 emits"), "\(text)")
      let document = try JSON(try await replay(space, ["--floor", "84", "--worth", "--json"]).output)
      #expect(try document["worth"]["possible"]["percent"].number() > 5)
    }
  }

  @Test("the page needs nothing else: no script, no address, every chart with a text alternative")
  func page() async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, ["--floor", "83", "--policy", "all", "--html", "r.html"])
      #expect(ending.status == 0, "\(ending.error)")
      let page = try #require(space.text("r.html"))
      for part in [
        "Carbon so far", "Of it above the clairvoyant plan", "Quality by day", "Share of requests by variant",
        "Policies side by side", "Why each switch", "clover@", "clairvoyant@1",
      ] { #expect(page.contains(part), "\(part)") }
      // The one address is the name of SVG, in the page's own icon.
      let rest = page.replacing("xmlns='http://www.w3.org/2000/svg'", with: "")
      #expect(!rest.contains("<script") && !rest.contains("http://") && !rest.contains("https://"))
      let drawings = page.components(separatedBy: "<svg").count - 1
      #expect(drawings == 8, "four charts, each for desk and phone")
      #expect(page.components(separatedBy: "role=\"img\" aria-label=\"").count - 1 == drawings)
    }
  }

  @Test(
    "what cannot be is refused with a word on the fix",
    arguments: [
      (["--floor", "83", "--forecast", "crystal-ball"], 64, "crystal-ball"),
      (["--floor", "83", "--demand", "d.csv"], 64, "--demand-column"),
      (["--floor", "83", "--demand", "d.csv", "--demand-column", "n", "--requests-per-hour", "5"], 64, "give one"),
      (["--floor", "83", "--nothing-earlier"], 64, "--from"),
      (["--floor", "83", "--policy", "clairvoyent"], 64, "clairvoyant"),
      (["--floor", "83", "--html", "no/such/folder/r.html"], 66, "r.html"),
    ] as [([String], Int32, String)])
  func refused(_ more: [String], _ status: Int32, _ named: String) async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, more)
      #expect(ending.status == status, "\(ending.error)")
      #expect(ending.error.contains(named), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test(
    "variants that do not fit together are refused with the line",
    arguments: [
      ("name,quality,joules,directive_of\na,80,1,b\n", "directive_of"),
      ("name,quality,joules,joules_low,joules_high\na,80,1,2,3\n", "joules_low"),
      ("name,quality,joules,place\na,80,1,SE\n", "place"),
    ])
  func wrongColumns(_ csv: String, _ named: String) async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, ["--floor", "80"], variants: csv)
      #expect(ending.status == 65 && ending.error.contains("line 2") && ending.error.contains(named), "\(ending.error)")
    }
  }

  @Test("a variant in another place is weighed with that place's grid, and what choosing places saves is told apart")
  func places() async throws {
    try await Workspace.use { space in
      let placed = "name,quality,joules,place\nB1,78,0.235,\nB5,84,0.695,\nB5-north,84,0.695,SE\n"
      var grid = "datetime_utc,ci\n"
      for hour in 0..<48 {
        let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
        grid += "2021-03-\(20 + hour / 24)T\(clock):00Z,\(hour % 24 < 12 ? 20 : 700)\n"
      }
      try space.write("se.csv", grid)
      let place = ["--place", "SE=se.csv:ci", "--place-pue", "SE=1.2"]
      let options = ["--floor", "82", "--hours", "48", "--policy", "clairvoyant"]
      let ending = try await replay(space, options + place + ["--json"], variants: placed)
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      let home = try await replay(
        space, options + ["--json"], variants: "name,quality,joules\nB1,78,0.235\nB5,84,0.695\n")
      #expect(try grams(document, "carbon") < grams(try JSON(home.output), "carbon"))
      let parts =
        try document["sizing_percent"].number() + document["placing_percent"].number()
        + document["timing_percent"].number()
      #expect(try abs(document["saved_percent"].number() - parts) < 1e-9)
      let table = try await replay(space, options + place, variants: placed).output
      #expect(table.contains("placing"), "\(table)")
    }
  }

  @Test(
    "a place that cannot be read is refused",
    arguments: [
      (["--place", "SE"], 64, "NAME=FILE:COLUMN"), (["--place", "SE=se.csv"], 64, "NAME=FILE:COLUMN"),
      (["--place", "SE=none.csv:ci"], 66, "none.csv"), (["--place-pue", "SE=1.2"], 64, "has no --place"),
    ])
  func wrongPlaces(_ options: [String], _ status: Int, _ words: String) async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, ["--floor", "80"] + options)
      #expect(ending.status == Int32(status) && ending.error.contains(words), "\(ending.status) \(ending.error)")
    }
  }
}
