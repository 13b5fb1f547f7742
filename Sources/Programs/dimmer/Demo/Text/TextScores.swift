import Foundation
import Reporting

/// Summaries on their way to the scorer, and what it says.
struct TextScores: Decodable, Sendable {
  /// A mean with its 95 % interval, from 0 to 1; what too little varies to tell is `nil`.
  struct Mean: Decodable, Sendable {
    let value: Double
    let low: Double?
    let high: Double?
    let error: Double?
  }

  /// One model.
  struct Model: Decodable, Sendable {
    let name: String
    let quality: Mean
    /// What it lacks to the best model on the bulletins that both answered.
    let shortfall: Mean?
  }

  /// One summary.
  struct Answer: Sendable {
    let model: String
    let bulletin: Int
    let summary: String
  }

  let quality: Mean
  let best: String
  let models: [Model]
  /// The quality of each answer, in the order of the answers.
  let each: [Double]

  /// Has `answers` scored against the bulletins at a path; files named after `name` are left in the demo's folder.
  static func score(
    _ answers: [Answer], of bulletins: Bulletins, name: String, stage: DemoStage
  ) async throws -> TextScores {
    let lines = answers.map { answer in
      let line: JSONValue = [
        "model": .string(answer.model), "bulletin": .count(answer.bulletin), "summary": .string(answer.summary),
      ]
      return line.text() + "\n"
    }
    let (given, scores) = ("\(stage.home)/\(name)-answers.jsonl", "\(stage.home)/\(name)-scores.json")
    try Files.write(lines.joined(), to: given)
    try await stage.script(
      "text_score.py", ["--bulletins", bulletins.path, "--answers", given], log: scores, doing: "scoring summaries")
    do {
      return try JSONDecoder().decode(TextScores.self, from: Data(try Files.read(scores)))
    } catch let error as DecodingError { throw Failure(.data, "\(scores) holds no scores: \(error)") }
  }
}
