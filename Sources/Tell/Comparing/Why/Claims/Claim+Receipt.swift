public import Methods
import Quantities

extension Claim {
  /// A figure of the record as a claim, with what its receipt tells: PUE, grid intensity, the part of making.
  ///
  /// `nil` for a figure that is neither energy, carbon nor water, or not known.
  public init?(_ id: String, receipt: Receipt) {
    guard receipt.value != nil, let quantity = ClaimQuantity.allCases.first(where: { $0.unit == receipt.unit }) else {
      return nil
    }
    self.init(id, label: receipt.label, amounts: [quantity: receipt])
    let tree = receipt.flattened
    func made(by method: MethodID) -> Receipt? { tree.first { $0.method == method && !$0.inputs.isEmpty } }
    let overhead = made(by: "pue@1")
    if let pue = overhead?.inputs.last { factors[.pue] = pue }
    let isAtFacility = overhead != nil || tree.contains { $0.note?.hasPrefix("Metered at the facility") == true }
    switch quantity {
    case .energy: energyBoundary = isAtFacility ? .facility : .node
    case .carbon: read(carbon: receipt, in: tree, isAtFacility: isAtFacility)
    case .water:
      waterScope =
        receipt.method?.name == "water" ? .withPlants : receipt.method?.name == "water-on-site" ? .onSite : nil
    }
    if quantity != .energy, let energy = overhead?.inputs.first ?? tree.first(where: { $0.unit == Energy.baseUnit }) {
      amounts[.energy] = energy
      energyBoundary = overhead == nil && isAtFacility ? .facility : .node
    }
    note = receipt.note
  }

  private mutating func read(carbon receipt: Receipt, in tree: [Receipt], isAtFacility: Bool) {
    carbonBoundary = isAtFacility ? .facility : .node
    basis = .location
    let intensities = tree.filter { $0.unit == CarbonIntensity.baseUnit && $0.inputs.isEmpty && $0.value != nil }
    // A series has many; its effective mean is what carbon over energy amounts to.
    if Set(intensities.map(\.value)).count == 1 { factors[.intensity] = intensities.first }
    guard receipt.method?.name == "run-carbon", receipt.inputs.count == 2, let whole = receipt.value, whole > 0,
      let made = receipt.inputs[1].value
    else {
      carbonScope = .operational
      return
    }
    carbonScope = .withEmbodied
    var share = receipt.inputs[1]
    (share.value, share.low, share.high, share.unit) = (made / whole, made / whole, made / whole, "")
    share.deviations = [:]
    embodiedShare = share
  }
}
