#if canImport(Glibc)
  import Glibc
#endif

/// Reads the process table into a ledger.
///
/// Files stay open from scan to scan (an open file belongs to one process and never to the next one of its number), a
/// process with one thread is only asked how long it ran, and the list of processes is only read when a new number was
/// given out. Of those that ran, the second file is read when somebody ended or may have been reaped, when busy time is
/// not explained, and now and then. Processes that have not run for some scans doze: they are only asked when the machine
/// was busier than the others explain, when one ended or was reaped, and now and then.
final class ProcessScanner {
  private let root: String
  private let files: ProcessFiles
  private let buffer = FileBuffer(capacity: 256)
  private let loadDescriptor: Int32
  private let only: [Int32]?
  private var slots: [ProcessSlot] = []
  private var known: Set<Int32> = []
  private var gone: [Int] = []
  private var lastGivenPID: UInt64?
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
  ///
  /// - Parameter only: the processes to read where no others are asked for; `nil` for all there are.
  init(root: String, only: Set<Int32>? = nil) {
    self.root = root
    self.only = only?.sorted()
    files = ProcessFiles(root: root)
    loadDescriptor = only == nil ? open("\(root)/loadavg", O_RDONLY | O_CLOEXEC) : -1
  }

  deinit {
    for slot in slots { files.close(slot) }
    if loadDescriptor >= 0 { close(loadDescriptor) }
  }

  /// Scans the table once; ``report(to:atTicks:)`` then tells what was found.
  ///
  /// - Parameters:
  ///   - busy: the machine's busy nanoseconds now, of which the scan asks for an explanation.
  ///   - isComplete: whether dozing processes are read, too, and everybody in full.
  ///   - elapsed: nanoseconds since the last scan; what was not explained in the last second is asked for again.
  func scan(busy: UInt64?, isComplete: Bool, elapsed: UInt64 = .max) throws(MeteringError) {
    scans += 1
    if let only {
      readOnly(only, isComplete)
    } else {
      try scanAll(busy: busy, isComplete: isComplete, elapsed: elapsed)
    }
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

  private func scanAll(busy: UInt64?, isComplete: Bool, elapsed: UInt64) throws(MeteringError) {
    let given = lastGiven()
    let isAll = isComplete || scans % Self.scansBetweenAll == 0
    // Whoever reaped those that ended is woken, now and in the next scan: it may have been read before it did.
    if hadLosses { read(.whenRan, where: mayReap) }
    read(isComplete ? .full : isAll || hadLosses ? .whenRan : .glance) { isAll || !isDozing($0) }
    if !gone.isEmpty {
      read(.whenRan, where: mayReap)
      complete { _ in true }
    }
    // Those that ended are out of the way before the list is read, so that a number given out again is found in it.
    removeGone()
    if given == nil || given != lastGivenPID {
      // Some may have been born and reaped since: who reaped before is asked.
      complete { $0.reading.childrenNanoseconds > 0 }
      try list()
      read(.full) { !$0.isKnown }
      lastGivenPID = given
    }
    let carried = UInt64(Double(unexplained) * max(1 - Double(elapsed) / 1e9, 0))
    if isUnexplained(busy, carried) { complete { _ in true } }
    let isOpen = isUnexplained(busy, carried)
    if isOpen { read(.whenRan) { _ in true } }
    // Nobody is left to ask after all were.
    unexplained = isAll || isOpen ? 0 : unaccounted(busy, carried) ?? 0
    lookAgain()
    removeGone()
  }

  /// Reads these and no others.
  private func readOnly(_ pids: [Int32], _ isComplete: Bool) {
    for pid in pids where known.insert(pid).inserted { slots.append(ProcessSlot(pid: pid)) }
    read(isComplete ? .full : .glance) { _ in true }
    removeGone()
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

  private func isDozing(_ slot: ProcessSlot) -> Bool { slot.quietScans >= Self.quietScansBeforeDoze }

  /// Whether it has reaped before, or is the parent of one that ended now or in the last scan.
  private func mayReap(_ slot: ProcessSlot) -> Bool {
    slot.reading.childrenNanoseconds > 0 || bereaved.contains(slot.pid) || bereavedNow.contains(slot.pid)
  }

  /// Reads those that fit and were not read in this scan yet.
  private func read(_ depth: ProcessFiles.Depth, where fits: (ProcessSlot) -> Bool) {
    for index in slots.indices where slots[index].lastScan != scans && fits(slots[index]) {
      slots[index].lastScan = scans
      if !files.read(&slots[index], depth) { lose(index) }
    }
  }

  /// Reads the rest of those that fit and ran since their `stat` was read.
  private func complete(where fits: (ProcessSlot) -> Bool) {
    for index in slots.indices where slots[index].isStale && !slots[index].isKernelThread && fits(slots[index]) {
      guard !gone.contains(index) else { continue }
      slots[index].lastScan = scans
      if !files.read(&slots[index], .whenRan) { lose(index) }
    }
  }

  private func lose(_ index: Int) {
    gone.append(index)
    lost.processes += 1
    lost.nanoseconds &+= slots[index].earlierOwn &+ slots[index].earlierChildren
    bereavedNow.insert(slots[index].reading.parent)
  }

  /// Whether more busy time is not explained than ticks and a hundredth of it, for rounding. So it is where busy time is
  /// not known.
  private func isUnexplained(_ busy: UInt64?, _ carried: UInt64) -> Bool {
    guard let busy, let lastBusy, let rest = unaccounted(busy, carried) else { return true }
    return rest > Clocks.nanosecondsPerTick &+ (busy - lastBusy) / 100
  }

  /// Busy nanoseconds that are explained neither by what processes used nor by what those that reaped were given for
  /// children beyond what was counted of these; `nil` where busy time is not known.
  ///
  /// Of scans that follow each other fast, each has too little to be unexplained, so what was not explained is carried on
  /// and fades away within a second: at 100 Hz a sleeper that wakes up is seen as well as at 1 Hz.
  private func unaccounted(_ busy: UInt64?, _ carried: UInt64) -> UInt64? {
    guard let busy, let lastBusy, busy >= lastBusy else { return nil }
    var own: UInt64 = 0
    var children: UInt64 = 0
    for slot in slots {
      own &+= slot.reading.ownNanoseconds &- slot.earlierOwn
      children &+= slot.reading.childrenNanoseconds &- slot.earlierChildren
    }
    let unseen = children > lost.nanoseconds ? children - lost.nanoseconds : 0
    let asked = carried &+ (busy - lastBusy)
    let explained = own &+ unseen
    return asked > explained ? asked - explained : 0
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
      slots.append(ProcessSlot(pid: pid))
    }
  }

  /// The number last given to a process or a thread: while it stays, nothing new was born.
  private func lastGiven() -> UInt64? {
    guard loadDescriptor >= 0, let bytes = buffer.contents(of: loadDescriptor) else { return nil }
    var scanner = ByteScanner(bytes)
    guard scanner.skipWords(4) else { return nil }
    return scanner.number()
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
          if files.isGone(slots[child]) {
            lose(child)
            found = true
          }
        }
      }
    }
  }

  private func removeGone() {
    guard !gone.isEmpty else { return }
    gone.sort(by: >)
    for index in gone {
      files.close(slots[index])
      known.remove(slots[index].pid)
      slots.remove(at: index)
    }
    gone.removeAll(keepingCapacity: true)
  }
}
