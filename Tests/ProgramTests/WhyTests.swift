import Foundation
import Testing

@Suite("dimmer why")
struct WhyTests {
  @Test("Published figures are explained as a table, as JSON and as a page")
  func published() async throws {
    try await Workspace.use { space in
      let text = try await space.dimmer("why", "aiindex-gpt3", "gpt3", "--html", "why.html")
      #expect(text.status == 0, "\(text.error)")
      #expect(text.output.contains("502 t") && text.output.contains("552 t") && text.output.contains("(PUE)"))
      #expect(text.output.contains("The steps explain all of it."))
      #expect(space.text("why.html")?.contains("<svg class=\"chart wide\"") == true)
      let document = try JSON(try await space.dimmer("why", "aiindex-gpt3", "gpt3", "--json").output)
      #expect(try document["quantity"].text() == "carbon")
      #expect(document["steps"].array.count == 1)
      let step = try document["steps"].array[0]["ratio"]["value"].number()
      let left = try document["remainder"]["value"].number()
      #expect(abs(step - 1.1) < 1e-9 && abs(step * left - 552.1 / 502) < 1e-9)
      #expect(try document["steps"].array[0]["ratio"]["method"].text() == "factor-change@1")
    }
  }

  @Test("Formulas run again, inputs from a file alike, and the older EcoLogits is a step of version")
  func formulas() async throws {
    try await Workspace.use { space in
      let shared = "active_b=70 total_b=70 output_tokens=400 if_electricity_mix_gwp=0.4 datacenter_pue=1.2"
      let file = try space.write(
        "new.json",
        #"{"inputs":{"active_b":70,"total_b":70,"output_tokens":400,"if_electricity_mix_gwp":0.4,"datacenter_pue":1.2,"if_electricity_mix_adpe":0,"if_electricity_mix_pe":0,"if_electricity_mix_wue":3,"datacenter_wue":0.5}}"#
      )
      let ending = try await space.dimmer(
        "why", "calc:ecologits.formula_earlier \(shared)", "kind:ecologits.formula@\(file)", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      #expect(document["steps"].array.compactMap { $0["factor"].string } == ["batch", "formula"])
      let ratio = try document["ratio"]["value"].number()
      #expect((0.04...0.06).contains(ratio))
    }
  }

  @Test("An estimate is explained when run again and when it was kept in a file")
  func estimates() async throws {
    try await Workspace.use { space in
      let kept = try await space.dimmer(
        "estimate", "text", "--model", "Llama 3.1 8B", "--output-tokens", "400", "--gpu", "H100", "--region", "DE",
        "--pue", "1.2", "--json")
      let file = try space.write("kept.json", kept.output)
      let live = "estimate:text model=\"Llama 3.1 8B\" output-tokens=400 gpu=H100 region=DE pue=1.2"
      for estimate in [file, live] {
        let ending = try await space.dimmer("why", "mit-llama31-8b", estimate, "--json")
        #expect(ending.status == 0, "\(ending.error)")
        let document = try JSON(ending.output)
        let overhead = try #require(document["steps"].array.first { $0["factor"].string == "pue" }, "\(estimate)")
        #expect(abs(try overhead["ratio"]["value"].number() - 1.2) < 1e-9)
        #expect(document["open"].array.contains { $0["factor"].string == "tokens" })
      }
      let self_ = try await space.dimmer("why", file, live, "--json")
      #expect(abs(try JSON(self_.output)["remainder"]["value"].number() - 1) < 1e-9, "\(self_.output)")
    }
  }

  @Test("Runs of the record are explained by their receipts")
  func record() async throws {
    try await Workspace.use { space in
      let first = try await space.measure("sleep 0.2", options: ["--region", "DE", "--pue", "1.2"]).summary
      let second = try await space.measure("sleep 0.2", options: ["--region", "FR", "--pue", "1.5"]).summary
      let (from, to) = (try first["carbon_grams"]["id"].text(), try second["carbon_grams"]["id"].text())
      let ending = try await space.dimmer("why", from, to, "--quantity", "carbon", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      let steps = document["steps"].array.compactMap { $0["factor"].string }
      #expect(steps.contains("pue") && steps.contains("intensity"), "\(steps)")
      #expect(abs(try document["remainder"]["value"].number() - 1) < 1e-6)
    }
  }

  @Test(
    "What cannot be compared or read ends with its status and says what would do",
    arguments: [
      (["mit-llama31-8b", "aies-2024-sdxl"], 65, "unlike things"),
      (["mistral-large2-400-tokens", "openai-chatgpt-average"], 65, "no quantity in common"),
      (["mit-llama31-8", "gpt3"], 64, "mit-llama31-8b"), (["0.34", "gpt3"], 64, "no unit"),
      (["0.34 Wh tokns=5", "gpt3"], 64, "tokens"), (["0.34 Wh pue=0.5", "0.3 Wh"], 64, "1 to 10"),
      (["calc:ecologits.fomula a=1", "gpt3"], 64, "ecologits-formula"),
      (["calc:load-curve tdp_watts=1 load=1", "gpt3"], 64, "no energy, carbon or water"),
      (["kind:ecologits.llm", "gpt3"], 64, "NAME@FILE"), (["missing.json", "gpt3"], 66, "missing.json"),
      (["estimate:image model=x", "gpt3"], 64, "estimate:text"),
      (["gpt3", "gpt3", "--quantity", "money"], 64, "quantity"),
      (["mit-llama31-8b", "mit-llama31-405b", "--quantity", "water"], 64, "states no water"), (["gpt3"], 64, "to"),
    ])
  func refused(_ arguments: [String], _ status: Int32, _ said: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["why"] + arguments).end()
      #expect(ending.status == status, "\(ending.output) \(ending.error)")
      #expect(ending.error.contains(said), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test("A file that is no estimate ends with 65 and names the file")
  func noEstimate() async throws {
    try await Workspace.use { space in
      for text in ["", "[]", "{}", #"{"what":"x","receipts":[{"label":1}]}"#, #"{"what":"x","receipts":[]}"#] {
        let ending = try await space.dimmer("why", try space.write("bad.json", text), "gpt3")
        #expect(ending.status == 65 && ending.error.contains("bad.json"), "\(text): \(ending.error)")
      }
    }
  }
}

@Suite("docs/why.md")
struct WhyDocumentTests {
  @Test("Its examples are what the commands print")
  func examples() async throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../docs/why.md")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let commands = lines.filter { $0.hasPrefix("`dimmer why ") && $0.hasSuffix("`") }
    #expect(commands.count >= 4)
    let printed = lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
    try await Workspace.use { space in
      for command in commands {
        let script = command.dropFirst("`dimmer".count).dropLast()
        let ending = try await space.start(program: ["sh", "-c", "'\(Programs.path("dimmer"))' \(script)"]).end()
        #expect(ending.status == 0, "\(command): \(ending.error)")
        #expect(
          printed.contains(ending.output.trimmingCharacters(in: .newlines)), "\(command) prints\n\(ending.output)")
      }
    }
  }
}
