import Linting
import Testing

/// Text that breaks one rule, and the same text set right.
struct RuleCase: CustomTestStringConvertible, Sendable {
  let rule: String
  let wrong: String
  let right: String
  var file = "file"
  /// The line the finding must name.
  var line: Int?
  var testDescription: String { rule }
}

@Suite("Each rule by itself")
struct RuleTests {
  private static func card(_ emissions: String, _ text: String) -> String {
    "---\nlicense: mit\nco2_eq_emissions:\n  emissions: \(emissions)\n---\n# A card\n\n\(text)\n"
  }

  private static func score(_ lines: String) -> String {
    "sci:\n  functional_unit: request\n  boundary: [servers, storage]\n\(lines)\n"
  }

  private static func manifest(_ node: String, plugins: String = "{}") -> String {
    """
    name: a
    initialize:
      plugins: \(plugins)
    tree:
      children:
        worker:
          pipeline:
            compute: [operational]
    \(node)
    """
  }

  static let cases: [RuleCase] = [
    RuleCase(
      rule: "factor-1000", wrong: card("83.524", "From 696.035 kWh at 120 g CO2e per kWh."),
      right: card("83524", "From 696.035 kWh at 120 g CO2e per kWh."), line: 4),
    RuleCase(
      rule: "pounds-for-kilograms", wrong: "run,energy_kwh,ci_g_per_kwh,co2_kg\na,100,380,83.8\n",
      right: "run,energy_kwh,ci_g_per_kwh,co2_kg\na,100,380,38.0\n", line: 2),
    RuleCase(
      rule: "short-tons", wrong: "run,co2 (short tons),co2 (t)\na,608.6,608.6\n",
      right: "run,co2 (short tons),co2 (t)\na,608.6,552.1\n", line: 2),
    RuleCase(
      rule: "joules-for-watt-hours", wrong: "run,energy_wh,energy_j\na,10.0,10.0\n",
      right: "run,energy_wh,energy_j\na,10.0,36000\n", line: 2),
    RuleCase(rule: "unit-in-number-field", wrong: card("83.5 kg", ""), right: card("83500", ""), line: 4),
    RuleCase(rule: "comment-against-field", wrong: card("83.5 # kg", ""), right: card("83.5 # grams", ""), line: 4),
    RuleCase(
      rule: "same-thing-twice", wrong: "run,energy_kwh,energy_j\na,2.00,7.5e5\n",
      right: "run,energy_kwh,energy_j\na,2.00,7.2e6\n", line: 2),
    RuleCase(
      rule: "per-thousand-read-as-per-one", wrong: "model,wh_per_1000_queries,wh_per_query\na,47,47\n",
      right: "model,wh_per_1000_queries,wh_per_query\na,47,0.047\n", line: 2),
    RuleCase(
      rule: "impossible-intensity", wrong: manifest("      defaults:\n        grid/carbon-intensity: 0.342"),
      right: manifest("      defaults:\n        grid/carbon-intensity: 342"), line: 10),
    RuleCase(
      rule: "carbon-is-energy-times-intensity", wrong: "run,energy_kwh,ci_g_per_kwh,co2_kg\na,10.0,400,1.9\n",
      right: "run,energy_kwh,ci_g_per_kwh,co2_kg\na,10.0,400,4.0\n", line: 2),
    RuleCase(
      rule: "pue-twice", wrong: "run,it_energy_kwh,pue,facility_energy_kwh\na,100.0,1.25,156.3\n",
      right: "run,it_energy_kwh,pue,facility_energy_kwh\na,100.0,1.25,125.0\n", line: 2),
    RuleCase(
      rule: "pue-out-of-range", wrong: "run,energy_kwh,pue\na,10,0.9\n", right: "run,energy_kwh,pue\na,10,1.09\n",
      line: 2),
    RuleCase(
      rule: "pue-of-one", wrong: "report:\n  boundary: data centre\n  energy_kwh: 10\n  pue: 1.0\n",
      right: "report:\n  boundary: data centre\n  energy_kwh: 10\n  pue: 1.4\n", line: 4),
    RuleCase(
      rule: "pue-against-energies", wrong: "run,it_energy_kwh,pue,facility_energy_kwh\na,100.0,1.25,190.0\n",
      right: "run,it_energy_kwh,pue,facility_energy_kwh\na,100.0,1.25,125.4\n", line: 2),
    RuleCase(
      rule: "missing-boundary", wrong: "sci:\n  functional_unit: request\n  score: 0.4\n",
      right: "sci:\n  functional_unit: request\n  boundary: [servers]\n  score: 0.4\n", line: 1),
    RuleCase(
      rule: "missing-functional-unit", wrong: "sci:\n  boundary: [servers]\n  score: 0.4\n",
      right: "sci:\n  boundary: [servers]\n  score: 0.4\n  functional_unit: image\n", line: 1),
    RuleCase(
      rule: "market-based-alone", wrong: "run,energy_kwh,co2_market_based_kg\na,10,0\n",
      right: "run,energy_kwh,co2_market_based_kg,co2_location_based_kg\na,10,0,3.4\n", line: 2),
    RuleCase(rule: "zero-carbon", wrong: card("0", ""), right: card("null", ""), line: 4),
    RuleCase(
      rule: "offsets-subtracted",
      wrong: score(
        "  energy_kwh: 100\n  intensity_g_per_kwh: 300\n  embodied_g: 5000\n  r: 1000\n  offsets_g: 20000\n  score: 15.0"
      ),
      right: score(
        "  energy_kwh: 100\n  intensity_g_per_kwh: 300\n  embodied_g: 5000\n  r: 1000\n  offsets_g: 20000\n  score: 35.0"
      )),
    RuleCase(
      rule: "sum-of-parts",
      wrong: #"{"cpu_energy_kwh": 1.0, "gpu_energy_kwh": 3.0, "ram_energy_kwh": 0.5, "energy_kwh": 5.4}"#,
      right: #"{"cpu_energy_kwh": 1.0, "gpu_energy_kwh": 3.0, "ram_energy_kwh": 0.5, "energy_kwh": 4.5}"#, line: 1),
    RuleCase(
      rule: "sum-of-rows", wrong: "run,co2_kg\na,12.0\nb,30.0\ntotal,52.0\n",
      right: "run,co2_kg\na,12.0\nb,30.0\ntotal,42.0\n",
      line: 4),
    RuleCase(
      rule: "power-times-time", wrong: "run,power_w,duration_h,energy_kwh\na,300,10,0.02\n",
      right: "run,power_w,duration_h,energy_kwh\na,300,10,2.8\n", line: 2),
    RuleCase(
      rule: "rate-times-time",
      wrong:
        "run_id,duration,emissions,emissions_rate,energy_consumed,codecarbon_version\na,1000,0.0019,1e-6,0.005,3.0.1\n",
      right:
        "run_id,duration,emissions,emissions_rate,energy_consumed,codecarbon_version\na,1000,0.0010,1e-6,0.005,3.0.1\n",
      line: 2),
    RuleCase(
      rule: "duration-unit",
      wrong: manifest(
        "      inputs:\n        - timestamp: 2024-01-01T00:00\n          duration: 1\n        - timestamp: 2024-01-01T01:00\n          duration: 1"
      ),
      right: manifest(
        "      inputs:\n        - timestamp: 2024-01-01T00:00\n          duration: 3600\n        - timestamp: 2024-01-01T01:00\n          duration: 3600"
      ), line: 11),
    RuleCase(
      rule: "score-formula",
      wrong: score("  energy_kwh: 100\n  intensity_g_per_kwh: 300\n  embodied_g: 5000\n  r: 1000\n  score: 49.0"),
      right: score("  energy_kwh: 100\n  intensity_g_per_kwh: 300\n  embodied_g: 5000\n  r: 1000\n  score: 35.0")),
    RuleCase(
      rule: "embodied-constants",
      wrong: manifest(
        "      inputs: []", plugins: "{embodied: {method: SciEmbodied, config: {memory-emissions-constant: 1388}}}"),
      right: manifest(
        "      inputs: []", plugins: "{embodied: {method: SciEmbodied, config: {memory-emissions-constant: 1.388}}}"),
      line: 3),
    RuleCase(
      rule: "embodied-of-a-device", wrong: manifest("      defaults:\n        device/emissions-embodied: 1205"),
      right: manifest("      defaults:\n        device/emissions-embodied: 1205000"), line: 10),
    RuleCase(rule: "negative", wrong: "run,energy_kwh\na,-3\n", right: "run,energy_kwh\na,3\n", line: 2),
    RuleCase(rule: "not-a-number", wrong: "run,energy_kwh\na,NaN\n", right: "run,energy_kwh\na,\n", line: 2),
    RuleCase(
      rule: "impossible-date", wrong: "date,energy_kwh\n2024-02-30,3\n", right: "date,energy_kwh\n2024-02-29,3\n",
      line: 2),
    RuleCase(
      rule: "false-precision", wrong: "run,co2_kg\na,4823.4567 ± 600\n", right: "run,co2_kg\na,4800 ± 600\n", line: 2),
  ]

  @Test("What breaks a rule is told by that rule at its line; set right, nothing is told", arguments: cases)
  func rule(_ rule: RuleCase) throws {
    let findings = try Linter.lint(Array(rule.wrong.utf8), file: rule.file).findings
    #expect(findings.contains { $0.rule == rule.rule }, "\(findings)")
    if let line = rule.line { #expect(findings.contains { $0.rule == rule.rule && $0.line == line }, "\(findings)") }
    let right = try Linter.lint(Array(rule.right.utf8), file: rule.file).findings
    #expect(right.isEmpty, "\(right)")
  }

  @Test("Every rule has a case here, a reason and an example")
  func complete() {
    let tested = Set(RuleTests.cases.map(\.rule) + ["row-against-the-others"])
    #expect(tested == Set(LintRule.all.map(\.name)))
    for rule in LintRule.all { #expect(!rule.reason.isEmpty && !rule.example.isEmpty) }
  }

  @Test("A row in pounds stands out among rows of the same grid, and not among rows of others")
  func outlier() throws {
    let rows = "a,DE,100.0,34.20\nb,DE,200.0,68.40\nc,DE,50.00,37.70\nd,DE,80.00,27.36\n"
    let findings = try Linter.lint(Array("run,region,energy_kwh,co2_kg\n\(rows)".utf8), file: "f").findings
    #expect(findings.map(\.rule) == ["pounds-for-kilograms"] && findings.first?.line == 4)
    let other = rows.replacing("c,DE", with: "c,PL")
    #expect(try Linter.lint(Array("run,region,energy_kwh,co2_kg\n\(other)".utf8), file: "f").findings.isEmpty)
  }

  @Test("Messages say what the figures make and what to write")
  func messages() throws {
    let text = RuleTests.card("83.5", "Training took 696 kWh at 120 g/kWh.")
    let message = try #require(try Linter.lint(Array(text.utf8), file: "README.md").findings.first?.message)
    #expect(message == "696 kWh at 120 g/kWh is 83.52 kg; the field says 83.5 g: 1000 times too small. Write 83520")
  }
}
