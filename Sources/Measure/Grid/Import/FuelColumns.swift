import Methods

/// What a column of generation stands for.
public enum GenerationColumn: Hashable, Sendable, Codable {
  /// A fuel, by its key in the factor table: `gas_combined_cycle`.
  case fuel(String)
  /// Generation whose fuel is not told: `other`.
  case unknownFuel
  /// What stores give back or, negative, take.
  case storage
  /// The sum over all fuels.
  case total
  /// No generation: demand, imports.
  case ignored
}

/// Which column means which fuel: names of the US Hourly Electric Grid Monitor (EIA-930) and of the German SMARD
/// portal, in lower case with underscores, without the unit behind them.
public enum FuelColumns {
  /// Column names without unit, and what they stand for. Fuel keys are those of the factor table (IPCC AR5).
  public static let known: [String: GenerationColumn] = [
    "coal": .fuel("coal"), "hard_coal": .fuel("coal"), "lignite": .fuel("coal"),
    "nat_gas": .fuel("gas_combined_cycle"), "natural_gas": .fuel("gas_combined_cycle"),
    "gas": .fuel("gas_combined_cycle"),
    "nuclear": .fuel("nuclear"),
    "oil": .fuel("oil"), "petroleum": .fuel("oil"),
    "hydro": .fuel("hydro"), "water": .fuel("hydro"),
    "solar": .fuel("solar_pv_utility"),
    "wind": .fuel("wind_onshore"), "wind_onshore": .fuel("wind_onshore"), "wind_offshore": .fuel("wind_offshore"),
    "geothermal": .fuel("geothermal"),
    "biomass": .fuel("biomass_dedicated"),
    "other": .unknownFuel, "other_renewable": .unknownFuel, "other_conventional": .unknownFuel,
    "unknown": .unknownFuel,
    "pumped_storage": .storage, "battery": .storage, "battery_storage": .storage, "storage": .storage,
    "net_generation": .total, "total_generation": .total,
    "demand": .ignored, "load": .ignored, "grid_load": .ignored, "net_load": .ignored, "residual_load": .ignored,
    "imports": .ignored, "exports": .ignored, "net_imports": .ignored, "interchange": .ignored,
  ]

  /// Units of energy an interval or of mean power, by suffix; a ratio of fuels is the same in all of them.
  private static let units = ["kwh", "mwh", "gwh", "kw", "mw", "gw"]

  /// A column's name without its unit, and the unit; nothing for a column that is no amount of energy.
  ///
  /// `solar_mwh` and `grid_load_mwh_per_15min` are amounts, `ci_direct_g_per_kwh` is an amount per energy and is not.
  static func split(_ column: String) -> (stem: String, unit: String)? {
    var words = column.lowercased().split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    var unitSuffix = ""
    if words.count >= 3, words[words.count - 2] == "per", let duration = words.last, duration.first?.isNumber ?? false {
      unitSuffix = "_per_\(duration)"
      words.removeLast(2)
    }
    guard words.count >= 2, let unit = words.last, units.contains(unit), words[words.count - 2] != "per" else {
      return nil
    }
    words.removeLast()
    return (words.joined(separator: "_"), unit + unitSuffix)
  }

  /// The nearest known column names, with the unit put back.
  static func nearest(to stem: String, unit: String) -> [String] {
    Spelling.nearest(to: stem, in: known.keys).map { "\($0)_\(unit)" }
  }
}
