import Foundation
import Testing

@Suite("dimmer runs and dimmer explain")
struct RunsAndExplainTests {
  /// Measures three commands and hands over their ids, oldest first.
  private func afterThreeRuns(_ body: (Workspace, [String]) async throws -> Void) async throws {
    try await Workspace.use { space in
      var ids: [String] = []
      for (name, region) in [("first", "DE"), ("second", "FR"), ("third", "US-CAL-CISO")] {
        let (_, summary) = try await space.measure(
          "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", options: ["--name", name, "--region", region])
        ids.append(try summary["run_id"].text())
      }
      try await body(space, ids)
    }
  }

  @Test("The list has the contract's shape, newest first, and --limit shortens it")
  func list() async throws {
    try await afterThreeRuns { space, ids in
      let document = try JSON(try await space.dimmer("runs", "list", "--json").output)
      #expect(document.keys == ["runs"])
      let runs = document["runs"].array
      #expect(runs.map { $0["run_id"].string } == ids.reversed())
      for run in runs {
        #expect(
          run.keys == ["run_id", "name", "started", "duration_seconds", "energy_joules", "carbon_grams", "status"])
        #expect(run["status"].string == "done")
        #expect(try run["started"].text().wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil)
        #expect(try run["duration_seconds"].number() > 0)
      }
      expectContractOfFigures(document, methods: try await space.methods())
      let one = try await space.dimmer("runs", "list", "--limit", "1", "--json")
      #expect(try JSON(one.output)["runs"].array.count == 1)
      #expect(try await space.dimmer("runs", "list", "--limit", "0").status == 64)
    }
  }

  @Test("The table names every run; without any, stdout is empty and a hint is on stderr")
  func table() async throws {
    try await afterThreeRuns { space, ids in
      let table = try await space.dimmer("runs").output
      for id in ids { #expect(table.contains(id)) }
      let other = ["DIMMER_DATA_DIR": space.file("empty")]
      let none = try await space.dimmer("runs", "list", environment: other)
      #expect(none.status == 0 && none.outputBytes.isEmpty && none.error.contains("dimmer run --"))
      #expect(
        try JSON(try await space.dimmer("runs", "list", "--json", environment: other).output)["runs"].array.isEmpty)
    }
  }

  @Test("show takes a run's id or a unique beginning and gives what --summary gave")
  func show() async throws {
    try await afterThreeRuns { space, ids in
      let shown = try JSON(try await space.dimmer("runs", "show", ids[0], "--json").output)
      #expect(shown["run_id"].string == ids[0])
      #expect(shown["conservation"]["host_microjoules"].int != nil)
      #expect(try await space.dimmer("runs", "show", ids[0]).output.contains("energy"))
      #expect(try await space.dimmer("runs", "show", "run_zzzzzzzz").status == 66)
    }
  }

  @Test("explain on a run prints each figure's tree down to its sources")
  func explainRun() async throws {
    try await afterThreeRuns { space, ids in
      let text = try await space.dimmer("explain", ids[0]).output
      for part in [
        "operational carbon", "operational-carbon@1", "energy of the run", "Ember", "342", "embodied", "exact",
        "exit status", "because",
      ] {
        #expect(text.contains(part), "\(part) is missing in:\n\(text)")
      }
    }
  }

  @Test("explain on a figure prints that figure, with the run and the grid value that it rests on")
  func explainFigure() async throws {
    try await afterThreeRuns { space, ids in
      let text = try await space.dimmer("explain", "\(ids[1]).carbon").output
      #expect(text.hasPrefix("operational carbon\nfigure \(ids[1]).carbon"))
      #expect(text.contains("France") && text.contains("rests on") && text.contains("sig_"))
      #expect(!text.contains("share of embodied carbon"))
    }
  }

  @Test("explain --json is one document; every method in its receipts is registered, every leaf says where it is from")
  func explainJSON() async throws {
    try await afterThreeRuns { space, ids in
      let methods = try await space.methods()
      let document = try JSON(try await space.dimmer("explain", ids[2], "--json").output)
      #expect(document["id"].string == ids[2])
      #expect(document["kind"].string == "run")
      var known = 0
      func walk(_ receipt: JSON) {
        let label = receipt["label"].string ?? "no label"
        if let method = receipt["method"].string { #expect(methods.contains(method), "\(label): \(method)") }
        guard receipt["value"].double != nil else {
          #expect(receipt["reason"].string != nil, "\(label): unknown without a reason")
          return
        }
        known += 1
        #expect(receipt["unit"].isPresent && receipt["origin"].string != nil, "\(label)")
        if receipt["inputs"].array.isEmpty, receipt["origin"].string == "published" {
          #expect(receipt["source"]["citation"].string?.isEmpty == false, "\(label): published by whom?")
        }
        receipt["inputs"].array.forEach(walk)
      }
      document["receipts"].array.forEach(walk)
      #expect(known > 15)
    }
  }

  @Test("A unique beginning is enough; one that fits several is refused with their names")
  func beginnings() async throws {
    try await afterThreeRuns { space, ids in
      // The random end of an id differs between runs; its first part is time.
      let common = zip(ids[0], ids[1]).prefix { $0.0 == $0.1 }.count
      let unique = String(ids[0].prefix(common + 1))
      let fits = ids.filter { $0.hasPrefix(unique) }
      if fits.count == 1 {
        #expect(try await space.dimmer("explain", unique).output.contains(ids[0]))
      }
      let many = try await space.dimmer("explain", "run_")
      #expect(many.status == 64 || many.status == 66, "\(many.error)")
      #expect(ids.contains { many.error.contains($0) }, "\(many.error)")
    }
  }

  @Test("An id that nothing has ends with 66 and near ids; what is no id at all ends with 64")
  func unknown() async throws {
    try await afterThreeRuns { space, ids in
      let figure = try await space.dimmer("explain", "\(ids[0]).carbn")
      #expect(figure.status == 66)
      #expect(figure.error.contains("\(ids[0]).carbon"))
      #expect(try await space.dimmer("explain", "run_00000000000000000000000000").status == 66)
      #expect(try await space.dimmer("explain", "what").status == 64)
    }
  }

  @Test("dimmer run inside dimmer run is a part of it, and the outer run has the inner one's energy, too")
  func nested() async throws {
    try await Workspace.use { space in
      let dimmer = try Programs.path("dimmer")
      let work = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done"
      let inner = "'\(dimmer)' run --quiet --name inner --summary '\(space.file("inner.json"))' -- sh -c '\(work)'"
      let (ending, outer) = try await space.measure("\(inner); exit 6", options: ["--name", "outer"])
      #expect(ending.status == 6)
      let part = try JSON(file: space.file("inner.json"))
      let text = try await space.dimmer("explain", try part["run_id"].text()).output
      #expect(text.contains(try outer["run_id"].text()), "the inner run does not name its parent:\n\(text)")
      #expect(try outer["cpu_seconds"]["run"].number() >= part["cpu_seconds"]["run"].number() * 0.99 - 0.02)
    }
  }
}
