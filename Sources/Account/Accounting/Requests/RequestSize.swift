/// How much one request asked for: what its energy is fitted and shared by.
public struct RequestSize: Hashable, Sendable, Codable {
  /// Tokens read that were not cached.
  public var uncachedTokensIn: Double
  /// Tokens written, reasoning included.
  public var tokensOut: Double
  /// Units of work: images, or pixels where sizes differ.
  public var units: Double

  /// A size; what a kind of request has not is 0.
  public init(uncachedTokensIn: Double = 0, tokensOut: Double = 0, units: Double = 0) {
    self.uncachedTokensIn = uncachedTokensIn
    self.tokensOut = tokensOut
    self.units = units
  }
}
