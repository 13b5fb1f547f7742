import TestSupport

/// SCI reports, manifests and JSON reports drawn from seeds, right or with one slip.
enum DrawnReport {
  enum ScoreSlip: CaseIterable, Sendable {
    case noBoundary, offsets, offsetWords, wattHours, kilogramsEmbodied, market, pueTwice, noUnit, intensity, pueBelow
    case scoreThousand, kilogramIntensity, marketZero
  }

  static func score(_ random: inout Seeded, slip: ScoreSlip?) -> String {
    let work = DrawnWork(&random)
    let atFacility = slip == .pueTwice || slip == .pueBelow || random.chance(0.5)
    let energy = work.energy
    var stated = energy
    var intensity = work.country.grams
    var embodied = work.embodied
    let pue = atFacility ? work.pue : 1
    var score = (energy * pue * intensity + embodied) / work.queries
    var saysPUE = atFacility
    var pueText = figure(work.pue)
    var basis = "location-based, yearly average"
    switch slip {
    case .offsets: score = (energy * pue * intensity + embodied * 0.2) / work.queries
    case .wattHours: stated *= 1000
    case .kilogramsEmbodied: embodied /= 1000
    case .market: (intensity, basis) = (intensity * 0.3, "market-based")
    case .pueTwice: score = (energy * pue * pue * intensity + embodied) / work.queries
    case .intensity: intensity = 2300
    case .pueBelow: pueText = "0.91"
    case .scoreThousand: score *= 1000
    case .kilogramIntensity: intensity /= 1000
    case .marketZero: (intensity, basis) = (0, "market-based, 100 % renewable PPA")
    case .noBoundary?, .offsetWords?, .noUnit?, nil: break
    }
    if slip == .market { score = (energy * pue * intensity + embodied) / work.queries }
    if slip == .marketZero || slip == .intensity { score = (energy * pue * intensity + embodied) / work.queries }
    if slip == .pueBelow { saysPUE = true }
    let offset = slip == .offsets ? figure(work.embodied * 0.8) : nil
    let unit = slip == .noUnit ? "" : random.pick(["request", "query", "image"])
    switch random.next() % 3 {
    case 0:
      return markdown(
        work, stated, saysPUE ? pueText : nil, intensity, basis, embodied, score, unit, offset, slip, &random)
    case 1:
      return yaml(work, stated, saysPUE ? pueText : nil, intensity, basis, embodied, score, unit, offset, slip)
    default:
      return json(work, stated, saysPUE ? pueText : nil, intensity, basis, embodied, score, unit, offset, slip)
    }
  }

  private static func markdown(
    _ work: DrawnWork, _ energy: Double, _ pue: String?, _ intensity: Double, _ basis: String, _ embodied: Double,
    _ score: Double, _ unit: String, _ offset: String?, _ slip: ScoreSlip?, _ random: inout Seeded
  ) -> String {
    let rows: [(String, String)] =
      [
        ("E (energy, IT)", "\(figure(energy, 6)) kWh"),
        ("I (carbon intensity)", "\(figure(intensity)) gCO2e/kWh (\(basis))"),
        ("M (embodied)", "\(figure(embodied, 6)) g"),
      ] + (slip == .noUnit ? [] : [("R (functional unit)", "\(figure(work.queries, 9)) \(unit)s")])
      + (pue.map { [("PUE", $0)] } ?? []) + (offset.map { [("Offsets", "\($0) g")] } ?? [])
      + [("SCI", unit.isEmpty ? "\(figure(score, 6)) gCO2e" : "\(figure(score, 6)) gCO2e/\(unit)")]
    let boundary = """
      ## Software boundary

      Inference servers, storage and load balancers; end-user devices are left out, since nothing is known of them.

      """
    let body =
      random.chance(0.5)
      ? "| Term | Value |\n|------|-------|\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
      : rows.map { "- **\($0.0):** \($0.1)" }.joined(separator: "\n")
    let words =
      slip == .offsetWords
      ? "\n\nThe score is net of offsets bought for the year."
      : slip == nil && random.chance(0.4) ? "\n\nOffsets are reported apart and do not lower the score." : ""
    return
      "# SCI report: \(work.name)\n\nPeriod: 2025-02-01 to 2025-02-28\n\n\(slip == .noBoundary ? "" : boundary)\n## Figures\n\n\(body)\(words)\n"
  }

  private static func yaml(
    _ work: DrawnWork, _ energy: Double, _ pue: String?, _ intensity: Double, _ basis: String, _ embodied: Double,
    _ score: Double, _ unit: String, _ offset: String?, _ slip: ScoreSlip?
  ) -> String {
    var lines = [
      "sci:", "  version: \"1.1\"", "  subject: \(work.name)", "  period:", "    start: 2025-02-01",
      "    end: 2025-02-28",
    ]
    if slip != .noUnit { lines += ["  functional_unit: \(unit)", "  r: \(figure(work.queries, 9))"] }
    if slip != .noBoundary {
      lines += ["  boundary:", "    included: [servers, storage, load balancers]", "    excluded: [end-user devices]"]
    }
    lines += ["  energy_kwh: \(figure(energy, 6))"]
    if let pue { lines.append("  pue: \(pue)") }
    lines += [
      "  intensity_gco2e_per_kwh: \(figure(intensity))", "  intensity_basis: \(basis)",
      "  embodied_g: \(figure(embodied, 6))",
    ]
    if let offset { lines.append("  offsets_g: \(offset)") }
    if slip == .offsetWords { lines.append("  note: emissions are net of carbon credits, offsets deducted") }
    lines.append("  score: \(figure(score, 6))")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func json(
    _ work: DrawnWork, _ energy: Double, _ pue: String?, _ intensity: Double, _ basis: String, _ embodied: Double,
    _ score: Double, _ unit: String, _ offset: String?, _ slip: ScoreSlip?
  ) -> String {
    var members = [
      "\"standard\": \"SCI 1.1\"", "\"subject\": \"\(work.name)\"", "\"period\": \"2025-02-01/2025-02-28\"",
    ]
    if slip != .noBoundary { members.append("\"boundary\": [\"servers\", \"storage\"]") }
    if slip != .noUnit {
      members.append("\"functional_unit\": \"\(unit)\"")
      members.append("\"R\": \(figure(work.queries, 9))")
    }
    members += [
      "\"E\": \(figure(energy, 6))", "\"I\": \(figure(intensity))", "\"I_method\": \"\(basis)\"",
      "\"M\": \(figure(embodied, 6))",
    ]
    if let pue { members.append("\"pue\": \(pue)") }
    if let offset { members.append("\"offsets\": {\"value\": \(offset), \"unit\": \"gCO2e\"}") }
    if slip == .offsetWords { members.append("\"comment\": \"offsets were subtracted from M\"") }
    members.append("\"SCI\": \(figure(score, 6))")
    return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
  }

  enum ManifestSlip: CaseIterable, Sendable {
    case intensity, kilograms, wattHours, device, life, pueTwice, hours, constant, parts, comment, zero
  }

  static func manifest(_ random: inout Seeded, slip: ManifestSlip?) -> String {
    let work = DrawnWork(&random)
    let grams = work.country.grams
    let intensity = slip == .intensity ? grams / 1000 : grams
    let hasOutputs = slip == .kilograms || slip == .wattHours || slip == .parts || slip == .zero || random.chance(0.6)
    let step = random.pick([300.0, 900, 3600])
    let duration = slip == .hours ? step / 3600 : step
    var lines = [
      "name: \(work.name)", "description: \(Int(step)) s steps", "tags:", "  kind: batch", "initialize:", "  plugins:",
    ]
    for plugin in ["operational", "add-pue", "sum"] {
      lines += ["    \(plugin):", "      path: builtin", "      method: \(plugin == "sum" ? "Sum" : "Multiply")"]
    }
    if slip == .constant {
      lines += [
        "    embodied:", "      path: builtin", "      method: SciEmbodied", "      config:",
        "        memory-emissions-constant: 1388",
      ]
    }
    let steps = slip == .pueTwice ? ["add-pue", "operational", "site-pue", "sum"] : ["add-pue", "operational", "sum"]
    lines +=
      ["tree:", "  children:", "    worker:", "      pipeline:", "        compute:"] + steps.map { "          - \($0)" }
    lines += [
      "      defaults:",
      "        grid/carbon-intensity: \(figure(intensity))\(slip == .comment ? " # kgCO2e/kWh" : random.chance(0.3) ? " # gCO2e/kWh" : "")",
    ]
    if slip == .device || random.chance(0.5) {
      lines.append("        device/emissions-embodied: \(slip == .device ? "1350" : "1350000")")
      lines.append("        device/expected-lifespan: \(slip == .life ? "4" : "126144000")")
    } else if slip == .life {
      lines.append("        device/expected-lifespan: 4")
    }
    var rows: [[String]] = []
    for row in 0..<3 {
      let cpu = 0.01 + 0.05 * random.unit()
      let memory = 0.004
      rows.append([
        "timestamp: 2024-06-01T0\(Int(Double(row) * step / 3600)):\(String(Int(Double(row) * step) % 3600 / 60 + 100).suffix(2))",
        "duration: \(figure(duration, 9))", "cpu/energy: \(figure(cpu))",
        "memory/energy: \(figure(memory))",
        "energy: \(figure((cpu + memory) * (slip == .parts && row == 1 ? 0.6 : slip == .wattHours ? 1000 : 1), 6))",
      ])
      if hasOutputs {
        let carbon = (cpu + memory) * grams * (slip == .kilograms ? 0.001 : slip == .zero ? 0 : 1)
        rows[row].append("carbon: \(figure(carbon, 6))")
      }
    }
    lines.append("      inputs:")
    for row in rows {
      lines +=
        ["        - \(row[0])"] + row[1..<(slip == .wattHours || slip == .parts ? 5 : 4)].map { "          \($0)" }
    }
    if hasOutputs {
      lines.append("      outputs:")
      for row in rows {
        lines +=
          ["        - \(row[0])"]
          + (row.dropFirst() + ["grid/carbon-intensity: \(figure(intensity))"]).map { "          \($0)" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
