public import Quantities

/// Work that was not done because its caller had left: what the cancelled requests would have used, less what they did.
///
/// Method `orphans-spared@1`: each cancelled request is taken to have been on its way to the mean energy of those that were
/// not cancelled, on the same variant. What was cancelled is rarely the mean request, so this is an estimate; it is never
/// below zero.
public enum OrphanedWork {
  /// The energy spared; `nil` when no other request shows what one uses.
  ///
  /// - Parameters:
  ///   - cancelled: how many requests were cancelled, of those whose energy is known.
  ///   - spent: what they had used by then.
  ///   - others: how many were not cancelled, of those whose energy is known.
  ///   - othersEnergy: what those used.
  public static func spared(cancelled: Double, spent: Energy, others: Double, othersEnergy: Energy) -> Energy? {
    guard cancelled > 0 else { return .zero }
    guard others > 0 else { return nil }
    return max(.zero, othersEnergy * (cancelled / others) - spent)
  }
}
