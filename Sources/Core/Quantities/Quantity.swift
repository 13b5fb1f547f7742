/// A physical amount with one base unit, so that values of different kinds can never be mixed.
///
/// Every amount is stored in its base unit (J, W, g, g/kWh, L, s, bit); other units exist only at the edge, in
/// ``Quantity/formatted(significantDigits:)`` and ``Quantity/init(parsing:)``.
public protocol Quantity: Hashable, Comparable, Sendable, Codable {
  /// The units people write this quantity in, the base unit first.
  static var units: [UnitOfMeasure] { get }

  /// The units that printing chooses from, smallest first.
  static var displayUnits: [UnitOfMeasure] { get }

  /// The amount in the base unit.
  var baseValue: Double { get }

  /// Makes an amount from its value in the base unit.
  init(baseValue: Double)
}

/// A unit's symbol and how many base units it is.
public struct UnitOfMeasure: Hashable, Sendable {
  /// The symbol as written after the number, for example `kWh`.
  public let symbol: String
  /// Base units in one of this unit.
  public let scale: Double

  /// Makes a unit worth `scale` base units.
  public init(_ symbol: String, _ scale: Double) {
    self.symbol = symbol
    self.scale = scale
  }
}

extension Quantity {
  /// The base unit's symbol, as used in receipts and registries.
  public static var baseUnit: String { units[0].symbol }

  public static var displayUnits: [UnitOfMeasure] { units }

  /// Orders by amount.
  public static func < (left: Self, right: Self) -> Bool { left.baseValue < right.baseValue }

  /// Nothing of it.
  public static var zero: Self { Self(baseValue: 0) }

  /// The sum of two amounts.
  public static func + (left: Self, right: Self) -> Self { Self(baseValue: left.baseValue + right.baseValue) }

  /// The difference of two amounts; may be negative.
  public static func - (left: Self, right: Self) -> Self { Self(baseValue: left.baseValue - right.baseValue) }

  /// Adds in place.
  public static func += (left: inout Self, right: Self) { left = left + right }

  /// Multiplies by a pure number.
  public static func * (left: Self, right: Double) -> Self { Self(baseValue: left.baseValue * right) }

  /// Divides by a pure number.
  public static func / (left: Self, right: Double) -> Self { Self(baseValue: left.baseValue / right) }

  /// The ratio of two amounts of one kind.
  public static func / (left: Self, right: Self) -> Double { left.baseValue / right.baseValue }

  /// Encodes as the bare number in the base unit; the key carries the unit.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(baseValue)
  }

  /// Decodes the bare number in the base unit.
  public init(from decoder: any Decoder) throws {
    self.init(baseValue: try decoder.singleValueContainer().decode(Double.self))
  }
}
