import Estimation
import Methods
import Quantities
import Testing

@Suite("Methods of served work by name")
struct ServingMethodTests {
  let registry = MethodRegistry(EstimationMethods.all)

  private func value(_ method: String, _ inputs: [String: Double], _ output: String) throws -> Double {
    let result = try registry.method(named: method).calculate(inputs.mapValues { .number($0) })
    guard case .number(let value) = result[output] else { throw MethodError.noAnswer("\(method) gave no \(output)") }
    return value
  }

  private func agrees(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-9 * abs(expected) }

  @Test("Every method cites its source, and every parameter with a unit ends its key in it")
  func wellFormed() {
    #expect(Set(EstimationMethods.all.map(\.id)).count == EstimationMethods.all.count)
    for method in EstimationMethods.all {
      #expect(!method.summary.isEmpty && !method.formula.isEmpty && !method.citation.citation.isEmpty, "\(method.id)")
      for parameter in method.inputs + method.outputs where ["J", "W", "s", "g", "B", "bit"].contains(parameter.unit) {
        let endings = ["joules", "watts", "seconds", "grams", "bytes", "bits"]
        #expect(endings.contains { parameter.key.hasSuffix($0) }, "\(method.id): \(parameter.key)")
      }
    }
  }

  /// A dense model of 30 billion parameters on four boards of 500 W, worked by hand: 60 GB of weights at 2 TB/s are
  /// 7.5 ms; a cache of 60e3 x 30^0.4 bytes for 1000 tokens of 10 requests; 600 GFLOP at 4 x 300 TFLOP/s are 0.5 ms.
  private let step: [String: Double] = [
    "total_parameters_billions": 30, "active_parameters_billions": 30, "weight_bits": 16, "accelerators": 4,
    "board_watts": 500, "memory_bytes_per_second": 2e12, "flop_per_second": 300e12, "memory_bytes": 80e9, "batch": 10,
    "context_tokens": 1000,
  ]
  private let cache = 60e3 * 3.8980598409  // 30^0.4

  @Test("A token's energy is the sum of what a step reads, computes and takes besides, over the batch")
  func token() throws {
    var inputs = step
    inputs.merge(["memory_constant": 1, "compute_constant": 2, "step_seconds": 0.003, "sequence_seconds": 1e-4]) { $1 }
    let seconds = (60e9 + cache * 10_000) / 8e12 + 2 * 6e11 / 1.2e15 + 0.003 + 1e-3
    let joules = try value("text-token-energy", inputs, "energy_joules")
    #expect(abs(joules / (2000 * seconds / 10) - 1) < 1e-7, "\(joules)")
  }

  @Test("A mixture of experts reads what its tokens choose between them")
  func experts() throws {
    var inputs = step
    inputs.merge([
      "memory_constant": 1, "compute_constant": 0, "step_seconds": 0, "sequence_seconds": 0, "context_tokens": 0,
      "active_parameters_billions": 3, "batch": 2,
    ]) { $1 }
    // A tenth each, at random: 1 - 0.9^2 of the weights.
    #expect(agrees(try value("text-token-energy", inputs, "energy_joules"), 2000 * (60e9 * 0.19 / 8e12) / 2))
  }

  @Test("The batch is what memory holds beside the weights, and at least one")
  func memory() throws {
    let shape = ["board_watts", "memory_bytes_per_second", "flop_per_second"]
    var inputs = step.filter { !shape.contains($0.key) }
    inputs["batch"] = 1e6
    let held = (0.9 * 320e9 - 60e9) / (cache * 1000)
    #expect(abs(try value("batch-in-memory", inputs, "batch") / held - 1) < 1e-7)
    inputs["batch"] = 3
    #expect(try value("batch-in-memory", inputs, "batch") == 3)
    inputs["memory_bytes"] = 1e9
    #expect(try value("batch-in-memory", inputs, "batch") == 1)
  }

  /// One formula worked by hand.
  struct Worked: Sendable {
    let method: String
    let inputs: [String: Double]
    let output: String
    let expected: Double
    init(_ method: String, _ inputs: [String: Double], _ output: String, _ expected: Double) {
      self.method = method
      self.inputs = inputs
      self.output = output
      self.expected = expected
    }
  }

  static let worked: [Worked] = [
    Worked(
      "prompt-token-energy",
      ["active_parameters_billions": 30.0, "board_watts": 500, "flop_per_second": 300e12, "prefill_constant": 1],
      "energy_joules", 0.1
    ),
    Worked(
      "text-request-energy",
      ["output_tokens": 400, "output_token_joules": 0.2, "input_tokens": 100, "input_token_joules": 0.01],
      "energy_joules", 81
    ),
    Worked("mean-context", ["input_tokens": 100, "cached_tokens": 50, "output_tokens": 400], "context_tokens", 350),
    Worked("audio-tokens", ["seconds": 60, "tokens_per_second": 50], "tokens", 3000),
    Worked(
      "text-latency",
      [
        "output_tokens": 400, "output_token_joules": 0.2, "input_tokens": 100, "input_token_joules": 0.01,
        "batch": 10,
        "accelerators": 2, "board_watts": 500, "power_share": 0.5,
      ], "duration_seconds", (800.0 + 1) / 500
    ),
    Worked("reserved-idle", ["utilisation": 0.25, "idle_share": 0.1, "power_share": 0.5], "factor", 1.6),
    Worked("node-energy", ["accelerator_joules": 100, "node_factor": 2, "idle_factor": 1.5], "energy_joules", 300),
    Worked("batch-share", ["batch": 32], "share", 1.0 / 32),
    Worked("reserved-time", ["duration_seconds": 6, "utilisation": 0.5], "reserved_seconds", 12),
    Worked(
      "serving-machine-embodied", ["accelerators": 2, "card_grams": 150_000, "server_grams": 4_000_000],
      "carbon_grams", 1_300_000
    ),
    Worked(
      // 32 x 32 tokens and 76 of text are 1100: linear 2 x 10 x 12 x 100^2 x 1100, attention 4 x 10 x 100 x 1100^2, both
      // twenty times; and 3 for each of 512 x 512 pixels.
      "denoising-operations",
      [
        "width_pixels": 512, "height_pixels": 512, "frames": 1, "token_pixels": 16, "token_frames": 1, "steps": 10,
        "passes": 2, "layers": 10, "channels": 100, "text_tokens": 76, "matrices": 12, "attention_layers": 10,
        "decoder_operations": 3,
      ], "operations", 20 * (2.64e9 + 4.84e9) + 786_432
    ),
    Worked(
      // 9 frames of which 4 make a token are three layers of 32 x 32 tokens.
      "denoising-states",
      [
        "width_pixels": 512, "height_pixels": 512, "frames": 9, "token_pixels": 16, "token_frames": 4, "steps": 10,
        "passes": 2, "layers": 10, "channels": 100, "text_tokens": 0,
      ], "state_bytes", 2.0 * 3072 * 10 * 100 * 20
    ),
    Worked(
      // Alone: 1e12 operations of 2 pJ, 2e9 bytes in 1 ms ten times at 500 W: 2 + 5 J, three times.
      "denoising-energy",
      [
        "count": 3, "operations": 1e12, "state_bytes": 2e9, "layers": 10, "steps": 20, "accelerators": 1,
        "board_watts": 500, "bytes_per_second": 2e12, "operation_joules": 2e-12, "memory": 10, "launch_seconds": 1e-3,
        "exchange": 4,
      ], "energy_joules", 21
    ),
    Worked(
      // Three together: 2 J, 1 ms 10 + 2 x 4 times, and 200 layers of which each waits 1 ms on three, at 500 W.
      "denoising-energy",
      [
        "count": 1, "operations": 1e12, "state_bytes": 2e9, "layers": 10, "steps": 20, "accelerators": 3,
        "board_watts": 500, "bytes_per_second": 2e12, "operation_joules": 2e-12, "memory": 10, "launch_seconds": 1e-3,
        "exchange": 4,
      ], "energy_joules", 2 + 500 * (0.018 + 0.6)
    ),
    Worked(
      "denoising-latency", ["energy_joules": 6300, "accelerators": 2, "board_watts": 700, "power_share": 0.9],
      "duration_seconds", 5),
    Worked("denoiser-layers", ["parameters_billions": 0.96], "layers", 20),
    Worked("denoiser-channels", ["parameters_billions": 0.96], "channels", 2000),
  ]

  @Test("The rest, worked by hand", arguments: worked)
  func byHand(_ worked: Worked) throws {
    let found = try value(worked.method, worked.inputs, worked.output)
    #expect(abs(found / worked.expected - 1) < 1e-9, "\(worked.method): \(found) is not \(worked.expected)")
  }
}
