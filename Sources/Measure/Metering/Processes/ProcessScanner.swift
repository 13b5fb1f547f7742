#if canImport(Glibc)
  import Glibc
#endif

/// Reads the process table into a ledger.
///
/// A scan costs about one microsecond a process: files stay open from scan to scan (an open file belongs to one process
/// and never to the next one of its number), a process with one thread is only asked whether it ran at all, and the
/// list of processes is only read when a new number was given out. Processes that have not run for some scans doze: they
/// are only asked when the machine was busier than the others explain, when one ended or was reaped, and now and then.
final class ProcessScanner {
  private struct Slot {
    var pid: Int32
    /// Open `stat`, or -1 when files are not kept open for this one.
    var stat: Int32 = -1
    /// Open `schedstat` of the first thread, or -1.
    var schedule: Int32 = -1
    var scheduleNanoseconds: UInt64 = 0
    var hasOneThread = false
    var isKnown = false
    var reading: ProcessReading
    /// Children time in the scan before.
    var earlierChildren: UInt64 = 0
    /// Own time in the scan before.
    var earlierOwn: UInt64 = 0
    /// Scans in a row in which it did not run.
    var quietScans = 0
    /// The scan in which it was read last.
    var lastScan: UInt64 = 0
  }

  private let root: String
  private let buffer = FileBuffer(capacity: 2048)
  private let loadDescriptor: Int32
  private let pageBytes: UInt64
  private var slots: [Slot] = []
  private var known: Set<Int32> = []
  private var gone: [Int] = []
  private var lastGivenPID: UInt64?
  private var openFiles = 0
  private let openFilesLimit: Int
  private let hasSchedule: Bool
  private var scans: UInt64 = 0
  private var lastBusy: UInt64?
  /// Busy time of the last second that no process explained, nanoseconds.
  private var unexplained: UInt64 = 0
  /// What was found gone in this scan: how many processes, and what had been counted of them.
  private var lost = (processes: 0, nanoseconds: UInt64(0))
  /// Whether any was in the last scan.
  private var hadLosses = false
  /// Parents of those that were found gone in the last scan and in this one.
  private var bereaved: Set<Int32> = []
  private var bereavedNow: Set<Int32> = []

  private static let quietScansBeforeDoze = 5
  private static let scansBetweenAll: UInt64 = 16

  /// A scanner of the process file system at `root`.
  init(root: String) {
    self.root = root
    loadDescriptor = open("\(root)/loadavg", O_RDONLY | O_CLOEXEC)
    pageBytes = UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1))
    // A kernel that keeps no such times says 0, and everybody would seem to be asleep: this process is not.
    var own = buffer.contents(ofFileAt: "\(root)/self/schedstat").map { ByteScanner($0) }
    hasSchedule = (own?.number() ?? 0) > 0
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    // Half of what may be open: the rest is the program's.
    openFilesLimit = min(Int(limit.rlim_cur / 2), 4096)
  }

  deinit {
    for slot in slots { closeFiles(of: slot) }
    if loadDescriptor >= 0 { close(loadDescriptor) }
  }

  /// Scans the table once; ``report(to:atTicks:)`` then tells what was found.
  ///
  /// - Parameters:
  ///   - busy: the machine's busy nanoseconds now, of which the scan asks for an explanation.
  ///   - isComplete: whether dozing processes are read, too.
  ///   - elapsed: nanoseconds since the last scan; what was not explained in the last second is asked for again.
  func scan(busy: UInt64?, isComplete: Bool, elapsed: UInt64 = .max) throws(MeteringError) {
    scans += 1
    let given = lastGiven()
    let isAll = isComplete || scans % Self.scansBetweenAll == 0
    // Whoever reaped those that ended is woken, now and in the next scan: it may have been read before it did.
    if hadLosses { read(inFull: true, where: mayReap) }
    read(inFull: isComplete) { isAll || !isDozing($0) }
    if !gone.isEmpty { read(inFull: true, where: mayReap) }
    // Those that ended are out of the way before the list is read, so that a number given out again is found in it.
    removeGone()
    if given == nil || given != lastGivenPID {
      try list()
      read { !$0.isKnown }
      lastGivenPID = given
    }
    if isUnexplained(busy, after: elapsed) {
      read { _ in true }
      unexplained = 0
    }
    if isAll { unexplained = 0 }
    lookAgain()
    removeGone()
    lastBusy = busy
    for index in slots.indices {
      let reading = slots[index].reading
      slots[index].quietScans = reading.ownNanoseconds == slots[index].earlierOwn ? slots[index].quietScans + 1 : 0
      slots[index].earlierOwn = reading.ownNanoseconds
      slots[index].earlierChildren = reading.childrenNanoseconds
    }
    hadLosses = lost.processes > 0
    bereaved = bereavedNow
    bereavedNow.removeAll(keepingCapacity: true)
    lost = (0, 0)
  }

  /// Tells a ledger what the last scan found.
  ///
  /// - Parameter ticks: when the scan was, in ticks since the machine started.
  func report(to ledger: inout ProcessLedger, atTicks ticks: UInt64) {
    ledger.beginScan(atTicks: ticks)
    for slot in slots { ledger.observe(slot.reading) }
    ledger.endScan()
  }

  /// What the last scan found.
  var readings: [ProcessReading] { slots.map(\.reading) }

  private func isDozing(_ slot: Slot) -> Bool { slot.quietScans >= Self.quietScansBeforeDoze }

  /// Whether it has reaped before, or is the parent of one that ended now or in the last scan.
  private func mayReap(_ slot: Slot) -> Bool {
    slot.reading.childrenNanoseconds > 0 || bereaved.contains(slot.pid) || bereavedNow.contains(slot.pid)
  }

  /// Reads those that fit and were not read in this scan yet.
  ///
  /// - Parameter inFull: whether those are read, too, that seem not to have run. The kernel brings the time of one that
  ///   runs this moment up to date in its `stat` only, and it may just have reaped.
  private func read(inFull: Bool = false, where fits: (Slot) -> Bool) {
    for index in slots.indices where slots[index].lastScan != scans && fits(slots[index]) {
      slots[index].lastScan = scans
      if !read(&slots[index], inFull: inFull) { lose(index) }
    }
  }

  private func lose(_ index: Int) {
    gone.append(index)
    lost.processes += 1
    lost.nanoseconds &+= slots[index].earlierOwn &+ slots[index].earlierChildren
    bereavedNow.insert(slots[index].reading.parent)
  }

  /// Whether more busy time is not explained than ticks and a hundredth of it, for rounding: by what processes used, or
  /// by what those that reaped were given for children beyond what was counted of these.
  ///
  /// Of scans that follow each other fast, each has too little to be unexplained, so what was not explained is carried on
  /// and fades away within a second: at 100 Hz a sleeper that wakes up is seen as well as at 1 Hz.
  private func isUnexplained(_ busy: UInt64?, after elapsed: UInt64) -> Bool {
    guard let busy, let lastBusy, busy >= lastBusy else { return true }
    var own: UInt64 = 0
    var children: UInt64 = 0
    for slot in slots {
      own &+= slot.reading.ownNanoseconds &- slot.earlierOwn
      children &+= slot.reading.childrenNanoseconds &- slot.earlierChildren
    }
    let unseen = children > lost.nanoseconds ? children - lost.nanoseconds : 0
    let grown = busy - lastBusy
    let carried = Double(unexplained) * max(1 - Double(elapsed) / 1e9, 0)
    let explained = own &+ unseen
    let open = UInt64(carried) + grown
    unexplained = open > explained ? open - explained : 0
    return unexplained > Clocks.nanosecondsPerTick &+ grown / 100
  }

  /// Adds processes that are not known yet.
  private func list() throws(MeteringError) {
    guard let folder = opendir(root) else {
      throw MeteringError("the process table at \(root) cannot be read: \(errorText(errno))")
    }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let pid = withUnsafeBytes(of: &entry.pointee.d_name) { bytes -> Int32? in
        var value: Int32 = 0
        for byte in bytes {
          if byte == 0 { break }
          guard (0x30...0x39).contains(byte), value < 100_000_000 else { return nil }
          value = value * 10 + Int32(byte - 0x30)
        }
        return value > 0 ? value : nil
      }
      guard let pid, known.insert(pid).inserted else { continue }
      slots.append(
        Slot(
          pid: pid,
          reading: ProcessReading(
            identity: ProcessIdentity(pid: pid, startTicks: 0), parent: 0, ownNanoseconds: 0)))
    }
  }

  /// The number last given to a process or a thread: while it stays, nothing new was born.
  private func lastGiven() -> UInt64? {
    guard loadDescriptor >= 0, let bytes = buffer.contents(of: loadDescriptor) else { return nil }
    var scanner = ByteScanner(bytes)
    guard scanner.skipWords(4) else { return nil }
    return scanner.number()
  }

  /// Reads one process; false when it is gone.
  private func read(_ slot: inout Slot, inFull: Bool) -> Bool {
    if !slot.isKnown { openFiles(of: &slot) }
    var ran: UInt64?
    if hasSchedule, slot.hasOneThread || !slot.isKnown {
      guard let now = schedule(of: slot) else { return false }
      // A process with one thread that did not run can not have changed.
      if slot.isKnown, !inFull, now == slot.scheduleNanoseconds { return true }
      ran = now
    }
    guard let bytes = statBytes(of: slot), let stat = ProcessStat(parsing: bytes) else { return false }
    let identity = ProcessIdentity(pid: slot.pid, startTicks: stat.startTicks)
    // Without a file kept open, the number may be another process's by now.
    if slot.isKnown, identity != slot.reading.identity { return false }
    if isBeingReaped(slot, stat) { return false }
    let ticks = Clocks.nanosecondsPerTick
    slot.hasOneThread = stat.threads <= 1
    var own = (stat.userTicks &+ stat.systemTicks) &* ticks
    if slot.hasOneThread, let ran {
      own = max(own, ran)
      slot.scheduleNanoseconds = ran
    } else {
      // Forces a reading of both files when it is down to one thread again.
      slot.scheduleNanoseconds = .max
    }
    if slot.isKnown { own = max(own, slot.reading.ownNanoseconds) }
    slot.reading = ProcessReading(
      identity: identity, parent: stat.parent, ownNanoseconds: own,
      childrenNanoseconds: (stat.childrenUserTicks &+ stat.childrenSystemTicks) &* ticks,
      residentBytes: stat.residentPages &* pageBytes)
    if !slot.isKnown {
      slot.earlierChildren = slot.reading.childrenNanoseconds
      slot.earlierOwn = own
    }
    slot.isKnown = true
    return true
  }

  /// A child that was read before its parent may have been reaped in between, and then it is in the parent's children
  /// time already: it is counted as gone. Orphans may have gone to any of those that reaped.
  private func lookAgain() {
    var found = true
    while found {
      found = false
      for parent in slots.indices where slots[parent].reading.childrenNanoseconds > slots[parent].earlierChildren {
        for child in slots.indices {
          let above = slots[child].reading.parent
          let isOrphan = above != 0 && (!known.contains(above) || gone.contains { slots[$0].pid == above })
          guard above == slots[parent].pid || isOrphan, !gone.contains(child) else { continue }
          if isGone(slots[child]) {
            lose(child)
            found = true
          }
        }
      }
    }
  }

  private func isGone(_ slot: Slot) -> Bool {
    guard let bytes = statBytes(of: slot), let stat = ProcessStat(parsing: bytes) else { return true }
    return isBeingReaped(slot, stat)
  }

  /// One that is being reaped this moment shows no parent any more, and its time is with its parent already.
  private func isBeingReaped(_ slot: Slot, _ stat: ProcessStat) -> Bool {
    slot.isKnown && stat.parent == 0 && slot.reading.parent != 0
  }

  private func removeGone() {
    guard !gone.isEmpty else { return }
    gone.sort(by: >)
    for index in gone {
      closeFiles(of: slots[index])
      known.remove(slots[index].pid)
      slots.remove(at: index)
    }
    gone.removeAll(keepingCapacity: true)
  }

  private func schedule(of slot: Slot) -> UInt64? {
    guard
      let bytes = slot.schedule >= 0
        ? buffer.contents(of: slot.schedule) : buffer.contents(ofFileAt: "\(root)/\(slot.pid)/schedstat")
    else { return nil }
    var scanner = ByteScanner(bytes)
    return scanner.number()
  }

  private func statBytes(of slot: Slot) -> UnsafeRawBufferPointer? {
    slot.stat >= 0 ? buffer.contents(of: slot.stat) : buffer.contents(ofFileAt: "\(root)/\(slot.pid)/stat")
  }

  private func openFiles(of slot: inout Slot) {
    guard openFiles + 2 <= openFilesLimit else { return }
    slot.stat = open("\(root)/\(slot.pid)/stat", O_RDONLY | O_CLOEXEC)
    if slot.stat >= 0 { openFiles += 1 }
    guard hasSchedule else { return }
    slot.schedule = open("\(root)/\(slot.pid)/schedstat", O_RDONLY | O_CLOEXEC)
    if slot.schedule >= 0 { openFiles += 1 }
  }

  private func closeFiles(of slot: Slot) {
    for descriptor in [slot.stat, slot.schedule] where descriptor >= 0 {
      close(descriptor)
      openFiles -= 1
    }
  }
}
