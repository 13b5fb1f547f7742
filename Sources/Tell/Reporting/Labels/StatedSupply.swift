import Accounting
public import Methods
public import Quantities

/// What somebody states of the electricity that work was done with: contracts by their share of it, and what the market
/// sells beside contracts (the residual mix).
public struct StatedSupply: Hashable, Sendable {
  /// One contract, or certificates of one kind.
  public struct Contract: Hashable, Sendable {
    /// The part of the electricity that it covers, above 0 and at most 1.
    public let share: Ratio
    /// Its own factor; 0 g/kWh for certified renewables.
    public let factor: CarbonIntensity
    /// A contract.
    public init(share: Ratio, factor: CarbonIntensity) {
      self.share = share
      self.factor = factor
    }
  }

  /// The contracts; together they cover at most all.
  public let contracts: [Contract]
  /// What is not contracted; `nil` when nobody stated it, and then all must be contracted.
  public let residual: CarbonIntensity?

  /// What was stated.
  ///
  /// - Throws: ``Methods/Unknown`` for shares that are no part of a whole, factors that no power has, and electricity
  ///   that is neither contracted nor of a stated residual mix.
  public init(contracts: [Contract], residual: CarbonIntensity?) throws(Unknown) {
    for contract in contracts {
      guard contract.share.value > 0, contract.share.value <= 1 else {
        let percent = Decimals.significant(100 * contract.share.value, digits: 4)
        throw Unknown("a contract covers above 0 % and at most 100 % of the electricity, not \(percent) %")
      }
      try Self.check(contract.factor)
    }
    if let residual { try Self.check(residual) }
    let covered = contracts.reduce(0) { $0 + $1.share.value }
    guard covered <= 1 + 1e-9 else {
      let percent = Decimals.significant(100 * covered, digits: 4)
      throw Unknown("the contracts cover \(percent) % of the electricity, over 100 %")
    }
    guard covered >= 1 - 1e-9 || residual != nil else {
      throw Unknown(
        "\(Decimals.significant(100 * (1 - covered), digits: 3)) % of the electricity is under no contract; state the"
          + " residual mix that it takes, which is not the grid's mean")
    }
    self.contracts = contracts
    self.residual = residual
  }

  private static func check(_ factor: CarbonIntensity) throws(Unknown) {
    let grams = factor.gramsPerKilowattHour
    guard grams.isFinite, (0...5000).contains(grams) else {
      throw Unknown("a factor of electricity is 0 to 5000 g/kWh; \(Decimals.significant(grams, digits: 4)) is not")
    }
  }

  /// Carbon by these contracts, or why it cannot be told: it is never shown without the location-based figure beside it.
  func marketBased(
    energy: Figure<Energy>?, pue: Figure<Ratio>?, intensity: Figure<CarbonIntensity>?
  ) -> Receipt {
    let label = "market-based carbon"
    guard let energy else { return .unknown(label, unit: Carbon.baseUnit, because: "the energy is not known") }
    guard let intensity else {
      return .unknown(
        label, unit: Carbon.baseUnit,
        because: "the location-based figure is not known, and market-based carbon is shown only beside it")
    }
    let used = ITEnergy(energy)
    let facility = pue.map { FacilityEnergy(used, pue: $0) } ?? FacilityEnergy(withoutOverhead: used)
    let stated = { (label: String, factor: CarbonIntensity) in DeclaredValue.figure(label, factor) }
    let covered = contracts.map { contract in
      MarketBasedCarbon.Contract(
        energy: MarketBasedCarbon.contracted(contract.share, of: facility),
        factor: stated("factor of the contract", contract.factor))
    }
    do throws(Unknown) {
      let mix = residual.map { Finding.figure(stated("residual mix", $0)) }
      return try MarketBasedCarbon.scope2(
        of: facility, at: intensity, contracts: covered,
        residualMix: mix ?? .unknown("nobody stated the residual mix")
      ).marketBased.receipt
    } catch {
      return .unknown(label, unit: Carbon.baseUnit, because: error.reason)
    }
  }

  /// The document that a label's evidence keeps of it.
  var json: JSONValue {
    [
      "contracts": .array(
        contracts.map {
          ["share": .number($0.share.value), "factor_grams_per_kwh": .number($0.factor.gramsPerKilowattHour)]
        }), "residual_mix_grams_per_kwh": .optional(residual?.gramsPerKilowattHour),
    ]
  }
}
