/// A pure number: PUE, a share, a saving as a fraction.
public struct Ratio: Quantity {
  public static let units = [UnitOfMeasure("1", 1), UnitOfMeasure("%", 0.01)]
  public static let displayUnits = [UnitOfMeasure("", 1)]

  /// The number.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// The number as a ratio.
  public init(_ value: Double) { self.baseValue = value }
  /// The number.
  public var value: Double { baseValue }
}

/// An amount of information, in bits.
public struct Bits: Quantity {
  public static let units = [
    UnitOfMeasure("bit", 1), UnitOfMeasure("kbit", 1e3), UnitOfMeasure("Mbit", 1e6), UnitOfMeasure("Gbit", 1e9),
    UnitOfMeasure("B", 8), UnitOfMeasure("kB", 8e3), UnitOfMeasure("KiB", 8192), UnitOfMeasure("MB", 8e6),
    UnitOfMeasure("MiB", 8_388_608), UnitOfMeasure("GB", 8e9), UnitOfMeasure("GiB", 8_589_934_592),
    UnitOfMeasure("TB", 8e12),
  ]
  public static let displayUnits = [
    UnitOfMeasure("bit", 1), UnitOfMeasure("B", 8), UnitOfMeasure("kB", 8e3), UnitOfMeasure("MB", 8e6),
    UnitOfMeasure("GB", 8e9), UnitOfMeasure("TB", 8e12),
  ]

  /// Bits.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// So many bytes.
  public static func bytes(_ value: Double) -> Bits { Bits(baseValue: value * 8) }
  /// The amount in bytes.
  public var bytes: Double { baseValue / 8 }
  /// The amount in gigabytes of 10^9 bytes, the unit of the memory power models.
  public var gigabytes: Double { baseValue / 8e9 }
}

/// An amount of money in one currency, as whole millionths so that sums are exact.
public struct Money: Hashable, Sendable, Codable {
  /// Millionths of the currency's unit.
  public let millionths: Int64
  /// ISO 4217 code.
  public let currency: String

  /// So many millionths of `currency`.
  public init(millionths: Int64, currency: String) {
    self.millionths = millionths
    self.currency = currency
  }

  /// The sum, or `nil` when the currencies differ: Dimmer never converts money silently.
  public func adding(_ other: Money) -> Money? {
    guard currency == other.currency else { return nil }
    return Money(millionths: millionths + other.millionths, currency: currency)
  }

  /// For example `1.2 USD`.
  public func formatted() -> String { "\(Decimals.significant(Double(millionths) / 1e6, digits: 3)) \(currency)" }
}
