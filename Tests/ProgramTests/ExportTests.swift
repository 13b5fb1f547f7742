import Foundation
import Testing

@Suite("dimmer export")
struct ExportTests {
  @Test("A measured run leaves in every format, and appended twice it stands in emissions.csv once")
  func everyFormat() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", options: ["--name", "first", "--region", "FR"])
      let id = try summary["run_id"].text()
      let file = space.file("emissions.csv")
      for _ in 1...2 {
        let ending = try await space.dimmer("export", "codecarbon", "--output", file, "--append")
        #expect(ending.status == 0 && ending.outputBytes.isEmpty, "\(ending.error)")
      }
      let lines = try #require(space.text("emissions.csv")).split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("timestamp,project_name,run_id,") && lines[1].contains(",first,"))
      #expect(lines[1].contains("France,FRA"))

      let line = try await space.dimmer("export", "jsonl", "--run", id)
      #expect(try JSON(line.output)["run_id"].string == id)
      #expect(try await space.dimmer("export", "prometheus").output.contains("consumer=\"\(id)\""))
      let otlp = try JSON(try await space.dimmer("export", "otlp").output)
      #expect(otlp["resourceMetrics"].array.count == 1)
      let card = try await space.dimmer("export", "huggingface", "--training-type", "fine-tuning").output
      #expect(card.hasPrefix("---\nco2_eq_emissions:\n") && card.contains("training_type: \"fine-tuning\""))
    }
  }

  @Test("Without runs, with a wrong use or a file that is no emissions.csv, the status tells and nothing is written")
  func refusals() async throws {
    try await Workspace.use { space in
      let none = try await space.dimmer("export", "jsonl")
      #expect(none.status == 66 && none.outputBytes.isEmpty && none.error.contains("dimmer run --"))
      #expect(try await space.dimmer("export", "jsonl", "--append").status == 64)
      #expect(try await space.dimmer("export", "otlp", "--append", "--output", space.file("x")).status == 64)
      #expect(try await space.dimmer("export", "jsonl", "--hardware", "x").status == 64)
      #expect(try await space.dimmer("export", "nothing").status == 64)
      #expect(try await space.dimmer("export", "jsonl", "--run", "run_zzzzzzzz").status == 66)

      _ = try await space.measure("true")
      let table = try space.write("table.csv", "a,b\n1,2\n")
      let wrong = try await space.dimmer("export", "codecarbon", "--append", "--output", table)
      #expect(wrong.status == 65 && wrong.error.contains("line 1, column 1"), "\(wrong.error)")
      #expect(space.text("table.csv") == "a,b\n1,2\n")
    }
  }
}
