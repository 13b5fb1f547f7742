import Methods
import Quantities
import Switching

/// A variant's quality from how its answers to probes were judged (`probe-quality@1`), with the receipt.
struct ProbeQuality: Hashable, Sendable {
  /// The mean, in points, with its 95 % interval.
  let bound: QualityBound
  /// How many answers it rests on.
  let samples: Int
  /// How it came about.
  let receipt: Receipt

  static let id: MethodID = "probe-quality@1"
  static let unit = "points"
  /// The receipt's input that says which round through the file it was.
  static let roundLabel = "round through the file"

  /// The part of the probes that must be answered; of fewer, the others would say too much for it.
  static let leastAnswered = 0.9

  /// Why there is no new quality.
  struct Unknown: Error, Hashable {
    let reason: String
  }

  /// The quality of one variant.
  ///
  /// - Parameters:
  ///   - scores: how right each answer is, 0 to 1.
  ///   - asked: how many probes were sent, and how many of them gave no answer that could be judged.
  ///   - figure: the id of the figure.
  /// - Throws: ``Unknown``, in words that go on from the variant's name.
  init(
    of variant: String, scores: [Double], asked: (probes: Int, failed: Int), judge: ProbeJudge, file: String,
    round: Int, figure: String
  ) throws(Unknown) {
    let silent = "\(asked.failed) of \(asked.probes) probes gave no answer"
    guard Double(asked.probes - asked.failed) >= Self.leastAnswered * Double(asked.probes), asked.failed < asked.probes
    else { throw Unknown(reason: silent) }
    guard let bound = QualityBound.mean(of: scores) else {
      throw Unknown(reason: "\(scores.count) answers that are neither right nor wrong say nothing of their spread")
    }
    let count = { (label: String, value: Double) in
      Receipt(
        label: label, value: value, unit: Ratio.baseUnit, origin: .measured,
        note: "counted by Dimmer in the answers to \(file)")
    }
    self.bound = bound
    samples = scores.count
    receipt = Receipt(
      id: figure, label: "quality of the answers of \(variant)", value: bound.quality, low: bound.low,
      high: bound.high, unit: Self.unit, origin: .measured, method: Self.id,
      source: Source("\(file), judged by '\(judge.rawValue)'"),
      note: asked.failed > 0 ? "\(silent); they are left out" : nil,
      inputs: [
        count("answers judged", Double(scores.count)), count("sum of scores", scores.reduce(0, +)),
        count("sum of squared scores", scores.reduce(0) { $0 + $1 * $1 }),
        count(Self.roundLabel, Double(round)),
      ])
  }

  /// The entry for the registry.
  static let method = Method(
    id, "Mean quality of a variant's answers to probes with known answers, with its 95 % interval",
    formula: "100 x mean of scores; interval by Wilson where all are 0 or 1, else mean +- 1.96 x s / sqrt(n)",
    citation: Source(
      "E. B. Wilson, Probable inference, J. Am. Stat. Assoc. 22 (1927) 209-212; the mean's by the normal approximation"),
    inputs: [MethodParameter("scores", "how right each answer is", in: 0...1)],
    outputs: [
      MethodParameter("quality", unit: unit, "the mean"), MethodParameter("low", unit: unit, "the low end"),
      MethodParameter("high", unit: unit, "the high end"),
    ]
  ) { arguments throws(MethodError) in
    guard let bound = QualityBound.mean(of: try arguments.numbers("scores")) else {
      throw .noAnswer("give scores from 0 to 1; at least ten where some are between")
    }
    return ["quality": .number(bound.quality), "low": .number(bound.low), "high": .number(bound.high)]
  }
}
