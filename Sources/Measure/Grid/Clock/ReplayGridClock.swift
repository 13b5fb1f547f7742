public import Quantities

/// Grid time in a replay: it began at `start` and runs `speed` times as fast as the monotonic clock.
public struct ReplayGridClock: GridClock {
  /// The highest speed: above it an hour passes within 4 ms and nothing could be measured.
  static let fastest = 1e6

  /// Grid time when the clock was made.
  public let start: Timestamp
  /// Seconds of grid time a second of real time: 1440 is a day a minute.
  public let speed: Double
  private let began: MonotonicInstant
  private let monotonic: MonotonicSource

  /// A clock that starts now.
  ///
  /// - Throws: ``GridClockError/speed(_:)`` unless the speed is above 0 and at most a million.
  public init(start: Timestamp, speed: Double, monotonic: MonotonicSource = .system) throws(GridClockError) {
    guard speed > 0, speed <= ReplayGridClock.fastest else { throw .speed(speed) }
    self.start = start
    self.speed = speed
    self.monotonic = monotonic
    self.began = monotonic.now()
  }

  /// `start` + speed x (monotonic now - monotonic start), whole milliseconds rounded down so that no moment is
  /// reached early.
  public var now: Timestamp {
    let elapsed = (monotonic.now() - began).seconds
    return Timestamp(milliseconds: start.milliseconds + Int64((elapsed * speed * 1000).rounded(.down)))
  }

  public func wait(until moment: Timestamp) async throws {
    try Task.checkCancellation()
    var remaining = moment - now
    while remaining > .zero {
      try await monotonic.sleep(remaining / speed)
      try Task.checkCancellation()
      remaining = moment - now
    }
  }

  /// How much real time an interval of grid time takes.
  public func realTime(of span: Span) -> Span { span / speed }
}
