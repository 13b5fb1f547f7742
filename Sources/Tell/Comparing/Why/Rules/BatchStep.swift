import Methods
import Quantities

extension WaterfallStep {
  /// What batches bound that both state, without a formula: twice as many requests at once cost each of them at least
  /// half, and no more than before.
  static func batch(from: Double, to: Double) -> WaterfallStep? {
    guard from != to else { return nil }
    let ends = min(1, from / to)...max(1, from / to)
    let range = PublishedRange(
      name:
        "range:batch:"
        + [min(from, to), max(from, to)].map { Decimals.significant($0, digits: 6) }.joined(separator: "-"),
      label: "requests at once", ends: ends,
      sources: [
        Source(
          "Sharing a machine divides its energy at best by the number that share it, and at worst saves nothing")
      ])
    return .within(
      range, .batch, from: Decimals.significant(from, digits: 3), to: Decimals.significant(to, digits: 3),
      reason: "sharing saves at best in proportion, at worst nothing")
  }
}
