/// The name of one independent thing that a figure is unsure about, for example `ember:DE:2024` or `load-model:cpu`.
///
/// Two figures that rest on the same uncertain thing carry the same name, which is how its error cancels between them.
public typealias UncertaintySource = String

/// How far a value moves when one uncertain thing goes to the low or the high end of its 95 % range.
public struct Deviation: Hashable, Sendable, Codable {
  /// Change of the value when the source is at its low end; often negative.
  public var atLow: Double
  /// Change of the value when the source is at its high end; often positive.
  public var atHigh: Double

  /// The changes at the two ends.
  public init(atLow: Double, atHigh: Double) {
    self.atLow = atLow
    self.atHigh = atHigh
  }
}

/// A value with a 95 % interval, where it comes from, and the method that made it.
///
/// The interval is not two numbers but a sum of named deviations. An operation on two estimates moves a source they
/// share in both at once and looks at the result, so `x - x` is exactly 0 ± 0 and a shared factor cancels in a ratio,
/// while sources that differ add as independent errors: by squares, where every end is positive on the scale on which
/// the formula adds them (``Additivity``: the logarithm for a product, so that "a factor of three either way" cannot
/// reach below zero, the value for a sum), else on the value itself.
public struct Estimate<Q: Quantity>: Hashable, Sendable, Codable {
  /// The best value.
  public let value: Q
  /// Where it comes from.
  public let origin: Origin
  /// The method that made it.
  public let method: MethodID
  /// The uncertain things it rests on.
  public let deviations: [UncertaintySource: Deviation]
  /// The scale on which they add; `nil` for the logarithm, that of a product.
  public let additivity: Additivity?

  /// An estimate from its parts.
  public init(
    _ value: Q, origin: Origin, method: MethodID, deviations: [UncertaintySource: Deviation] = [:],
    additivity: Additivity? = nil
  ) {
    self.value = value
    self.origin = origin
    self.method = method
    self.deviations = deviations
    self.additivity = additivity
  }

  /// An estimate with one uncertain source and the given ends.
  public init(_ value: Q, low: Q, high: Q, origin: Origin, method: MethodID, source: UncertaintySource) {
    let deviation = Deviation(atLow: (low - value).baseValue, atHigh: (high - value).baseValue)
    let isExact = deviation.atLow == 0 && deviation.atHigh == 0
    self.init(value, origin: origin, method: method, deviations: isExact ? [:] : [source: deviation])
  }

  /// An estimate with one uncertain source whose ends are fractions of the value: `-0.05 ... 0.05` is ± 5 %.
  public init(
    _ value: Q, relative: ClosedRange<Double>, origin: Origin, method: MethodID, source: UncertaintySource
  ) {
    self.init(
      value, low: value * (1 + relative.lowerBound), high: value * (1 + relative.upperBound), origin: origin,
      method: method, source: source)
  }

  /// A value without uncertainty, such as a count or a definition.
  public static func exact(_ value: Q, origin: Origin, method: MethodID) -> Estimate {
    Estimate(value, origin: origin, method: method)
  }

  /// The low end of the 95 % interval.
  public var low: Q { Q(baseValue: ends.low) }
  /// The high end of the 95 % interval.
  public var high: Q { Q(baseValue: ends.high) }

  private var ends: (low: Double, high: Double) {
    Interval.ends(of: value.baseValue, deviations: deviations.map(\.value), additivity ?? .product)
  }

  /// The same numbers under another method's name.
  public func stated(by method: MethodID, origin: Origin? = nil) -> Estimate {
    Estimate(
      value, origin: origin ?? self.origin, method: method, deviations: deviations, additivity: additivity)
  }

  /// The estimate with its interval, for people: `1.2 kWh (1.0 to 1.4 kWh)`.
  public func formatted() -> String {
    deviations.isEmpty ? value.formatted() : "\(value.formatted()) (\(low.formatted()) to \(high.formatted()))"
  }
}
