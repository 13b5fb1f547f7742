import Factors
import Methods
import Quantities

/// `boavizta-embodied@1`: a component, a server or a cloud instance, by the keys that are given.
enum BoaviztaMethods {
  static let all: [Method] = [embodied]

  /// What a call is about, each with the inputs that belong to it.
  private enum Subject: String, CaseIterable {
    case component, server, cloud

    /// The inputs beside the one of its own name.
    var keys: [String] {
      switch self {
      case .component:
        [
          "name", "capacity_gb", "density_gb_per_cm2", "die_mm2", "vram_gb", "vram_dies", "die_effective_mm2",
          "pwb_cm2", "casing_kg", "heatsink_kg", "mass_kg", "boat_km", "truck_km", "plane_km", "psu_kg",
        ]
      case .server:
        [
          "cpus", "cpu", "die_mm2", "ram_modules", "ram_gb", "ssd", "ssd_gb", "hdd", "gpus", "gpu", "psu", "psu_kg",
        ]
      case .cloud: ["instance", "metric"]
      }
    }
  }

  private static let embodied = Method(
    "boavizta-embodied@1",
    "Boavizta: embodied carbon of a component, a server or a cloud instance's share of one, with the ends that"
      + " unknown parts give it",
    formula: "sum of parts: CPU mm2 x 0.0197 + 9.14; memory GB / density x 2.2 + 5.22 a module; SSD GB / density x 2.2"
      + " + 6.34; card by casing, heat sink, board, effective die and memory area, transport; board, case, supplies",
    citation: Source(
      "Boavizta, BoaviztAPI 2.5: parts after UBA, Green Cloud Computing (94/2021); its own model of GPU cards",
      year: 2026, licence: "facts, cited"),
    inputs: componentInputs + serverInputs + [
      MethodParameter("cloud", "a cloud with instance types: aws", isOptional: true),
      MethodParameter("instance", "the instance type: m5.large", isOptional: true),
      MethodParameter("metric", "'whole-life embodied of the instance share', which is all there is", isOptional: true),
    ],
    outputs: [
      MethodParameter("kgco2e", unit: "kg", "embodied carbon, CO2e"),
      MethodParameter("min", unit: "kg", "with unknown parts at their low end"),
      MethodParameter("max", unit: "kg", "with unknown parts at their high end"),
      MethodParameter(
        "avg_power_w_without_gpu", unit: "W",
        "of an instance: power at half load without its cards, by Dimmer's approximation of Boavizta's curve;"
          + " missing where its processor's design power is not known"),
      MethodParameter("note", "what was assumed of a part known by name, and how power was taken"),
    ]
  ) { arguments throws(MethodError) in
    switch try subject(of: arguments) {
    case .component: return try results(component(arguments))
    case .server: return try results(server(arguments))
    case .cloud: return try instance(arguments)
    }
  }

  private static let componentInputs: [MethodParameter] = [
    MethodParameter(
      "component", "cpu, ram, ssd, hdd, gpu, power_supply, motherboard, case or assembly", isOptional: true),
    MethodParameter("name", "the model of a CPU or card", isOptional: true),
    optional("capacity_gb", "GB", "of memory or a disk", in: 1e-3...1e6),
    optional("density_gb_per_cm2", "GB/cm2", "of its chips; without it all that there are", in: 1e-3...1e5),
    optional("die_mm2", "mm2", "silicon in a CPU package", in: 1...1e5),
    optional("vram_gb", "GB", "memory of a card", in: 1e-3...1e5),
    optional("vram_dies", "", "dies or stacks that it is in", in: 1...1024),
    optional("die_effective_mm2", "mm2", "wafer area of a card's dies with cuts, edge and rejects", in: 1...1e6),
    optional("pwb_cm2", "cm2", "a card's circuit board", in: 0...1e5),
    optional("casing_kg", "kg", "a card's casing", in: 0...1000),
    optional("heatsink_kg", "kg", "a card's heat sink", in: 0...1000),
    optional("mass_kg", "kg", "the whole card", in: 0...1000),
    optional("boat_km", "km", "by boat", in: 0...1e5), optional("truck_km", "km", "by truck", in: 0...1e5),
    optional("plane_km", "km", "by plane", in: 0...1e5),
  ]

  private static let serverInputs: [MethodParameter] = [
    MethodParameter("server", "'archetype NAME', or the form of the case: rack or blade", isOptional: true),
    optional("cpus", "", "CPU packages", in: 0...1024),
    MethodParameter("cpu", "their model", isOptional: true),
    optional("ram_modules", "", "modules of memory", in: 0...1e4),
    optional("ram_gb", "GB", "memory of one module", in: 1e-3...1e5),
    optional("ssd", "", "solid state disks", in: 0...1e4), optional("ssd_gb", "GB", "capacity of one", in: 1e-3...1e6),
    optional("hdd", "", "hard disks", in: 0...1e4), optional("gpus", "", "GPU cards", in: 0...1024),
    MethodParameter("gpu", "their name", isOptional: true), optional("psu", "", "power supplies", in: 0...1024),
    optional("psu_kg", "kg", "mass of one power supply", in: 0...1000),
  ]

  private static func optional(
    _ key: String, _ unit: String, _ summary: String, in range: ClosedRange<Double>
  ) -> MethodParameter {
    MethodParameter(key, unit: unit, summary, isOptional: true, in: range)
  }

  /// What the call is about; inputs of anything else beside it contradict it.
  private static func subject(of arguments: MethodArguments) throws(MethodError) -> Subject {
    let given = arguments.keys
    let subjects = Subject.allCases.filter { given.contains($0.rawValue) }
    guard let subject = subjects.first, subjects.count == 1 else {
      throw .noAnswer("give exactly one of 'component', 'server' and 'cloud', with what belongs to it")
    }
    let known = [subject.rawValue] + subject.keys
    for key in given.sorted() where !known.contains(key) { throw .unknownInput(key, known: known) }
    return subject
  }

  private static func results(_ bounds: Boavizta.Bounds) -> [String: MethodValue] {
    var results: [String: MethodValue] = [
      "kgco2e": .number(bounds.best), "min": .number(bounds.low), "max": .number(bounds.high),
    ]
    if !bounds.assumptions.isEmpty { results["note"] = .text(bounds.assumptions.joined(separator: ". ") + ".") }
    return results
  }

  // MARK: Components

  private static func component(_ arguments: MethodArguments) throws(MethodError) -> Boavizta.Bounds {
    let kinds = ["cpu", "ram", "ssd", "hdd", "gpu", "power_supply", "motherboard", "case", "assembly"]
    let kind = try arguments.text("component")
    let density = try arguments.optionalNumber("density_gb_per_cm2")
    switch kind {
    case "cpu":
      let (area, assumptions) = try dieArea(arguments, named: "name")
      return try withModel { model, _ throws(FactorError) in try model.processor(dieSquareMillimetres: area) }
        .assuming(assumptions)
    case "ram", "ssd":
      let capacity = try arguments.number("capacity_gb")
      return try withModel { model, _ throws(FactorError) in
        if kind == "ram" { return try model.memory(gigabytes: capacity, density: density) }
        return try model.solidStateDisk(gigabytes: capacity, density: density)
      }
    case "gpu": return try card(arguments)
    case "power_supply":
      let mass = try arguments.optionalNumber("psu_kg")
      return try withModel { model, _ throws(FactorError) in try model.powerSupply(kilograms: mass) }
    case "hdd": return try withModel { model, _ throws(FactorError) in try model.hardDisk() }
    case "motherboard": return try withModel { model, _ throws(FactorError) in try model.motherboard() }
    case "case": return try withModel { model, _ throws(FactorError) in try model.housing(isBlade: false) }
    case "assembly": return try withModel { model, _ throws(FactorError) in try model.assembly() }
    default:
      let near = Spelling.nearest(to: kind, in: kinds)
      throw .wrongKind("component", expected: "one of \((near.isEmpty ? kinds : near).joined(separator: ", "))")
    }
  }

  /// Silicon in a package, as given, else of the model named; and what was assumed of it.
  private static func dieArea(
    _ arguments: MethodArguments, named key: String
  ) throws(MethodError) -> (squareMillimetres: Double, assumptions: [String]) {
    if let area = try arguments.optionalNumber("die_mm2") { return (area, []) }
    guard let name = try arguments.optionalText(key) else { throw .missingInput("die_mm2", unit: "mm2") }
    let processor = try withTables { tables throws(FactorError) in try tables.parts.processor(name) }
    return (processor.dieSquareMillimetres, processor.assumption.map { [$0] } ?? [])
  }

  /// A card by what is given of it, or by its name alone.
  private static func card(_ arguments: MethodArguments) throws(MethodError) -> Boavizta.Bounds {
    let isDescribed = !arguments.keys.isDisjoint(with: ["vram_gb", "vram_dies", "die_effective_mm2"])
    if !isDescribed, let name = try arguments.optionalText("name") {
      return try withModel { model, tables throws(FactorError) in try model.card(tables.parts.card(name)) }
    }
    let card = Boavizta.Card(
      memoryGigabytes: try arguments.number("vram_gb"), memoryDies: try arguments.number("vram_dies"),
      dieEffectiveSquareMillimetres: try arguments.number("die_effective_mm2"),
      boardSquareCentimetres: try arguments.optionalNumber("pwb_cm2"),
      casingKilograms: try arguments.optionalNumber("casing_kg"),
      heatsinkKilograms: try arguments.optionalNumber("heatsink_kg"),
      kilograms: try arguments.optionalNumber("mass_kg"), truckKilometres: try arguments.optionalNumber("truck_km"),
      boatKilometres: try arguments.optionalNumber("boat_km"), planeKilometres: try arguments.optionalNumber("plane_km")
    )
    return try withModel { model, _ throws(FactorError) in try model.card(card) }
  }

  // MARK: Servers

  private static func server(_ arguments: MethodArguments) throws(MethodError) -> Boavizta.Bounds {
    let form = try arguments.text("server")
    if form.hasPrefix("archetype ") {
      guard arguments.keys == ["server"] else {
        throw .noAnswer("an archetype has its parts; give no others beside it")
      }
      let name = String(form.dropFirst("archetype ".count))
      return try withModel { model, tables throws(FactorError) in
        try model.server(model.server(tables.parts.server(name), in: tables.parts))
      }
    }
    guard form == "rack" || form == "blade" else {
      throw .wrongKind("server", expected: "rack, blade, or 'archetype' and a name such as 'archetype dellR740'")
    }
    let (die, assumptions) = try dieArea(arguments, named: "cpu")
    var disks = 0.0
    if let count = try arguments.optionalNumber("ssd") { disks = count }
    var diskGigabytes = 0.0
    if disks > 0 { diskGigabytes = try arguments.number("ssd_gb") }
    var hardDisks = 0.0
    if let count = try arguments.optionalNumber("hdd") { hardDisks = count }
    var cards = 0.0
    if let count = try arguments.optionalNumber("gpus") { cards = count }
    var card: PartsTable.Card?
    if cards > 0 {
      let name = try arguments.text("gpu")
      card = try withTables { tables throws(FactorError) in try tables.parts.card(name) }
    }
    let server = Boavizta.Server(
      processors: try arguments.number("cpus"), dieSquareMillimetres: die, processorWatts: nil, threads: nil,
      modules: try arguments.number("ram_modules"), moduleGigabytes: try arguments.number("ram_gb"), disks: disks,
      diskGigabytes: diskGigabytes, hardDisks: hardDisks, cards: cards, card: card,
      powerSupplies: try arguments.number("psu"), powerSupplyKilograms: try arguments.optionalNumber("psu_kg"),
      isBlade: form == "blade", assumptions: assumptions)
    return try withModel { model, _ throws(FactorError) in try model.server(server) }
  }

  private static func instance(_ arguments: MethodArguments) throws(MethodError) -> [String: MethodValue] {
    let metric = "whole-life embodied of the instance share"
    if let asked = try arguments.optionalText("metric"), asked != metric {
      throw .wrongKind("metric", expected: "'\(metric)', which is all there is")
    }
    let cloud = try arguments.text("cloud")
    let name = try arguments.text("instance")
    return try withModel { model, tables throws(FactorError) in
      let instance = try tables.parts.instance(name, of: cloud)
      let server = try model.server(tables.parts.server(instance.server), in: tables.parts)
      let part = try model.part(of: server, in: instance)
      var answer = results(try model.server(server, part: part))
      guard let watts = try model.halfLoadWatts(server, part: part) else { return answer }
      answer["avg_power_w_without_gpu"] = .number(watts)
      let approximation =
        "Power is Dimmer's approximation: 75 % of the processors' design power, memory by capacity,"
        + " and a third of both for the rest; Boavizta has a curve for each family of processors."
      if case .text(let note)? = answer["note"] {
        answer["note"] = .text("\(note) \(approximation)")
      } else {
        answer["note"] = .text(approximation)
      }
      return answer
    }
  }

  private static func withModel<Result>(
    _ work: (Boavizta, FactorTables) throws(FactorError) -> Result
  ) throws(MethodError) -> Result {
    try withTables { tables throws(FactorError) in try work(Boavizta(tables.embodied), tables) }
  }
}
