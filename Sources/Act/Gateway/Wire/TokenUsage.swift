/// Tokens of one request; what was not said is nil, never 0.
public struct TokenUsage: Sendable, Hashable {
  /// Tokens read, cached ones included.
  public var input: Int?
  /// Tokens written, reasoning included.
  public var output: Int?
  /// Tokens read from a cache, a part of `input`.
  public var cachedInput: Int?
  /// Whether `output` is an estimate (pieces of text counted on the stream) because the backend sent no usage.
  public var isEstimated: Bool

  /// Tokens as far as they are known.
  public init(input: Int? = nil, output: Int? = nil, cachedInput: Int? = nil, isEstimated: Bool = false) {
    self.input = input
    self.output = output
    self.cachedInput = cachedInput
    self.isEstimated = isEstimated
  }
}
