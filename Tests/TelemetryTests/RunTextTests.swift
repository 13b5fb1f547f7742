import Foundation
import Ledger
import Quantities
import Testing

@testable import Telemetry

@Suite("Runs as lines and on model cards")
struct RunTextTests {
  @Test("each line is one whole JSON document, and an open line before is closed")
  func lines() throws {
    let text = RunLines.text([Sample.run(1, name: "two\nlines"), Sample.run(2, grams: nil)])
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2 && text.hasSuffix("\n"))
    let documents = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    #expect(documents[0]?["name"] as? String == "two\nlines")
    #expect((documents[1]?["carbon_grams"] as? [String: Any])?["value"] is NSNull)
    #expect(RunLines.text([Sample.run()], behind: Array("{}".utf8)).hasPrefix("\n{"))
    #expect(RunLines.text([Sample.run()], behind: Array("{}\n".utf8)).hasPrefix("{"))
  }

  @Test("a model card has the sum of the runs in grams, and only what was stated beside it")
  func card() {
    let text = ModelCard.text(
      [Sample.run(1, grams: 5), Sample.run(2, grams: 2.5)], .init(trainingType: "fine-tuning", hardware: "1 x \"A\""),
      version: "1.2")
    #expect(
      text == """
        ---
        co2_eq_emissions:
          emissions: 7.5  # grams of CO2e, operational
          source: "Dimmer 1.2, energy measured"
          training_type: "fine-tuning"
          geographical_location: "DE"
          hardware_used: "1 x \\"A\\""
        ---

        """)
  }

  @Test("with one run's carbon unknown there is no number, and a comment of one line says which and why")
  func unknown() {
    let text = ModelCard.text([Sample.run(1), Sample.run(2, grams: nil)], version: "1.2")
    #expect(!text.contains("emissions: "))
    #expect(text.contains("\n  # emissions are unknown: \(Sample.id(2)): no region was given\n"))
    #expect(ModelCard.text([], version: "1.2").contains("# emissions are unknown: no run was given"))
  }

  @Test("small numbers are numbers in YAML 1.1 too")
  func small() {
    #expect(ModelCard.text([Sample.run(grams: 1e-05)], version: "1").contains("emissions: 1.0e-05 "))
  }
}
