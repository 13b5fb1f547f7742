public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The monotonic clock and the way to sleep on it, handed in so that tests need neither.
public struct MonotonicSource: Sendable {
  /// The monotonic clock's reading.
  public let now: @Sendable () -> MonotonicInstant
  /// Sleeps for about a span of real time; may wake early, must throw when the task is cancelled.
  public let sleep: @Sendable (Span) async throws -> Void

  /// A source from its two halves.
  public init(
    now: @escaping @Sendable () -> MonotonicInstant, sleep: @escaping @Sendable (Span) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's `CLOCK_MONOTONIC`.
  public static let system = MonotonicSource {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicInstant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  } sleep: { span in
    // The suspending clock is CLOCK_MONOTONIC on Linux. Whole microseconds upwards, so that no wait spins; an hour at
    // most, so that no wait overflows: whoever waits longer looks again.
    let microseconds = min(max((span.seconds * 1e6).rounded(.up), 1), 3.6e9)
    try await Task.sleep(for: .microseconds(Int64(microseconds)), clock: .suspending)
  }
}

/// The machine's clocks.
enum SystemTime {
  /// Wall time, from `CLOCK_REALTIME`.
  static var wall: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
