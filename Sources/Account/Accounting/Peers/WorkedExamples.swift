import Methods
import Quantities

/// Worked examples of the basic formulas (`derived-operational@1`, `derived-water@1`, `derived-implied-ci@1`,
/// `derived-metadata-lint@1`) in kilowatt-hours and kilograms, on the formulas that Dimmer's own figures are made by.
enum WorkedExamples {
  static let all: [Method] = [operational, water, impliedIntensity, metadata]

  private static let energy = MethodParameter("it_kwh", unit: "kWh", "IT energy", in: Plausible.amount)
  private static let pue = MethodParameter("pue", "the site's PUE", in: Plausible.pue)
  private static let grid = MethodParameter("ci_g", unit: "g/kWh", "grid intensity", in: Plausible.intensity)

  private static let operational = Method(
    "derived-operational@1", "Operational carbon of IT energy, with the site's overhead and its grid",
    formula: "it_kwh x pue x ci_g / 1000", citation: Source("GHG Protocol Scope 2 Guidance (2015), location-based"),
    inputs: [energy, pue, grid], outputs: [MethodParameter("kg", unit: "kg", "operational carbon, CO2e")]
  ) { arguments throws(MethodError) in
    let facility = FacilityEnergy(
      ITEnergy(DeclaredValue.figure("IT energy", Energy.kilowattHours(try arguments.number("it_kwh")))),
      pue: DeclaredValue.figure("PUE", Ratio(try arguments.number("pue"))))
    let carbon = OperationalCarbon.carbon(of: facility, at: try intensity(arguments))
    return ["kg": .number(carbon.value.grams / 1000)]
  }

  private static let water = Method(
    "derived-water@1", "Water consumed for IT energy, on the site and at the power plants",
    formula: "it_kwh x (wue_on + pue x ewif)",
    citation: Source("Li and others, Making AI Less Thirsty (2023): on-site WUE plus PUE times EWIF"),
    inputs: [
      energy, pue,
      MethodParameter("wue_on", unit: "L/kWh", "litres on the site per kWh of IT energy", in: 0...1000),
      MethodParameter("ewif", unit: "L/kWh", "litres at the power plants per kWh", in: 0...1000),
    ],
    outputs: [
      MethodParameter("litres", unit: "L", "both"), MethodParameter("on_site_litres", unit: "L", "on the site"),
      MethodParameter("off_site_litres", unit: "L", "at the power plants"),
    ]
  ) { arguments throws(MethodError) in
    let energy = ITEnergy(DeclaredValue.figure("IT energy", Energy.kilowattHours(try arguments.number("it_kwh"))))
    let pue = DeclaredValue.figure("PUE", Ratio(try arguments.number("pue")))
    let near = WaterIntensity.litresPerKilowattHour(try arguments.number("wue_on"))
    let far = WaterIntensity.litresPerKilowattHour(try arguments.number("ewif"))
    let water = WaterUse(
      energy: energy, facility: FacilityEnergy(energy, pue: pue), onSite: .figure(DeclaredValue.figure("WUE", near)),
      offSite: .figure(DeclaredValue.figure("EWIF", far)))
    do throws(Unknown) {
      return [
        "litres": .number(try water.total.get().value.litres),
        "on_site_litres": .number(try water.onSite.get().value.litres),
        "off_site_litres": .number(try water.offSite.get().value.litres),
      ]
    } catch {
      throw MethodError.noAnswer(error.reason)
    }
  }

  private static let impliedIntensity = Method(
    "derived-implied-ci@1", "The grid intensity that published GPU-hours and emissions amount to, without a PUE",
    formula: "tco2e x 1e6 / (gpu_hours x watts / 1000)",
    citation: Source("Carbon over energy, see effective-intensity"),
    inputs: [
      MethodParameter("gpu_hours", unit: "h", "hours of all cards", in: Plausible.positive),
      MethodParameter("watts", unit: "W", "power of one card", in: 1e-3...1e5),
      MethodParameter("tco2e", unit: "t", "emissions", in: Plausible.amount),
    ],
    outputs: [MethodParameter("g_per_kwh_no_pue", unit: "g/kWh", "implied grid intensity")]
  ) { arguments throws(MethodError) in
    let used = Power.watts(try arguments.number("watts")) * Span.hours(try arguments.number("gpu_hours"))
    let intensity = OperationalCarbon.effectiveIntensity(
      carbon: DeclaredValue.figure("emissions", Carbon.kilograms(try arguments.number("tco2e") * 1000)),
      energy: FacilityEnergy(meteredAtFacility: DeclaredValue.figure("energy", used)))
    return ["g_per_kwh_no_pue": .number(intensity.value.gramsPerKilowattHour)]
  }

  private static let metadata = Method(
    "derived-metadata-lint@1",
    "What a card's emissions should be by its own energy and grid, and how far its field is off",
    formula: "expected_g = energy_kwh x ci_g; ratio = expected_g / emissions_field in grams",
    citation: Source("Hugging Face, model card metadata: co2_eq_emissions.emissions is in grams"),
    inputs: [
      MethodParameter("emissions_field", "the number in the field", in: Plausible.positive),
      MethodParameter("unit", "the unit of the field: g, kg, t, lb, short ton", default: .text("g")),
      MethodParameter("energy_kwh", unit: "kWh", "the energy it states", in: Plausible.amount), grid,
    ],
    outputs: [
      MethodParameter("expected_g", unit: "g", "emissions by energy and grid, CO2e"),
      MethodParameter("ratio", "expected over stated; about 1 when the field is right"),
      MethodParameter("finding", "what to make of it"),
    ]
  ) { arguments throws(MethodError) in
    let name = try arguments.text("unit")
    guard let unit = MassUnit(rawValue: name) else {
      throw .wrongKind("unit", expected: "one of \(MassUnit.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let used = DeclaredValue.figure("energy", Energy.kilowattHours(try arguments.number("energy_kwh")))
    let carbon = OperationalCarbon.carbon(of: FacilityEnergy(meteredAtFacility: used), at: try intensity(arguments))
    let expected = carbon.value.grams
    let ratio = expected / (try arguments.number("emissions_field") * unit.grams)
    return [
      "expected_g": .number(expected), "ratio": .number(ratio), "finding": .text(finding(ratio, unit)),
    ]
  }

  private static func intensity(_ arguments: MethodArguments) throws(MethodError) -> Figure<CarbonIntensity> {
    DeclaredValue.figure("grid intensity", .gramsPerKilowattHour(try arguments.number("ci_g")))
  }

  /// The unit that would make the field right within a tenth, when another one does.
  private static func finding(_ ratio: Double, _ unit: MassUnit) -> String {
    if (0.1...10).contains(ratio) { return "the field agrees with its energy and grid within a factor of ten" }
    let meant = MassUnit.allCases.filter { $0 != unit }.first { (0.9...1.1).contains(ratio * unit.grams / $0.grams) }
    guard let meant else {
      return "the field does not agree with its energy and grid, by no slip of units that is known"
    }
    return "the number is in \(meant.rawValue), the field is in \(unit.rawValue)"
  }
}

/// Units in which emissions are written, and mixed up.
enum MassUnit: String, CaseIterable, Sendable {
  case gram = "g"
  case kilogram = "kg"
  case tonne = "t"
  case pound = "lb"
  case shortTon = "short ton"

  /// Grams in one.
  var grams: Double {
    switch self {
    case .gram: 1
    case .kilogram: 1e3
    case .tonne: 1e6
    case .pound: 453.59237
    case .shortTon: 907_184.74
    }
  }
}
