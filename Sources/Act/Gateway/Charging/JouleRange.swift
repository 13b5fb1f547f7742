/// Joules with their 95 % interval; low is at most value, high at least.
public struct JouleRange: Sendable, Hashable {
  /// The best figure, in joules.
  public var value: Double
  /// The interval's lower end, in joules.
  public var low: Double
  /// The interval's upper end, in joules.
  public var high: Double

  /// Joules between two ends; the ends are moved to the value where they lie on its wrong side.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = min(low, value)
    self.high = max(high, value)
  }

  /// Joules known exactly.
  public init(exactly value: Double) { self.init(value: value, low: value, high: value) }

  /// No joules at all: for sums to begin with, never for "not known".
  static let none = JouleRange(exactly: 0)

  /// The sum. What adds up here comes from one calibration and errs together, so the ends add up, too.
  static func + (left: JouleRange, right: JouleRange) -> JouleRange {
    JouleRange(value: left.value + right.value, low: left.low + right.low, high: left.high + right.high)
  }

  /// The range so many times; `count` is not negative.
  static func * (range: JouleRange, count: Double) -> JouleRange {
    JouleRange(value: range.value * count, low: range.low * count, high: range.high * count)
  }

  /// Whether every end is a number and nothing is below 0.
  var isSound: Bool { low >= 0 && high.isFinite && value.isFinite }
}

/// Grams of CO2e with their 95 % interval (of a rate: grams a second).
public struct GramRange: Sendable, Hashable {
  /// The best figure, in grams.
  public var value: Double
  /// The interval's lower end, in grams.
  public var low: Double
  /// The interval's upper end, in grams.
  public var high: Double

  /// Grams between two ends; the ends are moved to the value where they lie on its wrong side.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = min(low, value)
    self.high = max(high, value)
  }

  /// The range so many times; `count` is not negative.
  static func * (range: GramRange, count: Double) -> GramRange {
    GramRange(value: range.value * count, low: range.low * count, high: range.high * count)
  }
}
