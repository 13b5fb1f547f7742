public import Quantities

/// Limits of a GPU's power; each `nil` when the driver does not say.
public struct GPULimits: Hashable, Sendable {
  /// What the board comes with: the best word on its thermal design power.
  public var standard: Power?
  /// The least of all limits in force now.
  public var enforced: Power?
  /// What a limit may be set to.
  public var range: ClosedRange<Power>?

  /// Limits.
  public init(standard: Power? = nil, enforced: Power? = nil, range: ClosedRange<Power>? = nil) {
    self.standard = standard
    self.enforced = enforced
    self.range = range
  }

  /// A limit that the board accepts, nearest to the one asked for, and what to tell when it is another.
  ///
  /// - Throws: when the board does not say what it accepts: nothing is set blindly.
  public func fitting(_ asked: Power) throws(MeteringError) -> (limit: Power, note: String?) {
    guard let range else { throw MeteringError("the GPU does not say which power limits it accepts: none is set") }
    guard asked.watts.isFinite else { throw MeteringError("a power limit must be a number of watts") }
    let limit = min(max(asked, range.lowerBound), range.upperBound)
    if limit == asked { return (limit, nil) }
    let words = [asked, limit, range.lowerBound, range.upperBound].map { Decimals.significant($0.watts, digits: 6) }
    return (limit, "\(words[0]) W was asked for; the GPU accepts \(words[2]) to \(words[3]) W, so it is \(words[1]) W")
  }

  /// Whether no board of this kind can draw so much: over three times its own limit, or over 2000 W. Such a reading is
  /// an error of the driver.
  func isAbsurd(_ power: Power) -> Bool {
    guard power.watts >= 0, power.watts <= 2000 else { return true }
    if let standard, standard.watts > 0 { return power.watts > 3 * standard.watts }
    return false
  }
}

/// Power of a GPU from how much of the time it works, where neither its energy nor its power can be read.
///
/// Weak: the driver's utilisation says that some kernel ran, not how hard.
public enum GPULoadModel {
  /// Idle power as a part of the thermal design power: Cloud Carbon Footprint's minimum at no load, which it took from
  /// processors and which nobody measured on GPUs.
  static let idleShare = 0.12

  /// Power at no load.
  public static func idle(thermalDesignPower: Power) -> Power { .watts(idleShare * thermalDesignPower.watts) }

  /// P = idle + (TDP - idle) x utilisation, the utilisation held within 0 and 1.
  public static func power(thermalDesignPower: Power, utilisation: Double) -> Power {
    let idle = idle(thermalDesignPower: thermalDesignPower).watts
    let share = utilisation.isNaN ? 0 : min(max(utilisation, 0), 1)
    return .watts(idle + (thermalDesignPower.watts - idle) * share)
  }
}
