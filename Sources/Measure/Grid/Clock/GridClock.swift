public import Quantities

/// The time of the grid: which hour's intensity counts, when the next interval begins.
///
/// Joules are integrated on the monotonic clock, never on this one; a replay can run this one faster.
public protocol GridClock: Sendable {
  /// Grid time now.
  var now: Timestamp { get }

  /// Returns when grid time has reached `moment`; at once when it is past.
  ///
  /// - Throws: `CancellationError` when the waiting task is cancelled.
  func wait(until moment: Timestamp) async throws

  /// How much real time an interval of grid time takes: the interval itself, except in a replay.
  ///
  /// What waits on something real, such as a server, waits that long.
  func realTime(of span: Span) -> Span
}

extension GridClock {
  public func realTime(of span: Span) -> Span { span }
}

/// Why a clock could not be made.
public enum GridClockError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A speed at which time stands still, runs backwards or is meaningless.
  case speed(Double)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .speed(let speed):
      "a replay cannot run at speed \(speed); give a number above 0 and at most "
        + "\(Decimals.fixed(ReplayGridClock.fastest, places: 0)), such as 1440 for a day a minute"
    }
  }
}
