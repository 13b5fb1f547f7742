/// A mass of greenhouse gas as carbon dioxide equivalent, in grams.
public struct Carbon: Quantity {
  public static let units = [
    UnitOfMeasure("g", 1), UnitOfMeasure("µg", 1e-6), UnitOfMeasure("ug", 1e-6), UnitOfMeasure("mg", 1e-3),
    UnitOfMeasure("kg", 1e3), UnitOfMeasure("t", 1e6), UnitOfMeasure("kt", 1e9), UnitOfMeasure("Mt", 1e12),
    UnitOfMeasure("lb", 453.59237),
  ]
  public static let displayUnits = [
    UnitOfMeasure("µg", 1e-6), UnitOfMeasure("mg", 1e-3), UnitOfMeasure("g", 1), UnitOfMeasure("kg", 1e3),
    UnitOfMeasure("t", 1e6), UnitOfMeasure("kt", 1e9), UnitOfMeasure("Mt", 1e12),
  ]

  /// Grams.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// A mass of so many grams.
  public static func grams(_ value: Double) -> Carbon { Carbon(baseValue: value) }
  /// A mass of so many kilograms.
  public static func kilograms(_ value: Double) -> Carbon { Carbon(baseValue: value * 1e3) }
  /// The mass in grams.
  public var grams: Double { baseValue }
}

/// Carbon intensity of electricity, in grams CO2e per kilowatt-hour.
public struct CarbonIntensity: Quantity {
  public static let units = [
    UnitOfMeasure("g/kWh", 1), UnitOfMeasure("gCO2e/kWh", 1), UnitOfMeasure("kg/MWh", 1), UnitOfMeasure("kg/kWh", 1e3),
    UnitOfMeasure("t/MWh", 1e3), UnitOfMeasure("lb/MWh", 0.45359237),
  ]
  public static let displayUnits = [UnitOfMeasure("g/kWh", 1)]

  /// Grams per kilowatt-hour.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// An intensity of so many grams per kilowatt-hour.
  public static func gramsPerKilowattHour(_ value: Double) -> CarbonIntensity { CarbonIntensity(baseValue: value) }
  /// The intensity in grams per kilowatt-hour.
  public var gramsPerKilowattHour: Double { baseValue }

  /// The carbon of `energy` at this intensity.
  public static func * (energy: Energy, intensity: CarbonIntensity) -> Carbon {
    .grams(energy.kilowattHours * intensity.gramsPerKilowattHour)
  }
}
