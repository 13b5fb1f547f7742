/// A volume of water consumed (evaporated, not merely taken), in litres.
public struct Water: Quantity {
  public static let units = [
    UnitOfMeasure("L", 1), UnitOfMeasure("l", 1), UnitOfMeasure("mL", 1e-3), UnitOfMeasure("ml", 1e-3),
    UnitOfMeasure("µL", 1e-6), UnitOfMeasure("m3", 1e3), UnitOfMeasure("m³", 1e3),
  ]
  public static let displayUnits = [
    UnitOfMeasure("µL", 1e-6), UnitOfMeasure("mL", 1e-3), UnitOfMeasure("L", 1), UnitOfMeasure("m³", 1e3),
  ]

  /// Litres.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// A volume of so many litres.
  public static func litres(_ value: Double) -> Water { Water(baseValue: value) }
  /// The volume in litres.
  public var litres: Double { baseValue }
}

/// Water per energy, in litres per kilowatt-hour: on-site (WUE) or at the power plants (EWIF).
public struct WaterIntensity: Quantity {
  public static let units = [UnitOfMeasure("L/kWh", 1), UnitOfMeasure("l/kWh", 1), UnitOfMeasure("m3/MWh", 1)]
  public static let displayUnits = [UnitOfMeasure("L/kWh", 1)]

  /// Litres per kilowatt-hour.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// An intensity of so many litres per kilowatt-hour.
  public static func litresPerKilowattHour(_ value: Double) -> WaterIntensity { WaterIntensity(baseValue: value) }
  /// The intensity in litres per kilowatt-hour.
  public var litresPerKilowattHour: Double { baseValue }
}
