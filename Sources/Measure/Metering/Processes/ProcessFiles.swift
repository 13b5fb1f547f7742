#if canImport(Glibc)
  import Glibc
#endif

/// What the kernel says a process's first thread was given so far (`/proc/PID/schedstat`, Linux, sched-stats).
struct ScheduledTime: Hashable {
  /// Time on a processor, nanoseconds.
  var nanoseconds: UInt64
  /// How often it was put on one. The kernel brings the time of one that runs this moment up to date late, this at once:
  /// while neither moves it has done nothing at all.
  var turns: UInt64

  /// Reads the line.
  init?(parsing bytes: UnsafeRawBufferPointer) {
    var scanner = ByteScanner(bytes)
    guard let ran = scanner.number() else { return nil }
    nanoseconds = ran
    turns = scanner.skipWords(1) ? scanner.number() ?? 0 : 0
  }
}

/// A process that is followed: its open files, and what was read of it last.
struct ProcessSlot {
  /// Its number.
  let pid: Int32
  /// Open `stat`, or -1 when files are not kept open for this one.
  var stat: Int32 = -1
  /// Open `schedstat` of the first thread, or -1.
  var schedule: Int32 = -1
  /// What `schedstat` said; `nil` when both files must be read.
  var scheduled: ScheduledTime?
  var hasOneThread = false
  var isKernelThread = false
  /// Whether it was ever read.
  var isKnown = false
  /// Whether it ran since its `stat` was read.
  var isStale = false
  /// Own time when its `stat` was read.
  var ownAtStat: UInt64 = 0
  var reading: ProcessReading
  /// Children time in the scan before.
  var earlierChildren: UInt64 = 0
  /// Own time in the scan before.
  var earlierOwn: UInt64 = 0
  /// Scans in a row in which it did not run.
  var quietScans = 0
  /// The scan in which it was read last.
  var lastScan: UInt64 = 0

  /// One of which nothing is known but its number.
  init(pid: Int32) {
    self.pid = pid
    reading = ProcessReading(
      identity: ProcessIdentity(pid: pid, startTicks: 0), parent: 0, ownNanoseconds: 0)
  }
}

/// Reads a process's two files, as few of them as will do. `schedstat` costs about a third of `stat`.
final class ProcessFiles {
  /// How closely a process is read.
  enum Depth {
    /// Its own time only, until it ran for a tick since its `stat` was read: in that time no memory to speak of comes or
    /// goes. For looks between which nobody is known to have been born or to have ended.
    case glance
    /// All, if it ran since its `stat` was read.
    case whenRan
    /// All.
    case full
  }

  private let root: String
  private let buffer = FileBuffer(capacity: 2048)
  private let pageBytes = UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1))
  private let hasSchedule: Bool
  private var openFiles = 0
  private let openFilesLimit: Int

  /// The files of the process file system at `root`.
  init(root: String) {
    self.root = root
    // A kernel that keeps no such times says 0, and everybody would seem to be asleep: this process is not.
    let own = buffer.contents(ofFileAt: "\(root)/self/schedstat").flatMap { ScheduledTime(parsing: $0) }
    hasSchedule = (own?.nanoseconds ?? 0) > 0
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    // Half of what may be open: the rest is the program's.
    openFilesLimit = min(Int(limit.rlim_cur / 2), 4096)
  }

  /// Reads one process; false when it is gone.
  func read(_ slot: inout ProcessSlot, _ depth: Depth) -> Bool {
    if !slot.isKnown { open(&slot) }
    var scheduled: ScheduledTime?
    if hasSchedule, slot.hasOneThread || !slot.isKnown {
      guard let now = schedule(of: slot) else { return false }
      scheduled = now
      if let before = slot.scheduled, isEnough(now, after: before, of: slot, depth) {
        slot.isStale = slot.isStale || now != before
        slot.scheduled = now
        slot.reading.ownNanoseconds = max(slot.reading.ownNanoseconds, now.nanoseconds)
        return true
      }
    }
    guard let bytes = statBytes(of: slot), let stat = ProcessStat(parsing: bytes) else { return false }
    let identity = ProcessIdentity(pid: slot.pid, startTicks: stat.startTicks)
    // Without a file kept open, the number may be another process's by now.
    if slot.isKnown, identity != slot.reading.identity { return false }
    if isBeingReaped(slot, stat) { return false }
    take(stat, scheduled, identity, into: &slot)
    return true
  }

  /// Whether it is gone by its `stat`.
  func isGone(_ slot: ProcessSlot) -> Bool {
    guard let bytes = statBytes(of: slot), let stat = ProcessStat(parsing: bytes) else { return true }
    return isBeingReaped(slot, stat)
  }

  /// Closes what is open of it.
  func close(_ slot: ProcessSlot) {
    for descriptor in [slot.stat, slot.schedule] where descriptor >= 0 {
      Glibc.close(descriptor)
      openFiles -= 1
    }
  }

  /// Whether `schedstat` says enough. Without a file kept open the number may be another process's, whose `stat` shows it.
  private func isEnough(
    _ now: ScheduledTime, after before: ScheduledTime, of slot: ProcessSlot, _ depth: Depth
  ) -> Bool {
    let isKept = slot.schedule >= 0
    // A thread of the kernel has no children, no memory and no further threads.
    if slot.isKernelThread, isKept { return true }
    switch depth {
    case .full: return false
    case .whenRan: return now == before && !slot.isStale
    case .glance:
      if isKept { return now.nanoseconds < slot.ownAtStat &+ Clocks.nanosecondsPerTick }
      return now == before
    }
  }

  private func take(
    _ stat: ProcessStat, _ scheduled: ScheduledTime?, _ identity: ProcessIdentity, into slot: inout ProcessSlot
  ) {
    let ticks = Clocks.nanosecondsPerTick
    slot.hasOneThread = stat.threads <= 1
    slot.isKernelThread = stat.isKernelThread
    // With several threads both files must be read when it is down to one again.
    slot.scheduled = slot.hasOneThread ? scheduled : nil
    var own = (stat.userTicks &+ stat.systemTicks) &* ticks
    if let scheduled = slot.scheduled { own = max(own, scheduled.nanoseconds) }
    if slot.isKnown { own = max(own, slot.reading.ownNanoseconds) }
    slot.reading = ProcessReading(
      identity: identity, parent: stat.parent, ownNanoseconds: own,
      childrenNanoseconds: (stat.childrenUserTicks &+ stat.childrenSystemTicks) &* ticks,
      residentBytes: stat.residentPages &* pageBytes)
    slot.ownAtStat = own
    slot.isStale = false
    if !slot.isKnown {
      slot.earlierChildren = slot.reading.childrenNanoseconds
      slot.earlierOwn = own
    }
    slot.isKnown = true
  }

  /// One that is being reaped this moment shows no parent any more, and its time is with its parent already.
  private func isBeingReaped(_ slot: ProcessSlot, _ stat: ProcessStat) -> Bool {
    slot.isKnown && stat.parent == 0 && slot.reading.parent != 0
  }

  private func schedule(of slot: ProcessSlot) -> ScheduledTime? {
    let bytes =
      slot.schedule >= 0
      ? buffer.contents(of: slot.schedule) : buffer.contents(ofFileAt: "\(root)/\(slot.pid)/schedstat")
    return bytes.flatMap { ScheduledTime(parsing: $0) }
  }

  private func statBytes(of slot: ProcessSlot) -> UnsafeRawBufferPointer? {
    slot.stat >= 0 ? buffer.contents(of: slot.stat) : buffer.contents(ofFileAt: "\(root)/\(slot.pid)/stat")
  }

  private func open(_ slot: inout ProcessSlot) {
    guard openFiles + 2 <= openFilesLimit else { return }
    slot.stat = Glibc.open("\(root)/\(slot.pid)/stat", O_RDONLY | O_CLOEXEC)
    if slot.stat >= 0 { openFiles += 1 }
    guard hasSchedule else { return }
    slot.schedule = Glibc.open("\(root)/\(slot.pid)/schedstat", O_RDONLY | O_CLOEXEC)
    if slot.schedule >= 0 { openFiles += 1 }
  }
}
