import Testing

@Suite("dimmer estimate text, image, video, speech, embedding")
struct EstimateServingTests {
  static let answers: [[String]] = [
    ["text", "--model", "Llama 3.1 8B", "--output-tokens", "400", "--region", "DE", "--pue", "1.2", "--wue", "0.5"],
    [
      "text", "--model", "GPT-4o", "--parameters", "100:400", "--active-parameters", "40:100", "--output-tokens", "500",
    ],
    ["text", "--parameters", "8", "--precision", "int4", "--gpu", "L4", "--batch", "1", "--output-tokens", "300"],
    ["text", "--model", "Qwen3 8B", "--output-tokens", "10", "--pue", "AWS", "--price", "0.2", "--currency", "EUR"],
    ["image", "--model", "FLUX.1 dev", "--region", "SE"], ["image", "--model", "SDXL", "--region", "SE"],
    ["image", "--model", "runwayml/stable-diffusion-v1-5", "--gpu", "A100", "--steps", "25"],
    ["image", "--parameters", "5:20", "--count", "100"],
    ["video", "--model", "HunyuanVideo", "--frames", "61"],
    ["speech", "--parameters", "1.55", "--audio-seconds", "600"],
    ["speech", "--parameters", "0.5:4", "--audio-seconds", "60", "--direction", "synthesis"],
    ["embedding", "--parameters", "0.57", "--input-tokens", "512"],
  ]

  @Test("Every answer is figures by contract, with the same figures for people", arguments: answers)
  func contract(_ arguments: [String]) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["estimate"] + arguments + ["--json"]).end()
      #expect(ending.status == 0, "\(ending.error)")
      let document = try JSON(ending.output)
      expectContractOfFigures(document, methods: try await space.methods())
      for key in ["energy_joules", "accelerator_energy_joules", "duration_seconds", "embodied_grams"] {
        #expect(try document[key]["value"].number() > 0, "\(key)")
      }
      #expect(document["drivers"].array.count == 3)
      let table = try await space.start(["estimate"] + arguments).end()
      #expect(table.status == 0 && table.error.isEmpty)
      for word in ["energy at the machine", "95 % interval", "What it rests on", "most first"] {
        #expect(table.output.contains(word), "\(word)")
      }
    }
  }

  @Test("--explain prints the tree to its sources, and puts receipts into the document")
  func explain() async throws {
    try await Workspace.use { space in
      let arguments = ["estimate", "text", "--model", "Qwen3 8B", "--output-tokens", "100", "--explain"]
      let tree = try await space.start(arguments).end()
      #expect(tree.output.contains("source: NVIDIA H100 Tensor Core GPU data sheet"))
      #expect(tree.output.contains("source: Qwen team, README of Qwen3"))
      let document = try JSON(try await space.start(arguments + ["--json"]).end().output)
      #expect(try document["receipts"][0]["label"].text() == "energy of the machine")
    }
  }

  @Test("Without a region, a WUE or a price, carbon, water and cost are unknown with a reason, and not zero")
  func unknown() async throws {
    try await Workspace.use { space in
      let ending = try await space.start(
        ["estimate", "text", "--model", "Qwen3 8B", "--output-tokens", "100", "--json"]
      ).end()
      let document = try JSON(ending.output)
      for key in ["carbon_grams", "total_carbon_grams", "water_litres", "water_on_site_litres", "cost"] {
        #expect(document[key]["value"].isNull && document[key]["reason"].string != nil, "\(key)")
      }
      #expect(try document["energy_boundary"].text() == "informationTechnologyOnly")
    }
  }

  private static let text = ["text", "--output-tokens", "100"]
  private static let known = text + ["--model", "Qwen3 8B"]

  /// A description that cannot be, and what the refusal must name.
  struct Refused: Sendable {
    let arguments: [String]
    let named: String
    init(_ arguments: [String], _ named: String) {
      self.arguments = arguments
      self.named = named
    }
  }

  static let refused: [Refused] = [
    Refused(text + ["--parameters", "1000000"], "20000"), Refused(text + ["--parameters", "1e15"], "20000"),
    Refused(text + ["--parameters", "nan"], "--parameters"),
    Refused(text + ["--parameters", "400:100"], "--parameters"),
    Refused(text + ["--parameters=-8"], "model's size"), Refused(text, "--model"),
    Refused(text + ["--model", "GPT-4o"], "--parameters 100:400"),
    Refused(text + ["--model", "Lama 3.1 8B"], "Llama 3.1 8B"), Refused(known + ["--parameters", "8"], "contradict"),
    Refused(known + ["--active-parameters", "2"], "--parameters"),
    Refused(text + ["--parameters", "8", "--active-parameters", "9"], "active"),
    Refused(known + ["--precision", "fp7"], "bf16"),
    Refused(known + ["--gpu", "H1000"], "H100"), Refused(known + ["--gpu", "quantum"], "B200"),
    Refused(known + ["--gpus", "0"], "accelerators"), Refused(known + ["--batch", "0"], "batch"),
    Refused(known + ["--batch", "nan"], "batch"),
    Refused(known + ["--input-tokens=-1"], "input tokens"),
    Refused(known + ["--cached-tokens", "inf"], "cached tokens"),
    Refused(known + ["--utilisation", "1.5"], "utilisation"), Refused(known + ["--node-factor", "0.5"], "node factor"),
    Refused(known + ["--pue", "0.5"], "PUE"), Refused(known + ["--pue", "nan"], "PUE"),
    Refused(known + ["--pue", "Amazn"], "operator"),
    Refused(known + ["--region", "Gemany"], "Germany"), Refused(known + ["--region", "DE", "--year", "1987"], "1987"),
    Refused(known + ["--year", "2024"], "--region"), Refused(known + ["--wue=-1"], "--wue"),
    Refused(known + ["--price", "nan"], "price"),
    Refused(known + ["--currency", "euro"], "ISO 4217"),
    Refused(["text", "--model", "Llama 3.1 405B", "--output-tokens", "9", "--gpu", "L4", "--gpus", "4"], "do not fit"),
    Refused(["image", "--model", "HunyuanVideo"], "image model"),
    Refused(["image", "--model", "FLUX.1 dev", "--steps", "0"], "steps"),
    Refused(["image", "--model", "SDXL Turb"], "SDXL Turbo"),
    Refused(["image", "--model", "SDXL", "--parameters", "3"], "2.567"),
    Refused(["image", "--model", "FLUX.1 dev", "--width", "1e9"], "width"),
    Refused(["video", "--parameters", "1e9"], "20000"),
    Refused(["speech", "--parameters", "1", "--audio-seconds=-3"], "audio"),
    Refused(["embedding", "--parameters", "1", "--input-tokens", "0"], "tokens"),
  ]

  @Test("What cannot be is refused with 64 and says what would be right", arguments: refused)
  func refusal(_ refused: Refused) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["estimate"] + refused.arguments).end()
      #expect(ending.status == 64, "\(ending.status) \(ending.error)")
      #expect(ending.error.contains(refused.named), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }
}
