/// What a column holds, told from its name.
struct ColumnMeaning: Hashable, Sendable {
  let kind: SignalKind
  /// The unit that the values are kept in.
  let unit: String
  /// What a cell is multiplied by to be in that unit.
  let scale: Double

  /// Suffixes of carbon intensity and what a number is worth in g/kWh (signals-and-scheduling, 0.2 and 0.3).
  private static let carbonUnits: [(suffix: String, scale: Double)] = [
    ("g_per_kwh", 1), ("kg_per_mwh", 1), ("t_per_gwh", 1), ("kg_per_kwh", 1000), ("t_per_mwh", 1000),
    ("lb_per_mwh", 0.45359237),
  ]

  /// Suffixes of other kinds, longest first where one ends like another.
  private static let others: [(suffix: String, kind: SignalKind, unit: String)] = [
    ("usd_per_mwh", .price, "USD/MWh"), ("eur_per_mwh", .price, "EUR/MWh"), ("gbp_per_mwh", .price, "GBP/MWh"),
    ("temp_c", .temperature, "°C"), ("temperature_c", .temperature, "°C"), ("temp_forecast_c", .temperature, "°C"),
    ("wet_bulb_c", .wetBulb, "°C"), ("relative_humidity_pct", .relativeHumidity, "%"),
    ("rh_pct", .relativeHumidity, "%"), ("low_carbon_pct", .lowCarbonShare, "%"),
    ("renewable_pct", .renewableShare, "%"),
    ("residual_load_mwh", .netLoad, "MWh"), ("net_load_mwh", .netLoad, "MWh"), ("demand_mwh", .demand, "MWh"),
    ("net_load_mw", .netLoad, "MW"), ("demand_mw", .demand, "MW"),
  ]

  /// The meaning of a column of that name; `unstated` without a unit when the name does not tell.
  static func of(_ column: String) -> ColumnMeaning {
    let name = column.lowercased()
    if let other = others.first(where: { name.hasSuffix($0.suffix) }) {
      return ColumnMeaning(kind: other.kind, unit: other.unit, scale: 1)
    }
    guard let carbon = carbonUnits.first(where: { name.hasSuffix($0.suffix) }) else {
      return ColumnMeaning(kind: .unstated, unit: "", scale: 1)
    }
    let kind: SignalKind =
      if name.contains("marginal") || name.contains("moer") {
        .marginal
      } else if name.contains("direct") {
        .averageDirect
      } else if name.contains("lca") || name.contains("lifecycle") {
        .averageLifecycle
      } else {
        .average
      }
    return ColumnMeaning(kind: kind, unit: "g/kWh", scale: carbon.scale)
  }
}
