import Foundation
import Testing

@Suite("dimmer label")
struct LabelCommandTests {
  /// Measures a command and hands over its id.
  private func afterARun(_ body: (Workspace, String) async throws -> Void) async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", options: ["--name", "counting", "--region", "DE"])
      try await body(space, try summary["run_id"].text())
    }
  }

  private static let estimate = """
    {"what": "one image", "task": "image", "images": 2,
     "energy_joules": {"value": 4000, "low": 2000, "high": 8000, "origin": "modelled", "method": "x@1"},
     "carbon_grams": {"value": null, "reason": "no region was given"},
     "embodied_grams": {"value": null, "reason": "no machine was given"},
     "water_on_site_litres": {"value": null, "reason": "no WUE was given"},
     "water_off_site_litres": {"value": null, "reason": "no region was given"}}
    """

  @Test("A run's label has the run's own figures, divided by the work that was stated, in each form")
  func run() async throws {
    try await afterARun { space, id in
      let whole = try JSON(try await space.dimmer("label", id, "--json").output)
      let shown = try JSON(try await space.dimmer("runs", "show", id, "--json").output)
      #expect(try whole["energy_joules"]["value"].number() == shown["energy_joules"]["value"].number())
      #expect(whole["subject"].string == "counting" && whole["grade"]["reason"].string?.contains("nobody said") == true)
      let work = ["--task", "classification", "--units", "2000"]
      let label = try JSON(try await space.dimmer(all: ["label", id, "--format", "json"] + work).output)
      let each = try label["energy_joules"]["value"].number()
      #expect(abs(2 * each / (try whole["energy_joules"]["value"].number()) - 1) < 1e-9)
      #expect("ABCDEFG".contains(try label["grade"]["grade"].text()))
      #expect(label["region"].string == "DE" && label["intensity_year"].int != nil)
      #expect(try await space.dimmer(all: ["label", id] + work).output.contains("Grade: energy"))
      let drawing = try await space.dimmer(all: ["label", id, "--format", "svg"] + work).output
      #expect(drawing.hasPrefix("<svg xmlns=") && drawing.contains("</svg>"))
      #expect(try await space.dimmer(all: ["label", id, "--format", "html"] + work).output.hasPrefix("<article"))
    }
  }

  @Test("Contracts that are stated make market-based carbon, beside the location-based, and stand in the evidence")
  func market() async throws {
    try await afterARun { space, id in
      let plain = try JSON(try await space.dimmer("label", id, "--json").output)
      #expect(plain["market_carbon_grams"]["reason"].string?.contains("no contract") == true)
      // 60 % at 0 g and 40 % at twice the grid's intensity are 80 % of the location-based figure.
      let grid = try plain["intensity_grams_per_kwh"]["value"].number()
      let stated = ["--contract", "60%@0", "--residual-mix", "\(2 * grid)"]
      let label = try JSON(try await space.dimmer(all: ["label", id, "--json"] + stated).output)
      let market = try label["market_carbon_grams"]["value"].number()
      let location = try label["carbon_grams"]["value"].number()
      #expect(abs(market / (0.8 * location) - 1) < 1e-9)
      #expect(try location == plain["carbon_grams"]["value"].number())
      #expect(try label["evidence"]["hash"].text() != plain["evidence"]["hash"].text())
      #expect(try await space.dimmer(all: ["label", id, "--evidence"] + stated).output.contains(#""share":0.6"#))
      for (wrong, word) in [
        (["--contract", "60%@0"], "residual mix"), (["--contract", "60@0"], "60%@0"),
        (["--contract", "70%@0", "--contract", "40%@0"], "over 100 %"), (["--contract", "100%@9999"], "5000"),
      ] {
        let ending = try await space.dimmer(all: ["label", id] + wrong)
        #expect(ending.status == 64 && ending.error.contains(word), "\(wrong): \(ending.error)")
      }
    }
  }

  @Test("Training has no grade, and the label says why; work that somebody states has one")
  func training() async throws {
    try await Workspace.use { space in
      let estimate = Self.estimate.replacingOccurrences(
        of: #""task": "image", "images": 2"#, with: #""task": "training""#)
      try space.write("e.json", estimate)
      let label = try JSON(try await space.dimmer("label", "--estimate-file", "e.json", "--json").output)
      #expect(label["grade"]["reason"].string?.contains("no scale of training is published") == true)
      let ending = try await space.dimmer(
        "label", "--estimate-file", "e.json", "--contract", "60%@0", "--residual-mix", "500")
      #expect(ending.status == 64, "\(ending.error)")
      let made = try await space.dimmer(
        "estimate", "training", "--parameters", "7B", "--tokens", "1T", "--device", "H100", "--devices", "64",
        "--region", "DE", "--json")
      #expect(made.status == 0, "\(made.error)")
      #expect(try JSON(made.output)["task"].string == "training")
    }
  }

  @Test("The hash on a label is that of what --evidence prints")
  func evidence() async throws {
    try await afterARun { space, id in
      let label = try JSON(try await space.dimmer("label", id, "--json").output)
      let record = space.file("record.json")
      #expect(try await space.dimmer("label", id, "--evidence", "--output", record).status == 0)
      let sum = Process()
      let out = Pipe()
      sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
      sum.arguments = [record]
      sum.standardOutput = out
      try sum.run()
      let line = String(decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      sum.waitUntilExit()
      #expect(line.hasPrefix(try label["evidence"]["hash"].text()))
    }
  }

  @Test("An estimate's file is enough, and a file is written only where it was asked for")
  func file() async throws {
    try await Workspace.use { space in
      let path = space.file("e.json")
      try Self.estimate.write(toFile: path, atomically: true, encoding: .utf8)
      let label = try JSON(try await space.dimmer("label", "--estimate-file", path, "--json").output)
      #expect(try label["energy_joules"]["value"].number() == 2000)
      #expect(label["grade"]["grade"].string == "D" && label["carbon_grade"]["grade"].string == nil)
      #expect(label["carbon_grams"]["reason"].string == "no region was given")
      let drawing = space.file("label.svg")
      let wrote = try await space.dimmer("label", "--estimate-file", path, "--format", "svg", "--output", drawing)
      #expect(wrote.status == 0 && wrote.outputBytes.isEmpty)
      #expect(try String(contentsOfFile: drawing, encoding: .utf8).contains("one image"))
    }
  }

  @Test(
    "What cannot be is refused with the fix",
    arguments: [
      (["label"], 64, "--estimate-file"), (["label", "run_0", "--estimate-file", "x"], 64, "either"),
      (["label", "run_0", "--task", "poetry"], 64, "text, image"), (["label", "run_0", "--units", "5"], 64, "--task"),
      (["label", "run_0", "--task", "text", "--units", "0"], 64, "above 0"),
      (["label", "run_0", "--task", "text", "--units=-3"], 64, "above 0"),
      (["label", "run_0", "--json", "--format", "svg"], 64, "contradict"),
      (["label", "run_00000000"], 66, "run_"), (["label", "nonsense"], 64, "nonsense"),
      (["label", "--estimate-file", "absent.json"], 66, "absent.json"),
    ])
  func refused(_ arguments: [String], _ status: Int32, _ named: String) async throws {
    try await Workspace.use { space in
      let end = try await space.dimmer(all: arguments)
      #expect(end.status == status && end.error.contains(named), "\(end.status): \(end.error)")
    }
  }

  @Test(
    "A file that is no estimate is refused with the field",
    arguments: [
      ("{", "not JSON"), ("[]", "one JSON object"), ("{}", "energy_joules"),
      (#"{"energy_joules": {"value": "four"}}"#, "energy_joules"),
    ])
  func wrongFile(_ text: String, _ named: String) async throws {
    try await Workspace.use { space in
      let path = space.file("e.json")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let end = try await space.dimmer("label", "--estimate-file", path)
      #expect(end.status == 65 && end.error.contains(named) && end.error.contains("e.json"), "\(end.error)")
    }
  }
}

extension Workspace {
  fileprivate func dimmer(all arguments: [String]) async throws -> Ending { try await start(arguments).end() }
}
