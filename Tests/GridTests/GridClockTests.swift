import Quantities
import Synchronization
import Testing

@testable import Grid

@Suite("A grid clock") struct GridClockTests {
  let start = at("2021-03-20")

  /// A monotonic clock that moves only when slept on; each sleep can fall short by a share.
  final class FakeMonotonic: Sendable {
    let state = Mutex<(now: Double, sleeps: [Double])>((1000, []))
    let share: Double
    init(share: Double = 1) { self.share = share }
    var source: MonotonicSource {
      MonotonicSource {
        MonotonicInstant(nanoseconds: UInt64(self.state.withLock { $0.now } * 1e9))
      } sleep: { span in
        try Task.checkCancellation()
        self.state.withLock {
          $0.now += max(span.seconds * self.share, 1e-6)
          $0.sleeps.append(span.seconds)
        }
      }
    }
    func pass(_ seconds: Double) { state.withLock { $0.now += seconds } }
  }

  @Test("in a replay runs speed times as fast as the monotonic clock")
  func replay() throws {
    let monotonic = FakeMonotonic()
    let clock = try ReplayGridClock(start: start, speed: 1440, monotonic: monotonic.source)
    #expect(clock.now == start)
    monotonic.pass(60)
    #expect(clock.now == start + .hours(24))
    #expect(clock.realTime(of: .hours(48)) == .seconds(120))
  }

  @Test("in a replay never shows a moment before it is reached")
  func roundsDown() throws {
    let monotonic = FakeMonotonic()
    let clock = try ReplayGridClock(start: start, speed: 1, monotonic: monotonic.source)
    monotonic.pass(0.0009)
    #expect(clock.now == start)
    monotonic.pass(0.0002)
    #expect(clock.now == start + .seconds(0.001))
  }

  @Test("in a replay sleeps the real time that the wait takes, and wakes no earlier")
  func replayWait() async throws {
    let monotonic = FakeMonotonic()
    let clock = try ReplayGridClock(start: start, speed: 3600, monotonic: monotonic.source)
    try await clock.wait(until: start + .hours(10))
    #expect(clock.now >= start + .hours(10))
    #expect(clock.now < start + .hours(10) + .seconds(60))
    #expect(abs(try #require(monotonic.state.withLock { $0.sleeps.first }) - 10) < 1e-9)
    try await clock.wait(until: start)
  }

  @Test("goes back to sleep when woken early")
  func earlyWake() async throws {
    let monotonic = FakeMonotonic(share: 0.5)
    let clock = try ReplayGridClock(start: start, speed: 10, monotonic: monotonic.source)
    try await clock.wait(until: start + .seconds(100))
    #expect(clock.now >= start + .seconds(100))
    #expect(monotonic.state.withLock { $0.sleeps.count } > 1)
  }

  @Test("is not made with a speed at which time stands, runs back or flies", arguments: [0, -1, .nan, .infinity, 1e7])
  func speed(speed: Double) {
    #expect(throws: GridClockError.self) { try ReplayGridClock(start: start, speed: speed) }
    #expect(GridClockError.speed(speed).description.contains("1440"))
  }

  @Test("on the wall is looked at again every half minute, since it can be set while we wait")
  func wall() async throws {
    let state = Mutex<(now: Timestamp, sleeps: [Double])>((start, []))
    let clock = WallGridClock(
      read: { state.withLock { $0.now } },
      sleep: { span in
        state.withLock { state in
          state.sleeps.append(span.seconds)
          // The second sleep sees the clock set back by a minute.
          state.now = state.now + span - .seconds(state.sleeps.count == 2 ? 60 : 0)
        }
      })
    try await clock.wait(until: start + .seconds(70))
    #expect(state.withLock { $0.sleeps } == [30, 30, 30, 30, 10])
    #expect(clock.now == start + .seconds(70))
  }

  @Test("on the wall shows a time after this was written")
  func wallNow() { #expect(WallGridClock().now > at("2025-01-01")) }

  @Test("set by hand wakes whoever waits for that moment or an earlier one")
  func manual() async throws {
    let clock = ManualGridClock(start)
    try await clock.wait(until: start)
    try await withThrowingTaskGroup(of: Int.self) { [start] group in
      for hours in 1...3 {
        group.addTask {
          try await clock.wait(until: start + .hours(Double(hours)))
          return hours
        }
      }
      await clock.untilWaiting(3)
      #expect(clock.awaited == (1...3).map { start + .hours(Double($0)) })
      clock.set(to: start + .hours(2))
      let first = try #require(try await group.next())
      let second = try #require(try await group.next())
      #expect(Set([first, second]) == [1, 2])
      #expect(clock.awaited == [start + .hours(3)])
      clock.advance(by: .hours(1))
      #expect(try await group.next() == 3)
    }
  }

  @Test("lets go of a waiting task that is cancelled")
  func cancellation() async {
    let clock = ManualGridClock(start)
    await withTaskGroup(of: Bool.self) { [start] group in
      group.addTask {
        do { try await clock.wait(until: start + .hours(1)) } catch { return error is CancellationError }
        return false
      }
      await clock.untilWaiting()
      group.cancelAll()
      for await wasCancelled in group { #expect(wasCancelled) }
    }
    #expect(clock.awaited.isEmpty)
  }

  @Test("does not begin to wait in a task that is cancelled already")
  func cancelledBefore() async {
    let clock = ManualGridClock(start)
    let replay = try? ReplayGridClock(start: start, speed: 1, monotonic: FakeMonotonic().source)
    await withTaskGroup(of: Int.self) { [start] group in
      group.cancelAll()
      group.addTask {
        var count = 0
        do { try await clock.wait(until: start + .hours(1)) } catch { count += 1 }
        do { try await replay?.wait(until: start + .hours(1)) } catch { count += 1 }
        do { try await WallGridClock().wait(until: at("9999-01-01")) } catch { count += 1 }
        // A wait too long for any timer is cut, not a crash.
        do { try await MonotonicSource.system.sleep(.seconds(.infinity)) } catch { count += 1 }
        return count
      }
      for await count in group { #expect(count == 4) }
    }
  }
}
