/// Energy, in joules. 1 Wh = 3600 J exactly.
public struct Energy: Quantity {
  public static let units = [
    UnitOfMeasure("J", 1), UnitOfMeasure("µJ", 1e-6), UnitOfMeasure("uJ", 1e-6), UnitOfMeasure("mJ", 1e-3),
    UnitOfMeasure("kJ", 1e3), UnitOfMeasure("MJ", 1e6), UnitOfMeasure("GJ", 1e9),
    UnitOfMeasure("mWh", 3.6), UnitOfMeasure("Wh", 3600), UnitOfMeasure("kWh", 3.6e6), UnitOfMeasure("MWh", 3.6e9),
    UnitOfMeasure("GWh", 3.6e12), UnitOfMeasure("TWh", 3.6e15),
  ]
  public static let displayUnits = [
    UnitOfMeasure("µJ", 1e-6), UnitOfMeasure("mJ", 1e-3), UnitOfMeasure("J", 1), UnitOfMeasure("Wh", 3600),
    UnitOfMeasure("kWh", 3.6e6), UnitOfMeasure("MWh", 3.6e9), UnitOfMeasure("GWh", 3.6e12),
    UnitOfMeasure("TWh", 3.6e15),
  ]

  /// Joules.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// Energy of so many joules.
  public static func joules(_ value: Double) -> Energy { Energy(baseValue: value) }
  /// Energy of so many watt-hours.
  public static func wattHours(_ value: Double) -> Energy { Energy(baseValue: value * 3600) }
  /// Energy of so many kilowatt-hours.
  public static func kilowattHours(_ value: Double) -> Energy { Energy(baseValue: value * 3.6e6) }

  /// The amount in joules.
  public var joules: Double { baseValue }
  /// The amount in kilowatt-hours.
  public var kilowattHours: Double { baseValue / 3.6e6 }

  /// The mean power if this energy was used evenly over `span`.
  public static func / (energy: Energy, span: Span) -> Power { .watts(energy.joules / span.seconds) }
}

/// An energy counter's unit: whole microjoules, so that sums are exact and conservation can be tested to the last one.
public struct Microjoules: Hashable, Comparable, Sendable, Codable, AdditiveArithmetic {
  /// The count.
  public var count: Int64

  /// A count of microjoules.
  public init(_ count: Int64) { self.count = count }

  /// The nearest whole number of microjoules to `energy`; saturates at the range of a 64-bit count.
  public init(_ energy: Energy) {
    let scaled = (energy.joules * 1e6).rounded()
    self.count = Int64(exactly: scaled) ?? (scaled.isNaN ? 0 : scaled > 0 ? .max : .min)
  }

  /// None.
  public static let zero = Microjoules(0)
  /// The same amount as an energy.
  public var energy: Energy { .joules(Double(count) / 1e6) }

  public static func + (left: Self, right: Self) -> Self { Self(left.count + right.count) }
  public static func - (left: Self, right: Self) -> Self { Self(left.count - right.count) }
  public static func < (left: Self, right: Self) -> Bool { left.count < right.count }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Int64.self))
  }
}
