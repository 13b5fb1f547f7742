import Quantities
import Testing

@testable import Metering

@Suite("The kernel's process and machine times")
struct KernelTimesTests {
  @Test("the fields of a process are counted from the last bracket")
  func stat() throws {
    let line =
      "42 (a) b) c) S 1 42 42 0 -1 4194304 104 0 0 0 250 50 7 3 20 0 4 0 109886 2998272 395 18446744073709551615 0 0"
    let stat = try #require(ProcessStat(line))
    #expect(ProcessStat.command(in: line) == "a) b) c")
    #expect(stat.pid == 42)
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.parent == 1)
    #expect([stat.userTicks, stat.systemTicks, stat.childrenUserTicks, stat.childrenSystemTicks] == [250, 50, 7, 3])
    #expect(stat.threads == 4)
    #expect(stat.startTicks == 109_886)
    #expect(stat.residentPages == 395)
  }

  @Test("a line that is cut is no process", arguments: ["", "42", "42 (a", "42 (a) S 1 42", "x (a) S 1 2 3"])
  func cut(line: String) { #expect(ProcessStat(line) == nil) }

  @Test("300 ticks at 100 a second are 3 s: over 2 s, 150 % of one processor and 0.375 of four")
  func ticks() {
    let seconds = 300 * Double(10_000_000) / 1e9
    #expect(seconds == 3)
    let cpu = CPUTerms(busy: 3_000_000_000, capacity: 8_000_000_000)
    #expect(cpu.usage(since: CPUTerms()) == 0.375)
  }

  @Test("busy is everything but idle, waiting and steal, and steal is in no share")
  func usage() throws {
    let before = try #require(MachineTicks("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1 1"))
    let after = try #require(MachineTicks("cpu  160 0 90 880 70 0 0 0 0 0\n"))
    let stolen = try #require(MachineTicks("cpu  160 0 90 880 70 0 0 50 0 0\n"))
    #expect(after.usage(since: before).value == 0.5)
    #expect(stolen.usage(since: before).value == 0.5)
    #expect(stolen.steal == 50)
  }

  @Test("time waiting for devices may fall; usage never goes below nothing")
  func waiting() throws {
    let before = try #require(MachineTicks("cpu 100 0 50 800 50 0 0 0 0 0"))
    let after = try #require(MachineTicks("cpu 100 0 50 800 40 0 0 0 0 0"))
    #expect(after.usage(since: before).value == 0)
    #expect(before.usage(since: before).value == 0)
  }

  @Test("the second version's tree is found where it is mounted, the first version's accounting beside it")
  func mounts() {
    let hybrid = """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:4 - cgroup2 cgroup2 rw
      """
    let mounts = ControlGroupMounts(mountInfo: hybrid)
    #expect(mounts.unified == "/sys/fs/cgroup/unified")
    #expect(mounts.accounting == "/sys/fs/cgroup/cpu,cpuacct")
    #expect(ControlGroupMounts(mountInfo: "") == ControlGroupMounts(mountInfo: "1 2 - cgroup2"))
  }

  @Test("busy time is read where it covers the whole machine, the finest way first")
  func paths() throws {
    let machine = try RecordedMachine()
    let mounts =
      "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 c rw\n"
    try machine.folder.write("proc/self/mountinfo", mounts)
    #expect(BusyTime(machine: machine.root).path == .statistics)
    try machine.folder.write("sys/fs/cgroup/unified/cpu.stat", "usage_usec 1000000\nuser_usec 1\n")
    var unified = BusyTime(machine: machine.root)
    #expect(unified.path == .unifiedGroup("\(machine.root.sys)/fs/cgroup/unified/cpu.stat"))
    try machine.folder.write("sys/fs/cgroup/unified/cpu.stat", "usage_usec 5000000\nuser_usec 1\n")
    #expect(unified.read() == 4_000_000_000)
    // A container's own group is not the machine.
    try machine.folder.write("sys/fs/cgroup/unified/cgroup.type", "domain\n")
    try machine.folder.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "5\n")
    #expect(BusyTime(machine: machine.root).path == .statistics)
    try machine.folder.write("sys/fs/cgroup/cpuacct/release_agent", "\n")
    var accounting = BusyTime(machine: machine.root)
    #expect(accounting.path == .accountingGroup("\(machine.root.sys)/fs/cgroup/cpuacct/cpuacct.usage"))
    try machine.folder.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "7005\n")
    #expect(accounting.read() == 7000)
    try machine.folder.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "6000\n")
    #expect(accounting.read() == 7000)
  }
}

@Suite("Whose CPU time it was")
struct ProcessLedgerTests {
  private static let tick: UInt64 = 10_000_000

  /// A process in a scan, times in ticks.
  struct Seen {
    var pid: Int32
    var parent: Int32
    var own: UInt64
    var children: UInt64 = 0
    var start: UInt64 = 0
    var resident: UInt64 = 1
  }

  /// Scans a table; the machine's time moves on by 100 ticks each time.
  private func scan(_ ledger: inout ProcessLedger, _ table: [Seen], at ticks: UInt64) {
    ledger.beginScan(atTicks: ticks)
    for seen in table {
      ledger.observe(
        ProcessReading(
          identity: ProcessIdentity(pid: seen.pid, startTicks: seen.start), parent: seen.parent,
          ownNanoseconds: seen.own * Self.tick, childrenNanoseconds: seen.children * Self.tick,
          residentBytes: seen.resident))
    }
    ledger.endScan()
  }

  private func ticks(_ times: ByConsumer) -> [UInt64] { [times.run, times.others, times.own].map { $0 / Self.tick } }

  @Test("the baseline counts nothing, afterwards each process counts where it belongs")
  func groups() {
    var ledger = ProcessLedger(roots: [10], own: [5])
    let table = [
      Seen(pid: 1, parent: 0, own: 100), Seen(pid: 5, parent: 1, own: 7), Seen(pid: 10, parent: 5, own: 50),
      Seen(pid: 11, parent: 10, own: 20),
    ]
    scan(&ledger, table, at: 1000)
    #expect(ticks(ledger.times) == [0, 0, 0])
    let later = table.map { Seen(pid: $0.pid, parent: $0.parent, own: $0.own + UInt64($0.pid)) }
    scan(&ledger, later, at: 1100)
    #expect(ticks(ledger.times) == [21, 1, 5])
    #expect(ledger.population == ByConsumer(run: 2, others: 1, own: 1))
    #expect(ledger.resident == ByConsumer(run: 2, others: 1, own: 1))
  }

  @Test("children found before their root belong to it, and the root does, too")
  func order() {
    var ledger = ProcessLedger(roots: [10])
    let table = { (own: UInt64) in
      [Seen(pid: 9, parent: 8, own: own), Seen(pid: 8, parent: 10, own: own), Seen(pid: 10, parent: 1, own: own)]
    }
    scan(&ledger, table(0), at: 1000)
    scan(&ledger, table(7), at: 1100)
    #expect(ticks(ledger.times) == [21, 0, 0])
  }

  @Test("a child that was seen alive and then reaped is counted once")
  func reaped() {
    var ledger = ProcessLedger(roots: [10])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 5), Seen(pid: 11, parent: 10, own: 80, start: 1010)], at: 1100)
    #expect(ticks(ledger.times) == [85, 0, 0])
    // It used 20 more before it ended; its parent is given all 100.
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 5, children: 100)], at: 1200)
    #expect(ticks(ledger.times) == [105, 0, 0])
  }

  @Test("a child that lived less than a period is counted through its parent")
  func unseen() {
    var ledger = ProcessLedger(roots: [10])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 1, children: 30)], at: 1100)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 2, children: 70)], at: 1200)
    #expect(ticks(ledger.times) == [72, 0, 0])
  }

  @Test("a child that is gone before its parent was given its time is counted once, too")
  func late() {
    var ledger = ProcessLedger(roots: [10])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 80, start: 1010)], at: 1100)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1200)
    #expect(ticks(ledger.times) == [80, 0, 0])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0, children: 100)], at: 1300)
    #expect(ticks(ledger.times) == [100, 0, 0])
  }

  @Test("a whole branch that ends at once is counted once, whoever reaped whom")
  func branch() {
    var ledger = ProcessLedger(roots: [10])
    let parent = Seen(pid: 10, parent: 1, own: 0)
    scan(&ledger, [parent], at: 1000)
    scan(
      &ledger,
      [
        parent, Seen(pid: 11, parent: 10, own: 10, start: 1010), Seen(pid: 12, parent: 11, own: 20, start: 1020),
        Seen(pid: 13, parent: 12, own: 40, start: 1030),
      ], at: 1100)
    #expect(ticks(ledger.times) == [70, 0, 0])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0, children: 77)], at: 1200)
    #expect(ticks(ledger.times) == [77, 0, 0])
  }

  @Test("a child whose parent ended in the same period is counted once, though init reaped it and may have the run's")
  func eitherReaper() {
    var ledger = ProcessLedger(roots: [10])
    let root = { (children: UInt64) in Seen(pid: 10, parent: 1, own: 0, children: children) }
    let system = { (children: UInt64) in Seen(pid: 1, parent: 0, own: 0, children: children) }
    scan(&ledger, [system(0), root(0)], at: 1000)
    scan(
      &ledger,
      [
        system(0), root(0), Seen(pid: 11, parent: 10, own: 0, start: 1010),
        Seen(pid: 12, parent: 11, own: 80, start: 1020),
      ], at: 1100)
    scan(&ledger, [system(80), root(0)], at: 1200)
    #expect(ticks(ledger.times) == [80, 0, 0])
    scan(&ledger, [system(80), root(0)], at: 1300)
    #expect(ticks(ledger.times) == [80, 0, 0])
    // Had the run's root reaped it, init's time was another's, and comes one scan later.
    scan(
      &ledger,
      [
        system(80), root(0), Seen(pid: 21, parent: 10, own: 0, start: 1310),
        Seen(pid: 22, parent: 21, own: 40, start: 1320),
      ], at: 1400)
    scan(&ledger, [system(110), root(0)], at: 1500)
    #expect(ticks(ledger.times) == [120, 0, 0])
    scan(&ledger, [system(110), root(40)], at: 1600)
    #expect(ticks(ledger.times) == [120, 30, 0])
  }

  @Test("a member whose parent ended stays a member, and so do its children")
  func sticky() {
    var ledger = ProcessLedger(roots: [10])
    scan(
      &ledger, [Seen(pid: 1, parent: 0, own: 0), Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 0)],
      at: 1000)
    scan(&ledger, [Seen(pid: 1, parent: 0, own: 0), Seen(pid: 11, parent: 1, own: 30)], at: 1100)
    scan(
      &ledger,
      [
        Seen(pid: 1, parent: 0, own: 0), Seen(pid: 11, parent: 1, own: 60),
        Seen(pid: 12, parent: 11, own: 5, start: 1150),
      ],
      at: 1200)
    #expect(ticks(ledger.times) == [65, 0, 0])
  }

  @Test("new children of the process that adopts orphans belong to the run, its own meter does not")
  func adopted() {
    var ledger = ProcessLedger(own: [5, 6], reapers: [5])
    let dimmer = Seen(pid: 5, parent: 1, own: 0)
    scan(&ledger, [dimmer, Seen(pid: 6, parent: 5, own: 0), Seen(pid: 7, parent: 5, own: 0)], at: 1000)
    scan(
      &ledger,
      [
        dimmer, Seen(pid: 6, parent: 5, own: 1), Seen(pid: 7, parent: 5, own: 2),
        Seen(pid: 10, parent: 5, own: 4, start: 1001),
      ], at: 1100)
    #expect(ticks(ledger.times) == [4, 2, 1])
    // An orphan of a process that was never seen, and one that was reaped before it was seen.
    scan(
      &ledger,
      [
        Seen(pid: 5, parent: 1, own: 0, children: 8), Seen(pid: 6, parent: 5, own: 1), Seen(pid: 7, parent: 5, own: 2),
        Seen(pid: 10, parent: 5, own: 4, start: 1001), Seen(pid: 20, parent: 5, own: 16, start: 1110),
      ], at: 1200)
    #expect(ticks(ledger.times) == [28, 2, 1])
  }

  @Test("time of children that nobody waits for is forgotten, and does not swallow that of others")
  func ignored() {
    var ledger = ProcessLedger(roots: [10])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 90)], at: 1100)
    for step in 1...3 { scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1100 + 100 * UInt64(step)) }
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0, children: 50)], at: 1500)
    #expect(ticks(ledger.times) == [140, 0, 0])
  }

  @Test("a number that is given out again is another process with a history of its own")
  func recycled() {
    var ledger = ProcessLedger(roots: [42])
    let parent = Seen(pid: 1, parent: 0, own: 0)
    scan(&ledger, [parent, Seen(pid: 42, parent: 1, own: 500, start: 100)], at: 1000)
    scan(&ledger, [parent, Seen(pid: 42, parent: 1, own: 0, start: 1050)], at: 1100)
    #expect(ticks(ledger.times) == [0, 0, 0])
    scan(&ledger, [parent, Seen(pid: 42, parent: 1, own: 9, start: 1050)], at: 1200)
    #expect(ticks(ledger.times) == [0, 9, 0])
  }

  @Test("a process that was hidden until now does not bring its whole past")
  func hidden() {
    var ledger = ProcessLedger(roots: [10])
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0)], at: 1100)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 5000, start: 200)], at: 1200)
    scan(&ledger, [Seen(pid: 10, parent: 1, own: 0), Seen(pid: 11, parent: 10, own: 5003, start: 200)], at: 1300)
    #expect(ticks(ledger.times) == [3, 0, 0])
  }

  @Test("a root that is added later counts from then on, with its descendants")
  func added() {
    var ledger = ProcessLedger()
    let table = { (own: UInt64) in
      [Seen(pid: 10, parent: 1, own: own), Seen(pid: 12, parent: 11, own: own), Seen(pid: 11, parent: 10, own: own)]
    }
    scan(&ledger, table(0), at: 1000)
    scan(&ledger, table(10), at: 1100)
    ledger.add(root: 10)
    scan(&ledger, table(15), at: 1200)
    #expect(ticks(ledger.times) == [15, 30, 0])
  }

  @Test("kernel threads end without anybody being given their time")
  func kernelThreads() {
    var ledger = ProcessLedger()
    let others = [Seen(pid: 1, parent: 0, own: 0), Seen(pid: 2, parent: 0, own: 0, resident: 0)]
    scan(&ledger, others + [Seen(pid: 30, parent: 2, own: 70, resident: 0)], at: 1000)
    scan(&ledger, [Seen(pid: 1, parent: 0, own: 0, children: 25), others[1]], at: 1100)
    #expect(ticks(ledger.times) == [0, 25, 0])
  }

  @Test("for a closed group the sum of own and children time is kept by every order of birth, work and death")
  func closed() {
    // A seeded machine: processes are born, work and end; parents are given the time of the children that they reap.
    var state: UInt64 = 20_260_731
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<40 {
      var table: [Int32: Seen] = [1: Seen(pid: 1, parent: 0, own: 0), 10: Seen(pid: 10, parent: 1, own: 0)]
      var ledger = ProcessLedger(roots: [], own: [], reapers: [10])
      var next: Int32 = 11
      var worked: UInt64 = 0
      var now: UInt64 = 1000
      scan(&ledger, table.values.sorted { $0.pid < $1.pid }, at: now)
      for _ in 0..<30 {
        for _ in 0..<random(12) {
          let alive = table.keys.filter { $0 >= 10 }.sorted()
          let pid = alive[random(alive.count)]
          switch random(4) {
          case 0:
            table[next] = Seen(pid: next, parent: pid, own: 0, start: now + 1)
            next += 1
          case 1, 2:
            guard pid != 10 else { continue }
            let amount = UInt64(random(50))
            table[pid]?.own += amount
            worked += amount
          default:
            guard pid != 10, let dead = table.removeValue(forKey: pid) else { continue }
            for orphan in table.keys where table[orphan]?.parent == pid { table[orphan]?.parent = 10 }
            table[dead.parent]?.children += dead.own + dead.children
          }
        }
        now += 100
        scan(&ledger, table.values.sorted { $0.pid < $1.pid }, at: now)
      }
      #expect(ledger.times.run / Self.tick == worked)
      #expect(ledger.times.others == 0)
    }
  }
}
