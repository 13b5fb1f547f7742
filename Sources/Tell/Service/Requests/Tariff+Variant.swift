import Gateway
import Ledger
import Methods
import Quantities

extension Tariff {
  /// A calibration as the gateway charges by it.
  init(_ variant: VariantRecord) {
    self.init(
      perRequest: JouleRange(
        value: variant.joulesPerRequest, low: variant.joulesPerRequestLow, high: variant.joulesPerRequestHigh),
      perUnit: JouleRange(value: variant.joulesPerUnit, low: variant.joulesPerUnitLow, high: variant.joulesPerUnitHigh),
      perInputToken: variant.perInputToken.map(JouleRange.init),
      perOutputToken: variant.perOutputToken.map(JouleRange.init),
      origin: variant.receipt.origin, method: RequestEnergy.id.description)
  }
}

extension JouleRange {
  fileprivate init(_ each: EnergyCoefficient) { self.init(value: each.joules, low: each.low, high: each.high) }
}
