/// One energy counter that wraps, differenced.
public struct RAPLCounter: Hashable, Sendable {
  /// What the last value was, microjoules; `nil` before the first.
  public private(set) var baseline: UInt64?
  /// The value at which the counter begins anew, microjoules; 0 when it is not known.
  public let range: UInt64
  /// Readings that could not be used because the counter stepped back and where it wraps is not known.
  public private(set) var dropped = 0

  /// A counter with this range.
  public init(range: UInt64, baseline: UInt64? = nil) {
    self.range = range
    self.baseline = baseline
  }

  /// Microjoules since the last value, or `nil` for the first value and for a step that cannot be told.
  ///
  /// A step back is one wrap: `range - before + now`. The counter must be read before it can wrap twice.
  public mutating func advance(to now: UInt64) -> UInt64? {
    defer { baseline = now }
    guard let before = baseline else { return nil }
    if now >= before { return now - before }
    guard range > 0, before <= range else {
      dropped += 1
      return nil
    }
    return range - before + now
  }

  /// The counter's unit and range from the exponent of the unit register: `floor(10^9 / 2^e)` nanojoules a step, 2^32
  /// steps (Linux, intel_rapl_common.c).
  public static func unit(exponent: Int) -> (nanojoules: UInt64, range: UInt64) {
    let unit = 1_000_000_000 / (UInt64(1) << UInt64(min(max(exponent, 0), 63)))
    return (unit, range(ofUnit: unit))
  }

  /// The range in microjoules of a 32-bit counter with this unit in nanojoules.
  public static func range(ofUnit nanojoules: UInt64) -> UInt64 { UInt64(UInt32.max) * nanojoules / 1000 }

  /// Whether two counters show one thing twice, as the dies of some AMD processors do: their values and their growth
  /// agree within a millionth or one joule. A counter that stands at zero says nothing.
  public static func areMirrors(
    _ first: UInt64, _ second: UInt64, growth firstGrowth: UInt64, _ secondGrowth: UInt64
  ) -> Bool {
    guard first > 0, second > 0, firstGrowth > 0, secondGrowth > 0 else { return false }
    return agree(first, second) && agree(firstGrowth, secondGrowth)
  }

  static func agree(_ first: UInt64, _ second: UInt64) -> Bool {
    let apart = first > second ? first - second : second - first
    return apart <= max(max(first, second) / 1_000_000, 1_000_000)
  }
}
