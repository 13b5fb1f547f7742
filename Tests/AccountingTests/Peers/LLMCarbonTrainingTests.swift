import Accounting
import Methods
import TestSupport
import Testing

@Suite("LLMCarbon's estimate of training")
struct LLMCarbonTrainingTests {
  // 6 x 10^9 x 10^9 operations at 5 x 10^13 a second are 120 000 device seconds, at 360 W 43.2 MJ, which is 12 kWh.
  private let inputs: [String: MethodValue] = [
    "params_b": .number(1), "tokens_b": .number(1), "ci_kg_per_kwh": .number(0.5), "pue": .number(1.5),
    "system_w": .number(360), "peak_tflops": .number(100), "efficiency": .number(0.5), "devices": .number(10),
  ]

  @Test("A run worked by hand: 12 kWh of devices, 18 kWh with overhead, 9 kg")
  func byHand() throws {
    let result = try Peer.run("llmcarbon-training", inputs)
    #expect(agrees(result.number("mwh"), 0.018))
    #expect(agrees(result.number("tco2e"), 0.009))
    #expect(agrees(result.number("days"), 12_000.0 / 86_400))
  }

  @Test("More devices take less time and the same energy")
  func devices() throws {
    let few = try Peer.run("llmcarbon-training", inputs)
    let many = try Peer.run("llmcarbon-training", inputs.with("devices", .number(1000)))
    #expect(many["mwh"] == few["mwh"])
    #expect(agrees(many.number("days") * 100, few.number("days")))
  }

  @Test("Of a sparse model its base works; without one all parameters do")
  func sparse() throws {
    let dense = try Peer.run("llmcarbon-training", inputs)
    let sparse = try Peer.run("llmcarbon-training", inputs.with("base_params_b", .number(0.1)))
    #expect(agrees(sparse.number("mwh") * 10, dense.number("mwh")))
    #expect(try Peer.run("llmcarbon-training", inputs.with("base_params_b", .number(1))) == dense)
  }

  @Test("Energy grows in step with parameters, tokens and power, and falls with efficiency")
  func proportions() throws {
    var random = Seeded(66)
    let base = try Peer.run("llmcarbon-training", inputs).number("mwh")
    for _ in 0..<100 {
      let factor = Double.random(in: 1...1000, using: &random)
      for (key, value) in [("params_b", 1.0), ("tokens_b", 1), ("system_w", 360)] {
        let more = try Peer.run("llmcarbon-training", inputs.with(key, .number(value * factor))).number("mwh")
        #expect(agrees(more, base * factor))
      }
      let worse = try Peer.run("llmcarbon-training", inputs.with("efficiency", .number(0.5 / factor))).number("mwh")
      #expect(agrees(worse, base * factor))
    }
  }

  @Test(
    "What cannot be is refused by name",
    arguments: [
      ("pue", 0.9), ("efficiency", 0), ("efficiency", 1.2), ("params_b", 1e6), ("params_b", -1), ("devices", 0),
      ("ci_kg_per_kwh", 413), ("system_w", .nan),
    ] as [(String, Double)])
  func refused(_ key: String, _ value: Double) {
    guard case .outOfRange(let named, _, _) = Peer.error("llmcarbon-training", inputs.with(key, .number(value))) else {
      Issue.record("\(key) of \(value) was taken")
      return
    }
    #expect(named == key)
  }

  @Test("A base larger than the whole is refused; PUE and grid have no default")
  func contradictions() {
    #expect(Peer.error("llmcarbon-training", inputs.with("base_params_b", .number(2))) != nil)
    for key in ["pue", "ci_kg_per_kwh"] {
      guard case .missingInput(key, _) = Peer.error("llmcarbon-training", inputs.filter { $0.key != key }) else {
        Issue.record("\(key) had a default")
        continue
      }
    }
  }
}
