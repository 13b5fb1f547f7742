import Quantities

@testable import Metering

/// The kernel's account of processes, simulated: who is whose child, who reaps whom, and what each may say of its time.
///
/// True times are in nanoseconds and known; what a reader sees is what Linux shows: own time in nanoseconds of a process
/// with one thread, else in whole ticks of user and of system time, and children's time in whole ticks once they were
/// waited for.
struct SimulatedKernel {
  struct Process {
    var pid: Int32
    var start: UInt64
    var parent: Int32
    var user: UInt64 = 0
    var system: UInt64 = 0
    var childrenUser: UInt64 = 0
    var childrenSystem: UInt64 = 0
    /// What the first thread ran.
    var firstThread: UInt64 = 0
    var threads = 1
    var isZombie = false
    var ignoresChildren = false
    /// The roots it descends from, as a person would say who had watched all forks.
    var roots: Set<Int32>
    var isMember: Bool
  }

  static let tick: UInt64 = 10_000_000
  private(set) var processes: [Int32: Process] = [:]
  private(set) var ticks: UInt64 = 1000
  private(set) var busy: UInt64 = 0
  /// True CPU time by root, of the control group, and of processes that were neither Dimmer's nor any root's.
  private(set) var used: [Int32: UInt64] = [:]
  private(set) var usedByGroup: UInt64 = 0
  private(set) var usedByOwn: UInt64 = 0
  /// Processes that ever had threads or reaped: the times of each may be two ticks off.
  private(set) var inexact: Set<ProcessIdentity> = []
  /// Whether some process ended of whom nobody was told.
  private(set) var wasSilent = false
  let subreaper: Int32?
  let own: Int32 = 5

  /// A machine with init, a shell outside, Dimmer and a root that Dimmer started.
  init(root: Int32, subreaper: Int32?) {
    self.subreaper = subreaper
    add(Process(pid: 1, start: 0, parent: 0, roots: [], isMember: false))
    add(Process(pid: 3, start: 10, parent: 1, roots: [], isMember: false))
    add(Process(pid: own, start: 20, parent: 3, roots: [], isMember: false))
    add(Process(pid: root, start: 30, parent: own, roots: [root], isMember: true))
  }

  private mutating func add(_ process: Process) { processes[process.pid] = process }

  /// Those that can do something, in order.
  var living: [Int32] { processes.values.filter { !$0.isZombie }.map(\.pid).sorted() }

  mutating func pass(ticks more: UInt64) { ticks += more }

  mutating func fork(_ parent: Int32, as pid: Int32) {
    guard let process = processes[parent], !process.isZombie, processes[pid] == nil else { return }
    add(
      Process(
        pid: pid, start: ticks, parent: parent, ignoresChildren: process.ignoresChildren, roots: process.roots,
        isMember: process.isMember))
  }

  /// Makes a process a root of its own, before it did anything.
  mutating func mark(root pid: Int32) { processes[pid]?.roots.insert(pid) }

  mutating func setThreads(_ pid: Int32, _ count: Int) {
    processes[pid]?.threads = count
    if count > 1 { note(pid) }
  }

  mutating func setIgnoring(_ pid: Int32) { processes[pid]?.ignoresChildren = true }

  mutating func work(_ pid: Int32, user: UInt64, system: UInt64) {
    guard var process = processes[pid], !process.isZombie else { return }
    process.user += user
    process.system += system
    process.firstThread += process.threads > 1 ? (user + system) / 2 : user + system
    processes[pid] = process
    busy += user + system
    for root in process.roots { used[root, default: 0] += user + system }
    if process.isMember { usedByGroup += user + system }
    if pid == own { usedByOwn += user + system }
  }

  mutating func exit(_ pid: Int32) {
    guard let process = processes[pid], !process.isZombie else { return }
    processes[pid]?.isZombie = true
    // Dimmer adopts orphans of what it started where it is a subreaper; else init does, whoever they were.
    let adopter = subreaper.map { process.roots.isEmpty ? 1 : $0 } ?? 1
    for child in processes.values.filter({ $0.parent == pid }).map(\.pid).sorted() {
      processes[child]?.parent = adopter
      if processes[child]?.isZombie == true { reap(child) }
    }
    guard let parent = processes[process.parent] else { return }
    if parent.ignoresChildren {
      processes[pid] = nil
      wasSilent = true
    } else if parent.pid == 1 || parent.pid == own {
      reap(pid)
    }
  }

  mutating func reap(_ pid: Int32) {
    guard let process = processes[pid], process.isZombie, let parent = processes[process.parent] else { return }
    processes[pid] = nil
    processes[parent.pid]?.childrenUser += process.user + process.childrenUser
    processes[parent.pid]?.childrenSystem += process.system + process.childrenSystem
    note(parent.pid)
  }

  private mutating func note(_ pid: Int32) {
    guard let process = processes[pid] else { return }
    inexact.insert(ProcessIdentity(pid: pid, startTicks: process.start))
  }

  /// What a reader sees.
  var readings: [ProcessReading] {
    processes.values.sorted { $0.pid < $1.pid }.map { process in
      let whole = { (time: UInt64) in time / Self.tick * Self.tick }
      let coarse = whole(process.user) + whole(process.system)
      return ProcessReading(
        identity: ProcessIdentity(pid: process.pid, startTicks: process.start), parent: process.parent,
        ownNanoseconds: process.threads == 1 ? max(coarse, process.firstThread) : coarse,
        childrenNanoseconds: whole(process.childrenUser) + whole(process.childrenSystem),
        residentBytes: process.isZombie ? 0 : 4096)
    }
  }

  /// What a reader sees of the control group.
  var group: ControlGroupReading {
    ControlGroupReading(
      nanoseconds: usedByGroup, members: Set(processes.values.filter(\.isMember).map(\.pid)))
  }
}
