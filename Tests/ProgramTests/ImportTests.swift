import Foundation
import Testing

@Suite("dimmer import codecarbon")
struct ImportTests {
  private static let file = """
    timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,\
    country_iso_code,codecarbon_version,gpu_count,tracking_mode,pue
    2025-01-02T03:04:05,first,8f2c,60,2.6e-05,0.0001,0,0.0003,0.0004,France,FRA,3.3.2,0,machine,1.0
    2025-01-03T03:04:05,second,91ab,3600,0.5,1,0,0.5,1.5,Germany,DEU,3.3.2,0,machine,1.5

    """

  @Test("Runs are taken in once, and runs list, runs show and explain work on them as on measured ones")
  func twice() async throws {
    try await Workspace.use { space in
      try space.write("emissions.csv", Self.file)
      let first = try await space.dimmer("import", "codecarbon", "emissions.csv", "--time-zone", "UTC", "--json")
      #expect(first.status == 0, "\(first.error)")
      let taken = try JSON(first.output)
      #expect(taken["imported"].int == 2 && taken["present"].int == 0)
      let before = try await space.dimmer("runs", "list", "--json").output
      let again = try await space.dimmer("import", "codecarbon", "emissions.csv", "--time-zone", "UTC", "--json")
      #expect(try JSON(again.output)["present"].int == 2 && JSON(again.output)["imported"].int == 0)
      #expect(try await space.dimmer("runs", "list", "--json").output == before)
      let methods = try await space.methods()
      expectContractOfFigures(try JSON(before), methods: methods)

      let second = try #require(try JSON(before)["runs"].array.first { $0["name"].string == "second" })
      #expect(try second["energy_joules"]["value"].number() == 3_600_000)
      #expect(try second["carbon_grams"]["value"].number() == 500)
      let id = try second["run_id"].text()
      let shown = try JSON(try await space.dimmer("runs", "show", id, "--json").output)
      expectContractOfFigures(shown, methods: methods)
      #expect(shown["region"].string == "DE" && shown["imported"]["line"].int == 3)
      #expect(shown["imported"]["file"].string?.hasSuffix("/emissions.csv") == true)
      #expect(try await space.dimmer("runs", "show", id).output.contains("not measured by Dimmer: CodeCarbon 3.3.2"))
      let explained = try await space.dimmer("explain", "\(id).energy")
      #expect(explained.output.contains("codecarbon-energy@1") && explained.output.contains("PUE: 1.5"))
    }
  }

  @Test("A run that went on takes the place of its earlier state")
  func grown() async throws {
    try await Workspace.use { space in
      try space.write("e.csv", Self.file)
      _ = try await space.dimmer("import", "codecarbon", "e.csv")
      let later = "2025-01-03T04:04:05,second,91ab,7200,1,2,0,1,3,Germany,DEU,3.3.2,0,machine,1.5\n"
      try space.write("e.csv", Self.file + later)
      let ending = try JSON(try await space.dimmer("import", "codecarbon", "e.csv", "--json").output)
      #expect(ending["grown"].int == 1 && ending["imported"].int == 0 && ending["present"].int == 1)
      #expect(ending["earlier_states"].int == 1)
      let runs = try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array
      #expect(runs.count == 2)
      #expect(runs.contains { $0["duration_seconds"].double == 7200 && $0["carbon_grams"]["value"].double == 1000 })
      // The earlier file once more takes nothing back.
      try space.write("e.csv", Self.file)
      #expect(try JSON(try await space.dimmer("import", "codecarbon", "e.csv", "--json").output)["present"].int == 2)
      #expect(try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array.count == 2)
    }
  }

  @Test("A wrong row ends with 65, file, line and column named, and no run of the file is taken in")
  func wrong() async throws {
    try await Workspace.use { space in
      for (text, named) in [
        (Self.file.replacingOccurrences(of: ",1.5,Germany", with: ",-1.5,Germany"), ["line 3", "energy_consumed"]),
        (Self.file.replacingOccurrences(of: ",3600,", with: ",x,"), ["line 3, column", "'x' is not a number"]),
        ("a,b\n1,2\n", ["line 1", "timestamp"]),
        ("timestamp,emissions\n2025-01-01T00:00:00,1\n", ["no column 'duration'"]),
      ] {
        try space.write("e.csv", text)
        let ending = try await space.dimmer("import", "codecarbon", "e.csv")
        #expect(ending.status == 65 && ending.error.contains("/e.csv:"), "\(ending.error)")
        for name in named { #expect(ending.error.contains(name), "\(name): \(ending.error)") }
      }
      #expect(try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array.isEmpty)
      #expect(try await space.dimmer("import", "codecarbon", "absent.csv").status == 66)
      #expect(try await space.dimmer("import", "codecarbon", "e.csv", "--time-zone", "Mars/Base").status == 64)
    }
  }

  @Test("A measured run that was exported is known when it comes back, and in another record it has the same figures")
  func roundTrip() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", options: ["--region", "FR", "--pue", "1.3"])
      let id = try summary["run_id"].text()
      let out = try await space.dimmer("export", "codecarbon", "--output", "a.csv")
      #expect(out.status == 0, "\(out.error)")
      let own = try JSON(try await space.dimmer("import", "codecarbon", "a.csv", "--json").output)
      #expect(own["present"].int == 1 && own["imported"].int == 0)
      #expect(try JSON(try await space.dimmer("runs", "show", id, "--json").output)["imported"].isNull)

      let elsewhere = ["DIMMER_DATA_DIR": space.file("other")]
      _ = try await space.dimmer("import", "codecarbon", "a.csv", environment: elsewhere)
      let copy = try JSON(try await space.dimmer("runs", "show", id, "--json", environment: elsewhere).output)
      for figure in ["energy_joules", "carbon_grams"] {
        let (mine, theirs) = (try summary[figure]["value"].number(), try copy[figure]["value"].number())
        #expect(abs(mine - theirs) <= 1e-9 * mine, "\(figure): \(mine) and \(theirs)")
      }
      let back = try await space.dimmer("export", "codecarbon", environment: elsewhere)
      #expect(back.output == space.text("a.csv"))
    }
  }
}
