public import Quantities
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes identifiers that are unique everywhere and rise strictly within this source.
///
/// Within one millisecond, and when the clock steps back, an identifier is its predecessor plus one; else it has 80 new
/// random bits. Making one costs a clock reading and a short lock, so a gateway can make one a request.
public final class IdentifierSource: Sendable {
  private struct State {
    var last: ULID?
    var random: any RandomNumberGenerator & Sendable
  }

  private let clock: @Sendable () -> Timestamp
  private let state: Mutex<State>

  /// A source on that clock and randomness.
  ///
  /// - Parameters:
  ///   - clock: the wall clock; called once for each identifier.
  ///   - random: asked for two numbers each time the millisecond is a new one.
  public init(
    clock: @escaping @Sendable () -> Timestamp = IdentifierSource.wallClock,
    random: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.clock = clock
    state = Mutex(State(last: nil, random: random))
  }

  /// The system's wall clock, to the millisecond.
  public static let wallClock: @Sendable () -> Timestamp = {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
  }

  /// The next ULID, greater than every one before it.
  public func next() -> ULID {
    let now = clock()
    return state.withLock { state in
      let next: ULID
      if let last = state.last, last.moment >= now {
        next = last.successor
      } else {
        let random = UInt128(state.random.next()) << 64 | UInt128(state.random.next())
        next = ULID(now, random: random)
      }
      state.last = next
      return next
    }
  }

  /// The next id of an activity of that kind.
  public func next(_ kind: ActivityKind) -> ActivityID { ActivityID(kind, next()) }

  /// The next id of a decision, a signal or a variant.
  public func next<ID: SingleKindIdentifier>(_: ID.Type = ID.self) -> ID { ID(next()) }
}
