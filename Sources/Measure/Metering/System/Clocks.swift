public import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The machine's clocks.
public enum Clocks {
  /// Now on the monotonic clock, which energy is integrated over. It stands still while the machine sleeps.
  public static var monotonic: MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds(CLOCK_MONOTONIC)) }

  /// Now on the wall clock.
  public static var wall: Timestamp { Timestamp(milliseconds: Int64(nanoseconds(CLOCK_REALTIME) / 1_000_000)) }

  /// Nanoseconds since the machine started, sleep included: the clock that process start times are given in.
  static var sinceBoot: UInt64 { nanoseconds(CLOCK_BOOTTIME) }

  /// Nanoseconds in one tick of the kernel's process times; 10 ms on all mainstream builds.
  public static let nanosecondsPerTick: UInt64 = {
    let ticks = sysconf(Int32(_SC_CLK_TCK))
    return ticks > 0 ? 1_000_000_000 / UInt64(ticks) : 10_000_000
  }()

  /// Sleeps until `moment` on the monotonic clock: how long anything before it took does not matter.
  public static func sleep(until moment: MonotonicInstant) {
    var time = timespec(
      tv_sec: Int(moment.nanoseconds / 1_000_000_000), tv_nsec: Int(moment.nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// The clocks that a meter goes by: the machine's, or a recording's.
public struct MeterClock: Sendable {
  /// What energy is integrated over.
  public var monotonic: @Sendable () -> MonotonicInstant
  /// What people read.
  public var wall: @Sendable () -> Timestamp
  /// Nanoseconds since the machine started, its sleep included.
  public var sinceBoot: @Sendable () -> UInt64

  /// Clocks of one's own.
  public init(
    monotonic: @escaping @Sendable () -> MonotonicInstant, wall: @escaping @Sendable () -> Timestamp,
    sinceBoot: @escaping @Sendable () -> UInt64
  ) {
    self.monotonic = monotonic
    self.wall = wall
    self.sinceBoot = sinceBoot
  }

  /// This machine's.
  public static let machine = MeterClock(
    monotonic: { Clocks.monotonic }, wall: { Clocks.wall }, sinceBoot: { Clocks.sinceBoot })
}
