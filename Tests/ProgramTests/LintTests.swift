import Foundation
import Testing

@Suite("dimmer lint")
struct LintTests {
  private let slipped = """
    ---
    co2_eq_emissions:
      emissions: 83.524
      source: CodeCarbon
    ---

    # Gannet

    Training took 696 kWh at 120 gCO2e/kWh, which is 83.5 kg of CO2.
    """

  @Test("A slip is told with file, line, field, rule and the number to write, and the status is 1")
  func slip() async throws {
    try await Workspace.use { workspace in
      let card = try workspace.write("README.md", slipped)
      let ending = try await workspace.dimmer("lint", "--json", card)
      #expect(ending.status == 1)
      let findings = try JSON(ending.output)["findings"]
      #expect(findings.array.count == 1)
      let finding = findings[0]
      #expect(finding.keys == ["file", "line", "field", "rule", "message"])
      #expect(finding["file"].string == card)
      #expect(finding["line"].int == 3)
      #expect(finding["field"].string == "co2_eq_emissions.emissions")
      #expect(finding["rule"].string == "factor-1000")
      #expect(try finding["message"].text().contains("1000 times too small"))
      let people = try await workspace.dimmer("lint", card)
      #expect(people.status == 1)
      #expect(people.output.contains("README.md:3:") && people.output.contains("[factor-1000]"))
    }
  }

  @Test("A right file is silent, with status 0 and an empty list of findings")
  func right() async throws {
    try await Workspace.use { workspace in
      let card = try workspace.write("README.md", slipped.replacingOccurrences(of: "83.524", with: "83524"))
      let ending = try await workspace.dimmer("lint", card)
      #expect(ending.status == 0 && ending.output.isEmpty)
      let document = try await workspace.dimmer("lint", "--json", card)
      #expect(document.status == 0)
      #expect(try JSON(document.output)["findings"].array.isEmpty)
    }
  }

  @Test("What a file is, its content tells: several files at once, from standard input too")
  func several() async throws {
    try await Workspace.use { workspace in
      let card = try workspace.write("one", slipped)
      let table = try workspace.write("two", "model,energy (kWh),pue,co2_kg\na,10,0.8,3.4\n")
      let ending = try await workspace.dimmer("lint", "--json", card, table)
      #expect(ending.status == 1)
      let findings = try JSON(ending.output)["findings"].array
      #expect(Set(findings.compactMap { $0["file"].string }) == [card, table])
      let piped = try await workspace.dimmer("lint", "-", input: card)
      #expect(piped.status == 1 && piped.output.contains("standard input:3:"))
    }
  }

  @Test(
    "A malformed file ends with 65 and names file, line and what is wrong",
    arguments: [
      ("broken.yaml", "tree:\n  children: [a, b\n", "broken.yaml:"),
      ("card.md", "---\nco2_eq_emissions:\n  - 3\n---\n# A\n", "co2_eq_emissions"),
      (
        "emissions.csv", "run_id,duration,emissions,energy_consumed\nr,10,much,0.1\n", "emissions.csv:2: emissions"
      ),
      ("table.csv", "model,energy_kwh\na,1,2\n", "table.csv:2:"),
      ("empty.csv", " \n", "empty"),
    ])
  func malformed(name: String, text: String, said: String) async throws {
    try await Workspace.use { workspace in
      let file = try workspace.write(name, text)
      let ending = try await workspace.dimmer("lint", file)
      #expect(ending.status == 65)
      #expect(ending.error.contains(said), "\(ending.error)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test("No file is 64, a file that is not there 66")
  func noFile() async throws {
    try await Workspace.use { workspace in
      #expect(try await workspace.dimmer("lint").status == 64)
      #expect(try await workspace.dimmer("lint", "--rules", "x").status == 64)
      let ending = try await workspace.dimmer("lint", workspace.file("none.csv"))
      #expect(ending.status == 66 && ending.error.contains("none.csv"))
    }
  }

  @Test("--rules lists every rule with its reason and an example")
  func rules() async throws {
    try await Workspace.use { workspace in
      let ending = try await workspace.dimmer("lint", "--rules", "--json")
      #expect(ending.status == 0)
      let rules = try JSON(ending.output)["rules"].array
      #expect(rules.count > 20)
      for rule in rules {
        for key in ["rule", "reason", "example"] { #expect(try !rule[key].text().isEmpty) }
      }
      #expect(try await workspace.dimmer("lint", "--rules").output.contains("factor-1000"))
    }
  }

  @Test("Dimmer's own JSON is linted, too: its methods' answers hold")
  func own() async throws {
    try await Workspace.use { workspace in
      let answer = try await workspace.dimmer(
        "calc", "operational-carbon", "energy_joules=3.6e6", "pue=1.2", "intensity_grams_per_kwh=342")
      let file = try workspace.write("answer.json", answer.output)
      #expect(try await workspace.dimmer("lint", file).status == 0)
    }
  }
}
