public import Quantities

/// The promise of an alias that the deal itself keeps: over a budget period, the mean quality of what was served.
///
/// Shares are means over many requests. Over a few, what is dealt can differ from them by a request of each variant, and
/// answers fail or are given up. So the deal keeps an account of quality, and gives a request a better variant than its
/// turn when the account would otherwise owe more than is allowed.
public struct QualityFloor: Sendable, Hashable {
  /// Least mean quality over the period, in points.
  public var floor: Double
  /// The quality in points of each variant in the alias's order that counts for the floor: its lower bound; nil for one
  /// that does not count.
  public var qualities: [Double?]
  /// Grid time at which the period began; a later one opens a new account.
  public var period: Timestamp
  /// The wall time at which the period ends: a request that comes afterwards counts for the next one, in which nothing is
  /// owed until it was decided for. Nil when nobody knows.
  public var ends: Timestamp?
  /// Point-requests that may be owed now, because those that are counted on can make up for them; 0 for none.
  public var debtLimit: Double
  /// Where the account stands that is not known here, in point-requests above the floor, negative when some are owed: at
  /// first what was served before, and in a new period what earlier ones owe.
  public var opening: Double
  /// Variants (places in the alias) that may stand in although they have no share, to keep the floor cheaply.
  public var standIns: [Int]

  /// A promise.
  public init(
    floor: Double, qualities: [Double?], period: Timestamp, ends: Timestamp? = nil, debtLimit: Double = 0,
    opening: Double = 0, standIns: [Int] = []
  ) {
    self.floor = floor
    self.qualities = qualities
    self.period = period
    self.ends = ends
    self.debtLimit = max(0, debtLimit)
    self.opening = opening
    self.standIns = standIns
  }

  /// Whether it can be kept for so many variants.
  func isSound(for count: Int) -> Bool {
    qualities.count == count && floor.isFinite && debtLimit.isFinite && opening.isFinite
      && qualities.allSatisfy { $0?.isFinite ?? true } && standIns.allSatisfy { qualities.indices.contains($0) }
  }
}
