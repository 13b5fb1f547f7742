import Foundation
import Testing

/// `dimmer grid` on files: nothing here needs a provider.
@Suite("dimmer grid on files")
struct GridCommandTests {
  /// The reference's worked example: six hours, 1 kW.
  private static let six = """
    datetime_utc,ci_lca_g_per_kwh
    2023-06-03T00:00Z,300
    2023-06-03T01:00Z,200
    2023-06-03T02:00Z,100
    2023-06-03T03:00Z,400
    2023-06-03T04:00Z,150
    2023-06-03T05:00Z,250

    """

  private func best(_ space: Workspace, _ arguments: String...) async throws -> JSON {
    let ending = try await space.start(
      ["grid", "best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--within", "6h", "--json"] + arguments
    ).end()
    #expect(ending.status == 0, "\(ending.error)")
    return try JSON(ending.output)
  }

  @Test("The best window, the saving against starting at once, and each interval with its value")
  func contiguous() async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let plan = try await best(space, "--duration", "2h")
      #expect(plan["start"].string == "2023-06-03T01:00:00Z")
      #expect(plan["mean_grams_per_kwh"].double == 150 && plan["now_mean_grams_per_kwh"].double == 250)
      #expect(plan["saved_percent"].double == 40 && plan["advice"].string == "wait")
      #expect(plan["slots"].array.map { $0["intensity_grams_per_kwh"].double } == [200, 100])
      #expect(plan["slots"][0]["start"].string == "2023-06-03T01:00:00Z")
    }
  }

  @Test("A job that may pause takes the cleanest hours, until pauses cost more than they save")
  func interruptible() async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let free = try await best(space, "--duration", "3h", "--interruptible")
      #expect(free["mean_grams_per_kwh"].double == 150 && free["segments"].int == 2)
      let dear = try await best(space, "--duration", "3h", "--pause-cost", "160 g")
      #expect(dear["segments"].int == 1 && dear["start"].string == "2023-06-03T00:00:00Z")
      let cheap = try await best(space, "--duration", "3h", "--pause-cost", "80 g")
      #expect(cheap["segments"].int == 2)
      #expect(try abs(cheap["mean_with_pauses"].number() - 530.0 / 3) < 1e-9)
    }
  }

  @Test("A job of ninety minutes may start in the middle of an hour, and peak hours are left out")
  func fractions() async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let plan = try await best(space, "--duration", "90min")
      #expect(plan["start"].string == "2023-06-03T01:30:00Z")
      let barred = try await best(space, "--duration", "2h", "--not", "2023-06-03T02:00Z/2023-06-03T03:00Z")
      #expect(barred["start"].string == "2023-06-03T04:00:00Z" && barred["mean_grams_per_kwh"].double == 200)
    }
  }

  @Test("With a PUE that follows the wet bulb a hot hour costs what its cooling costs, and no more")
  func cooling() async throws {
    try await Workspace.use { space in
      try space.write(
        "six.csv",
        "datetime_utc,ci_lca_g_per_kwh,wet_bulb_c\n2023-06-03T00:00Z,200,25\n2023-06-03T01:00Z,205,5\n"
          + "2023-06-03T02:00Z,300,5\n")
      let plain = try await best(space, "--duration", "1h", "--within", "3h")
      #expect(plain["start"].string == "2023-06-03T00:00:00Z")
      let cooled = try await best(space, "--duration", "1h", "--within", "3h", "--pue", "1.1,0.02,15")
      #expect(cooled["start"].string == "2023-06-03T01:00:00Z")
      #expect(try abs(cooled["mean_grams_per_kwh"].number() - 205 * 1.1) < 1e-9)
      #expect(try abs(cooled["now_mean_grams_per_kwh"].number() - 200 * 1.3) < 1e-9)
    }
  }

  @Test("Where starting at once is best, the verdict says so")
  func startNow() async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let plan = try await best(space, "--duration", "2h", "--from", "2023-06-03T01:00Z", "--within", "5h")
      #expect(plan["advice"].string == "start-now" && plan["saved_percent"].double == 0)
      let text = try await space.dimmer(
        "grid", "best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "2h", "--from",
        "2023-06-03T01:00Z", "--within", "5h")
      #expect(text.output.hasPrefix("start now:"))
    }
  }

  @Test("The value at a moment, with its kind; a moment outside the file is refused with what there is")
  func now() async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let found = try await space.dimmer(
        "grid", "now", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--at", "2023-06-03T01:20Z", "--json")
      let document = try JSON(found.output)
      #expect(document["intensity_grams_per_kwh"]["value"].double == 200)
      #expect(document["kind"].string == "average-lifecycle" && document["valid_from"].string == "2023-06-03T01:00:00Z")
      let outside = try await space.dimmer("grid", "now", "--series", "six.csv", "--column", "ci_lca_g_per_kwh")
      #expect(outside.status == 65 && outside.error.contains("2023-06-03T06:00:00Z"))
    }
  }

  /// Three weeks of a clean noon and a dirty night.
  private static let weeks: String = {
    var text = "datetime_utc,ci_direct_g_per_kwh,temp_c,demand_mwh,solar_mwh,wind_mwh\n"
    for hour in 0..<(24 * 28) {
      let day = hour / 24
      let clock = hour % 24
      let sun = max(0, 1 - abs(Double(clock) - 12) / 6)
      let intensity = 400 - 250 * sun + Double((day * 37) % 11)
      let stamp = String(format: "2023-02-%02dT%02d:00Z", day + 1, clock)
      let demand = 1000 + 200 * sun
      text += "\(stamp),\(intensity),\(8 + 6 * sun),\(demand),\(600 * sun),100\n"
    }
    return text
  }()

  @Test("A forecast knows only what was before it, and comes with intervals and its method's record")
  func forecast() async throws {
    try await Workspace.use { space in
      try space.write("weeks.csv", Self.weeks)
      let blind = Self.weeks.split(separator: "\n").enumerated().map { index, line in
        index <= 24 * 21 ? String(line) : line.split(separator: ",")[0] + ",9999,0,0,0,0"
      }
      try space.write("blind.csv", blind.joined(separator: "\n") + "\n")
      var outputs: [String] = []
      for file in ["weeks.csv", "blind.csv"] {
        let ending = try await space.dimmer(
          "grid", "forecast", "--series", file, "--column", "ci_direct_g_per_kwh", "--from", "2023-02-22T00:00Z",
          "--json")
        #expect(ending.status == 0, "\(ending.error)")
        outputs.append(ending.output)
      }
      #expect(outputs[0] == outputs[1])
      let document = try JSON(outputs[0])
      let slots = document["slots"].array
      #expect(slots.count == 24 && document["provider"].string == "ensemble-forecast@1")
      let noon = try slots[12]["value"].number()
      let night = try slots[2]["value"].number()
      #expect(noon < night - 200)
      #expect(try slots[12]["low"].number() <= noon && slots[12]["high"].number() >= noon)
      #expect(document["skill"].array.count == 4)
    }
  }

  @Test("House rules are judged by what they do to carbon: demand's peak at noon makes 'low demand' hurt here")
  func audit() async throws {
    try await Workspace.use { space in
      try space.write("weeks.csv", Self.weeks)
      let ending = try await space.dimmer(
        "grid", "audit-proxy", "--series", "weeks.csv", "--column", "ci_direct_g_per_kwh", "--duration", "4h",
        "--within", "24h", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let rules = try JSON(ending.output)["rules"].array
      let effects = Dictionary(uniqueKeysWithValues: rules.map { ($0["rule"].string ?? "", $0["effect"].string ?? "") })
      #expect(effects["running at lowest demand"] == "hurts" && effects["running when it is coolest"] == "hurts")
      #expect(effects["running at lowest net load"] == "helps" && effects["running at night"] == "hurts")
      #expect(rules.allSatisfy { $0["verdict"].string?.contains("here") == true })
    }
  }

  @Test("Skill is shown by distance for ours and the simple rules, and somebody's forecast is judged")
  func skill() async throws {
    try await Workspace.use { space in
      try space.write("weeks.csv", Self.weeks)
      let own = try await space.dimmer(
        "grid", "skill", "--series", "weeks.csv", "--column", "ci_direct_g_per_kwh", "--json")
      #expect(own.status == 0, "\(own.error)")
      let rows = try JSON(own.output)["files"][0]["rows"].array
      #expect(Set(rows.map { $0["forecaster"].string }) == ["ensemble", "persistence", "7-day mean"])
      #expect(rows.contains { $0["band"].string == "25-48 h" })
      var table = "datetime_utc,actual_g_per_kwh,forecast_g_per_kwh\n"
      for hour in 0..<48 {
        let stamp = String(format: "2023-02-%02dT%02d:00Z", hour / 24 + 1, hour % 24)
        table += "\(stamp),\(100 + hour % 24),\(110 + hour % 24)\n"
      }
      try space.write("f.csv", table)
      let judged = try await space.dimmer(
        "grid", "skill", "--series", "f.csv", "--column", "actual_g_per_kwh", "--forecast", "forecast_g_per_kwh",
        "--json")
      let file = try JSON(judged.output)["files"][0]
      #expect(file["mean_absolute_error"].double == 10 && file["p90_absolute_error"].double == 10)
    }
  }

  @Test("More than 200 countries, cloud regions with their grids, and one place looked up")
  func regions() async throws {
    try await Workspace.use { space in
      let countries = try JSON(try await space.dimmer("grid", "regions", "--json").output)["regions"].array
      #expect(countries.count >= 200)
      let clouds = try JSON(try await space.dimmer("grid", "regions", "--cloud", "--json").output)["cloud_regions"]
        .array
      #expect(clouds.contains { $0["cloud_region"].string == "us-east-1" && $0["region"].string == "US-MIDA-PJM" })
      let one = try JSON(try await space.dimmer("grid", "regions", "westeurope", "--json").output)
      #expect(one["region"].string == "NL")
    }
  }

  @Test(
    "Slips end with the contract's statuses and say what to do",
    arguments: [
      (["best", "--duration", "4h"], 64, "name a place"),
      (["best", "--series", "six.csv", "--duration", "4h"], 64, "--column"),
      (["best", "--series", "none.csv", "--column", "x", "--duration", "4h"], 66, "no such file"),
      (["best", "--series", "six.csv", "--column", "nope", "--duration", "4h"], 65, "ci_lca_g_per_kwh"),
      (
        ["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "9h", "--within", "6h"], 64,
        "longer"
      ),
      (["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "0h"], 64, "--duration"),
      (["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "soon"], 64, "--duration"),
      (
        ["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "2h", "--not", "noon"], 64,
        "FROM/TO"
      ),
      (
        ["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "2h", "--from", "2030-01-01"], 65,
        "nothing is known"
      ),
      (
        ["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "2h", "--pue", "cold"], 64,
        "--pue"
      ),
      (
        ["best", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--duration", "2h", "--pue", "1.2"], 65,
        "wet_bulb_c"
      ),
      (["now", "Georgia", "--offline"], 64, "several places"), (["now", "us-east-9", "--offline"], 64, "us-east-"),
      (["now", "Germny", "--offline"], 64, "Germany"),
      (["forecast", "DE", "--hours", "0", "--offline"], 64, "--hours"),
      (["audit-proxy", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--night", "dark"], 64, "--night"),
      (["skill", "--series", "six.csv", "--column", "ci_lca_g_per_kwh", "--every", "1min"], 64, "--every"),
    ])
  func slips(_ arguments: [String], _ status: Int, _ said: String) async throws {
    try await Workspace.use { space in
      try space.write("six.csv", Self.six)
      let ending = try await space.start(["grid"] + arguments).end()
      #expect(ending.status == Int32(status), "\(ending.error)")
      #expect(ending.error.contains(said), "\(ending.error)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test("Offline, a place's yearly mean answers and says that it is one")
  func offline() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("grid", "now", "FR", "--offline", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(document["rung"].string == "yearly-mean" && document["estimated"].bool == true)
      let figure = document["intensity_grams_per_kwh"]
      #expect(figure["value"].double == 44.18)
      #expect(try figure["low"].number() < 44.18 && figure["high"].number() > 44.18)
    }
  }
}
