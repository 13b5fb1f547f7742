import Comparing
import Methods
import Quantities
import TestSupport

/// Claims of every shape, for laws that must hold for all of them.
struct RandomClaims {
  var random: Seeded

  init(_ seed: UInt64) { random = Seeded(seed) }

  /// A claim in one unit: any figures, any boundary, any factors, each of them stated or not.
  mutating func claim(_ name: String) -> Claim {
    var amounts: [ClaimQuantity: Receipt] = [:]
    amounts[.energy] = receipt("energy", unit: "J", -3...9)
    if chance(0.7) { amounts[.carbon] = receipt("carbon", unit: "g", -6...6) }
    if chance(0.5) { amounts[.water] = receipt("water", unit: "L", -6...3) }
    var claim = Claim(name, label: name, amounts: amounts)
    claim.unit = .reply
    claim.energyBoundary = any(ClaimBoundary.allCases)
    claim.carbonBoundary = chance(0.8) ? claim.energyBoundary : any(ClaimBoundary.allCases)
    claim.carbonScope = any(CarbonScope.allCases)
    claim.waterScope = any(ClaimWaterScope.allCases)
    claim.basis = any(ClaimBasis.allCases)
    claim.countsIdle = any([true, false])
    claim.hardware = any(["A100", "H100", "L4", "an abacus"])
    claim.model = any(["Llama 3.1 8B", "Another"])
    claim.workload = any(["a reply", "a longer reply"])
    if chance(0.2) { claim.edition = .init("a study", any(["first", "second"]) ?? "third") }
    if claim.carbonScope != .operational, chance(0.5) {
      claim.embodiedShare = stated("share", Double.random(in: 0.05...0.9, using: &random))
    }
    for factor in ClaimFactor.all where chance(0.5) {
      let highest = min(factor.range.upperBound, 1e6)
      let value = Double.random(in: max(factor.range.lowerBound, 1e-3)...highest, using: &random)
      claim.factors[factor] = stated(factor.name, value, unit: factor.unit)
    }
    return claim
  }

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

  /// One of them, or none.
  private mutating func any<T>(_ values: [T]) -> T? { chance(0.3) ? nil : values.randomElement(using: &random) }

  private mutating func receipt(_ label: String, unit: String, _ powers: ClosedRange<Double>) -> Receipt {
    let value = random.magnitude(powers)
    guard chance(0.5) else { return stated(label, value, unit: unit) }
    var receipt = stated(label, value, unit: unit)
    receipt.deviations = ["test:\(value)": Deviation(atLow: -0.3 * value, atHigh: 0.5 * value)]
    return receipt
  }

  private func stated(_ label: String, _ value: Double, unit: String = Ratio.baseUnit) -> Receipt {
    Receipt(
      label: label, value: value, low: value, high: value, unit: unit, origin: .declared, method: "declared-value@1",
      note: "made up by a test")
  }
}

/// The product of all steps and what is left.
func whole(_ waterfall: Waterfall) -> Double {
  waterfall.steps.reduce(waterfall.remainder.value.value) { $0 * $1.ratio.value.value }
}

/// Whether two numbers agree to a part of them.
func agrees(_ a: Double, _ b: Double, to tolerance: Double = 1e-9) -> Bool {
  abs(a - b) <= tolerance * max(abs(a), abs(b))
}
