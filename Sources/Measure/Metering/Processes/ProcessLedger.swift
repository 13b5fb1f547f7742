/// Keeps whose CPU time it was, over scans of the process table. Pure: scans in, cumulative times out.
///
/// A process belongs to the run when it is a root, a child of one that belongs, or a new child of a reaper (the process
/// that started the run and adopts its orphans); once in, it stays in, whoever its parent becomes. The first scan is
/// the baseline and counts nothing.
///
/// A run can be a control group instead: then its members are what the kernel says they are now, and its time is that of
/// the group's counter.
public struct ProcessLedger: Sendable {
  struct Entry {
    var reading: ProcessReading
    /// `nil` only within the scan in which it appeared.
    var consumer: Consumer?
    var scan: UInt64
  }

  let own: Set<Int32>
  let reapers: Set<Int32>
  private let isResuming: Bool
  var entries: [Int32: Entry] = [:]
  private var pendingRoots: Set<Int32>
  private(set) var scan: UInt64 = 0
  private var seen = 0
  private var newcomers: [Int32] = []
  private var departed: [ProcessReading] = []
  private var scanTicks: UInt64 = 0
  private var previousScanTicks: UInt64 = 0

  private var runPool = ReapingPool()
  private var othersPool = ReapingPool()
  /// Of those whose parent ended in the same period: either side may have reaped them.
  private var eitherPool = ReapingPool()
  /// What reapers of the others were given while one of either side may have been meant.
  private var heldBack: UInt64 = 0
  private var group: GroupAccount?
  private var runBefore: UInt64 = 0
  private var creditedToRun: UInt64 = 0
  private var creditedToOthers: UInt64 = 0

  /// CPU nanoseconds since the baseline.
  public private(set) var times = ByConsumer()
  /// Resident bytes now.
  public private(set) var resident = ByConsumer()
  /// Processes now.
  public private(set) var population = ByConsumer()
  /// Own CPU time of all living processes, and what they were credited for children, by the side that it belongs to.
  /// Reaping moves time within a side, so the difference of two moments is the time used in between: with it a meter
  /// goes on where a killed one stopped.
  public private(set) var potential = ByConsumer()

  /// A ledger before its baseline.
  ///
  /// - Parameters:
  ///   - roots: processes to measure, with all their descendants.
  ///   - own: Dimmer's processes.
  ///   - reapers: processes whose children born from now on belong to the run, `own` ones excepted.
  ///   - isResuming: whether the children that reapers have already belong to the run, too.
  public init(
    roots: Set<Int32> = [], own: Set<Int32> = [], reapers: Set<Int32> = [], isResuming: Bool = false
  ) {
    self.own = own
    self.reapers = reapers
    self.isResuming = isResuming
    pendingRoots = roots
  }

  /// A ledger before its baseline of a run that is a control group.
  ///
  /// - Parameters:
  ///   - group: the group's path. It is read by whoever scans, and told by ``take(group:isGone:)`` before each scan.
  ///   - own: Dimmer's processes; those in the group are not the run's.
  public init(group path: String, own: Set<Int32> = []) {
    self.init(own: own)
    group = GroupAccount(path: path)
  }

  /// The control group that is the run; `nil` when the run is a tree of processes.
  public var groupPath: String? { group?.path }

  /// Whether the control group that is the run was removed: the run has ended.
  public var isGone: Bool { group?.isGone ?? false }

  /// Takes what was read of the control group, before the scan that belongs to it.
  ///
  /// - Parameters:
  ///   - reading: what was read; `nil` when it could not be read.
  ///   - isGone: whether that is because the group is no more.
  public mutating func take(group reading: ControlGroupReading?, isGone: Bool = false) {
    group?.take(reading, isGone: isGone)
  }

  /// Whose process `pid` is; `nil` for one that was not in the last scan.
  public func consumer(of pid: Int32) -> Consumer? { entries[pid]?.consumer }

  /// The process `pid` as last seen.
  public func reading(of pid: Int32) -> ProcessReading? { entries[pid]?.reading }

  /// Adds a process to measure, with the descendants it has and will have. What they used before stays where it was.
  public mutating func add(root: Int32) {
    guard let entry = entries[root] else {
      pendingRoots.insert(root)
      return
    }
    guard entry.consumer != .run else { return }
    entries[root]?.consumer = .run
    var grew = true
    while grew {
      grew = false
      for (pid, entry) in entries where entry.consumer == .others && entries[entry.reading.parent]?.consumer == .run {
        entries[pid]?.consumer = .run
        grew = true
      }
    }
  }

  /// Begins a scan, so many ticks after the machine's start.
  public mutating func beginScan(atTicks ticks: UInt64) {
    scan += 1
    seen = 0
    previousScanTicks = scanTicks
    scanTicks = ticks
    creditedToRun = 0
    creditedToOthers = 0
    runBefore = times.run
  }

  /// Takes one process into the scan.
  public mutating func observe(_ reading: ProcessReading) {
    let pid = reading.identity.pid
    guard let entry = entries[pid] else { return admit(reading) }
    guard entry.scan != scan else { return }
    guard entry.reading.identity == reading.identity, let before = entry.consumer else {
      // A recycled number is another process: the first one has ended.
      departed.append(entry.reading)
      return admit(reading)
    }
    let consumer = groupConsumer(of: pid) ?? before
    let used = growth(entry.reading.ownNanoseconds, reading.ownNanoseconds)
    // One that came or left meanwhile was a member for a part of the time, which the group's counter has.
    times[before == .run ? .run : consumer] &+= used
    if consumer == .own, group?.members.contains(pid) == true { group?.note(own: used) }
    if reading.childrenNanoseconds > entry.reading.childrenNanoseconds {
      credit(reading.childrenNanoseconds - entry.reading.childrenNanoseconds, to: pid, consumer)
    }
    entries[pid] = Entry(reading: reading, consumer: consumer, scan: scan)
    seen += 1
  }

  /// Ends the scan: finds whose the newcomers are and settles the time of those that ended.
  public mutating func endScan() {
    for pid in newcomers { place(pid, depth: 0) }
    if entries.count != seen {
      for entry in entries.values where entry.scan != scan { departed.append(entry.reading) }
    }
    for reading in departed { expectReaping(of: reading) }
    for reading in departed where entries[reading.identity.pid]?.scan != scan { entries[reading.identity.pid] = nil }
    for pid in newcomers { count(newcomer: pid) }
    newcomers.removeAll(keepingCapacity: true)
    departed.removeAll(keepingCapacity: true)
    times.run &+= eitherPool.settle(runPool.settle(creditedToRun))
    // The run goes first, and has one more scan: what it is not given by then was reaped on the other side.
    let late = eitherPool.settleCarried(heldBack)
    let toOthers = eitherPool.settleCarried(othersPool.settle(creditedToOthers))
    // Until then it may be the same time, and is held back: it would be counted twice, and no time is ever taken back.
    heldBack = min(toOthers, eitherPool.fresh)
    times.others &+= settleGroup(late &+ toOthers - heldBack)
    total()
  }

  /// Goes on from an earlier meter's record: `used` is what each consumer used while nobody looked.
  public mutating func resume(from earlier: ByConsumer, used: ByConsumer) {
    var used = used
    // The group's counter has the time of Dimmer's processes in it, too.
    if let group, !own.isDisjoint(with: group.members) { used.run -= min(used.own, used.run) }
    times = earlier + used
  }

  /// Gives the run what its group's counter grew by, in place of what its processes were seen to use.
  ///
  /// - Parameter credited: what reapers outside the group were given for children never seen.
  /// - Returns: how much of that is not the group's.
  private mutating func settleGroup(_ credited: UInt64) -> UInt64 {
    guard let settled = group?.settle(seen: times.run - runBefore, credited: credited) else { return credited }
    times.run = runBefore &+ settled.run
    return settled.others
  }

  /// Whose a process is by the group; `nil` when the run is a tree.
  private func groupConsumer(of pid: Int32) -> Consumer? {
    guard let group else { return nil }
    if own.contains(pid) { return .own }
    return group.members.contains(pid) ? .run : .others
  }

  private mutating func admit(_ reading: ProcessReading) {
    entries[reading.identity.pid] = Entry(reading: reading, consumer: nil, scan: scan)
    newcomers.append(reading.identity.pid)
    seen += 1
  }

  /// Finds and keeps the consumer of a newcomer, through its parents, which may be newcomers themselves.
  @discardableResult
  private mutating func place(_ pid: Int32, depth: Int) -> Consumer {
    guard let entry = entries[pid], depth < 256 else { return .others }
    if let consumer = entry.consumer { return consumer }
    let consumer = findConsumer(of: entry.reading, depth: depth)
    entries[pid]?.consumer = consumer
    return consumer
  }

  private mutating func findConsumer(of reading: ProcessReading, depth: Int) -> Consumer {
    let pid = reading.identity.pid
    if let consumer = groupConsumer(of: pid) { return consumer }
    if own.contains(pid) { return .own }
    // A root is one process, not its number: the next one of that number is nobody.
    if pendingRoots.remove(pid) != nil { return .run }
    let parent = reading.parent
    if reapers.contains(parent), scan > 1 || isResuming { return .run }
    guard parent != 0, parent != pid else { return .others }
    let consumer = place(parent, depth: depth + 1)
    return consumer == .own ? .others : consumer
  }

  /// Counts what a newcomer used, if it was born since the last scan. An older one was hidden until now, and when it
  /// used its time is not known.
  private mutating func count(newcomer pid: Int32) {
    guard scan > 1, let entry = entries[pid], let consumer = entry.consumer,
      entry.reading.identity.startTicks + 2 >= previousScanTicks
    else { return }
    times[consumer] &+= entry.reading.ownNanoseconds
    if consumer == .own, group?.members.contains(pid) == true { group?.note(own: entry.reading.ownNanoseconds) }
    credit(entry.reading.childrenNanoseconds, to: pid, consumer)
  }

  private mutating func credit(_ nanoseconds: UInt64, to pid: Int32, _ consumer: Consumer) {
    if reapsForRun(pid, consumer) { creditedToRun &+= nanoseconds } else { creditedToOthers &+= nanoseconds }
  }

  private func reapsForRun(_ pid: Int32, _ consumer: Consumer?) -> Bool { consumer == .run || reapers.contains(pid) }

  /// Expects the time of a process that ended to turn up with whoever reaped it.
  private mutating func expectReaping(of reading: ProcessReading) {
    let amount = reading.ownNanoseconds &+ reading.childrenNanoseconds
    guard amount > 0 else { return }
    let parent = entries[reading.parent]
    // Kernel threads are reaped by nobody.
    if reading.parent == 2, parent?.reading.parent == 0, parent?.reading.residentBytes == 0 { return }
    var reaper = parent
    var depth = 0
    while let ancestor = reaper, ancestor.scan != scan, depth < 256 {
      reaper = entries[ancestor.reading.parent]
      depth += 1
    }
    let reaperIsInRun = reaper.map { reapsForRun($0.reading.identity.pid, $0.consumer) } ?? false
    guard depth > 0, let parent else {
      if reaperIsInRun { runPool.expect(amount) } else { othersPool.expect(amount) }
      return
    }
    // Its parent ended too: it was reaped by that parent, or by the one that adopts orphans.
    let adopterIsInRun = !reapers.isEmpty && parent.consumer == .run
    switch (reaperIsInRun, adopterIsInRun) {
    case (true, true): runPool.expect(amount)
    case (false, false): othersPool.expect(amount)
    default: eitherPool.expect(amount)
    }
  }

  private mutating func total() {
    resident = ByConsumer()
    population = ByConsumer()
    potential = ByConsumer()
    var runReapers: UInt64 = 0
    var otherReapers: UInt64 = 0
    var ownOfOthers: UInt64 = 0
    for (pid, entry) in entries {
      guard let consumer = entry.consumer else { continue }
      resident[consumer] &+= entry.reading.residentBytes
      population[consumer] += 1
      potential[consumer] &+= entry.reading.ownNanoseconds
      if consumer == .others { ownOfOthers &+= entry.reading.ownNanoseconds }
      let children = entry.reading.childrenNanoseconds
      guard children > 0 else { continue }
      if reapsForRun(pid, consumer) {
        potential.run &+= children
        runReapers += 1
      } else {
        potential.others &+= children
        otherReapers += 1
      }
    }
    if let group {
      // Reapers outside the group were given members' time, which the counter has already: without any children a next
      // meter finds too little for the others and never too much.
      potential.run = group.counter ?? 0
      potential.others = ownOfOthers
    }
    // Children time is shown in whole ticks of user and of system time, so it may lag by two.
    let lag = 2 * Clocks.nanosecondsPerTick
    runPool.endScan(allowance: runReapers * lag)
    othersPool.endScan(allowance: otherReapers * lag)
    eitherPool.endScan(allowance: 0)
  }

  private func growth(_ before: UInt64, _ now: UInt64) -> UInt64 { now > before ? now - before : 0 }
}
