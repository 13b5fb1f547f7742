import Foundation
import Testing

@Suite("dimmer replay switching")
struct ReplayTests {
  /// EfficientNet B1, B3, B5, B7 with energies 0.20 + 0.05 x GFLOPs J.
  private static let variants = """
    name,quality,joules
    B1,78.382,0.235
    B3,81.528,0.29
    B5,83.776,0.695
    B7,84.582,2.05

    """
  private static let keys: Set = [
    "policy", "floor", "mean_quality", "carbon_grams", "clairvoyant_grams", "static_mix_grams", "always_best_grams",
    "saved_percent", "sizing_percent", "timing_percent", "timing_gain_percent", "regret_percent", "switches",
    "requests",
    "intervals", "missing_intervals", "days", "days_at_floor", "baselines", "directive_grams", "forecast",
  ]

  private func replay(
    _ space: Workspace, series: String = MarchTrace.csv(), column: String = "intensity_g_per_kwh", floor: Double,
    more: [String] = []
  ) async throws -> Ending {
    try space.write("v.csv", Self.variants)
    try space.write("s.csv", series)
    return try await space.start(
      [
        "replay", "switching", "--variants", "v.csv", "--series", "s.csv", "--column", column, "--floor", "\(floor)",
        "--json",
      ] + more
    ).end()
  }

  @Test(
    "Carbon lies between the clairvoyant's and the static mix's, and savings add up", arguments: [80.0, 82, 83, 84])
  func consistency(_ floor: Double) async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, floor: floor)
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(document.keys == Self.keys)
      let grams = { (name: String) in try document["\(name)_grams"]["value"].number() }
      #expect(try abs(grams("always_best") - 6.6744) < 5e-4)
      let (carbon, best) = (try grams("carbon"), try grams("always_best"))
      #expect(try grams("clairvoyant") <= carbon * (1 + 1e-9))
      #expect(try carbon <= grams("static_mix") * 1.02)
      let (saved, sizing, timing) = (
        try document["saved_percent"].number(), try document["sizing_percent"].number(),
        try document["timing_percent"].number()
      )
      #expect(abs(saved - sizing - timing) < 1e-9)
      #expect(abs(saved - 100 * (1 - carbon / best)) < 1e-6)
      #expect(try document["mean_quality"].number() >= floor - 1e-6)
      #expect(document["intervals"].int == 49 && document["days"].int == 3 && document["days_at_floor"].int == 3)
      #expect(document["missing_intervals"].int == 0)
      #expect(try document["requests"].number() == 49_000)
    }
  }

  @Test("Every policy on the list can be named, and a policy that is not is refused with near ones")
  func policies() async throws {
    try await Workspace.use { space in
      let help = try await space.dimmer("replay", "switching", "--help").output.replacing(/\s+/, with: " ")
      let list = try #require(help.firstMatch(of: /Policy: ([a-z0-9@, -]+)\./)?.1).split(separator: ", ").map(
        String.init)
      #expect(list.count >= 4)
      var carbon: [String: Double] = [:]
      for policy in list {
        let ending = try await replay(space, floor: 83, more: ["--policy", policy])
        #expect(ending.status == 0, "\(policy): \(ending.error)")
        let document = try JSON(ending.output)
        #expect(try document["policy"].text().hasPrefix(policy))
        carbon[policy] = try document["carbon_grams"]["value"].number()
      }
      let best = try #require(carbon["always-best@1"])
      #expect(abs(best - 6.6744) < 5e-4)
      #expect(try #require(carbon["static-mix@1"]) < best && #require(carbon["receding-horizon@2"]) < best)
      let wrong = try await replay(space, floor: 83, more: ["--policy", "receding-horizn"])
      #expect(wrong.status == 64)
      #expect(wrong.error.contains("receding-horizon"))
    }
  }

  @Test("PUE multiplies every carbon, and the demand its size")
  func scales() async throws {
    try await Workspace.use { space in
      let plain = try JSON(try await replay(space, floor: 83).output)
      let scaled = try JSON(
        try await replay(space, floor: 83, more: ["--pue", "1.5", "--requests-per-hour", "2000"]).output)
      for name in ["carbon_grams", "static_mix_grams", "always_best_grams", "clairvoyant_grams"] {
        let (one, three) = (try plain[name]["value"].number(), try scaled[name]["value"].number())
        #expect(abs(three - 3 * one) < 1e-9 * three, "\(name)")
      }
    }
  }

  @Test("Values and rows that are missing are counted and said, and their carbon is left out everywhere")
  func gaps() async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, series: MarchTrace.csv(missing: [5, 6], absent: [30]), floor: 83)
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(document["missing_intervals"].int == 3)
      #expect(document["intervals"].int == 49)
      #expect(ending.error.contains("3 of 49"))
      #expect(try document["always_best_grams"]["value"].number() < 6.6744 - 0.4)
    }
  }

  @Test("Later values change no earlier decision: the first day is the same whatever follows")
  func blindToFuture() async throws {
    try await Workspace.use { space in
      let day = ["--hours", "24"]
      let known = try await replay(space, floor: 83, more: day).output
      let lines = MarchTrace.csv().split(separator: "\n", omittingEmptySubsequences: false)
      let noise = lines.enumerated().map {
        $0.offset > 24 && !$0.element.isEmpty ? "\($0.element.prefix(18))\(900 - $0.offset)" : String($0.element)
      }
      let other = try await replay(space, series: noise.joined(separator: "\n"), floor: 83, more: day).output
      #expect(known == other)
    }
  }

  @Test("A floor above all variants is said to be out of reach, and the best serves")
  func infeasible() async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, floor: 90)
      #expect(ending.status == 0)
      let document = try JSON(ending.output)
      #expect(document["days_at_floor"].int == 0)
      #expect(try abs(document["carbon_grams"]["value"].number() - 6.6744) < 5e-4)
      #expect(ending.error.contains("out of reach"), "\(ending.error)")
    }
  }

  @Test("A column that is not there ends with 65 and names near ones")
  func wrongColumn() async throws {
    try await Workspace.use { space in
      let ending = try await replay(space, column: "intensity_g_per_kw", floor: 83)
      #expect(ending.status == 65)
      #expect(ending.error.contains("s.csv") && ending.error.contains("intensity_g_per_kwh"), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test(
    "Variants that can not be used end with 65 and the line",
    arguments: [
      ("name,quality\nB1,78\n", "joules"), ("name,quality,joules\nB1,78,much\n", "line 2"),
      ("name,quality,joules\nB1,,1\n", "line 2"), ("name,quality,joules\nB1,178,1\n", "B1"),
      ("name,quality,joules\nB1,78,-1\n", "B1"), ("name,quality,joules\nB1,78,1\nB1,79,2\n", "B1"),
      ("name,quality,joules\n", "variant"), ("", "v.csv"),
    ])
  func wrongVariants(_ csv: String, _ named: String) async throws {
    try await Workspace.use { space in
      try space.write("v.csv", csv)
      try space.write("s.csv", MarchTrace.csv())
      let ending = try await space.dimmer(
        "replay", "switching", "--variants", "v.csv", "--series", "s.csv", "--column", "intensity_g_per_kwh", "--floor",
        "80")
      #expect(ending.status == 65, "\(ending.output)")
      #expect(ending.error.contains("v.csv") && ending.error.contains(named), "\(ending.error)")
    }
  }

  @Test(
    "Missing files end with 66, options out of range with a status that is not 0",
    arguments: [
      (["--floor", "120"], nil), (["--floor", "83", "--pue", "0.5"], nil), (["--floor", "83", "--hours", "-3"], nil),
      (["--floor", "83", "--from", "yesterday"], 64), (["--floor", "83", "--from", "2001-01-01T00:00Z"], 64),
      (["--floor", "83", "--series", "absent.csv"], 66), (["--floor", "83", "--variants", "absent.csv"], 66),
    ] as [([String], Int32?)])
  func wrongOptions(_ more: [String], _ status: Int32?) async throws {
    try await Workspace.use { space in
      try space.write("v.csv", Self.variants)
      try space.write("s.csv", MarchTrace.csv())
      var arguments = ["replay", "switching", "--column", "intensity_g_per_kwh"]
      if !more.contains("--series") { arguments += ["--series", "s.csv"] }
      if !more.contains("--variants") { arguments += ["--variants", "v.csv"] }
      let ending = try await space.start(arguments + more).end()
      #expect(
        ending.status == status ?? 64 || (status == nil && ending.status == 65),
        "\(ending.status ?? -1) \(ending.error)")
      #expect(!ending.error.isEmpty && ending.outputBytes.isEmpty)
    }
  }
}
