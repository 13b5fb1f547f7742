import TestSupport

/// CSV files drawn from seeds: CodeCarbon's and tables of results, right or with one slip.
enum DrawnTable {
  enum ToolSlip: CaseIterable, Sendable {
    case grams, wattHours, pounds, partsTwice, pueTwice, zero, negative, rate, noMode, tonnes
  }

  static func tool(_ random: inout Seeded, slip: ToolSlip?) -> String {
    var columns = [
      "timestamp", "project_name", "run_id", "duration", "emissions", "emissions_rate", "cpu_power", "gpu_power",
      "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed", "country_name", "country_iso_code",
      "region", "cloud_provider", "cloud_region", "os", "codecarbon_version", "gpu_count", "tracking_mode", "on_cloud",
      "pue",
    ]
    let isNew = random.chance(0.5)
    if isNew { columns += ["wue", "water_consumed"] }
    if slip == nil, random.chance(0.2) { columns.removeAll { $0 == "pue" } }
    let rows = 1 + Int(random.next() % 4)
    let bad = Int(random.next() % UInt64(rows))
    var lines = [columns.joined(separator: ",")]
    for row in 0..<rows {
      let work = DrawnWork(&random)
      let isTiny = slip == nil && random.chance(0.2)
      let duration = isTiny ? 0.04 : work.hours * 360
      let cpu = 40 + 60 * random.unit()
      let gpu = random.chance(0.7) ? 100 + 250 * random.unit() : 0
      let ram = 8 + 20 * random.unit()
      let pue = slip == .pueTwice || slip == .partsTwice ? work.pue : random.chance(0.8) ? 1.0 : work.pue
      var parts = [cpu, gpu, ram].map { $0 * duration / 3.6e6 * pue }
      var total = parts.reduce(0, +)
      var emissions = total * work.country.grams / 1000
      var rate = emissions / duration
      var mode = random.pick(["machine", "process"])
      if row == bad {
        switch slip {
        case nil: break
        case .grams:
          emissions *= 1000
          rate *= 1000
        case .wattHours:
          parts = parts.map { $0 * 1000 }
          total *= 1000
        case .pounds:
          emissions *= 2.204_622_6
          if random.chance(0.5) { rate *= 2.204_622_6 }
        case .partsTwice: total *= pue
        case .pueTwice:
          emissions *= pue
        case .zero:
          emissions = 0
          rate = 0
        case .negative: parts[0] = -parts[0]
        case .rate: rate *= 1000
        case .noMode: mode = ""
        case .tonnes:
          emissions /= 1000
          rate /= 1000
        }
      }
      let values: [String: String] = [
        "timestamp": "2025-03-\(10 + row)T09:14:11", "project_name": work.name, "run_id": "run-\(row)",
        "duration": "\(duration)", "emissions": "\(emissions)", "emissions_rate": "\(rate)", "cpu_power": "\(cpu)",
        "gpu_power": "\(gpu)", "ram_power": "\(ram)", "cpu_energy": "\(parts[0])", "gpu_energy": "\(parts[1])",
        "ram_energy": "\(parts[2])", "energy_consumed": "\(total)", "country_name": work.country.name,
        "country_iso_code": work.country.iso3, "os": "Linux-6.8.0",
        "codecarbon_version": isNew ? "3.2.1" : random.pick(["2.8.4", "3.0.2"]),
        "gpu_count": gpu > 0 ? "1" : "", "tracking_mode": mode, "on_cloud": "N", "pue": "\(pue)", "wue": "0.0",
        "water_consumed": "0.0",
      ]
      lines.append(columns.map { values[$0] ?? "" }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  enum Slip: CaseIterable, Sendable {
    case kilograms, grams, pounds, shortTons, pueTwice, perThousand, marketAlone, marketZero, noBoundary, intensity
    case total, joules, poundsWithoutIntensity, pueBelow, negative, wattHours, powerTime
  }

  static func results(_ random: inout Seeded, slip: Slip?) -> String {
    let saysIntensity = slip.map { ![.poundsWithoutIntensity].contains($0) } ?? random.chance(0.7)
    let saysPUE = slip == .pueTwice || slip == .shortTons || slip == .pueBelow || random.chance(0.4)
    let saysBoundary = slip == .noBoundary || random.chance(0.6)
    let perQuery = slip == .perThousand || random.chance(0.5)
    let saysTotal = slip == .total || random.chance(0.3)
    let energyHead = random.pick(["energy (kWh)", "energy_kwh", "Energy consumption (kWh)", "electricity_kwh"])
    let carbonHead =
      slip == .shortTons ? "co2_t" : random.pick(["co2_kg", "CO2e (kg)", "emissions_kg_co2eq", "carbon (kgCO2e)"])
    let intensityHead = random.pick(["grid intensity (g/kWh)", "ci_g_per_kwh", "carbon_intensity_gco2e_per_kwh"])
    var heads = ["model", "region", "queries", energyHead]
    if saysPUE { heads.append("pue") }
    if saysIntensity { heads.append(intensityHead) }
    if slip == .marketAlone || slip == .marketZero {
      heads.append("co2_market_based_kg")
    } else {
      heads.append(carbonHead)
      if slip == nil, random.chance(0.3) { heads.append("co2_market_based_kg") }
    }
    if perQuery { heads.append("energy_wh_per_query") }
    if slip == .joules { heads.append("energy_mj") }
    if slip == .powerTime { heads += ["mean power (W)", "duration (h)"] }
    if saysBoundary { heads.append("boundary") }
    heads += ["accuracy"]
    let base = DrawnWork(&random)
    let count = 3 + Int(random.next() % 4)
    let bad = Int(random.next() % UInt64(count))
    var lines = [heads.joined(separator: ",")]
    var sums = (energy: 0.0, carbon: 0.0, queries: 0.0)
    for row in 0..<count {
      var work = DrawnWork(&random)
      if slip == .poundsWithoutIntensity { work.country = base.country }
      work.pue = base.pue
      let isBad = row == bad
      var pue = base.pue
      let scale = saysPUE ? base.pue : 1
      var kilograms = work.energy * scale * work.country.grams / 1000
      var intensity = work.country.grams
      var energy = work.energy
      var each = work.energy * 1000 / work.queries
      var market = kilograms * 0.4
      var boundary = random.pick(["node", "chip", "server"])
      if slip == .shortTons { kilograms /= 1000 }
      if isBad {
        switch slip {
        case nil, .total, .joules, .powerTime: break
        case .kilograms: kilograms /= 1000
        case .grams: kilograms *= 1000
        case .pounds, .poundsWithoutIntensity: kilograms *= 2.204_622_6
        case .shortTons: kilograms *= 1.102_311_3
        case .pueTwice: kilograms *= base.pue
        case .perThousand: each *= 1000
        case .marketAlone: break
        case .marketZero: market = 0
        case .noBoundary: boundary = ""
        case .intensity: intensity /= 1000
        case .pueBelow: pue = 0.83
        case .negative: energy = -energy
        case .wattHours: energy *= 1000
        }
      }
      if slip == .marketZero { market = 0 }
      sums = (sums.energy + work.energy, sums.carbon + kilograms, sums.queries + work.queries)
      let power = work.energy * 1000 / work.hours * (slip == .powerTime && isBad ? 0.001 : 1)
      let values: [String: String] = [
        "model": "\(work.name)-\(row)", "region": work.country.iso2, "queries": figure(work.queries, 9),
        energyHead: figure(energy, 6), "pue": figure(pue), intensityHead: figure(intensity),
        carbonHead: figure(kilograms, 6),
        "co2_market_based_kg": figure(market, 6), "energy_wh_per_query": figure(each, 5),
        "energy_mj": "", "mean power (W)": figure(power, 5), "duration (h)": figure(work.hours, 5),
        "boundary": boundary,
        "accuracy": figure(60 + 30 * random.unit(), 3),
      ]
      var fields = values
      if slip == .joules {
        heads[heads.firstIndex(of: "energy_mj") ?? heads.firstIndex(of: "energy (MJ)") ?? 0] = "energy (MJ)"
        lines[0] = heads.joined(separator: ",")
        fields["energy (MJ)"] = figure(isBad ? energy : energy * 3.6, 6)
      }
      lines.append(heads.map { fields[$0] ?? "" }.joined(separator: ","))
    }
    if saysTotal, !heads.contains("co2_market_based_kg") {
      let factor = slip == .total ? 10.0 : 1
      let values = [
        "model": "total", "queries": figure(sums.queries, 9), energyHead: figure(sums.energy * factor, 6),
        carbonHead: figure(sums.carbon, 6),
      ]
      lines.append(heads.map { values[$0] ?? "" }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
