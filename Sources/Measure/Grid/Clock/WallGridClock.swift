public import Quantities

/// Grid time as the wall clock shows it: the live clock.
public struct WallGridClock: GridClock {
  /// The longest single sleep. The wall clock can be set while we wait, so it is looked at again this often.
  static let lookAgain = Span.seconds(30)

  private let read: @Sendable () -> Timestamp
  private let sleep: @Sendable (Span) async throws -> Void

  /// The machine's wall clock.
  public init() { self.init(read: { SystemTime.wall }, sleep: MonotonicSource.system.sleep) }

  /// A wall clock that is read and slept on as told.
  init(read: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Span) async throws -> Void) {
    self.read = read
    self.sleep = sleep
  }

  public var now: Timestamp { read() }

  public func wait(until moment: Timestamp) async throws {
    try Task.checkCancellation()
    var remaining = moment - now
    while remaining > .zero {
      try await sleep(min(remaining, WallGridClock.lookAgain))
      try Task.checkCancellation()
      remaining = moment - now
    }
  }
}
