/// What parents were given for children that ended, less what was counted already while the children lived.
///
/// When a process is reaped, the kernel adds its whole CPU time to the reaper's "children" time. A child seen alive
/// was counted then, so only the rest is new; a child never seen is new in full. Which parent reaped which child can
/// not be read, but over a closed group (a run with its reaper, or everything else) the sums are all that is needed:
///
///     new = what the reapers' children time grew by - what was counted of those that disappeared
///
/// The two sides may arrive in different scans, so what is still expected is carried. What never arrives (a parent that
/// ignores SIGCHLD gets nothing) is forgotten after one more scan, else it would swallow the time of others.
struct ReapingPool {
  /// Counted time of children that disappeared, for which no reaper has been credited yet: in this scan and before.
  private(set) var fresh: UInt64 = 0
  private(set) var carried: UInt64 = 0

  /// A child that disappeared had been counted with so much.
  mutating func expect(_ nanoseconds: UInt64) { fresh &+= nanoseconds }

  /// Takes what was expected off `credited` and gives back what is left of it.
  mutating func settle(_ credited: UInt64) -> UInt64 {
    var rest = settleCarried(credited)
    let new = min(fresh, rest)
    fresh -= new
    rest -= new
    return rest
  }

  /// The same, with only that which was expected before this scan.
  mutating func settleCarried(_ credited: UInt64) -> UInt64 {
    let old = min(carried, credited)
    carried -= old
    return credited - old
  }

  /// Ends a scan. Up to `allowance` is kept for good: children time is shown in whole ticks, so it lags by up to two
  /// of them behind what was counted in nanoseconds.
  mutating func endScan(allowance: UInt64) {
    carried = min(carried, allowance) &+ fresh
    fresh = 0
  }
}
