/// Exact splits of a whole number of microjoules.
public enum Split {
  /// Splits `total` in proportion to `weights` by largest remainder (ties go to the earlier part), so that the parts
  /// sum to `total` exactly.
  ///
  /// - Returns: one part for each weight, or `nil` when the weights give no proportion: none is above zero, or one is
  ///   negative or not finite. The caller then says what the energy is; it is never dropped.
  public static func largestRemainder(_ total: Microjoules, weights: [Double]) -> [Microjoules]? {
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
    guard let largest = weights.max(), largest > 0 else { return nil }
    // Relative to the largest, so that the sum of huge weights stays finite.
    let relative = weights.map { $0 / largest }
    let sum = relative.reduce(0, +)
    let magnitude = total.count.magnitude
    let shares = relative.map { Double(magnitude) * ($0 / sum) }
    var parts = shares.map { UInt64($0.rounded(.down)) }
    var assigned = parts.reduce(0, +)
    // Rounding of very large totals can assign a little too much: take it back from the largest part.
    while assigned > magnitude, let largest = parts.indices.max(by: { parts[$0] < parts[$1] }) {
      let excess = Swift.min(assigned - magnitude, parts[largest])
      parts[largest] -= excess
      assigned -= excess
    }
    let order = shares.indices.sorted { left, right in
      let l = shares[left] - shares[left].rounded(.down)
      let r = shares[right] - shares[right].rounded(.down)
      return l == r ? left < right : l > r
    }
    let receivers = order.filter { weights[$0] > 0 }
    var index = 0
    var left = magnitude - assigned
    if left > UInt64(receivers.count) {
      // Only beyond 2^53 microjoules, where shares are no longer whole: spread evenly first.
      let each = left / UInt64(receivers.count)
      for receiver in receivers { parts[receiver] += each }
      left -= each * UInt64(receivers.count)
    }
    while left > 0 {
      parts[receivers[index % receivers.count]] += 1
      index += 1
      left -= 1
    }
    // The magnitude of the most negative count is one more than the largest positive one, hence the wrapping negation.
    return parts.map { Microjoules(Int64(truncatingIfNeeded: total.count < 0 ? 0 &- $0 : $0)) }
  }
}
