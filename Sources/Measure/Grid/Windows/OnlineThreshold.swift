public import Quantities

/// Running when it is cheap, without a forecast: run while the value is below a threshold, and always when there is no
/// slack left (signals-and-scheduling, 10.6).
///
/// A pure state machine: it is told each interval's value as the interval begins and says whether to run in it.
public struct OnlineThreshold: Hashable, Sendable {
  /// Values below it are worth running at, in the series' unit.
  public let threshold: Double
  /// When the job must be done.
  public let deadline: Timestamp
  /// How much is left to run.
  public private(set) var remaining: Span

  /// A job of `duration` that must be done at `deadline`.
  public init(threshold: Double, duration: Span, deadline: Timestamp) {
    self.threshold = threshold
    self.deadline = deadline
    remaining = duration
  }

  /// When to run in an interval that begins now: from its start, for as long as work is left; nothing to pause.
  ///
  /// An interval whose value is not known is used only when there is no slack left.
  public mutating func run(in interval: Range<Timestamp>, value: Double?) -> Range<Timestamp>? {
    guard remaining > .zero, !interval.isEmpty else { return nil }
    let slackAfter = deadline - interval.upperBound
    let isCheap = value.map { $0 < threshold } ?? false
    guard isCheap || slackAfter < remaining else { return nil }
    let used = min(interval.span, remaining)
    remaining = remaining - used
    return interval.lowerBound..<(interval.lowerBound + used)
  }

  /// The value below which a share of `values` lies, 0 to 1, with linear interpolation between them; nothing for none.
  public static func quantile(_ share: Double, of values: some Sequence<Double>) -> Double? {
    let sorted = values.sorted()
    guard let last = sorted.last, share >= 0, share <= 1 else { return nil }
    let position = share * Double(sorted.count - 1)
    let index = Int(position)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
