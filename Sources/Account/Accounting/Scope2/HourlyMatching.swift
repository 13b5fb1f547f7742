public import Methods
public import Quantities

/// Scope 2 carbon with contracts matched hour by hour (`hourly-matching@1`), beside the matching by the year.
///
/// By the year, solar power bought at noon covers what was used at night. By the hour it does not: each hour is covered
/// by at most what was contracted in it, and the rest takes the residual mix. The gap between the two is what annual
/// matching leaves out; the revision of the Scope 2 Guidance in consultation asks for hours.
public struct HourlyMatching: Hashable, Sendable {
  /// One hour, or any other interval that all series share.
  public struct Hour: Hashable, Sendable {
    /// Energy used, with the building's overhead.
    public var used: Energy
    /// Energy that contracts delivered in the same hour.
    public var contracted: Energy
    /// The grid's average at the place.
    public var grid: CarbonIntensity

    /// An hour; energies are finite and not negative.
    public init(used: Energy, contracted: Energy, grid: CarbonIntensity) {
      self.used = used
      self.contracted = contracted
      self.grid = grid
    }
  }

  /// By the grid's average at the place, hour by hour: never told apart from ``marketHourly``.
  public let locationBased: Figure<Carbon>
  /// By contracts matched in each hour, and the residual mix for the rest.
  public let marketHourly: Figure<Carbon>
  /// By contracts matched over all hours together, as annual matching does.
  public let marketAnnual: Figure<Carbon>
  /// What annual matching leaves out: ``marketHourly`` less ``marketAnnual``, at least 0 where the residual mix is dirtier
  /// than the contracts.
  public let gap: Figure<Carbon>
  /// The part of the energy that was covered in its own hour, 0 to 1.
  public let matchedInTheHour: Figure<Ratio>

  /// Matches contracts with use.
  ///
  /// - Parameters:
  ///   - hours: the hours, at least one.
  ///   - contract: the contracts' own factor; 0 g/kWh for certified renewables.
  ///   - residual: the residual mix, or why it is not known.
  ///   - measured: how energies are off, as fractions, and the name of that uncertain thing.
  /// - Throws: ``Unknown`` for no hours, an energy that is negative or not finite, no energy at all, or energy that no
  ///   contract covers while no residual mix is known.
  public init(
    _ hours: [Hour], contract: Figure<CarbonIntensity>, residual: Finding<CarbonIntensity>,
    measured: (bounds: ClosedRange<Double>, source: UncertaintySource) = (0...0, "meter")
  ) throws(Unknown) {
    guard !hours.isEmpty else { throw Unknown("no hours were given") }
    for (index, hour) in hours.enumerated() {
      for energy in [hour.used, hour.contracted] where !(energy.joules.isFinite && energy.joules >= 0) {
        throw Unknown("hour \(index + 1) has \(energy.joules) J; energies are finite and not negative")
      }
      guard hour.grid.gramsPerKilowattHour.isFinite, hour.grid.gramsPerKilowattHour >= 0 else {
        throw Unknown("hour \(index + 1) has a grid of \(hour.grid.gramsPerKilowattHour) g/kWh")
      }
    }
    let sums = Sums(hours)
    guard sums.used > 0 else { throw Unknown("no energy was used in any of the \(hours.count) hours") }
    let rest = sums.used - sums.matchedHourly
    // Rounding of thousands of hours is no energy.
    let needsResidual = rest > 1e-12 * sums.used
    if needsResidual { _ = try residual.get() }
    let part = { (label: String, joules: Double, note: String) -> Figure<Energy> in
      Figure(
        label,
        Estimate(
          .joules(joules), relative: measured.bounds, origin: .declared, method: HourlyMatching.id,
          source: measured.source), note: note)
    }
    let series = "Sum over \(hours.count) intervals, as the caller gave them."
    let market = { (label: String, matched: Double) -> Figure<Carbon> in
      let covered =
        OperationalCarbon.once.figure(
          "matched by contracts", [Term(part("energy matched", matched, series)), Term(contract)]) as Figure<Carbon>
      guard needsResidual || sums.used - matched > 1e-12 * sums.used, case .figure(let residual) = residual else {
        return Figure(label, covered.estimate.stated(by: HourlyMatching.id), inputs: [covered.receipt], note: series)
      }
      let open =
        OperationalCarbon.once.figure(
          "unmatched, at the residual mix",
          [Term(part("energy unmatched", sums.used - matched, series)), Term(residual)]) as Figure<Carbon>
      let total: Estimate<Carbon> = [covered.estimate, open.estimate].total(method: HourlyMatching.id)
      return Figure(
        label, total, inputs: [covered.receipt, open.receipt], note: "Read it only beside the location-based figure.")
    }
    marketHourly = market("scope 2 carbon, market-based, matched by the hour", sums.matchedHourly)
    marketAnnual = market("scope 2 carbon, market-based, matched over all hours", sums.matchedAnnually)
    gap = Figure(
      "what annual matching leaves out", (marketHourly.estimate - marketAnnual.estimate).stated(by: HourlyMatching.id),
      inputs: [marketHourly.receipt, marketAnnual.receipt])
    let mean = Figure(
      "grid weighted by use",
      Estimate.exact(
        CarbonIntensity.gramsPerKilowattHour(sums.grams / (sums.used / 3.6e6)), origin: .declared,
        method: HourlyMatching.id), note: series)
    locationBased = OperationalCarbon.once.figure(
      "scope 2 carbon, location-based", [Term(part("energy used", sums.used, series)), Term(mean)])
    matchedInTheHour = Figure(
      "part of the energy that was matched in its own hour",
      Estimate.exact(Ratio(sums.matchedHourly / sums.used), origin: .declared, method: HourlyMatching.id), note: series)
  }

  /// Sums over the hours, in joules and grams.
  private struct Sums {
    var used = 0.0
    var contracted = 0.0
    var matchedHourly = 0.0
    var grams = 0.0
    var matchedAnnually: Double { min(used, contracted) }

    init(_ hours: [Hour]) {
      for hour in hours {
        used += hour.used.joules
        contracted += hour.contracted.joules
        matchedHourly += min(hour.used.joules, hour.contracted.joules)
        grams += (hour.used * hour.grid).grams
      }
    }
  }

  static let id: MethodID = "hourly-matching@1"

  /// The entry for the registry.
  static let method = Method(
    id, "Scope 2 carbon with contracts matched in each hour, and what matching by the year leaves out",
    formula: "sum over hours of min(used, contracted) x contract + (used - min(used, contracted)) x residual, / 3.6e6",
    citation: Source(
      "GHG Protocol, Scope 2 Guidance (2015), market-based method, with the hourly matching of its revision in consultation",
      year: 2025),
    inputs: [
      MethodParameter(
        "used_joules", unit: "J", "energy used, one number an hour", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter(
        "contracted_joules", unit: "J", "energy contracted, one number an hour", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("intensities_grams_per_kwh", unit: "g/kWh", "the grid, one number an hour", in: 0...5000),
      MethodParameter(
        "contract_grams_per_kwh", unit: "g/kWh", "factor of the contracts", default: .number(0), in: 0...5000),
      MethodParameter("residual_grams_per_kwh", unit: "g/kWh", "factor of the residual mix", in: 0...5000),
    ],
    outputs: [
      MethodParameter("location_grams", unit: "g", "location-based carbon, CO2e"),
      MethodParameter("market_hourly_grams", unit: "g", "market-based, matched by the hour"),
      MethodParameter("market_annual_grams", unit: "g", "market-based, matched over all hours"),
      MethodParameter("gap_grams", unit: "g", "what annual matching leaves out"),
      MethodParameter("matched_share", "part of the energy matched in its own hour"),
    ]
  ) { arguments throws(MethodError) in
    let used = try arguments.numbers("used_joules")
    let contracted = try arguments.numbers("contracted_joules")
    let grid = try arguments.numbers("intensities_grams_per_kwh")
    guard used.count == contracted.count, used.count == grid.count else {
      throw .noAnswer(
        "\(used.count) hours used, \(contracted.count) contracted, \(grid.count) of the grid; give as many of each")
    }
    let hours = used.indices.map {
      Hour(used: .joules(used[$0]), contracted: .joules(contracted[$0]), grid: .gramsPerKilowattHour(grid[$0]))
    }
    let factor = { (label: String, grams: Double) in
      DeclaredValue.figure(label, CarbonIntensity.gramsPerKilowattHour(grams), note: "Given as an input.")
    }
    let contract = factor("contract", try arguments.number("contract_grams_per_kwh"))
    let residual = factor("residual mix", try arguments.number("residual_grams_per_kwh"))
    do throws(Unknown) {
      let matching = try HourlyMatching(hours, contract: contract, residual: .figure(residual))
      return [
        "location_grams": .number(matching.locationBased.value.grams),
        "market_hourly_grams": .number(matching.marketHourly.value.grams),
        "market_annual_grams": .number(matching.marketAnnual.value.grams),
        "gap_grams": .number(matching.gap.value.grams),
        "matched_share": .number(matching.matchedInTheHour.value.value),
      ]
    } catch {
      throw MethodError.noAnswer(error.reason)
    }
  }
}
