import Accounting
import Methods
import Quantities

/// The formulas of the board.
enum BoardFormulas {
  static let all: [Method] = [written.method, quality.method, typicalMethod]

  private static let any = 0...Double.greatestFiniteMagnitude

  /// `written-tokens@1`.
  static let written = Formula(
    id: "written-tokens@1", summary: "Tokens that a model writes: those of its answer and of its reasoning",
    formula: "answer_tokens + reasoning_tokens", citation: Source("Dimmer: reasoning is written like an answer"),
    inputs: [
      MethodParameter("answer_tokens", "tokens of the answer", in: any),
      MethodParameter("reasoning_tokens", "tokens of reasoning", in: any),
    ],
    output: MethodParameter("tokens", "both"), evaluate: { $0[0] + $0[1] })

  /// `calibrated-quality@1`.
  static let quality = Formula(
    id: "calibrated-quality@1", summary: "Quality of a calibrated variant as a share: its points out of a hundred",
    formula: "points / 100",
    citation: Source("Dimmer: the share of right answers in the variant's calibration, or as its configuration states"),
    inputs: [MethodParameter("points", "quality points", in: 0...100)],
    output: MethodParameter("quality", "0 to 1"), evaluate: { $0[0] / 100 })

  /// `typical-option@1`: what is typical is the median over the options that are there.
  static let typical: MethodID = "typical-option@1"

  private static let typicalMethod = Method(
    typical, "What is typical for a task: the median over the options that are offered",
    formula: "the middle value; of an even number the mean of the two in the middle",
    citation: Source(
      "Dimmer, after the higher, typical and lower emissions of flight search (Google, Travel Impact Model)"),
    inputs: [MethodParameter("values", "one of each option, in one unit")],
    outputs: [MethodParameter("typical", "the median")]
  ) { arguments throws(MethodError) in
    let values = try arguments.numbers("values")
    guard !values.isEmpty else { throw .noAnswer("there is no median of nothing") }
    return ["typical": .number(median(values))]
  }

  /// The middle value; of an even number the mean of the two in the middle.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
