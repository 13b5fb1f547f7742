import Foundation
import Testing

@Suite("Every kind of estimate shows its receipts, its grid and its overhead")
struct EstimateReceiptsTests {
  static let kinds: [[String]] = [
    ["text", "--parameters", "8", "--output-tokens", "40"], ["image", "--model", "FLUX.1 dev"],
    ["video", "--model", "HunyuanVideo"], ["speech", "--parameters", "1", "--audio-seconds", "9"],
    ["embedding", "--parameters", "1", "--input-tokens", "9"],
    ["training", "--parameters", "7B", "--tokens", "1T", "--device", "H100"],
    ["finetuning", "--parameters", "8B", "--tokens", "1M", "--device", "H100"],
    ["storage", "--data", "5TB", "--on", "hdd", "--for", "1y"],
    ["fleet", "--queries", "1M", "--query-energy", "1Wh"], ["lifecycle", "--phase", "training=1MWh"],
  ]

  @Test("--explain prints trees down to sources", arguments: kinds)
  func explained(_ kind: [String]) async throws {
    try await Workspace.use { space in
      let site = ["--region", "SE", "--pue", "1.2"]
      let ending = try await space.start(["estimate"] + kind + site + ["--explain"]).end()
      #expect(ending.status == 0, "\(ending.error)")
      #expect(ending.output.contains("└─") && ending.output.contains("source: Ember"), "\(ending.output)")
    }
  }

  @Test("An estimate of one piece of work states its grid and its overhead, or why not", arguments: kinds.dropLast(2))
  func site(_ kind: [String]) async throws {
    try await Workspace.use { space in
      let there = try JSON(
        try await space.start(["estimate"] + kind + ["--region", "SE", "--pue", "1.2", "--json"]).end().output)
      let grid = try there["intensity_grams_per_kwh"]["value"].number()
      #expect(try there["pue"]["value"].number() == 1.2)
      #expect(there["grid_year"].int == 2024)
      let joules = try there["facility_energy_joules"]["value"].number()
      #expect(abs(try there["carbon_grams"]["value"].number() / (joules / 3.6e6 * grid) - 1) < 1e-9)
      let nowhere = try JSON(try await space.start(["estimate"] + kind + ["--json"]).end().output)
      for key in ["intensity_grams_per_kwh", "pue"] {
        #expect(nowhere[key]["value"].isNull && nowhere[key]["reason"].string?.isEmpty == false, "\(key)")
      }
      #expect(nowhere["grid_year"].isNull)
    }
  }

  @Test("What nobody stated of the years and of the machines' life is assumed, and said to be")
  func assumptions() async throws {
    try await Workspace.use { space in
      let fleet = try JSON(
        try await space.start(["estimate", "fleet", "--queries", "1M", "--query-energy", "1Wh", "--json"]).end().output)
      for key in ["growth", "efficiency_gain", "grid_change"] {
        #expect(fleet[key]["origin"].string == "assumed", "\(key)")
      }
      #expect(fleet["region"].isNull)
      let stated = try JSON(
        try await space.start([
          "estimate", "fleet", "--queries", "1M", "--query-energy", "1Wh", "--growth", "0", "--json",
        ]).end().output)
      #expect(stated["growth"]["origin"].string == "declared")
    }
  }

  @Test(
    "Energy metered at a facility is not called the machines', nor its overhead a PUE of 1; a label says the site's")
  func meteredAtFacility() async throws {
    try await Workspace.use { space in
      let words = [
        "estimate", "training", "--energy", "1287MWh", "--metered-at", "facility", "--region", "US", "--json",
      ]
      let text = try await space.start(words).end().output
      let plain = try JSON(text)
      for key in ["energy_joules", "pue"] {
        #expect(plain[key]["value"].isNull && plain[key]["reason"].string?.contains("facility") == true, "\(key)")
      }
      #expect(try plain["facility_energy_joules"]["value"].number() == 1287 * 3.6e9)
      #expect(plain["region"].string == "US")
      let label = try await space.dimmer("label", "--estimate-file", try space.write("site.json", text))
      #expect(label.output.contains("1.29 GWh") && label.output.contains("the whole site"), "\(label.output)")
      let stated = try JSON(try await space.start(words + ["--pue", "1.1"]).end().output)
      #expect(abs(try stated["energy_joules"]["value"].number() / 3.6e9 - 1170) < 1e-6)
      #expect(try stated["pue"]["value"].number() == 1.1)
    }
  }
}
