public import NIOCore

/// Says how hard a request is, from its text alone. Pure: equal requests get equal scores.
///
/// Only the order of scores counts. The shares stay those of the decision; the hardest requests get the best variant.
public protocol DifficultyScorer: Sendable {
  /// What it is called in configuration.
  var name: String { get }
  /// The score of a request, higher is harder; nil when it cannot tell, and the request is then dealt like any other.
  ///
  /// - Parameters:
  ///   - body: the request's body, whole; empty for KServe, whose bodies pass through.
  ///   - hint: what the caller stated as `Dimmer-Difficulty`, 0 to 1.
  func score(body: ByteBufferView, hint: Double?) -> Double?
}

/// A longer request is a harder one.
public struct PromptLengthScorer: DifficultyScorer {
  /// `prompt-length`
  public var name: String { "prompt-length" }
  /// A scorer.
  public init() {}
  /// The body's bytes; nil for a body that is not there.
  public func score(body: ByteBufferView, hint: Double?) -> Double? { body.isEmpty ? nil : Double(body.count) }
}

/// The caller knows: the field `Dimmer-Difficulty`, 0 to 1.
public struct StatedDifficultyScorer: DifficultyScorer {
  /// `header`
  public var name: String { "header" }
  /// A scorer.
  public init() {}
  /// What the caller stated.
  public func score(body: ByteBufferView, hint: Double?) -> Double? { hint }
}
