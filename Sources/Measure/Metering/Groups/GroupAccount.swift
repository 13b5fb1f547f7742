/// The account of a run that is a control group. Pure: readings in, times out.
///
/// The run's CPU time is what the group's own counter grew by: exact, and with those that lived less than a period. The
/// other processes' time still comes from the processes themselves. One thing must be kept apart: a process outside may
/// reap members (a container's runtime does), and is then given time that the group's counter has already. Members that
/// were seen are known to the ledger; of those never seen this account knows how much they used: what the counter is
/// ahead of the members' own times.
struct GroupAccount: Sendable {
  /// The group's path.
  let path: String
  /// Its processes in the last look.
  private(set) var members: Set<Int32> = []
  /// Whether it was removed: the run has ended. What it used between the look before and its end is in no counter any
  /// more, and is nobody's.
  private(set) var isGone = false
  /// Its counter in the last look, nanoseconds.
  private(set) var counter: UInt64?

  /// What the counter grew by since the baseline.
  private var counted: UInt64 = 0
  /// What members' own times grew by, with what their parents in the group were given.
  private var seen: UInt64 = 0
  /// What Dimmer's processes used that are members: it is in the counter and not the run's.
  private var ownSeen: UInt64 = 0
  /// The run's time so far.
  private var given: UInt64 = 0
  /// The most that the counter ever was ahead of what was seen.
  private var ahead: UInt64 = 0
  /// What members never seen used: a reaper outside may be given it.
  private var strangers = ReapingPool()

  init(path: String) { self.path = path }

  /// Takes what was read; `nil` when the group could not be read now.
  mutating func take(_ reading: ControlGroupReading?, isGone gone: Bool) {
    guard !isGone, !gone else {
      isGone = true
      members = []
      return
    }
    guard let reading else { return }
    members = reading.members
    // A counter that was set back begins anew: no negative work.
    if let counter, reading.nanoseconds > counter { counted &+= reading.nanoseconds - counter }
    counter = reading.nanoseconds
  }

  /// Dimmer's processes that are members used so much more.
  mutating func note(own nanoseconds: UInt64) { ownSeen &+= nanoseconds }

  /// Ends a scan.
  ///
  /// - Parameters:
  ///   - used: what members were seen to use in it, with what their parents in the group were given.
  ///   - credited: what reapers outside the group were given for children never seen.
  /// - Returns: what the run used since the last scan, and how much of `credited` is not the group's.
  mutating func settle(seen used: UInt64, credited: UInt64) -> (run: UInt64, others: UInt64) {
    seen &+= used
    let total = counted > ownSeen ? counted - ownSeen : 0
    let run = total > given ? total - given : 0
    given &+= run
    let lead = given > seen ? given - seen : 0
    if lead > ahead {
      strangers.expect(lead - ahead)
      ahead = lead
    }
    let others = strangers.settle(credited)
    strangers.endScan(allowance: 0)
    return (run, others)
  }
}
