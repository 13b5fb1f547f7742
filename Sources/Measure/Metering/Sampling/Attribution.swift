public import Quantities

/// Sharing out one component's energy over one stretch of time.
public enum Attribution {
  /// What idle energy is done with.
  public enum IdlePolicy: String, Hashable, Sendable, CaseIterable {
    /// It is a line of its own.
    case none
    /// It is shared like the rest.
    case proportional
    /// Each has the idle energy of what it reserved, used or not; that of what nobody reserved is a line of its own.
    case reserved
  }

  /// What consumers reserved of a component: processors, GPUs or bytes, in one unit.
  public struct Reservation: Hashable, Sendable {
    /// What each reserved, in the order of their activity; 0 for one that reserved nothing.
    public let parts: [Double]
    /// What there is to reserve.
    public let whole: Double

    /// A reservation.
    public init(parts: [Double], whole: Double) {
      self.parts = parts
      self.whole = whole
    }

    /// What nobody reserved; nothing when more was promised than there is.
    var free: Double { max(whole - parts.reduce(0, +), 0) }
  }

  /// Shares `energy` over consumers by their activity, to the microjoule (largest remainder).
  ///
  /// - Parameters:
  ///   - energy: what flowed.
  ///   - idle: what of it flows anyway; never more than `energy` is used.
  ///   - activity: CPU seconds, bytes or percent of each consumer, in one unit.
  ///   - policy: what idle energy is done with.
  ///   - reservation: what the policy `reserved` goes by; without one, nobody reserved anything.
  /// - Returns: the consumers' shares in order, what stays idle, and what nobody was active for.
  public static func share(
    _ energy: Microjoules, idle: Microjoules, activity: [Double], policy: IdlePolicy = .none,
    reservation: Reservation? = nil
  ) -> (shares: [Microjoules], idle: Microjoules, unattributed: Microjoules) {
    let idle = min(max(idle, .zero), max(energy, .zero))
    let shared = policy == .proportional ? energy : energy - idle
    var left = energy - shared
    let active = Split.largestRemainder(shared, weights: activity)
    var shares = active ?? activity.map { _ in .zero }
    if policy == .reserved, let reservation, reservation.parts.count == activity.count,
      let parts = Split.largestRemainder(left, weights: reservation.parts + [reservation.free])
    {
      for index in shares.indices { shares[index] = shares[index] + parts[index] }
      left = parts[parts.count - 1]
    }
    // Where nobody was active it flowed all the same, and for whom is not known.
    return (shares, left, active == nil ? shared : .zero)
  }

  /// The active part of `energy` when only the use of the machine is known: energy x usage (Kepler's convention).
  public static func active(_ energy: Microjoules, usage: Double) -> Microjoules {
    let usage = usage.isNaN ? 0 : min(max(usage, 0), 1)
    return Microjoules(Int64((Double(energy.count) * usage).rounded()))
  }
}
