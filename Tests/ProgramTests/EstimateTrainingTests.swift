import Foundation
import Testing

@Suite("dimmer estimate training, finetuning, storage, lifecycle, fleet; dimmer reproduce")
struct EstimateTrainingTests {
  @Test("A training run is one JSON document of figures, and the runs around it stand beside, not inside")
  func training() async throws {
    try await Workspace.use { space in
      let arguments = [
        "estimate", "training", "--parameters", "70B", "--tokens", "15T", "--device", "H100", "--devices", "16000",
        "--region", "US", "--pue", "1.1", "--json",
      ]
      let plain = try JSON(try await space.start(arguments).end().output)
      let both = try JSON(try await space.start(arguments + ["--research-factor", "2.7"]).end().output)
      for key in ["energy_joules", "facility_energy_joules", "carbon_grams", "embodied_grams", "duration_seconds"] {
        let value = try plain[key]["value"].number()
        #expect(try plain[key]["low"].number() <= value && value <= plain[key]["high"].number(), "\(key)")
        #expect(try both[key]["value"].number() == value, "\(key)")
      }
      let ratio = try both["research"]["energy_joules"]["value"].number() / both["energy_joules"]["value"].number()
      #expect(abs(ratio - 1.7) < 1e-9)
    }
  }

  @Test("The command's energy is the formula's: 1 082 990 h at 400 W are 433.196 MWh")
  func hours() async throws {
    try await Workspace.use { space in
      let ending = try await space.start([
        "estimate", "training", "--device-hours", "1082990", "--power", "400W", "--node-factor", "1", "--json",
      ]).end()
      #expect(abs(try JSON(ending.output)["energy_joules"]["value"].number() / 3.6e9 - 433.196) < 1e-6)
    }
  }

  @Test("A life cycle by options and by a file is the same; its levers leave less")
  func lifecycle() async throws {
    try await Workspace.use { space in
      let file = try space.write(
        "cycle.json",
        """
        {"name": "m", "requests": "5B", "phases": [{"phase": "training", "energy": "433MWh", "embodied": "11t"},
         {"phase": "inference", "energy": "2GWh:1GWh:3GWh", "embodied": "20t"}], "levers": ["caching=2"]}
        """)
      let fromFile = try JSON(
        try await space.start(["estimate", "lifecycle", "--input", file, "--region", "FR", "--json"]).end().output)
      let fromOptions = try JSON(
        try await space.start([
          "estimate", "lifecycle", "--phase", "training=433MWh", "--phase", "inference=2GWh:1GWh:3GWh", "--embodied",
          "training=11t", "--embodied", "inference=20t", "--requests", "5B", "--lever", "caching=2", "--region", "FR",
          "--json",
        ]).end().output)
      for path in ["before", "after"] {
        let one = try fromFile[path]["total_carbon_grams"]["value"].number()
        #expect(try fromOptions[path]["total_carbon_grams"]["value"].number() == one)
      }
      #expect(
        try fromFile["after"]["total_carbon_grams"]["value"].number()
          < fromFile["before"]["total_carbon_grams"]["value"].number())
      #expect(abs(try fromFile["after"]["facility_energy_joules"]["value"].number() / 3.6e9 - 1433) < 1e-6)
    }
  }

  @Test("A fleet grows year by year; the world begins with what is printed of 2024")
  func fleet() async throws {
    try await Workspace.use { space in
      let world = try JSON(
        try await space.start(["estimate", "fleet", "--world", "--years", "7", "--json"]).end().output)
      #expect(abs(try world["years"][0]["facility_energy_joules"]["value"].number() / 3.6e15 - 415) < 1e-6)
      #expect(abs(try world["years"][6]["facility_energy_joules"]["value"].number() / 3.6e15 - 945) < 1e-6)
    }
  }

  @Test(
    "What cannot be is refused with the option and its range, and ends with 64",
    arguments: [
      (["training"], "--parameters"), (["training", "--parameters", "70B"], "--tokens"),
      (["training", "--parameters", "1e15T", "--tokens", "1T", "--device", "H100"], "--parameters"),
      (["training", "--parameters", "-7B", "--tokens", "1T"], "--parameters"),
      (["training", "--parameters", "nan", "--tokens", "1T"], "--parameters"),
      (["training", "--parameters", "7B", "--tokens", "1T", "--device", "H1000"], "H100"),
      (["training", "--parameters", "7B", "--tokens", "1T", "--device", "H100", "--mfu", "1.5"], "--mfu"),
      (["training", "--parameters", "7B", "--tokens", "1T", "--device", "H100", "--pue", "0.9"], "--pue"),
      (["training", "--energy", "10MWh"], "--metered-at"),
      (["training", "--energy", "10", "--metered-at", "facility"], "433MWh"),
      (["training", "--energy", "10MWh", "--metered-at", "facility", "--flop", "1e20"], "--flop"),
      (["training", "--flop", "1e20", "--device", "H100", "--research-factor", "0.5"], "--research-factor"),
      (["training", "--flop", "1e20", "--device", "Titan RTX"], "--peak"),
      (["training", "--flop", "1e20", "--device", "H100", "--region", "Gemany"], "Germany"),
      (["finetuning", "--parameters", "8B", "--tokens", "1M", "--epochs", "0", "--device", "H100"], "--epochs"),
      (["finetuning", "--parameters", "8B", "--tokens", "1M", "--device", "H100", "--base", "gtp3"], "gpt3"),
      (["storage", "--data", "5TB", "--on", "hdd"], "--for"), (["storage", "--data", "5TB"], "--moved"),
      (["storage", "--data", "5TB", "--on", "hdd", "--for", "1y", "--copies", "0"], "--copies"),
      (["lifecycle"], "--phase"), (["lifecycle", "--phase", "trianing=1MWh"], "training"),
      (["lifecycle", "--phase", "training=1MWh", "--lever", "cashing=2"], "caching"),
      (["lifecycle", "--phase", "training=1MWh", "--lever", "caching=0.5"], "at least 1"),
      (["lifecycle", "--phase", "training=1MWh", "--phase", "training=1MWh"], "twice"),
      (["lifecycle", "--phase", "training=1MWh", "--embodied", "data=1t"], "data"),
      (["fleet", "--queries", "100M"], "--query-energy"), (["fleet", "--world", "--years", "80"], "--years"),
      (["fleet", "--world", "--region", "DE"], "--world"),
      (["fleet", "--queries", "x", "--query-energy", "1Wh"], "--queries"),
      (["fleet", "--queries", "1M", "--query-energy", "1Wh", "--growth", "0.4:0.5:0.6"], "--growth"),
    ])
  func refused(_ arguments: [String], _ fix: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["estimate"] + arguments).end()
      #expect(ending.status == 64, "\(arguments): \(ending.error)")
      #expect(ending.error.contains(fix), "\(arguments): \(ending.error)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test(
    "A malformed cycle ends with 65 and names file and field",
    arguments: [
      ("{", "not JSON"), ("[]", "one JSON object"), (#"{"phases": []}"#, "phases"),
      (#"{"phases": [{"phase": "data", "energy": 5}]}"#, "phases[0].energy"),
      (#"{"phases": [{"phase": "data", "energy": "5"}]}"#, "phases[0]"),
      (#"{"phases": [{"phase": "dat", "energy": "5MWh"}]}"#, "data"),
      (#"{"phases": [{"phase": "data", "energy": "-5MWh"}]}"#, "phases[0]"),
      (#"{"phases": [{"phase": "data", "energy": "5MWh", "made": "1t"}]}"#, "phases[0].made"),
      (#"{"phases": [{"phase": "data", "energy": "5MWh"}], "levers": ["x=1"]}"#, "levers[0]"),
      (#"{"phases": [{"phase": "data", "energy": "5MWh"}], "requests": 0}"#, "requests"),
      (#"{"phases": [{"phase": "data", "energy": "5MWh"}], "request": 1}"#, "request"),
    ])
  func malformed(_ text: String, _ field: String) async throws {
    try await Workspace.use { space in
      let file = try space.write("cycle.json", text)
      let ending = try await space.start(["estimate", "lifecycle", "--input", file]).end()
      #expect(ending.status == 65, "\(text): \(ending.error)")
      #expect(ending.error.contains(field) && ending.error.contains("cycle.json"), "\(text): \(ending.error)")
    }
  }

  @Test("dimmer reproduce prints every table, one of them, JSON, and the page of the docs")
  func reproduce() async throws {
    try await Workspace.use { space in
      let all = try JSON(try await space.start(["reproduce", "--json"]).end().output)
      let training = try JSON(try await space.start(["reproduce", "training", "--json"]).end().output)
      #expect(try all["counts"]["reproduced"].number() > training["counts"]["reproduced"].number())
      #expect(try training["rows"][0]["verdict"].text() == "reproduced")
      let text = try await space.start(["reproduce", "training"]).end().output
      #expect(text.contains("contradicts itself") && text.contains("not computable"))
      let page = try await space.start(["reproduce", "--markdown"]).end().output
      #expect(page.hasPrefix("# What Dimmer reproduces"))
      let wrong = try await space.start(["reproduce", "trainings"]).end()
      #expect(wrong.status == 64 && wrong.error.contains("training"))
    }
  }
}
