public import Quantities

/// Moments one period apart on a grid that never moves: the n-th is exactly n periods after the start, however late
/// anybody woke up before it. Pure: it neither waits nor knows a clock.
///
/// A moment that was missed is left out and counted, never made up for: several looks at once would say no more than one.
public struct PeriodSchedule: Hashable, Sendable {
  /// The grid's beginning.
  public let start: MonotonicInstant
  /// Nanoseconds from one moment to the next, at least 1.
  public let period: UInt64
  /// How many periods after the start the next moment is.
  public private(set) var number: UInt64 = 1
  /// Moments that were left out so far.
  public private(set) var missed: UInt64 = 0
  /// The most that anybody came late to a moment that was not left out, nanoseconds.
  public private(set) var worstLateness: UInt64 = 0

  /// A grid whose first moment is one period after `start`.
  ///
  /// - Parameter period: nanoseconds; 0 is taken as 1.
  public init(start: MonotonicInstant, period: UInt64) {
    self.start = start
    self.period = max(period, 1)
  }

  /// The next moment.
  public var due: MonotonicInstant { MonotonicInstant(nanoseconds: start.nanoseconds + number * period) }

  /// The moment that is due was made use of at `now`; nothing happens before it.
  ///
  /// The next is the first that is at least a quarter of a period away: who comes so late that it would follow at once
  /// has missed it, for a look that soon after another reads hardly a step of any counter.
  public mutating func advance(after now: MonotonicInstant) {
    guard now >= due else { return }
    worstLateness = max(worstLateness, now.nanoseconds - due.nanoseconds)
    let passed = now.nanoseconds - start.nanoseconds + period / 4
    let next = max((passed + period - 1) / period, number + 1)
    missed += next - number - 1
    number = next
  }
}
