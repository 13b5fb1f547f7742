import Accounting
import Estimation
import Factors
import Methods
import MethodsConformance
import Quantities
import Testing

/// The law of receipts with the methods of the rooms that an estimate comes through.
let estimationLaw = ReceiptLaw(MethodRegistry(EstimationMethods.all + AccountingMethods.all + FactorsMethods.all))

/// Fails where a receipt breaks the law of receipts.
func expectExplained(_ receipt: Receipt, _ what: String) {
  #expect(estimationLaw.breaches(of: receipt) == [], "\(what)")
}

/// A stated value, as a test states it.
func stated<Q: Quantity>(_ label: String, _ value: Q, _ low: Q? = nil, _ high: Q? = nil) -> Figure<Q> {
  Figure(
    label,
    Estimate(
      value, low: low ?? value, high: high ?? value, origin: .declared, method: "declared-value@1",
      source: "test:\(label)"), note: "Stated by a test.")
}
