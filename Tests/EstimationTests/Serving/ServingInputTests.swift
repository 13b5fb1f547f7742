import Accounting
import Estimation
import Factors
import Methods
import Quantities
import Testing

@Suite("Bad descriptions of served work")
struct ServingInputTests {
  let tables: FactorTables
  let site = Site(name: "nowhere")
  init() throws { tables = try FactorTables.embedded() }

  @Test(
    "Sizes that no model has are refused",
    arguments: [1e6, 1e15, 0, -1, .nan, .infinity])
  func size(_ billions: Double) {
    // A range of not-a-number cannot be made, so the command line never gets here with one.
    guard !billions.isNaN else { return }
    #expect(throws: ServingError.self) { try ServedModel(named: "a model", billions: billions...billions) }
    #expect(throws: ServingError.self) {
      try DiffusionWork(.image, named: "a model", billions: billions...billions)
    }
  }

  @Test("More active parameters than there are is refused, at either end")
  func active() {
    #expect(throws: ServingError.moreActiveThanTotal) {
      try ServedModel(named: "a model", billions: 8...8, activeBillions: 9...9)
    }
    #expect(throws: ServingError.moreActiveThanTotal) {
      try ServedModel(named: "a model", billions: 8...80, activeBillions: 9...70)
    }
  }

  @Test(
    "Counts and shares out of their range are refused",
    arguments: [Double.nan, -1, .infinity, 1e12])
  func counts(_ bad: Double) throws {
    let estimator = TextEstimator(tables)
    let changes: [(inout TextWork) -> Void] = [
      { $0.outputTokens = bad }, { $0.inputTokens = bad }, { $0.cachedTokens = bad }, { $0.reasoningTokens = bad },
      { $0.contextTokens = bad }, { $0.batch = bad }, { $0.utilisation = bad }, { $0.nodeFactor = bad },
    ]
    for change in changes {
      var work = TextWork(
        model: ServedModel(try tables.openModels.model("Qwen3 8B")), outputTokens: 100, inputTokens: 10)
      change(&work)
      #expect(throws: ServingError.self) { try estimator.footprint(of: work, at: site) }
    }
    var image = DiffusionWork(try tables.diffusionModels.model("FLUX.1 dev", making: .image))
    #expect(throws: ServingError.self) { try image.take(width: bad) }
    #expect(throws: ServingError.self) { try image.take(height: bad) }
    #expect(throws: ServingError.self) { try image.take(frames: bad) }
    #expect(throws: ServingError.self) { try image.take(steps: bad) }
    #expect(throws: ServingError.self) { try image.take(count: bad) }
    #expect(throws: ServingError.self) {
      try SpeechWork.work(
        .synthesis, audioSeconds: bad, model: ServedModel(try tables.openModels.model("Qwen3 8B")))
    }
  }

  @Test("A request without any token is refused, and one without an answer is not")
  func nothing() throws {
    let model = ServedModel(try tables.openModels.model("Qwen3 8B"))
    let estimator = TextEstimator(tables)
    #expect(throws: ServingError.self) {
      try estimator.footprint(of: TextWork(model: model, outputTokens: 0, inputTokens: 0), at: site)
    }
    #expect(try estimator.footprint(of: .embedding(of: 10, by: model), at: site).work.energy.value > .zero)
  }

  @Test("Weights that do not fit are refused with the number that would do")
  func memory() throws {
    var work = TextWork(model: ServedModel(try tables.openModels.model("Llama 3.1 405B")), outputTokens: 100)
    work.accelerator = "L4"
    work.accelerators = 8
    #expect {
      try TextEstimator(tables).footprint(of: work, at: site)
    } throws: { "\($0)".contains("takes 64") }
  }

  @Test("An unknown model or accelerator is refused with near names, never replaced")
  func names() throws {
    #expect { try tables.openModels.model("Lama 3.1 8B") } throws: { "\($0)".contains("'Llama 3.1 8B'") }
    #expect { try tables.accelerators.accelerator("H1000") } throws: { "\($0)".contains("H100") }
    #expect { try tables.accelerators.accelerator("quantum chip") } throws: { "\($0)".contains("B200") }
    #expect { try tables.diffusionModels.model("FLUX", making: .image) } throws: { "\($0)".contains("FLUX.1 dev") }
    #expect(throws: FactorError.self) { try tables.diffusionModels.model("FLUX.1 dev", making: .video) }
    #expect(throws: ServingError.self) { try WeightPrecision(named: "fp7") }
  }

  @Test(
    "A model is found by the names people write",
    arguments: [
      ("meta-llama/Llama-3.1-8B-Instruct", "Llama 3.1 8B"), ("llama 3.1 8b", "Llama 3.1 8B"),
      ("Qwen/Qwen3-235B-A22B-Thinking-2507-FP8", "Qwen3 235B-A22B"), ("google/gemma-3-27b-it", "Gemma 3 27B"),
      ("openai/gpt-oss-20b", "gpt-oss-20b"), ("Qwen/Qwen3-VL-30B-A3B-Instruct", "Qwen3 30B-A3B"),
    ])
  func spelling(_ written: String, _ name: String) throws {
    #expect(try tables.openModels.model(written).name == name)
  }
}
