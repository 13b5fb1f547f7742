package import Methods
package import Quantities

/// One request to a text model, as far as it is known.
public struct TextWork: Hashable, Sendable {
  /// What it is, for people; without it the model's name makes it.
  public var label: String?
  /// The model that answers.
  public var model: ServedModel
  /// The kind of accelerator; without it the usual kind, with an interval over others.
  public var accelerator: String?
  /// How many hold one copy of the model; without it as many as memory takes.
  public var accelerators: Int?
  /// Requests served together; without it a prior with an interval.
  public var batch: Double?
  /// Tokens of the prompt that are read; without them a prior with an interval.
  public var inputTokens: Double?
  /// Tokens of the prompt whose keys and values are kept from before.
  public var cachedTokens: Double
  /// Tokens of the answer that the caller sees.
  public var outputTokens: Double
  /// Tokens of reasoning before the answer.
  public var reasoningTokens: Double
  /// Tokens that stand before the one being made, as a mean; without them they follow from the other counts.
  public var contextTokens: Double?
  /// Share of the reserved time that the accelerators work; without it idle time is not counted.
  public var utilisation: Double?
  /// Energy of the machine over that of its accelerators; without it a published one.
  public var nodeFactor: Double?

  /// Counts that follow from other work, such as seconds of audio; each goes before the plain number.
  package var derived = Derived()

  /// Counts of tokens that are figures of their own.
  package struct Derived: Hashable, Sendable {
    /// Tokens of the prompt that are read.
    package var input: Figure<Ratio>?
    /// Tokens of the answer, with those of reasoning.
    package var output: Figure<Ratio>?
    /// Tokens that stand before the one being made, as a mean.
    package var context: Figure<Ratio>?
  }

  /// A request of so many tokens.
  public init(model: ServedModel, outputTokens: Double, inputTokens: Double? = nil) {
    self.model = model
    self.outputTokens = outputTokens
    self.inputTokens = inputTokens
    cachedTokens = 0
    reasoningTokens = 0
  }

  /// A text turned into a vector: it is read, and nothing is written.
  ///
  /// - Parameter inputTokens: tokens of the text.
  public static func embedding(of inputTokens: Double, by model: ServedModel) -> TextWork {
    var work = TextWork(model: model, outputTokens: 0, inputTokens: inputTokens)
    work.label = "one embedding of \(model.name)"
    return work
  }

  /// The counts of tokens for which the estimate holds.
  public static let tokens: ClosedRange<Double> = 0...10_000_000
  /// The batches for which the estimate holds.
  public static let batches: ClosedRange<Double> = 1...16_384

  /// Refuses numbers that no request has.
  func check() throws(ServingError) {
    for (what, value) in [
      ("the number of input tokens", inputTokens ?? 0), ("the number of cached tokens", cachedTokens),
      ("the number of output tokens", outputTokens), ("the number of reasoning tokens", reasoningTokens),
      ("the context", contextTokens ?? 0),
    ] { try ServingError.check(what, value, in: TextWork.tokens, "tokens") }
    try ServingError.check(
      "the number of tokens",
      derived.output?.value.value ?? (inputTokens ?? 1) + cachedTokens + outputTokens + reasoningTokens,
      in: 1...TextWork.tokens.upperBound, "tokens in all")
    if let batch { try ServingError.check("the batch", batch, in: TextWork.batches, "requests") }
    if let utilisation { try ServingError.check("the utilisation", utilisation, in: 0.001...1) }
  }
}
