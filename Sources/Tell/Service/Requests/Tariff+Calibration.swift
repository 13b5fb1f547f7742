import Gateway
import Ledger
import Methods
import Quantities

extension Tariff {
  /// A calibration as a tariff. A part of exactly 0 beside others says that nothing is charged by it.
  init(_ record: VariantRecord) {
    let range = { (value: Double, low: Double, high: Double) -> JouleRange? in
      high > 0 ? JouleRange(value: value, low: max(0, low), high: high) : nil
    }
    let each = { (part: EnergyCoefficient?) in
      part.map { JouleRange(value: $0.joules, low: max(0, $0.low), high: $0.high) }
    }
    let perUnit = range(record.joulesPerUnit, record.joulesPerUnitLow, record.joulesPerUnitHigh)
    let perRequest = range(record.joulesPerRequest, record.joulesPerRequestLow, record.joulesPerRequestHigh)
    let (input, output) = (each(record.perInputToken), each(record.perOutputToken))
    let hasPart = perUnit != nil || perRequest != nil || input != nil || output != nil
    self.init(
      perRequest: hasPart ? perRequest : JouleRange(exactly: 0), perUnit: perUnit, perInputToken: input,
      perOutputToken: output, origin: record.receipt.origin,
      method: RequestEnergy.id.description)
  }
}
