import Factors
import Methods
import Quantities

/// Two claims set against each other in one quantity, with the numbers that hold for each in it.
struct ClaimPair: Sendable {
  let first: Claim
  let second: Claim
  let quantity: ClaimQuantity
  /// The figures compared.
  let start: Receipt
  let end: Receipt
  /// The numbers behind each figure, as far as they are known.
  let firstNumbers: [ClaimFactor: Receipt]
  let secondNumbers: [ClaimFactor: Receipt]
  let ranges: PublishedRanges
  let accelerators: AcceleratorTable

  init(
    _ first: Claim, _ second: Claim, in quantity: ClaimQuantity, start: Receipt, end: Receipt, tables: FactorTables
  ) {
    self.first = first
    self.second = second
    self.quantity = quantity
    self.start = start
    self.end = end
    ranges = PublishedRanges(tables)
    accelerators = tables.accelerators
    firstNumbers = first.numbers(behind: quantity)
    secondNumbers = second.numbers(behind: quantity)
  }

  /// The number in both claims, where both have it.
  func both(_ factor: ClaimFactor) -> (from: Receipt, to: Receipt)? {
    guard let from = firstNumbers[factor], let to = secondNumbers[factor] else { return nil }
    return (from, to)
  }

  /// Whether the work is served or generated, so that tokens, batch and card matter to it.
  var isServed: Bool {
    [first.unit, second.unit].contains { unit in
      [.reply, .token, .image, .video].contains(unit)
    }
  }

  /// Whether the work is done by machines that take electricity: served, trained, or said to take some.
  var isElectric: Bool {
    if isServed { return true }
    return [first, second].contains { claim in
      if claim.unit == .training || claim.amounts[.energy] != nil { return true }
      return claim.energyBoundary != nil || claim.carbonBoundary != nil || claim.factors[.intensity] != nil
    }
  }

  /// Whether formulas of both claims can be run again.
  var areComputed: Bool { first.formula != nil && second.formula != nil }
}

extension Claim {
  /// The numbers that the figure of a quantity is made of: what is not counted at its boundary is 1, what is not stated
  /// is not there.
  func numbers(behind quantity: ClaimQuantity) -> [ClaimFactor: Receipt] {
    var numbers = factors
    switch boundary(of: quantity) {
    case .board?:
      numbers[.node] = .stated("accelerators only", 1, source: nil, note: "The rest of the machine is not counted.")
      numbers[.pue] = .stated("no overhead", 1, source: nil, note: "The site's overhead is not counted.")
    case .node?: numbers[.pue] = .stated("no overhead", 1, source: nil, note: "The site's overhead is not counted.")
    case .facility?: break
    case nil where formula == nil:
      numbers[.node] = nil
      numbers[.pue] = nil
    case nil: break
    }
    // A figure is for one of its unit unless it says for how many.
    if numbers[.count] == nil { numbers[.count] = .stated("one", 1, source: nil, note: "The figure is for one.") }
    if unit == .token {
      numbers[.outputTokens] = .stated("one token", 1, source: nil, note: "The figure is for one token.")
    }
    switch quantity {
    case .energy:
      numbers[.energy] = nil
      numbers[.intensity] = nil
    case .carbon:
      if numbers[.energy] == nil { numbers[.energy] = energyAtMachine }
      if numbers[.intensity] == nil { numbers[.intensity] = impliedIntensity }
    case .water:
      numbers[.intensity] = nil
      if numbers[.energy] == nil { numbers[.energy] = energyAtMachine }
    }
    return numbers
  }

  /// The claim's energy without the site's overhead; `nil` where it cannot be told apart.
  private var energyAtMachine: Receipt? {
    guard formula == nil, let energy = amounts[.energy], let energyBoundary else { return nil }
    guard energyBoundary == .facility else { return energy }
    guard let pue = factors[.pue] else { return nil }
    let figure: Figure<Energy>? = WhyMethods.atMachine.figure("energy at the machines", of: [energy, pue])
    return figure?.receipt
  }

  /// The intensity that the claim's carbon over its energy amounts to, where both count the same and nothing else.
  private var impliedIntensity: Receipt? {
    guard formula == nil, carbonScope == .operational, let energy = amounts[.energy], let carbon = amounts[.carbon],
      carbonBoundary != nil, carbonBoundary == energyBoundary
    else { return nil }
    let figure: Figure<CarbonIntensity>? = WhyMethods.perEnergy.figure(
      "grid intensity, implied", of: [carbon, energy], note: "Its own carbon over its own energy.")
    return figure?.receipt
  }
}
