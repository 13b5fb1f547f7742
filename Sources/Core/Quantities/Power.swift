/// Power, in watts.
public struct Power: Quantity {
  public static let units = [
    UnitOfMeasure("W", 1), UnitOfMeasure("mW", 1e-3), UnitOfMeasure("kW", 1e3), UnitOfMeasure("MW", 1e6),
    UnitOfMeasure("GW", 1e9),
  ]
  public static let displayUnits = [
    UnitOfMeasure("mW", 1e-3), UnitOfMeasure("W", 1), UnitOfMeasure("kW", 1e3), UnitOfMeasure("MW", 1e6),
    UnitOfMeasure("GW", 1e9),
  ]

  /// Watts.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// Power of so many watts.
  public static func watts(_ value: Double) -> Power { Power(baseValue: value) }
  /// The amount in watts.
  public var watts: Double { baseValue }

  /// The energy used at this power over `span`.
  public static func * (power: Power, span: Span) -> Energy { .joules(power.watts * span.seconds) }
}
