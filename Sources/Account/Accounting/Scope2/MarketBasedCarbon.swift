public import Methods
public import Quantities

/// Scope 2 carbon both ways: by where the electricity was used and by what was bought.
///
/// A market-based figure is never given alone: a contract can make it zero while the grid behind it burns coal.
public struct Scope2: Hashable, Sendable {
  /// By the grid's average at the place.
  public let locationBased: Figure<Carbon>
  /// By contracts, and the residual mix for the rest.
  public let marketBased: Figure<Carbon>
}

/// Carbon of bought electricity by contract.
public enum MarketBasedCarbon {
  /// Energy covered by a contract or certificate and that contract's emission factor.
  public struct Contract: Sendable {
    /// The energy it covers.
    public let energy: Figure<Energy>
    /// Its factor; 0 g/kWh for certified renewables.
    public let factor: Figure<CarbonIntensity>
    /// A contract.
    public init(energy: Figure<Energy>, factor: Figure<CarbonIntensity>) {
      self.energy = energy
      self.factor = factor
    }
  }

  /// The part of the electricity that a contract covers, where it is stated as a share (`contracted-energy@1`).
  ///
  /// - Parameter share: above 0 and at most 1.
  public static func contracted(_ share: Ratio, of energy: FacilityEnergy) -> Figure<Energy> {
    MarketBasedCarbon.share.figure(
      "electricity under a contract",
      [Term(energy.figure), Term(DeclaredValue.figure("share under the contract", share))])
  }

  /// Scope 2 both ways (`market-based-carbon@1`): sum of matched energy x contract factor, plus unmatched energy x
  /// residual mix. Unmatched electricity takes the residual mix, not the grid's average.
  ///
  /// - Throws: ``Unknown`` when contracts cover more than was used, or energy is left and no residual mix is known.
  public static func scope2(
    of energy: FacilityEnergy, at grid: Figure<CarbonIntensity>, contracts: [Contract],
    residualMix: Finding<CarbonIntensity>
  ) throws(Unknown) -> Scope2 {
    let matched: Estimate<Energy> = contracts.map(\.energy.estimate).total(method: "sum@2", origin: .declared)
    let used = energy.figure.value
    guard matched.value <= used * (1 + 1e-12) else {
      throw Unknown(
        "the contracts cover \(matched.value.formatted()), more than the \(used.formatted()) that were used")
    }
    let isAllMatched = matched.value >= used * (1 - 1e-12)
    let covered: [Figure<Carbon>] = contracts.map {
      OperationalCarbon.once.figure("matched by a contract", [Term($0.energy), Term($0.factor)])
    }
    var parts = covered.map(\.estimate)
    var inputs = [energy.figure.receipt] + covered.map(\.receipt)
    if !isAllMatched {
      let residual = try residualMix.get()
      let unmatched: Estimate<Energy> = energy.figure.estimate - matched
      let figure: Figure<Carbon> = OperationalCarbon.once.figure(
        "unmatched at the residual mix",
        [
          Term(
            Figure(
              "unmatched energy", unmatched, inputs: [energy.figure.receipt] + contracts.map(\.energy.receipt))),
          Term(residual),
        ])
      parts.append(figure.estimate)
      inputs.append(figure.receipt)
    }
    let total: Estimate<Carbon> = parts.total(method: formula.id)
    return Scope2(
      locationBased: OperationalCarbon.carbon(of: energy, at: grid, labelled: "scope 2 carbon, location-based"),
      marketBased: Figure(
        "scope 2 carbon, market-based", total, inputs: inputs, note: "Read it only beside the location-based figure."))
  }

  static let share = Formula(
    id: "contracted-energy@1", summary: "The electricity that a contract covers, by its share of all that was used",
    formula: "energy_joules x share",
    citation: Source("GHG Protocol Scope 2 Guidance (2015), market-based method"),
    inputs: [
      MethodParameter(
        "energy_joules", unit: "J", "electricity used", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("share", "the part under the contract", in: 0...1),
    ],
    output: MethodParameter("contracted_joules", unit: "J", "electricity under the contract"),
    evaluate: { $0[0] * $0[1] })

  static let formula = Method(
    "market-based-carbon@1", "Scope 2 carbon by contracts, and by the residual mix for what no contract covers",
    formula: "sum of matched x contract factor + (energy - sum of matched) x residual",
    citation: Source("GHG Protocol Scope 2 Guidance (2015), market-based method"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "energy used", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("matched_joules", unit: "J", "energy covered, one number a contract", default: .numbers([])),
      MethodParameter("factors_grams_per_kwh", unit: "g/kWh", "factor, one number a contract", default: .numbers([])),
      MethodParameter("residual_grams_per_kwh", unit: "g/kWh", "factor of the residual mix", in: 0...5000),
    ],
    outputs: [MethodParameter("carbon_grams", unit: "g", "market-based carbon, CO2e")]
  ) { arguments throws(MethodError) in
    let energy = try arguments.number("energy_joules")
    let matched = try arguments.numbers("matched_joules")
    let factors = try arguments.numbers("factors_grams_per_kwh")
    guard matched.count == factors.count else {
      throw .noAnswer("\(matched.count) matched energies and \(factors.count) factors; give as many of each")
    }
    let rest = energy - matched.reduce(0, +)
    guard rest >= -1e-12 * energy else { throw .noAnswer("the contracts cover more energy than was used") }
    let residual = max(0, rest) * (try arguments.number("residual_grams_per_kwh"))
    return ["carbon_grams": .number((zip(matched, factors).reduce(0) { $0 + $1.0 * $1.1 } + residual) / 3.6e6)]
  }
}
