#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One uncertain thing that makes an interval wide, and how much of the width is its.
public struct Driver: Hashable, Sendable, Codable {
  /// The uncertain thing.
  public let source: UncertaintySource
  /// How far the value moves when it goes to its ends.
  public let deviation: Deviation
  /// Its part of the interval's width, by squares, 0 to 1; the parts of all drivers add up to 1.
  public let share: Double

  /// A driver.
  public init(source: UncertaintySource, deviation: Deviation, share: Double) {
    self.source = source
    self.deviation = deviation
    self.share = share
  }

  /// All uncertain things behind a value, the widest first.
  ///
  /// Widths are taken as intervals take them: on the logarithm where every end is positive, else on the value itself.
  public static func ranked(
    of value: Double, _ deviations: [UncertaintySource: Deviation]
  ) -> [Driver] {
    let ends = deviations.mapValues { (low: value + min($0.atLow, $0.atHigh), high: value + max($0.atLow, $0.atHigh)) }
    let isPositive = value > 0 && ends.values.allSatisfy { $0.low > 0 }
    let widths = ends.mapValues { isPositive ? log($0.high / $0.low) : $0.high - $0.low }
    let all = widths.values.map { $0 * $0 }.sorted().reduce(0, +)
    guard all > 0 else { return [] }
    return deviations.map { name, deviation in
      let width = widths[name] ?? 0
      return Driver(source: name, deviation: deviation, share: width * width / all)
    }.sorted { ($1.share, $0.source) < ($0.share, $1.source) }
  }
}

extension Estimate {
  /// What the interval's width comes from, the most first; at most `limit` of them.
  public func drivers(limit: Int = 3) -> [Driver] {
    Array(Driver.ranked(of: value.baseValue, deviations).prefix(limit))
  }
}
