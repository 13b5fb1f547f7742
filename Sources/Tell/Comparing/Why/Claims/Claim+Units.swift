import Accounting
import Methods
import Quantities

extension Claim {
  /// The claim's figure of a quantity: as printed, or carbon from the energy and the intensity that it states.
  func amount(of quantity: ClaimQuantity) -> Receipt? {
    if let printed = amounts[quantity] { return printed }
    guard quantity == .carbon, let energy = amounts[.energy]?.figure(of: Energy.self),
      let intensity = factors[.intensity]?.figure(of: CarbonIntensity.self)
    else { return nil }
    let counted =
      energyBoundary == .facility
      ? FacilityEnergy(meteredAtFacility: energy) : FacilityEnergy(withoutOverhead: ITEnergy(energy))
    return OperationalCarbon.carbon(of: counted, at: intensity, labelled: "carbon of its energy at its grid").receipt
  }

  /// The claim ready to be compared in a quantity: carbon that was made of its energy is of its boundary and scope.
  func prepared(for quantity: ClaimQuantity) -> Claim {
    guard quantity == .carbon, amounts[.carbon] == nil, amounts[.energy] != nil else { return self }
    var claim = self
    claim.amounts[.carbon] = amount(of: .carbon)
    claim.carbonBoundary = energyBoundary
    claim.carbonScope = .operational
    return claim
  }

  /// The quantities it has figures of, its own and those that can be made of them.
  var quantities: [ClaimQuantity] { ClaimQuantity.allCases.filter { amount(of: $0) != nil } }
}

extension ClaimQuantity {
  /// What two claims are compared in: the first that both print and differ in, energy before carbon; else what both can
  /// be put on.
  static func shared(by first: Claim, _ second: Claim) throws(WhyError) -> ClaimQuantity {
    let printed = allCases.filter { first.amounts[$0] != nil && second.amounts[$0] != nil }
    // Rows that agree in their energy and not in their carbon are asked about for their carbon.
    let differing = printed.first { quantity in
      guard let from = first.amounts[quantity]?.value, let to = second.amounts[quantity]?.value, from > 0 else {
        return true
      }
      return abs(to / from - 1) > 0.005
    }
    guard
      let quantity = differing ?? printed.first
        ?? allCases.first(where: { first.amount(of: $0) != nil && second.amount(of: $0) != nil })
    else { throw .unlikeQuantities(first.id, second.id) }
    return quantity
  }
}

extension FunctionalUnit {
  /// Whether figures of these units can be set against each other.
  static func areComparable(_ first: Claim, _ second: Claim) -> Bool {
    guard let from = first.unit, let to = second.unit, from != to else { return true }
    // A reply is so many tokens, where it says how many.
    switch (from, to) {
    case (.token, .reply): return second.factors[.outputTokens] != nil
    case (.reply, .token): return first.factors[.outputTokens] != nil
    default: return false
    }
  }
}
