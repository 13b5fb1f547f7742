public import Methods
public import Quantities

/// Carbon of one economy seat from a flight's fuel, after Google's Travel Impact Model (`flight-seat@1`).
public enum FlightSeat {
  /// Which part of the fuel's life counts.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// Production and burning.
    case wellToWake = "well-to-wake"
    /// Burning alone.
    case tankToWake = "tank-to-wake"
    /// Production alone.
    case wellToTank = "well-to-tank"

    /// Kilograms CO2e per kilogram of jet fuel: 43.1 MJ/kg at 74 g/MJ burned and 15 g/MJ to produce.
    var kilogramsPerKilogram: Double {
      switch self {
      case .wellToWake: 3.8359
      case .tankToWake: 3.1894
      case .wellToTank: 0.6465
      }
    }
  }

  /// Carbon of one economy seat.
  ///
  /// - Parameters:
  ///   - fuelKilograms: jet fuel burned on the flight.
  ///   - cargoShare: the part of it that freight answers for, 0 to 1.
  ///   - equivalentSeats: 5 x first + 4 x business + 1.5 x premium + economy seats, for wide bodies.
  ///   - loadFactor: the share of seats taken, above 0.
  public static func economy(
    fuelKilograms: Figure<Ratio>, cargoShare: Figure<Ratio>, equivalentSeats: Figure<Ratio>,
    loadFactor: Figure<Ratio>, scope: Scope = .wellToWake
  ) -> Figure<Carbon> {
    let factor = Figure(
      "jet fuel, \(scope.rawValue), kg per kg",
      Estimate<Ratio>.exact(Ratio(scope.kilogramsPerKilogram), origin: .published, method: "published-factor@1"),
      source: source)
    return formula.figure(
      "economy seat, \(scope.rawValue)",
      [Term(fuelKilograms), Term(factor), Term(cargoShare), Term(equivalentSeats), Term(loadFactor)])
  }

  private static let source = Source("Google, Travel Impact Model", year: 2025, licence: "CC-BY-4.0")
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude

  static let formula = Formula(
    id: "flight-seat@1", summary: "Carbon of one economy seat from a flight's fuel",
    formula: "fuel_kilograms x kilograms_per_kilogram x (1 - cargo_share) / equivalent_seats / load_factor x 1000",
    citation: source,
    inputs: [
      MethodParameter("fuel_kilograms", unit: "kg", "jet fuel burned", in: 0...positive.upperBound),
      MethodParameter(
        "kilograms_per_kilogram", "CO2e per fuel; 3.8359 well to wake, 3.1894 burned", default: .number(3.8359),
        in: 0...10),
      MethodParameter("cargo_share", "part of the fuel that freight answers for", default: .number(0), in: 0...1),
      MethodParameter("equivalent_seats", "5 first + 4 business + 1.5 premium + economy", in: positive),
      MethodParameter(
        "load_factor", "share of seats taken", default: .number(0.845), in: Double.leastNormalMagnitude...1),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "carbon of one economy seat, CO2e"),
    evaluate: { $0[0] * $0[1] * (1 - $0[2]) / $0[3] / $0[4] * 1000 })
}
