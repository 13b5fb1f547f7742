public import Quantities

/// Sharing out one component's energy over one stretch of time.
public enum Attribution {
  /// What idle energy is done with.
  public enum IdlePolicy: String, Hashable, Sendable, CaseIterable {
    /// It is a line of its own.
    case none
    /// It is shared like the rest.
    case proportional
  }

  /// Shares `energy` over consumers by their activity, to the microjoule (largest remainder).
  ///
  /// - Parameters:
  ///   - energy: what flowed.
  ///   - idle: what of it flows anyway; never more than `energy` is used.
  ///   - activity: CPU seconds, bytes or percent of each consumer, in one unit.
  /// - Returns: the consumers' shares in order, what stays idle, and what nobody was active for.
  public static func share(
    _ energy: Microjoules, idle: Microjoules, activity: [Double], policy: IdlePolicy = .none
  ) -> (shares: [Microjoules], idle: Microjoules, unattributed: Microjoules) {
    let idle = min(max(idle, .zero), max(energy, .zero))
    let shared = policy == .none ? energy - idle : energy
    let left = policy == .none ? idle : .zero
    guard let shares = Split.largestRemainder(shared, weights: activity) else {
      // Nobody was active: it flowed, and for whom is not known.
      return (activity.map { _ in .zero }, left, shared)
    }
    return (shares, left, .zero)
  }

  /// The active part of `energy` when only the use of the machine is known: energy x usage (Kepler's convention).
  public static func active(_ energy: Microjoules, usage: Double) -> Microjoules {
    let usage = usage.isNaN ? 0 : min(max(usage, 0), 1)
    return Microjoules(Int64((Double(energy.count) * usage).rounded()))
  }
}
