import Gateway
import Ledger
import Methods
import Quantities

extension Tariff {
  /// A calibration made from metered requests, as the gateway charges by it.
  init(calibration variant: VariantRecord) {
    self.init(
      perRequest: JouleRange(
        value: variant.joulesPerRequest, low: variant.joulesPerRequestLow, high: variant.joulesPerRequestHigh),
      perUnit: JouleRange(value: variant.joulesPerUnit, low: variant.joulesPerUnitLow, high: variant.joulesPerUnitHigh),
      perInputToken: variant.perInputToken.map(JouleRange.init(each:)),
      perOutputToken: variant.perOutputToken.map(JouleRange.init(each:)), origin: variant.receipt.origin,
      method: RequestEnergy.id.description)
  }
}

extension JouleRange {
  fileprivate init(each: EnergyCoefficient) { self.init(value: each.joules, low: each.low, high: each.high) }
}
