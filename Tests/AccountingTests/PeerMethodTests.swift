import Accounting
import Factors
import Methods
import TestSupport
import Testing

/// What a method gives for some inputs, by kind.
private func outputs(_ kind: String, _ inputs: [String: MethodValue]) throws -> [String: MethodValue] {
  try MethodRegistry(AccountingMethods.all).method(ofKind: kind).calculate(inputs)
}

private func number(_ kind: String, _ inputs: [String: MethodValue], _ key: String) throws -> Double {
  guard case .number(let value)? = try outputs(kind, inputs)[key] else {
    throw MethodError.noAnswer("\(kind) gave no \(key)")
  }
  return value
}

@Suite("Other tools' formulas by kind")
struct PeerMethodTests {
  @Test("ACT: a coal fab at 10 nm and memory without its package, as ACT's own tests have them")
  func act() throws {
    let coal: [String: MethodValue] = ["process": .text("10nm"), "gpa": .text("GPA95"), "fab": .text("coal")]
    #expect(agrees(try number("act.cpa", coal, "cpa_g_cm2"), 2228))
    #expect(
      agrees(
        try number("act.dram", ["process": .text("ddr4_10nm"), "gb": .number(3)], "kg"), 0.222857, to: 1e-5))
    // A fab's grid in numbers goes before the place.
    let given = coal.merging(["fab": .text("taiwan"), "fab_g_per_kwh": .number(820)]) { $1 }
    #expect(agrees(try number("act.cpa", given, "cpa_g_cm2"), 2228))
  }

  @Test("ACT: two packages are 150 g heavier than one, whatever the die")
  func packages() throws {
    let die: [String: MethodValue] = ["process": .text("5nm"), "area_mm2": .number(100)]
    let one = try number("act.logic", die.merging(["n_ics": .number(1)]) { $1 }, "kg")
    let two = try number("act.logic", die.merging(["n_ics": .number(2)]) { $1 }, "kg")
    #expect(agrees(two - one, 0.15, to: 1e-9))
  }

  @Test("Impact Framework: load between two points of the curve is straight between them, and beyond them level")
  func pipeline() throws {
    func cpu(_ load: Double) throws -> Double {
      try number(
        "if.sci-pipeline",
        [
          "tdp_w": .number(1000), "vcpus_total": .number(4), "vcpus_allocated": .number(1), "ci_g": .number(100),
          "curve_x": .numbers([20, 40]), "curve_y": .numbers([0.2, 0.6]), "cpu_util": .number(load),
          "duration_s": .number(3600),
        ], "cpu_kwh")
    }
    #expect(agrees(try cpu(30), 0.1))
    #expect(agrees(try cpu(5), 0.05))
    #expect(agrees(try cpu(95), 0.15))
  }

  @Test("Impact Framework: a curve whose loads do not rise, or with a factor too few, is refused")
  func curves() {
    let wrong: [(x: [Double], y: [Double])] = [
      ([50, 10], [0.1, 0.2]), ([10, 10], [0.1, 0.2]), ([10, 50], [0.1]), ([], []),
    ]
    for (x, y) in wrong {
      #expect(throws: MethodError.self) {
        try outputs(
          "if.sci-pipeline",
          [
            "tdp_w": .number(1), "vcpus_total": .number(4), "vcpus_allocated": .number(1), "ci_g": .number(1),
            "curve_x": .numbers(x), "curve_y": .numbers(y), "cpu_util": .number(5), "duration_s": .number(1),
          ])
      }
    }
  }

  @Test("Travel Impact Model: production and burning together are the whole, and a business seat counts as four")
  func flight() throws {
    let flight: [String: MethodValue] = [
      "fuel_kg": .number(10_000), "cargo_fraction": .number(0.1), "equivalent_seats": .number(200),
      "load_factor": .number(0.9),
    ]
    let whole = try number("tim.flight", flight, "wtw_kg")
    let parts = try number("tim.flight", flight, "wtt_kg") + number("tim.flight", flight, "ttw_kg")
    #expect(agrees(parts, whole, to: 1e-4))
    #expect(agrees(whole, 191.795, to: 1e-6))
    let business = flight.merging(["cabin_factor": .number(4)]) { $1 }
    #expect(agrees(try number("tim.flight", business, "wtw_kg"), 4 * whole))
  }

  @Test("SCI: half of a device for its whole life owes half of it")
  func sci() throws {
    let inputs: [String: MethodValue] = [
      "te_kg": .number(500), "el_years": .number(4), "tir_h": .number(4 * 8760), "rr": .number(2), "tor": .number(4),
    ]
    #expect(agrees(try number("sci.embodied", inputs, "g"), 250_000))
    #expect(throws: MethodError.outOfRange("rr", 5, allowed: 0...4)) {
      try outputs("sci.embodied", inputs.merging(["rr": .number(5)]) { $1 })
    }
  }

  @Test("A batch's energy is shared whole, and water is that on the site and that at the plants")
  func wholes() throws {
    var random = Seeded(81)
    for _ in 0..<50 {
      let rows = (0..<Int.random(in: 1...20, using: &random)).map { _ -> [String: MethodValue] in
        [
          "prefill": .number(Double(Int.random(in: 0...4000, using: &random))),
          "decode": .number(Double(Int.random(in: 0...900, using: &random))),
        ]
      }
      let joules = random.magnitude(0...6)
      let shared = try outputs(
        "derived.batch_allocation",
        ["server_j": .number(joules), "idle_j": .number(7), "requests": .table(rows), "prefill_weight": .number(0.1)])
      guard case .numbers(let parts)? = shared["j"], case .number(let idle)? = shared["idle_j_each"] else {
        Issue.record("no shares")
        return
      }
      #expect(abs(parts.reduce(0, +) - joules) < 1e-5 && parts.allSatisfy { $0 >= 0 })
      #expect(agrees(idle * Double(rows.count), 7))
      let site: [String: MethodValue] = [
        "it_kwh": .number(joules), "wue_on": .number(random.magnitude(-3...1)), "pue": .number(1.4),
        "ewif": .number(random.magnitude(-1...1)),
      ]
      let near = try number("derived.water", site, "on_site_litres")
      let far = try number("derived.water", site, "off_site_litres")
      #expect(agrees(try number("derived.water", site, "litres"), near + far))
    }
  }

  @Test("A field in the wrong unit is found with the unit it is in, and a right one is let be")
  func metadata() throws {
    func finding(_ field: Double, _ unit: String) throws -> String {
      let card: [String: MethodValue] = [
        "emissions_field": .number(field), "unit": .text(unit), "energy_kwh": .number(100), "ci_g": .number(200),
      ]
      guard case .text(let text)? = try outputs("derived.metadata_lint", card)["finding"] else { return "" }
      return text
    }
    #expect(try finding(20, "g").contains("is in kg, the field is in g"))
    #expect(try finding(20_000, "g").contains("agrees"))
    #expect(try finding(20_000, "kg").contains("is in g, the field is in kg"))
    #expect(try finding(0.02, "g").contains("is in t,"))
    #expect(try finding(3, "g").contains("by no slip"))
    #expect(throws: MethodError.self) { try finding(1, "stone") }
  }

  @Test("Stars: the lowest has five, the highest one, each fifth its own; what lies outside the range is refused")
  func stars() throws {
    func stars(_ subject: Double) throws -> Double {
      try number("derived.label", ["values": .numbers([0, 10, 4]), "subject": .number(subject)], "stars")
    }
    #expect(try [0, 1.9, 2.1, 4.1, 6.1, 8.1, 10].map(stars) == [5, 5, 4, 3, 2, 1, 1])
    #expect(throws: MethodError.outOfRange("subject", 11, allowed: 0...10)) { try stars(11) }
    #expect(throws: MethodError.self) {
      try outputs("derived.label", ["values": .numbers([3, 3]), "subject": .number(3)])
    }
  }

  @Test("Numbers that cannot be are refused, and a kind that is not there is answered with the nearest")
  func refused() {
    let operational: [String: MethodValue] = ["it_kwh": .number(1), "pue": .number(1.2), "ci_g": .number(400)]
    let wrong: [(String, Double)] = [
      ("it_kwh", -1), ("it_kwh", .nan), ("pue", 0.99), ("ci_g", 5001), ("ci_g", .infinity),
    ]
    for (key, value) in wrong {
      #expect(throws: MethodError.self, "\(key) \(value)") {
        try outputs("derived.operational", operational.merging([key: .number(value)]) { $1 })
      }
    }
    let unknown = #expect(throws: MethodError.self) { try outputs("derived.watr", [:]) }
    #expect(unknown?.description.contains("'derived.watr'; did you mean derived-water") == true)
    #expect(throws: MethodError.unknownInput("energy.unit", known: ["value", "rel"])) {
      let one: MethodValue = .table([["value": .number(1), "rel": .number(0)]])
      let more: MethodValue = .table([["value": .number(1), "rel": .number(0), "unit": .text("kWh")]])
      return try outputs("derived.uncertainty", ["energy": more, "pue": one, "ci": one])
    }
  }
}

@Suite("Boavizta's parts")
struct BoaviztaTests {
  private let kind = "boavizta.embodied"

  /// The figure with its ends.
  private func bounds(_ inputs: [String: MethodValue]) throws -> [Double] {
    let found = try outputs(kind, inputs)
    return ["min", "kgco2e", "max"].compactMap { if case .number(let value)? = found[$0] { value } else { nil } }
  }

  @Test("The worked card: an A100 with 80 GB of stacked memory is 568 kg, by its parts and by its name alike")
  func card() throws {
    let parts: [String: MethodValue] = [
      "component": .text("gpu"), "vram_gb": .number(80), "vram_dies": .number(6),
      "die_effective_mm2": .number(2876.29), "pwb_cm2": .number(105), "casing_kg": .number(0.09),
      "heatsink_kg": .number(1.25), "mass_kg": .number(1.56),
    ]
    let byParts = try bounds(parts)
    #expect(agrees(byParts[1], 567.7, to: 1e-3))
    let byName = try bounds(["component": .text("gpu"), "name": .text("nvidia a100 sxm4 80gb")])
    #expect(agrees(byName[1], byParts[1], to: 1e-5))
  }

  @Test("A part whose density is given has no ends; without it the ends lie about the figure")
  func density() throws {
    let module: [String: MethodValue] = ["component": .text("ram"), "capacity_gb": .number(32)]
    let known = try bounds(module.merging(["density_gb_per_cm2": .number(2)]) { $1 })
    #expect(known.allSatisfy { agrees($0, 32 / 2 * 2.2 + 5.22) })
    let unknown = try bounds(module)
    #expect(unknown[0] < unknown[1] && unknown[1] < unknown[2])
  }

  @Test("Every card, server and instance of the tables has a figure between its ends, and more of it is more")
  func tables() throws {
    let parts = try FactorTables.embedded().parts
    for card in parts.cards {
      #expect(try bounds(["component": .text("gpu"), "name": .text(card.name)])[1] > 20, "\(card.name)")
    }
    for server in parts.servers {
      let found = try bounds(["server": .text("archetype \(server.name)")])
      #expect(found[0] > 100 && found[0] <= found[1] && found[1] <= found[2], "\(server.name): \(found)")
    }
    for instance in parts.instances {
      let found = try bounds(["cloud": .text(instance.provider), "instance": .text(instance.name)])
      #expect(found[0] > 1 && found[0] < found[1] && found[1] < found[2], "\(instance.name): \(found)")
      let host = try bounds(["server": .text("archetype \(instance.server)")])
      #expect(found[1] <= host[1] * (1 + 1e-12), "\(instance.name) is more than its server")
    }
    var last = 0.0
    for size in ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "24xlarge"] {
      let one = try bounds(["cloud": .text("aws"), "instance": .text("m5.\(size)")])[1]
      #expect(one > last)
      last = one
    }
  }

  @Test("Contradictions, missing parts and names that are not there are refused with what would be right")
  func refused() {
    let wrong: [(inputs: [String: MethodValue], named: String)] = [
      ([:], "exactly one"), (["component": .text("cpu"), "server": .text("rack")], "exactly one"),
      (["component": .text("cpu")], "die_mm2"), (["component": .text("cpu"), "name": .text("AMD EPYC 9645")], "9654"),
      (["component": .text("cpus")], "cpu"), (["component": .text("ram")], "capacity_gb"),
      (["component": .text("gpu"), "vram_gb": .number(8)], "vram_dies"),
      (["server": .text("tower")], "rack"), (["server": .text("archetype dellR741")], "dellR740"),
      (["server": .text("archetype dellR740"), "cpus": .number(4)], "archetype"),
      (["cloud": .text("aws"), "instance": .text("g6.xlarg")], "g6.xlarge"),
      (["cloud": .text("azure"), "instance": .text("D2")], "aws"),
      (["cloud": .text("aws"), "instance": .text("m5.large"), "metric": .text("yearly")], "metric"),
      (
        ["component": .text("gpu"), "vram_gb": .number(1e5), "vram_dies": .number(1), "die_effective_mm2": .number(9)],
        "wafer"
      ),
    ]
    for (inputs, named) in wrong {
      let error = #expect(throws: MethodError.self) { try outputs(kind, inputs) }
      #expect(error?.description.contains(named) == true, "\(inputs): \(String(describing: error))")
    }
  }
}
