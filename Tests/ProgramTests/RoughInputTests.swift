import Foundation
import Testing

@Suite("Rough input: odd files, pipes, devices, numbers out of range")
struct RoughInputTests {
  private static let cycle = #"{"phases": [{"phase": "data", "energy": "120MWh"}]}"#

  @Test("A file may be a pipe: <(command) and /dev/stdin are read to their end")
  func pipes() async throws {
    try await Workspace.use { space in
      let dimmer = try Programs.path("dimmer")
      let file = try space.write("cycle.json", Self.cycle)
      for input in ["<(cat '\(file)')", "/dev/stdin"] {
        let ending = try await space.start(
          program: ["bash", "-c", "cat '\(file)' | '\(dimmer)' estimate lifecycle --input \(input)"]
        ).end()
        #expect(ending.status == 0 && ending.output.contains("120 MWh"), "\(input): \(ending.error)")
      }
      let nothing = try await space.dimmer("estimate", "lifecycle", "--input", "/dev/null")
      #expect(nothing.status == 65, "\(nothing.error)")
      let folder = try await space.dimmer("estimate", "lifecycle", "--input", space.folder)
      #expect(folder.status == 74 && folder.error.contains("is a directory"), "\(folder.error)")
    }
  }

  @Test("A device is written to and stays a device; a link stays a link; a folder is refused")
  func devices() async throws {
    try await Workspace.use { space in
      let estimate = try await space.start([
        "estimate", "text", "--model", "Llama 3.1 8B", "--output-tokens", "40", "--json",
      ]).end()
      let kept = try space.write("e.json", estimate.output)
      func label(_ target: String) async throws -> Ending {
        try await space.dimmer("label", "--estimate-file", kept, "--format", "svg", "--output", target)
      }
      // A named pipe: what is written arrives, and the pipe is still there.
      let pipe = space.file("pipe")
      try #require(mkfifo(pipe, 0o600) == 0)
      let reader = try space.start(program: ["sh", "-c", "cat '\(pipe)' > '\(space.file("got.svg"))'"])
      #expect(try await label(pipe).status == 0)
      #expect(try await reader.end().status == 0)
      #expect(space.text("got.svg")?.contains("<svg") == true)
      var facts = stat()
      #expect(lstat(pipe, &facts) == 0 && facts.st_mode & S_IFMT == S_IFIFO)
      // A full device tells that it is full.
      let full = try await label("/dev/full")
      #expect(full.status == 74 && full.error.contains("no space left"), "\(full.error)")
      #expect(lstat("/dev/full", &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR)
      // A link is followed, and the old file's mode is kept.
      let target = try space.write("real.svg", "old")
      chmod(target, 0o640)
      try #require(symlink("real.svg", space.file("link.svg")) == 0)
      #expect(try await label(space.file("link.svg")).status == 0)
      #expect(space.text("real.svg")?.contains("<svg") == true)
      #expect(lstat(space.file("link.svg"), &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK)
      #expect(lstat(target, &facts) == 0 && facts.st_mode & 0o777 == 0o640)
      let folder = try await label(space.folder)
      #expect(folder.status == 74 && folder.error.contains("is a directory"), "\(folder.error)")
      let absent = try await label(space.file("no/such/place.svg"))
      #expect(absent.status == 66, "\(absent.error)")
      let left = try FileManager.default.contentsOfDirectory(atPath: space.folder).filter { $0.hasSuffix(".new") }
      #expect(left.isEmpty, "\(left)")
    }
  }

  @Test("An answer that could not be written ends with 74; a reader that has gone is no failure")
  func lostOutput() async throws {
    try await Workspace.use { space in
      let dimmer = try Programs.path("dimmer")
      let card = try space.write("card.md", "---\nco2_eq_emissions:\n  emissions: 83.5\n---\nIt took 83.5 kg of CO2.\n")
      for words in ["methods", "methods --json", "reproduce", "lint '\(card)'"] {
        let full = try await space.start(program: ["sh", "-c", "'\(dimmer)' \(words) > /dev/full"]).end()
        #expect(full.status == 74 && full.error.contains("no space left"), "\(words): \(full.status) \(full.error)")
      }
      let gone = try await space.start(
        program: ["bash", "-c", "'\(dimmer)' reproduce --json | head -1; exit ${PIPESTATUS[0]}"]
      ).end()
      #expect(gone.status == 0 && gone.error.isEmpty, "\(gone.error)")
    }
  }

  @Test(
    "A negative number is told its range, with or without an equals sign",
    arguments: [
      (["estimate", "text", "--parameters", "8", "--output-tokens", "9", "--wue", "-1"], "from 0 to 100"),
      (["estimate", "text", "--parameters", "8", "--output-tokens", "-9"], "from 0 to 10000000"),
      (["estimate", "text", "--parameters", "8", "--output-tokens", "9", "--pue", "-inf"], "from 1 to 10"),
      (["estimate", "fleet", "--queries", "1M", "--query-energy", "1Wh", "--growth", "-2"], "-0.99 to 10"),
      (["estimate", "image", "--model", "FLUX.1 dev", "--width", "-5"], "from 16 to 16384"),
      (["equivalences", "--energy", "-1 kWh"], "allowed is 1 µJ"), (["why", "0.34 Wh", "-0.3 Wh"], "below zero"),
      (["why", "-.3 Wh", "0.34 Wh"], "below zero"), (["compare", "--limit", "-1"], "from 1 to 1000"),
    ])
  func negative(_ arguments: [String], _ range: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(arguments).end()
      #expect(ending.status == 64 && ending.output.isEmpty, "\(arguments): \(ending.error)")
      #expect(ending.error.contains(range), "\(arguments): \(ending.error)")
    }
  }

  @Test("The words of a command that is run are its own, negative ones too")
  func runKeepsWords() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("run", "--", "echo", "--wue", "-1", "-0.3 Wh")
      #expect(ending.output == "--wue -1 -0.3 Wh\n", "\(ending.error)")
    }
  }

  @Test(
    "Absurd numbers are refused in a line that a person can read",
    arguments: [
      ["estimate", "text", "--parameters", "1e300", "--output-tokens", "9"],
      ["estimate", "text", "--parameters", "8", "--output-tokens", "1e300"],
      ["estimate", "image", "--model", "FLUX.1 dev", "--count", "1e300"], ["why", "0.34 Wh", "1e300 Wh"],
      ["calc", "meter-share", "dynamic_joules=1e15", "idle_joules=1", "weights=1", "times_seconds=1"],
    ])
  func absurd(_ arguments: [String]) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(arguments).end()
      #expect(ending.status == 64 && ending.output.isEmpty, "\(arguments): \(ending.error)")
      #expect(!ending.error.contains("0000000000000000"), "\(ending.error)")
    }
  }

  @Test(
    "A bound that is printed is let in",
    arguments: [
      (["--output-tokens", "9", "--gpus", "2000"], "1024", ["--output-tokens", "9", "--gpus", "1024"]),
      (["--output-tokens", "9", "--batch", "1e9"], "16384", ["--output-tokens", "9", "--batch", "16384"]),
    ])
  func bounds(_ refused: [String], _ bound: String, _ taken: [String]) async throws {
    try await Workspace.use { space in
      let model = ["estimate", "text", "--parameters", "0.1"]
      #expect(try await space.start(model + refused).end().error.contains("to \(bound)"))
      let ending = try await space.start(model + taken).end()
      #expect(ending.status == 0, "\(ending.error)")
    }
  }

  @Test(
    "Options that would change nothing are refused, not swallowed",
    arguments: [
      (["training", "--energy", "1MWh", "--metered-at", "machine", "--mfu", "0.4"], "--mfu"),
      (["training", "--energy", "1MWh", "--metered-at", "machine", "--node-factor", "1.4"], "--node-factor"),
      (["training", "--energy", "1MWh", "--metered-at", "accelerator", "--power", "300W"], "--power"),
      (["training", "--device-hours", "9", "--device", "H100", "--mfu", "0.4"], "--mfu"),
      (["training", "--device-hours", "9", "--device", "H100", "--peak", "900"], "--peak"),
      (["fleet", "--world", "--from", "2030"], "--world"), (["fleet", "--world", "--price", "0.2"], "--world"),
      (["storage", "--data", "5TB", "--moved", "cloud", "--copies", "3"], "--copies"),
      (["storage", "--data", "5TB", "--on", "hdd", "--for", "0d"], "--for"),
    ])
  func swallowed(_ arguments: [String], _ option: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["estimate"] + arguments).end()
      #expect(ending.status == 64 && ending.error.contains(option), "\(arguments): \(ending.error)")
    }
  }

  @Test(
    "Options of compare that would change nothing are refused, not swallowed",
    arguments: [
      (["--time", "now"], "--region"), (["--config", "absent.yaml"], "--time"),
      (["--config", "absent.yaml", "--region", "DE"], "--time"),
    ])
  func swallowedByCompare(_ arguments: [String], _ option: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["compare", "--task", "chat", "--model", "Llama 3.1 8B"] + arguments).end()
      #expect(ending.status == 64 && ending.error.contains(option), "\(arguments): \(ending.error)")
    }
  }

  @Test("An input that is written out twice is refused")
  func writtenTwice() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("calc", "load-curve", "tdp_watts=225", "load=0.5", "load=0.6")
      #expect(ending.status == 64 && ending.error.contains("'load'"), "\(ending.error)")
    }
  }

  @Test(
    "A key that stands twice is told with its line: a parser would keep one and say nothing",
    arguments: [
      "{\"phases\": [{\"phase\": \"data\", \"energy\": \"1MWh\"}],\n\"phases\": []}",
      "{\"phases\": [{\"phase\": \"data\",\n \"energy\": \"1MWh\", \"ph\\u0061se\": \"training\"}]}",
    ])
  func repeatedKeys(_ text: String) async throws {
    try await Workspace.use { space in
      let file = try space.write("twice.json", text)
      for words in [["estimate", "lifecycle", "--input", file], ["calc", "act.logic", "--input", file]] {
        let ending = try await space.start(words).end()
        #expect(ending.status == 65, "\(words): \(ending.error)")
        #expect(ending.error.contains("twice.json:2: phase") && ending.error.contains("twice"), "\(ending.error)")
      }
    }
  }

  @Test("One key in several objects, or within a text, is no repetition")
  func keysApart() async throws {
    try await Workspace.use { space in
      let file = try space.write(
        "apart.json",
        #"{"name": "{\"name\": 1, \"name\": 2}", "phases": [{"phase": "data", "energy": "1MWh"},"#
          + #" {"phase": "training", "energy": "1MWh"}]}"#)
      let ending = try await space.dimmer("estimate", "lifecycle", "--input", file)
      #expect(ending.status == 0, "\(ending.error)")
    }
  }

  @Test("A kept estimate whose figures are no figures is refused by why and by label alike, with the field")
  func spoiltEstimates() async throws {
    try await Workspace.use { space in
      let estimate = try await space.start([
        "estimate", "text", "--model", "Llama 3.1 8B", "--output-tokens", "40", "--region", "DE", "--json",
      ]).end().output
      let good = try space.write("good.json", estimate)
      var document = try #require(
        try JSONSerialization.jsonObject(with: Data(estimate.utf8)) as? [String: Any])
      var figure = try #require(document["energy_joules"] as? [String: Any])
      for (name, spoil) in [
        ("text", ["value": "many"]), ("order", ["low": 1e9, "high": 1e-9]),
      ] as [(String, [String: Any])] {
        figure.merge(spoil) { $1 }
        document["energy_joules"] = figure
        let text = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
        let bad = try space.write("\(name).json", text)
        for words in [["why", bad, good], ["label", "--estimate-file", bad]] {
          let ending = try await space.start(words).end()
          #expect(ending.status == 65 && ending.error.contains("energy_joules"), "\(words): \(ending.error)")
        }
      }
    }
  }

  @Test("Estimates of unlike work are not set against each other")
  func unlikeEstimates() async throws {
    try await Workspace.use { space in
      func kept(_ name: String, _ words: [String]) async throws -> String {
        try space.write(name, try await space.start(["estimate"] + words + ["--json"]).end().output)
      }
      let reply = try await kept("reply.json", ["text", "--parameters", "8", "--output-tokens", "40"])
      let vector = try await kept("vector.json", ["embedding", "--parameters", "8", "--input-tokens", "40"])
      let disk = try await kept("disk.json", ["storage", "--data", "5TB", "--on", "hdd", "--for", "1y"])
      let run = try await kept("run.json", ["training", "--energy", "1MWh", "--metered-at", "machine"])
      for (one, other) in [(reply, vector), (reply, disk), (vector, disk), (run, disk)] {
        let ending = try await space.dimmer("why", one, other)
        #expect(ending.status == 65 && ending.error.contains("unlike"), "\(one) \(other): \(ending.error)")
      }
    }
  }
}
