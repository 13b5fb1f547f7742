import Methods
import Quantities

/// One passenger's carbon after Google's Travel Impact Model (`tim-flight@1`), on ``FlightSeat``.
enum TravelImpact {
  private static let outputs: [(key: String, scope: FlightSeat.Scope)] = [
    ("wtw_kg", .wellToWake), ("wtt_kg", .wellToTank), ("ttw_kg", .tankToWake),
  ]

  static let method = Method(
    "tim-flight@1", "Travel Impact Model: a passenger's carbon from a flight's fuel, by scope",
    formula: "fuel_kg x factor of the scope x (1 - cargo_fraction) x cabin_factor / equivalent_seats / load_factor",
    citation: Source("Google, Travel Impact Model", year: 2025, licence: "CC-BY-4.0"),
    inputs: [
      MethodParameter("fuel_kg", unit: "kg", "jet fuel burned", in: 0...1e6),
      MethodParameter("cargo_fraction", "part of it that freight answers for", in: Plausible.share),
      MethodParameter("equivalent_seats", "5 first + 4 business + 1.5 premium + economy", in: 1...10_000),
      MethodParameter(
        "cabin_factor", "economy seats that the passenger's seat counts as: 1, 1.5, 4, 5", default: .number(1),
        in: 0.1...20),
      MethodParameter("load_factor", "share of seats taken", in: 0.01...1),
    ],
    outputs: [
      MethodParameter("wtw_kg", unit: "kg", "production and burning of the fuel, CO2e"),
      MethodParameter("wtt_kg", unit: "kg", "production alone"),
      MethodParameter("ttw_kg", unit: "kg", "burning alone"),
    ]
  ) { arguments throws(MethodError) in
    let fuel = DeclaredValue.figure("fuel", Ratio(try arguments.number("fuel_kg")))
    let cargo = DeclaredValue.figure("freight", Ratio(try arguments.number("cargo_fraction")))
    let seats = try arguments.number("equivalent_seats") / (try arguments.number("cabin_factor"))
    let load = DeclaredValue.figure("load", Ratio(try arguments.number("load_factor")))
    var results: [String: MethodValue] = [:]
    for output in outputs {
      let seat = FlightSeat.economy(
        fuelKilograms: fuel, cargoShare: cargo, equivalentSeats: DeclaredValue.figure("seats", Ratio(seats)),
        loadFactor: load, scope: output.scope)
      results[output.key] = .number(seat.value.grams / 1000)
    }
    return results
  }
}
