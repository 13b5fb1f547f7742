import Foundation
import Testing

@Suite("The record of a run")
struct RunSummaryTests {
  /// What scripts may rely on, and what the record holds beyond it.
  private static let contract: Set = [
    "run_id", "exit_code", "duration_seconds", "energy_joules", "carbon_grams", "embodied_grams", "water_litres",
    "components", "conservation", "region", "intensity_grams_per_kwh",
  ]
  private static let beyond: Set = [
    "name", "status", "reason", "started", "ended", "command", "cpu_seconds", "conservation_reason",
    "parked_gpu_joules", "platform_joules", "tags", "imported",
  ]
  private static let terms: Set = [
    "host_microjoules", "attributed_microjoules", "idle_microjoules", "self_microjoules", "unattributed_microjoules",
  ]
  /// Half a second of work in a shell and its child.
  private static let work =
    "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sh -c 'j=0; while [ $j -lt 60000 ]; do j=$((j+1)); done'"

  @Test("Its keys are the contract's, its figures are whole and name registered methods")
  func shape() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        Self.work,
        options: ["--region", "DE", "--name", "train", "--pue", "1.2", "--tag", "team=a", "--period", "100ms"])
      #expect(summary.keys == Self.contract.union(Self.beyond))
      #expect(summary["conservation"].keys == Self.terms)
      let methods = try await space.methods()
      #expect(methods.count > 20)
      expectContractOfFigures(summary, methods: methods)
      #expect(try summary["run_id"].text().wholeMatch(of: /run_[0-9a-hjkmnp-tv-z]{26}/) != nil)
      #expect(summary["name"].string == "train")
      #expect(summary["region"].string == "DE")
      #expect(summary["tags"]["team"].string == "a")
      #expect(summary["command"].array.map(\.string) == ["sh", "-c", Self.work])
      for key in ["energy_joules", "carbon_grams", "embodied_grams", "intensity_grams_per_kwh"] {
        #expect(try summary[key]["value"].number() > 0, "\(key)")
        #expect(summary[key]["id"].string?.hasPrefix(try summary["run_id"].text() + ".") == true)
      }
      #expect(!summary["components"].array.isEmpty)
      #expect(try summary["duration_seconds"].number() > 0)
    }
  }

  @Test("A recorded machine is measured as a run of whom it followed; nothing is started")
  func recorded() async throws {
    try await Workspace.use { space in
      let burner = try space.start(program: ["sh", "-c", "while :; do :; done"])
      let (folder, other) = (space.file("machine"), space.file("other"))
      let made = try await space.dimmer(
        "record", folder, "--seconds", "2", "--period", "200ms", "--pid", "\(burner.pid)")
      #expect(made.status == 0, "\(made.error)")
      #expect(try await space.dimmer("record", other, "--seconds", "1", "--period", "200ms").status == 0)
      let file = space.file("run.json")
      let ending = try await space.dimmer(
        "run", "--machine", folder, "--region", "DE", "--summary", file, "--", "train-elsewhere", "--epochs", "3")
      #expect(ending.status == 0, "\(ending.error)")
      let summary = try JSON(file: file)
      #expect(summary["name"].string == "train-elsewhere")
      #expect(try summary["energy_joules"]["value"].number() > 0)
      #expect(try summary["carbon_grams"]["value"].number() > 0)
      #expect(summary["embodied_grams"]["value"].isNull)
      let terms = summary["conservation"]
      let parts = ["attributed", "idle", "self", "unattributed"].compactMap { terms["\($0)_microjoules"].int }
      #expect(parts.count == 4 && parts.reduce(0, +) == terms["host_microjoules"].int)
      // Who was followed must be known, and be there.
      #expect(try await space.dimmer("run", "--machine", other).status == 64)
      let named = try await space.dimmer("run", "--machine", other, "--attach", "\(burner.pid)", "--quiet")
      #expect(named.status == 0, "\(named.error)")
      #expect(try await space.dimmer("run", "--machine", other, "--attach", "4194305").status == 65)
      #expect(try await space.dimmer("run", "--machine", space.folder).status == 65)
      #expect(try await space.dimmer("run", "--model", "guess", "--", "true").status == 64)
      burner.signalGroup(SIGKILL)
    }
  }

  @Test("Carbon is energy times PUE times intensity, and the parts of energy add up to it")
  func arithmetic() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(Self.work, options: ["--region", "FR", "--pue", "1.5"])
      let energy = try summary["energy_joules"]["value"].number()
      let intensity = try summary["intensity_grams_per_kwh"]["value"].number()
      let carbon = try summary["carbon_grams"]["value"].number()
      #expect(abs(carbon - energy / 3.6e6 * 1.5 * intensity) <= 1e-9 * carbon)
      let parts = try summary["components"].array.filter { !$0["energy_joules"]["value"].isNull }
        .map { try $0["energy_joules"]["value"].number() }
      #expect(abs(parts.reduce(0, +) - energy) < 1e-9)
    }
  }

  @Test("Attributed, idle, own and unattributed energy make the host's, to the microjoule", arguments: ["100ms", "1s"])
  func conservation(_ period: String) async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(Self.work, options: ["--period", period])
      let terms = summary["conservation"]
      let term = { (name: String) in try #require(terms["\(name)_microjoules"].int) }
      #expect(try term("attributed") + term("idle") + term("self") + term("unattributed") == term("host"))
      for name in ["attributed", "idle", "self", "unattributed"] { #expect(try term(name) >= 0) }
      #expect(try term("host") > 0)
      // The run is one of the processes.
      #expect(try summary["energy_joules"]["value"].number() * 1e6 <= Double(term("attributed")) + 0.5)
    }
  }

  @Test("CPU seconds add up, too: what belongs to nobody is the busy time beyond that of all processes, never the rest")
  func seconds() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(Self.work)
      let cpu = summary["cpu_seconds"]
      let term = { (name: String) in try cpu[name].number() }
      for name in ["run", "others", "self", "unattributed", "busy", "idle", "capacity"] {
        #expect(try term(name) >= 0, "\(name)")
      }
      let seen = try term("run") + term("others") + term("self")
      // Where the processes' clocks together run ahead of the machine's by a few ticks, nothing is left over.
      #expect(try term("unattributed") >= max(0, term("busy") - seen) - 1e-6)
      #expect(try seen + term("unattributed") <= term("busy") + 0.1 + 0.02 * term("busy"))
      #expect(try abs(term("busy") + term("idle") - term("capacity")) <= 0.02 + 0.01 * term("capacity"))
    }
  }

  @Test("Without a region carbon is null with the reason, and energy is still there")
  func noRegion() async throws {
    try await Workspace.use { space in
      let (ending, summary) = try await space.measure(Self.work)
      #expect(summary["region"].isNull)
      for key in ["carbon_grams", "intensity_grams_per_kwh", "water_litres"] {
        #expect(summary[key]["value"].isNull, "\(key)")
        #expect(summary[key]["reason"].string?.isEmpty == false, "\(key)")
      }
      #expect(summary["carbon_grams"]["reason"].string?.contains("region") == true)
      #expect(try summary["energy_joules"]["value"].number() > 0)
      #expect(ending.error.contains("unknown"))
      #expect(!ending.error.contains("carbon    0"))
    }
  }

  @Test("The region comes from DIMMER_REGION, and the flag goes over it")
  func regionFromEnvironment() async throws {
    try await Workspace.use { space in
      let summary = space.file("s.json")
      _ = try await space.dimmer("run", "--summary", summary, "--", "true", environment: ["DIMMER_REGION": "SE"])
      #expect(try JSON(file: summary)["region"].string == "SE")
      _ = try await space.dimmer(
        "run", "--summary", summary, "--region", "PL", "--", "true", environment: ["DIMMER_REGION": "SE"])
      #expect(try JSON(file: summary)["region"].string == "PL")
    }
  }

  @Test("A summary that can not be written is said and does not change the command's status")
  func unwritableSummary() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer(
        "run", "--summary", space.file("no/folder/s.json"), "--", "sh", "-c", "exit 5")
      #expect(ending.status == 5)
      #expect(ending.error.contains("no/folder/s.json"))
      #expect(try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array.count == 1)
    }
  }

  @Test("A very short command still has a record with a duration")
  func short() async throws {
    try await Workspace.use { space in
      let (ending, summary) = try await space.measure(":")
      #expect(ending.status == 0)
      #expect(try summary["duration_seconds"].number() > 0)
      #expect(summary["status"].string == "done")
    }
  }

  @Test("--quiet says nothing at all of a run that went well")
  func quiet() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("run", "--quiet", "--", "echo", "hello")
      #expect(ending.output == "hello\n")
      #expect(ending.error.isEmpty)
    }
  }
}
