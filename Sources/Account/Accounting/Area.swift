public import Quantities

/// The area of a die, in square millimetres.
public struct Area: Quantity {
  public static let units = [UnitOfMeasure("mm2", 1), UnitOfMeasure("mm²", 1), UnitOfMeasure("cm2", 100)]
  public static let displayUnits = [UnitOfMeasure("mm2", 1)]

  /// Square millimetres.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// An area of so many square millimetres.
  public static func squareMillimetres(_ value: Double) -> Area { Area(baseValue: value) }
}

/// Embodied carbon per area of silicon, in grams per square centimetre.
public struct CarbonPerArea: Quantity {
  public static let units = [UnitOfMeasure("g/cm2", 1), UnitOfMeasure("kg/cm2", 1e3)]
  public static let displayUnits = [UnitOfMeasure("g/cm2", 1)]

  /// Grams per square centimetre.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }
}
