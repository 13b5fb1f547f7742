public import Quantities

/// The energy charged to a request.
public struct EnergyCharge: Sendable, Hashable {
  /// How much, with its interval.
  public var joules: JouleRange
  /// Where the figure comes from.
  public var origin: Origin
  /// The method that made it: `reported-energy@1` or `request-tariff@1`, or the one the backend named.
  public var method: String
  /// Whether the backend itself reported it.
  public var isReported: Bool
  /// What a reader should know of it, for example that the tokens were counted on the stream; nil for nothing.
  public var remark: String?

  /// A charge with all its parts.
  public init(joules: JouleRange, origin: Origin, method: String, isReported: Bool = false, remark: String? = nil) {
    self.joules = joules
    self.origin = origin
    self.method = method
    self.isReported = isReported
    self.remark = remark
  }
}
