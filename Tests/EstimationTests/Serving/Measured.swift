import Estimation
import Foundation

/// Measured GPU energy per request of open models, beside the repository: never shipped, read here only.
struct Measured: Hashable, Sendable {
  let task: String
  let model: String
  let totalBillions: Double
  let activeBillions: Double
  let gpu: String
  let gpus: Double
  let batch: Double
  let outputTokens: Double
  let least: Double
  let most: Double

  static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/factors/inference_measured_mlenergy.csv")
  static var isThere: Bool { FileManager.default.fileExists(atPath: file.path()) }

  /// Every row of the extract.
  static let rows: [Measured] = {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { fields in
      func field(_ name: String) -> String { header.firstIndex(of: name).map { fields[$0] } ?? "" }
      func number(_ name: String) -> Double { Double(field(name)) ?? .nan }
      return Measured(
        task: field("task"), model: field("model"), totalBillions: number("total_params_b"),
        activeBillions: number("active_params_b"), gpu: field("gpu"), gpus: number("num_gpus_at_min"),
        batch: number("batch_at_min"), outputTokens: number("avg_output_tokens"),
        least: number("min_joules_per_request"), most: number("max_joules_per_request"))
    }
  }()

  /// Rows of text, with or without images or videos in the prompt.
  static var text: [Measured] { rows.filter { !$0.task.hasPrefix("text-to-") } }
  /// Rows of one medium that diffusion models make.
  static func made(_ medium: String) -> [Measured] { rows.filter { $0.task == "text-to-\(medium)" } }

  /// The middle of the lowest and the highest configuration, on the scale of ratios.
  var middle: Double { (least * most).squareRoot() }

  /// Bits of a weight: models named so, and DeepSeek's, are published in 8 bits, OpenAI's in 4 with scales.
  var weightBits: Double {
    if model.contains("gpt-oss") { return 4.25 }
    return model.hasSuffix("FP8") || model.contains("DeepSeek") ? 8 : 16
  }

  /// Tokens of the prompt, which the extract does not have: what such prompts usually hold, chosen once for each task.
  /// An image is about a thousand tokens, a video about four thousand.
  var inputTokens: Double {
    switch task {
    case "gpqa": 250
    case "sourcegraph-fim": 800
    case "image-chat": 1000
    case "video-chat": 4000
    default: 150
    }
  }

  /// The step of a server that answers such requests.
  func step(batch: Double, gpus: Double? = nil) -> DecodeStep {
    let isB200 = gpu == "B200"
    let rates = isB200 ? (2250e12, 4500e12) : (989.4e12, 1978.9e12)
    var step = DecodeStep(
      totalBillions: totalBillions, activeBillions: activeBillions, weightBits: weightBits,
      accelerators: gpus ?? self.gpus, boardWatts: isB200 ? 1000 : 700, bytesPerSecond: isB200 ? 8e12 : 3.35e12,
      flopPerSecond: weightBits == 8 ? rates.1 : rates.0, memoryBytes: isB200 ? 180e9 : 80e9, batch: batch,
      contextTokens: inputTokens + outputTokens / 2)
    step.batch = min(step.batch, step.largestBatch)
    return step
  }

  /// Joules of one request at that batch.
  func joules(batch: Double, gpus: Double? = nil, _ constants: ServingConstants) -> Double {
    let step = step(batch: batch, gpus: gpus)
    return step.joulesPerToken(constants) * outputTokens + step.joulesPerPromptToken(constants) * inputTokens
  }
}

extension Array where Element == Double {
  var median: Double { quantile(0.5) }
  /// The quantile, between neighbours by their distance.
  func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    let place = share * Double(sorted.count - 1)
    let low = Int(place.rounded(.down))
    let high = Swift.min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
  /// The root of the mean square distance from the mean.
  var deviation: Double {
    let mean = reduce(0, +) / Double(count)
    return (map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)).squareRoot()
  }
}
