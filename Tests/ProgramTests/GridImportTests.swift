import Foundation
import Testing

@Suite("dimmer grid import")
struct GridImportTests {
  private static let small = """
    datetime_utc,coal_mwh,nat_gas_mwh,wind_mwh
    2021-03-20T00:00Z,100,0,0
    2021-03-20T01:00Z,0,0,100
    2021-03-20T02:00Z,50,0,50

    """

  private func rows(_ csv: String) -> [[String]] {
    csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test("Generation by fuel becomes intensity, weighted by the fuels' life-cycle medians")
  func weights() async throws {
    try await Workspace.use { space in
      try space.write("g.csv", Self.small)
      let ending = try await space.dimmer("grid", "import", "g.csv", "--region", "US-CAL-CISO")
      #expect(ending.status == 0, "\(ending.error)")
      let rows = rows(ending.output)
      #expect(rows[0] == ["datetime_utc", "intensity_g_per_kwh", "low", "high", "unknown_share", "method"])
      #expect(rows.count == 4)
      // IPCC AR5 annex III, medians: coal 820, wind onshore 11.
      #expect(rows[1][1] == "820" && rows[2][1] == "11" && Double(rows[3][1]) == 415.5)
      for row in rows.dropFirst() {
        let numbers = try row[1...3].map { try #require(Double($0)) }
        #expect(numbers[1] <= numbers[0] && numbers[0] <= numbers[2])
        #expect(row[5] == "intensity-by-fuel@1")
      }
      #expect(ending.error.contains("mean intensity"))
    }
  }

  @Test("--json gives a summary with a receipt and --output takes the series, which a replay can read")
  func summary() async throws {
    try await Workspace.use { space in
      try space.write("g.csv", Self.small)
      let ending = try await space.dimmer(
        "grid", "import", "g.csv", "--region", "US-CAL-CISO", "--source", "a test", "--output", "i.csv", "--json")
      let document = try JSON(ending.output)
      #expect(document["region"].string == "US-CAL-CISO" && document["intervals"].int == 3 && document["gaps"].int == 0)
      #expect(try abs(document["mean_intensity_grams_per_kwh"]["value"].number() - 415.5) < 1e-9)
      expectContractOfFigures(document["mean_intensity_grams_per_kwh"], methods: try await space.methods())
      #expect(document["receipt"]["source"]["citation"].string == "a test")
      try space.write("v.csv", "name,quality,joules\nS,70,1\nL,80,5\n")
      let replay = try await space.dimmer(
        "replay", "switching", "--variants", "v.csv", "--series", "i.csv", "--column", "intensity_g_per_kwh", "--floor",
        "75")
      #expect(replay.status == 0, "\(replay.error)")
    }
  }

  @Test("Missing cells are gaps: empty in the output, never zero")
  func gaps() async throws {
    try await Workspace.use { space in
      try space.write("g.csv", "datetime_utc,coal_mwh\n2021-03-20T00:00Z,\n2021-03-20T01:00Z,5\n2021-03-20T02:00Z,5\n")
      let ending = try await space.dimmer("grid", "import", "g.csv")
      #expect(ending.status == 0, "\(ending.error)")
      #expect(rows(ending.output)[1] == ["2021-03-20T00:00:00Z", "", "", "", "", ""])
      let document = try JSON(try await space.dimmer("grid", "import", "g.csv", "--output", "o.csv", "--json").output)
      #expect(document["gaps"].int == 1)
    }
  }

  @Test("The same bytes come from a gzip file, from stdin and from the plain file")
  func ways() async throws {
    try await Workspace.use { space in
      try space.write("g.csv", Self.small)
      let gzip = try #require(Programs.system("gzip"))
      _ = try await space.start(program: [gzip, "-k", "g.csv"]).end()
      let plain = try await space.dimmer("grid", "import", "g.csv").output
      #expect(try await space.dimmer("grid", "import", "g.csv.gz").output == plain)
      #expect(try await space.dimmer("grid", "import", "-", input: space.file("g.csv")).output == plain)
    }
  }

  @Test(
    "Bad data end with 65 and name file, line and column",
    arguments: [
      ("datetime_utc,coal_mwh\n2021-03-20T00:00Z,1\n2021-03-20T01:00Z,abc\n", ["g.csv", "line 3", "coal_mwh", "abc"]),
      ("datetime_utc,coal_mwh\n2021-03-20T00:00Z,1\n2021-13-20T01:00Z,1\n", ["g.csv", "line 3", "datetime_utc"]),
      ("datetime_utc,coal_mwh\n2021-03-20T00:00Z,1\n2021-03-20T01:00Z,1,9\n", ["g.csv", "line 3"]),
      ("datetime_utc,coal_mwh\n2021-03-20T01:00Z,1\n2021-03-20T00:00Z,1\n", ["g.csv", "line 3"]),
      ("datetime_utc,demand\n2021-03-20T00:00Z,1\n2021-03-20T01:00Z,1\n", ["g.csv", "line 1"]),
      ("datetime_utc,coal_mwh\n2021-03-20T00:00Z,\"1\n", ["g.csv", "line 2"]), ("", ["g.csv", "line 1"]),
      // What spreadsheets make of a table.
      (
        "datetime_utc,coal_mwh\n2021-03-20T00:00Z,1\n2021-03-20T00:00Z,2\n",
        ["g.csv", "line 3", "datetime_utc", "line 2 already"]
      ),
      (
        "datetime_utc,coal_mwh\n2021-03-20T00:00Z,\"12,5\"\n2021-03-20T01:00Z,1\n",
        ["g.csv", "line 2", "coal_mwh", "decimals with a point"]
      ),
      ("datetime_utc,coal_mwh\n2021-03-20T00:00Z,12,5\n", ["g.csv", "line 2", "character 22", "write a point"]),
      ("datetime_utc;coal_mwh\n2021-03-20T00:00Z;12,5\n", ["g.csv", "line 1", "semicolons"]),
      (
        "datetime_utc,coal_mwh\n2021-03-20T00:00Z,1\n2021-03-20T01:00Z,1\n2021-03-20T02:00Z,1\n2021-03-20T02:20Z,1\n",
        ["g.csv", "line 5", "datetime_utc", "whole step of 3600 s"]
      ),
      (
        "datetime_utc,coal_mwh,wind_mwh\n2021-03-20T00:00Z,10,5\n2021-03-20T01:00Z,11,4\n2021-03-20T02:00Z,9,6\n"
          + "2021-03-20T03:00Z,10000,5500\n",
        ["g.csv", "line 5", "coal_mwh", "another unit than mwh"]
      ),
    ])
  func badData(_ csv: String, _ named: [String]) async throws {
    try await Workspace.use { space in
      try space.write("g.csv", csv)
      let ending = try await space.dimmer("grid", "import", "g.csv")
      #expect(ending.status == 65, "\(ending.output)")
      for name in named { #expect(ending.error.contains(name), "\(name): \(ending.error)") }
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test("A byte order mark is no part of the first column's name, and what is missing is told with its place")
  func marks() async throws {
    try await Workspace.use { space in
      try space.write(
        "g.csv", "\u{FEFF}datetime_utc,coal_mwh\r\n2021-03-20T00:00Z,1\r\n2021-03-20T01:00Z,\r\n2021-03-20T03:00Z,1\r\n"
      )
      let ending = try await space.dimmer("grid", "import", "g.csv", "--region", "DE-LU")
      #expect(ending.status == 0, "\(ending.error)")
      #expect(ending.error.contains("1 rows give no value, the first at 2021-03-20T01:00"), "\(ending.error)")
      #expect(ending.error.contains("1 intervals have no row, the first at 2021-03-20T02:00"), "\(ending.error)")
    }
  }

  @Test("A mistyped region is refused with near names", arguments: ["DE-LUX", "US-CAL-CISOO"])
  func region(_ name: String) async throws {
    try await Workspace.use { space in
      try space.write("g.csv", Self.small)
      let imported = try await space.dimmer("grid", "import", "g.csv", "--region", name)
      let now = try await space.dimmer("grid", "now", name)
      for ending in [imported, now] {
        #expect(ending.status == 64, "\(ending.error)")
        #expect(ending.error.contains(name) && ending.error.contains("did you mean"), "\(ending.error)")
      }
    }
  }

  @Test("A gzip file that was cut ends with 65, a file that is not there with 66, a folder with an error that names it")
  func files() async throws {
    try await Workspace.use { space in
      try space.write("g.csv", String(repeating: Self.small, count: 1))
      let gzip = try #require(Programs.system("gzip"))
      _ = try await space.start(program: [gzip, "g.csv"]).end()
      let bytes = try #require(FileManager.default.contents(atPath: space.file("g.csv.gz")))
      try bytes.dropLast(12).write(to: URL(fileURLWithPath: space.file("cut.csv.gz")))
      let cut = try await space.dimmer("grid", "import", "cut.csv.gz")
      #expect(cut.status == 65 && cut.error.contains("cut.csv.gz"), "\(cut.error)")
      let absent = try await space.dimmer("grid", "import", "absent.csv")
      #expect(
        absent.status == 66 && absent.error.contains("absent.csv") && absent.error.contains("no such file"),
        "\(absent.error)")
      let folder = try await space.dimmer("grid", "import", space.folder)
      #expect(
        folder.status != 0 && folder.error.contains(space.folder) && !folder.error.contains("NSCocoa"),
        "\(folder.error)")
    }
  }

  @Test(
    "Two years of California's grid are read whole",
    .enabled(
      if: Programs.shared("data/grid/eia_CISO_2020_2021_hourly.csv.gz") != nil,
      "the shared data are not beside the repository"))
  func california() async throws {
    try await Workspace.use { space in
      let file = try #require(Programs.shared("data/grid/eia_CISO_2020_2021_hourly.csv.gz"))
      let ending = try await space.dimmer(
        "grid", "import", file, "--region", "US-CAL-CISO", "--output", "ciso.csv", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(document["intervals"].int == 17_544)
      // Close to what Ember publishes for the country's west; coal-free hours pull it below the national mean.
      #expect(try (200...350).contains(document["mean_intensity_grams_per_kwh"]["value"].number()))
      #expect(rows(try #require(space.text("ciso.csv"))).count == 17_545)
    }
  }
}
