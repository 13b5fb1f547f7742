/// How many looks may be asked for: a bucket that fills by one each interval and holds so many at most. Pure.
struct LookBudget: Hashable, Sendable {
  /// Nanoseconds in which one more look may be had.
  let interval: UInt64
  /// The most that can be saved up.
  let most: UInt64
  /// What is saved up, in nanoseconds of `interval` each.
  private var saved: UInt64
  private var last: UInt64 = 0

  init(interval: UInt64, most: UInt64) {
    self.interval = interval
    self.most = most
    saved = interval * most
  }

  /// Takes one look out at `now`, monotonic nanoseconds; false when there is none.
  mutating func spend(at now: UInt64) -> Bool {
    if now > last {
      saved = min(saved + min(now - last, interval * most), interval * most)
      last = now
    }
    guard saved >= interval else { return false }
    saved -= interval
    return true
  }
}
