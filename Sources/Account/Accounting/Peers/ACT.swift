import Factors
import Methods
import Quantities

/// Embodied carbon of chips as ACT prints it (`act-cpa@1`, `act-logic@1`, `act-dram@1`, `act-ssd@1`).
///
/// The formulas are ``ChipCarbon``'s; here are ACT's words and units for them.
enum ACTMethods {
  static let all: [Method] = [perArea, logic, memory(.dram), memory(.flash)]

  private static let citation = Source(
    "Gupta and others, ACT (ISCA 2022); Meta ACT 2.0", year: 2025, licence: "MIT")

  private static let fab: [MethodParameter] = [
    MethodParameter("process", "the process: 28nm, 20nm, 14nm, 10nm, 8nm, 7nm, 5nm, 3nm"),
    MethodParameter(
      "gpa", "process gases after abatement of 95, 97 or 99 %: GPA95, GPA97, GPA99; ACT's own is 97 %",
      default: .text("GPA97")),
    goodDies,
    MethodParameter("fab", "where the fab's electricity is from: a place or one source", default: .text("taiwan")),
    MethodParameter(
      "fab_g_per_kwh", unit: "g/kWh", "the fab's grid in numbers, before the place", isOptional: true,
      in: Plausible.intensity),
  ]
  private static let goodDies = MethodParameter(
    "yield_", "share of good dies; ACT's own is 0.875", default: .number(0.875), in: Plausible.divisor)

  private static let perArea = Method(
    "act-cpa@1", "ACT: embodied carbon per area of a logic process",
    formula: "(fab g/kWh x EPA + GPA + MPA) / yield_, tables by process", citation: citation, inputs: fab,
    outputs: [MethodParameter("cpa_g_cm2", unit: "g/cm2", "embodied carbon per area")]
  ) { arguments throws(MethodError) in
    ["cpa_g_cm2": .number(try carbonPerArea(arguments).value.baseValue)]
  }

  private static let logic = Method(
    "act-logic@1", "ACT: embodied carbon of a logic die with its packages",
    formula: "area_mm2 / 100 x cpa + n_ics x 150 g", citation: citation,
    inputs: [
      MethodParameter("name", "what the die is called; not used", isOptional: true),
      MethodParameter("area_mm2", unit: "mm2", "area of the die", in: 1e-6...1e6),
      MethodParameter("n_ics", "packaged chips", default: .number(1), in: Plausible.count),
    ] + fab,
    outputs: [MethodParameter("kg", unit: "kg", "embodied carbon, CO2e")]
  ) { arguments throws(MethodError) in
    let perArea = try carbonPerArea(arguments)
    let area = DeclaredValue.figure("area of the die", Area.squareMillimetres(try arguments.number("area_mm2")))
    let packages = try arguments.count("n_ics")
    let die = try withTables { tables throws(FactorError) in
      try ChipCarbon(tables.embodied).die(area: area, perArea: perArea, packages: packages)
    }
    return ["kg": .number(die.value.grams / 1000)]
  }

  private static func memory(_ category: EmbodiedTable.Category) -> Method {
    let isWorking = category == .dram
    return Method(
      isWorking ? "act-dram@1" : "act-ssd@1",
      "ACT: embodied carbon of \(isWorking ? "working memory" : "flash storage") by capacity",
      formula: "gb x factor of the process / yield_ + n_ics x 150 g", citation: citation,
      inputs: [
        MethodParameter("process", "the kind: \(isWorking ? "ddr4_10nm, lpddr4" : "nand_10nm, nand_tlc_v3")"),
        MethodParameter("gb", unit: "GB", "capacity", in: 1e-9...1e9), goodDies,
        MethodParameter("n_ics", "packaged chips", default: .number(0), in: Plausible.count),
      ],
      outputs: [MethodParameter("kg", unit: "kg", "embodied carbon, CO2e")]
    ) { arguments throws(MethodError) in
      let process = try arguments.text("process")
      let capacity = DeclaredValue.figure("capacity", Bits.bytes(try arguments.number("gb") * 1e9))
      let goodDies = DeclaredValue.figure("yield", Ratio(try arguments.number("yield_")))
      let packages = try arguments.count("n_ics")
      let memory = try withTables { tables throws(FactorError) in
        try ChipCarbon(tables.embodied).memory(
          category, process, capacity: capacity, packages: packages, yield: goodDies)
      }
      return ["kg": .number(memory.value.grams / 1000)]
    }
  }

  private static func carbonPerArea(_ arguments: MethodArguments) throws(MethodError) -> Figure<CarbonPerArea> {
    let process = try arguments.text("process")
    let gases = try arguments.text("gpa")
    guard gases.uppercased().hasPrefix("GPA"),
      let abatement = ChipCarbon.Abatement(rawValue: String(gases.dropFirst(3)))
    else {
      throw .wrongKind("gpa", expected: "GPA95, GPA97 or GPA99, not '\(gases)'")
    }
    let goodDies = DeclaredValue.figure("yield", Ratio(try arguments.number("yield_")))
    let place = try arguments.text("fab")
    let grams = try arguments.optionalNumber("fab_g_per_kwh")
    return try withTables { tables throws(FactorError) in
      let chips = ChipCarbon(tables.embodied)
      let grid: Figure<CarbonIntensity> =
        if let grams {
          DeclaredValue.figure("grid of the fab", .gramsPerKilowattHour(grams))
        } else {
          try chips.fabGrid(place)
        }
      return try chips.perArea(process: process, abatement: abatement, fabGrid: grid, yield: goodDies)
    }
  }
}
