/// What one request asked its variant to do, as far as it could be seen; what could not is `nil`, never 0.
public struct RequestWork: Hashable, Sendable, Codable {
  /// Units of work: images, or 1 for a text.
  public var units: Int64?
  /// Tokens read that were not cached. A server that says nothing of a cache is taken to have read them all.
  public var uncachedTokensIn: Int64?
  /// Tokens written, reasoning included.
  public var tokensOut: Int64?

  /// Work of a request.
  public init(units: Int64?, uncachedTokensIn: Int64? = nil, tokensOut: Int64? = nil) {
    self.units = units
    self.uncachedTokensIn = uncachedTokensIn
    self.tokensOut = tokensOut
  }

  /// The work that a row tells of.
  public init(_ request: RequestRecord) {
    self.init(
      units: request.units, uncachedTokensIn: request.tokensIn.map { max(0, $0 - (request.tokensInCached ?? 0)) },
      tokensOut: request.tokensOut)
  }
}
