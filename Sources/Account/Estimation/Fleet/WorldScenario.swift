import Accounting
public import Factors
public import Methods
public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The world's data centres as an example of a scenario, on the figures of the International Energy Agency.
public enum WorldScenario {
  private static let agency = Source("IEA, Energy and AI (April 2025), base case", year: 2025, licence: "facts, cited")

  /// Electricity of all data centres in 2024: about 415 TWh.
  public static let dataCentres2024 = published("electricity of data centres, 2024", terawattHours: 415)
  /// Electricity of all data centres in 2030 in the base case: about 945 TWh.
  public static let dataCentres2030 = published("electricity of data centres, 2030, base case", terawattHours: 945)
  /// AI servers' part of it in 2024: about 15 %, in other reports from 5 %.
  public static let intelligence2024 = Figure(
    "AI's share of the electricity of data centres, 2024",
    Estimate(
      Ratio(0.15), low: Ratio(0.05), high: Ratio(0.15), origin: .published, method: PublishedFactor.method,
      source: "world:ai-share"),
    source: agency, note: "Another report prepared for the agency has 5 to 15 %, as Carbon Brief (2025) quotes it.")

  /// Growth a year between 2024 and 2030 in the base case (`implied-growth@1`).
  public static let growth2030: Figure<Ratio> = growth.figure(
    "growth a year, 2024 to 2030",
    [
      Term(dataCentres2024), Term(dataCentres2030),
      Term(DeclaredValue.figure("years between", Ratio(6), note: "From 2024 to 2030.")),
    ], note: "What the base case amounts to, gains of efficiency in it.")

  /// Data centres of the world from 2024 on, or the part of them that AI takes.
  ///
  /// - Parameters:
  ///   - years: how many, 2024 counted.
  ///   - growth: growth a year; the base case's without one.
  ///   - isIntelligence: only AI's part.
  /// - Throws: ``Methods/Unknown`` for inputs out of range; ``Factors/FactorError`` when the tables lack the world.
  public static func scenario(
    years: Int, growth: Figure<Ratio>? = nil, gridChange: Figure<Ratio>, isIntelligence: Bool, from tables: RegionTable
  ) throws -> FleetScenario {
    let part: Figure<Energy> =
      isIntelligence
      ? share.figure("electricity of AI in data centres, 2024", [Term(dataCentres2024), Term(intelligence2024)])
      : dataCentres2024
    return try FleetScenario(
      isIntelligence ? "AI in the world's data centres" : "the world's data centres", firstYear: part,
      boundary: .facility, start: 2024, years: years, growth: growth ?? growth2030,
      efficiencyGain: DeclaredValue.figure(
        "efficiency gain a year", Ratio(0), note: "In the agency's growth already: nothing is taken off again."),
      gridChange: gridChange, site: try Site(region: "World", year: 2024, from: tables))
  }

  private static func published(_ label: String, terawattHours value: Double) -> Figure<Energy> {
    // Printed as "about": the interval is Dimmer's.
    PublishedFactor.figure(
      label, Energy.kilowattHours(value * 1e9), relative: -0.1...0.1, uncertainty: "world:data-centres:\(Int(value))",
      source: agency, note: "Printed as about so much; the interval of a tenth is Dimmer's.")
  }

  static let growth = Formula(
    id: "implied-growth@1", summary: "Growth a year that two amounts so many years apart amount to",
    formula: "(later_joules / earlier_joules) ^ (1 / years) - 1",
    citation: Source("Compound growth: each year is the year before times one factor"),
    inputs: [
      MethodParameter(
        "earlier_joules", unit: "J", "the earlier amount",
        in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude),
      MethodParameter("later_joules", unit: "J", "the later amount", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("years", "years between", in: 1...100),
    ],
    output: MethodParameter("growth", "growth a year"), evaluate: { pow($0[1] / $0[0], 1 / $0[2]) - 1 })

  static let share = Formula(
    id: "share-of-energy@1", summary: "A part of an amount of energy", formula: "energy_joules x share",
    citation: Source("The source of the share, see its receipt"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "all of it", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("share", "the part", in: 0...1),
    ],
    output: MethodParameter("part_joules", unit: "J", "the part"), evaluate: { $0[0] * $0[1] })
}
