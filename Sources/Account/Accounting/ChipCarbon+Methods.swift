import Methods
import Quantities

extension ChipCarbon {
  static let methods: [Method] = [perArea.method, die.method, memory.method]
  private static let act = Source("Gupta and others, ACT (ISCA 2022); Meta ACT", year: 2025, licence: "MIT")
  private static let positive = 0...Double.greatestFiniteMagnitude

  static let perArea = Formula(
    id: "act-carbon-per-area@1", summary: "Embodied carbon per area of a logic process",
    formula: "(fab_grams_per_kwh x energy_kwh_per_cm2 + gas_grams_per_cm2 + material_grams_per_cm2) / yield",
    citation: act,
    inputs: [
      MethodParameter("fab_grams_per_kwh", unit: "g/kWh", "grid of the fab", in: 0...5000),
      MethodParameter("energy_kwh_per_cm2", unit: "kWh/cm2", "fab energy per area", in: positive),
      MethodParameter("gas_grams_per_cm2", unit: "g/cm2", "process gases per area, after abatement", in: positive),
      MethodParameter("material_grams_per_cm2", unit: "g/cm2", "materials per area", in: positive),
      MethodParameter("yield", "share of good dies", in: Double.leastNormalMagnitude...1),
    ],
    output: MethodParameter("grams_per_cm2", unit: "g/cm2", "embodied carbon per area"),
    evaluate: { ($0[0] * $0[1] + $0[2] + $0[3]) / $0[4] })

  static let die = Formula(
    id: "act-logic-die@1", summary: "Embodied carbon of a logic die with its packages",
    formula: "area_mm2 / 100 x grams_per_cm2 + packages x package_grams", citation: act,
    inputs: [
      MethodParameter("area_mm2", unit: "mm2", "area of the die", in: positive),
      MethodParameter("grams_per_cm2", unit: "g/cm2", "embodied carbon per area", in: positive),
      MethodParameter("packages", "packaged chips", default: .number(1), in: positive),
      MethodParameter("package_grams", unit: "g", "one package", default: .number(150), in: positive),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
    evaluate: { $0[0] / 100 * $0[1] + $0[2] * $0[3] })

  static let memory = Formula(
    id: "act-memory@1", summary: "Embodied carbon of memory or storage by capacity",
    formula: "capacity_bits / 8e9 x grams_per_gigabyte / yield + packages x package_grams", citation: act,
    inputs: [
      MethodParameter("capacity_bits", unit: "bit", "capacity, 8e9 bits a gigabyte", in: positive),
      MethodParameter("grams_per_gigabyte", unit: "g/GB", "factor of the kind of memory", in: positive),
      MethodParameter("yield", "share of good dies; 1 where the factor holds it", in: Double.leastNormalMagnitude...1),
      MethodParameter("packages", "packaged chips", default: .number(0), in: positive),
      MethodParameter("package_grams", unit: "g", "one package", default: .number(150), in: positive),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
    evaluate: { $0[0] / 8e9 * $0[1] / $0[2] + $0[3] * $0[4] })
}
