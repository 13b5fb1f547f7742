import Grid

/// The codes under which ENTSO-E knows areas, and their check character.
enum EnergyIdentificationCode {
  /// Areas by zone name. Each passes ``isValid(_:)``, so that a slip in one is noticed.
  static let areas: [String: String] = [
    "AT": "10YAT-APG------L", "BE": "10YBE----------2", "BG": "10YCA-BULGARIA-R", "CH": "10YCH-SWISSGRIDZ",
    "CZ": "10YCZ-CEPS-----N", "DE": "10Y1001A1001A83F", "DK-DK1": "10YDK-1--------W", "DK-DK2": "10YDK-2--------M",
    "EE": "10Y1001A1001A39I", "ES": "10YES-REE------0", "FI": "10YFI-1--------U", "FR": "10YFR-RTE------C",
    "GR": "10YGR-HTSO-----Y", "HR": "10YHR-HEP------M", "HU": "10YHU-MAVIR----U", "IE": "10Y1001A1001A59C",
    "IT": "10YIT-GRTN-----B", "LT": "10YLT-1001A0008Q", "LV": "10YLV-1001A00074", "NL": "10YNL----------L",
    "NO-NO1": "10YNO-1--------2", "NO-NO2": "10YNO-2--------T", "NO-NO3": "10YNO-3--------J",
    "NO-NO4": "10YNO-4--------9", "NO-NO5": "10Y1001A1001A48H", "PL": "10YPL-AREA-----S", "PT": "10YPT-REN------W",
    "RO": "10YRO-TEL------P", "RS": "10YCS-SERBIATSOV", "SE-SE1": "10Y1001A1001A44P", "SE-SE2": "10Y1001A1001A45N",
    "SE-SE3": "10Y1001A1001A46L", "SE-SE4": "10Y1001A1001A47J", "SI": "10YSI-ELES-----O", "SK": "10YSK-SEPS-----K",
  ]

  /// Where prices are formed in another area than the country: Germany with Luxembourg.
  static let priceAreas: [String: String] = ["DE": "10Y1001A1001A82H"]

  /// Whether sixteen characters end in their own check character (EIC reference manual: weights 16 to 2, modulo 37).
  static func isValid(_ code: String) -> Bool {
    let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    let values = code.compactMap { letters.firstIndex(of: $0) }
    guard code.count == 16, values.count == 16 else { return false }
    let sum = zip(values, 0..<15).reduce(0) { $0 + $1.0 * (16 - $1.1) }
    return letters[36 - (sum - 1) % 37] == code.last
  }
}

/// What a production type of ENTSO-E stands for.
enum ProductionType {
  /// Codes and meanings (ENTSO-E code list, PsrType). Fuel keys are those of the factor table.
  static let meanings: [String: GenerationColumn] = [
    "B01": .fuel("biomass_dedicated"), "B02": .fuel("coal"), "B03": .unknownFuel, "B04": .fuel("gas_combined_cycle"),
    "B05": .fuel("coal"), "B06": .fuel("oil"), "B07": .unknownFuel, "B08": .unknownFuel, "B09": .fuel("geothermal"),
    "B10": .storage, "B11": .fuel("hydro"), "B12": .fuel("hydro"), "B13": .unknownFuel, "B14": .fuel("nuclear"),
    "B15": .unknownFuel, "B16": .fuel("solar_pv_utility"), "B17": .unknownFuel, "B18": .fuel("wind_offshore"),
    "B19": .fuel("wind_onshore"), "B20": .unknownFuel, "B25": .storage,
  ]
  /// Solar and wind: what net load is without.
  static let variable = ["B16", "B18", "B19"]
}
