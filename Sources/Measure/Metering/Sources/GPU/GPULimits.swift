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
