import Methods
import Quantities
import Testing

/// The law of receipts: every leaf has a source, or says who stated or assumed it and why.
func expectExplained(_ receipt: Receipt, _ what: String) {
  for leaf in receipt.flattened where leaf.inputs.isEmpty {
    let isSaid = (leaf.origin == .declared || leaf.origin == .assumed) && !(leaf.note ?? "").isEmpty
    #expect(leaf.source != nil || isSaid, "\(what): '\(leaf.label)' has neither a source nor a note")
  }
  for part in receipt.flattened where part.value != nil {
    #expect(part.method != nil, "\(what): '\(part.label)' names no method")
    if let low = part.low, let high = part.high, let value = part.value {
      #expect(low <= value && value <= high, "\(what)")
    }
  }
}

/// A stated value, as a test states it.
func stated<Q: Quantity>(_ label: String, _ value: Q, _ low: Q? = nil, _ high: Q? = nil) -> Figure<Q> {
  Figure(
    label,
    Estimate(
      value, low: low ?? value, high: high ?? value, origin: .declared, method: "declared-value@1",
      source: "test:\(label)"), note: "A test's.")
}
