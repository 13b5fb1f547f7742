/// The columns of CodeCarbon's `emissions.csv` that hold figures, by name: their order changed between versions.
enum CodeCarbonReader {
  private static let energies: [String: String?] = [
    "cpu_energy": "cpu", "gpu_energy": "gpu", "ram_energy": "ram", "energy_consumed": nil,
  ]
  private static let powers: [String: String?] = ["cpu_power": "cpu", "gpu_power": "gpu", "ram_power": "ram"]

  /// Whether the columns are those of the tool.
  static func recognises(_ columns: [String]) -> Bool {
    let set = Set(columns.map { $0.lowercased() })
    return set.contains("emissions") && set.contains("energy_consumed")
      && (set.contains("duration") || set.contains("run_id") || set.contains("codecarbon_version"))
  }

  static func name(_ column: String) -> StatedName? {
    let column = column.lowercased()
    if let part = energies[column] {
      var name = StatedName("energy")
      name?.part = part
      return name
    }
    if let part = powers[column] {
      var name = StatedName("power")
      name?.part = part
      return name
    }
    switch column {
    case "emissions": return StatedName("carbon")
    case "emissions_rate": return StatedName("carbon rate")
    case "duration": return StatedName("duration")
    case "water_consumed": return StatedName("water")
    case "pue": return StatedName("pue")
    case "wue": return StatedName("wue")
    default: return nil
    }
  }

  /// The tool's unit: kg, kWh, W, s, kg/s, L, L/kWh.
  static func unit(_ name: StatedName) -> StatedUnit? {
    switch name.subject {
    case .carbon: Figures.kilogram
    case .carbonRate: StatedUnit(symbol: "kg/s", measure: .massRate, scale: 1e3)
    case .energy: Figures.kilowattHour
    case .power: Figures.watt
    case .duration: Figures.second
    case .water: Figures.litre
    case .wue: Figures.litrePerKilowattHour
    default: nil
    }
  }
}
