public import Quantities

/// What a request on a variant costs in energy, as calibrated: so much for each request, each item, each token.
///
/// A part that is nil is not known. The parts that are there must together describe the cost: a tariff with tokens but
/// without `perRequest` says that a request costs nothing beyond its tokens.
public struct Tariff: Sendable, Hashable {
  /// For each request, whatever its size.
  public var perRequest: JouleRange?
  /// For each item of the request (an image, an embedding's text); 1 for OpenAI requests.
  public var perUnit: JouleRange?
  /// For each prompt token that did not come from a cache.
  public var perInputToken: JouleRange?
  /// For each token written, reasoning included.
  public var perOutputToken: JouleRange?
  /// Where the parts come from.
  public var origin: Origin
  /// The method that made the parts, for example `variant-calibration@1`.
  public var method: String

  /// A tariff of the parts that are known.
  public init(
    perRequest: JouleRange? = nil, perUnit: JouleRange? = nil, perInputToken: JouleRange? = nil,
    perOutputToken: JouleRange? = nil, origin: Origin, method: String
  ) {
    self.perRequest = perRequest
    self.perUnit = perUnit
    self.perInputToken = perInputToken
    self.perOutputToken = perOutputToken
    self.origin = origin
    self.method = method
  }

  /// Whether it has a part, and every part is a number that is not negative.
  var isSound: Bool {
    let parts = [perRequest, perUnit, perInputToken, perOutputToken].compactMap(\.self)
    return !parts.isEmpty && parts.allSatisfy(\.isSound)
  }
}
