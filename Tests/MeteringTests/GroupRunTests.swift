import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A run that is a control group")
struct GroupLedgerTests {
  private static let tick: UInt64 = 10_000_000

  private func process(
    _ pid: Int32, parent: Int32 = 1, start: UInt64 = 0, own: UInt64, children: UInt64 = 0
  ) -> ProcessReading {
    ProcessReading(
      identity: ProcessIdentity(pid: pid, startTicks: start), parent: parent, ownNanoseconds: own * Self.tick,
      childrenNanoseconds: children * Self.tick, residentBytes: 1)
  }

  private func scan(
    _ ledger: inout ProcessLedger, group counter: UInt64?, _ members: Set<Int32>, at ticks: UInt64,
    _ table: [ProcessReading]
  ) {
    ledger.take(
      group: counter.map { ControlGroupReading(nanoseconds: $0 * Self.tick, members: members) }, isGone: counter == nil)
    ledger.beginScan(atTicks: ticks)
    for reading in table { ledger.observe(reading) }
    ledger.endScan()
  }

  private func ticks(_ times: ByConsumer) -> [UInt64] { [times.run, times.others, times.own].map { $0 / Self.tick } }

  @Test("its time is what its counter grew by, with members that nobody saw; the others' is their own")
  func counter() {
    var ledger = ProcessLedger(group: "/g", own: [7])
    #expect(ledger.groupPath == "/g")
    scan(&ledger, group: 500, [10], at: 1000, [process(1, own: 0), process(7, own: 0), process(10, own: 90)])
    #expect(ticks(ledger.times) == [0, 0, 0])
    scan(&ledger, group: 570, [10], at: 1100, [process(1, own: 3), process(7, own: 2), process(10, own: 100)])
    #expect(ticks(ledger.times) == [70, 3, 2])
    #expect(ledger.population == ByConsumer(run: 1, others: 1, own: 1))
    #expect(ledger.consumer(of: 10) == .run)
  }

  @Test("a process that enters or leaves is a member from then on, and its time is counted once")
  func moves() {
    var ledger = ProcessLedger(group: "/g")
    scan(&ledger, group: 0, [], at: 1000, [process(10, own: 50)])
    scan(&ledger, group: 20, [10], at: 1100, [process(10, own: 70)])
    #expect(ticks(ledger.times) == [20, 0, 0])
    scan(&ledger, group: 30, [10], at: 1200, [process(10, own: 80)])
    #expect(ticks(ledger.times) == [30, 0, 0])
    scan(&ledger, group: 35, [], at: 1300, [process(10, own: 90)])
    #expect(ticks(ledger.times) == [35, 0, 0])
    scan(&ledger, group: 35, [], at: 1400, [process(10, own: 100)])
    #expect(ticks(ledger.times) == [35, 10, 0])
  }

  @Test("a reaper outside is not given the members' time a second time, seen or not")
  func outsideReaper() {
    var ledger = ProcessLedger(group: "/g")
    let runtime = { (own: UInt64, children: UInt64) in process(5, own: own, children: children) }
    scan(&ledger, group: 0, [], at: 1000, [process(1, own: 0), runtime(0, 0)])
    scan(
      &ledger, group: 40, [10], at: 1100,
      [process(1, own: 0), runtime(1, 0), process(10, parent: 5, start: 1010, own: 40)])
    // The member used 20 more, another that nobody saw used 60; the runtime reaps both, and one of its own for 7.
    scan(&ledger, group: 120, [], at: 1200, [process(1, own: 0), runtime(2, 127)])
    #expect(ticks(ledger.times) == [120, 9, 0])
  }

  @Test("Dimmer's processes in the group are not the run's")
  func ownInside() {
    var ledger = ProcessLedger(group: "/g", own: [7])
    scan(&ledger, group: 0, [7, 10], at: 1000, [process(7, own: 0), process(10, own: 0)])
    scan(&ledger, group: 50, [7, 10], at: 1100, [process(7, own: 5), process(10, own: 45)])
    #expect(ticks(ledger.times) == [45, 0, 5])
    #expect(ledger.population == ByConsumer(run: 1, own: 1))
  }

  @Test("a counter that is set back is no negative work, and a look that failed is made up for")
  func setBack() {
    var ledger = ProcessLedger(group: "/g")
    scan(&ledger, group: 100, [10], at: 1000, [process(10, own: 0)])
    scan(&ledger, group: 0, [10], at: 1100, [process(10, own: 0)])
    #expect(ticks(ledger.times) == [0, 0, 0])
    ledger.take(group: nil)
    ledger.beginScan(atTicks: 1200)
    ledger.observe(process(10, own: 4))
    ledger.endScan()
    #expect(!ledger.isGone)
    scan(&ledger, group: 9, [10], at: 1300, [process(10, own: 9)])
    #expect(ticks(ledger.times) == [9, 0, 0])
  }

  @Test("when the group is removed the run has ended and stays ended")
  func gone() {
    var ledger = ProcessLedger(group: "/g")
    scan(&ledger, group: 0, [10], at: 1000, [process(1, own: 0), process(10, own: 0)])
    scan(&ledger, group: 30, [10], at: 1100, [process(1, own: 0), process(10, own: 30)])
    scan(&ledger, group: nil, [], at: 1200, [process(1, own: 0)])
    #expect(ledger.isGone)
    scan(&ledger, group: 900, [11], at: 1300, [process(1, own: 0), process(11, own: 900)])
    #expect(ledger.isGone)
    #expect(ticks(ledger.times)[0] == 30)
  }

  @Test("a second meter goes on with the counter, without Dimmer's own time in it")
  func resumed() {
    var first = ProcessLedger(group: "/g", own: [7])
    let table = { (own: UInt64, run: UInt64) in
      [process(7, own: own), process(10, own: run), process(11, own: 2 * run)]
    }
    scan(&first, group: 100, [7, 10], at: 1000, table(0, 0))
    scan(&first, group: 150, [7, 10], at: 1100, table(10, 40))
    #expect(ticks(first.times) == [40, 80, 10])
    var second = ProcessLedger(group: "/g", own: [7])
    scan(&second, group: 190, [7, 10], at: 1200, table(15, 75))
    second.resume(from: first.times, used: second.potential.since(first.potential))
    #expect(ticks(second.times) == [75, 150, 15])
  }
}

/// A real control group of this machine that is gone when the test is.
private final class RealGroup {
  let folder: String
  let group: ControlGroup

  /// `nil` where none may be made.
  init?(_ name: String) {
    let mounts = ControlGroupMounts(mountInfo: FileBuffer().text(at: "/proc/self/mountinfo") ?? "")
    guard let place = mounts.accounting ?? mounts.unified else { return nil }
    let folder = "\(place)/dimmer-test-\(name)-\(getpid())"
    guard mkdir(folder, 0o755) == 0 else { return nil }
    guard let group = try? ControlGroup(folder), access("\(folder)/cgroup.procs", W_OK) == 0 else {
      rmdir(folder)
      return nil
    }
    self.folder = folder
    self.group = group
  }

  deinit { remove() }

  /// Processes must have ended; the kernel needs a moment after the last one.
  func remove() {
    for _ in 0..<200 where rmdir(folder) != 0 && errno == EBUSY { usleep(5_000) }
  }

  static let isPossible: Bool = {
    guard let group = RealGroup("possible") else { return false }
    group.remove()
    return true
  }()
}

@Suite(
  "Real control groups", .serialized,
  .enabled(if: RealGroup.isPossible, "no control group can be made here: it needs root and a writable tree"))
struct RealGroupTests {
  /// A shell that enters the group first.
  private func shell(in group: borrowing RealGroup, _ script: String) -> [String] {
    ["/bin/sh", "-c", "echo $$ > '\(group.folder)/cgroup.procs' && \(script)"]
  }

  @Test("ten thousand short children are 99 % of their group's busy time, as a tree and as a group")
  func children() throws {
    let real = try #require(RealGroup("children"))
    let work = Array(repeating: "1", count: 300).joined(separator: " ")
    let asGroup = HostMeter()
    try asGroup.start(group: real.group)
    let asTree = HostMeter()
    try asTree.start()
    // Each works some 100 us. One that does nothing costs as much to make and to end, and the last microsecond or two of
    // ending is in the group's counter but in no process's time: that alone is a hundredth then.
    let script = "n=0; while [ $n -lt 10000 ]; do (for i in \(work); do i=$((i+1)); done); n=$((n+1)); done"
    let pid = try Programs.start(shell(in: real, script))
    asTree.add(root: pid)
    var before = asGroup.population.run
    while !hasEnded(pid) {
      let sample = try asGroup.read(isComplete: false)
      _ = try asTree.read(isComplete: false)
      #expect(sample.total.isConserved)
      before = max(before, asGroup.population.run)
      usleep(100_000)
    }
    let group = try asGroup.read()
    let tree = try asTree.read()
    Programs.wait(pid)
    let busy = try #require(real.group.nanoseconds)
    #expect(busy > 100_000_000)
    #expect(before > 0)
    #expect(group.cpu.run * 100 >= busy * 99)
    #expect(group.cpu.run <= busy)
    #expect(tree.cpu.run * 100 >= busy * 99)
    // Times of reaped children come in ticks.
    #expect(tree.cpu.run <= busy + 6 * Clocks.nanosecondsPerTick)
    #expect(group.total.isConserved && tree.total.isConserved)
    #expect(group.cpu.busy <= group.cpu.run + group.cpu.others + group.cpu.own + group.cpu.unattributed)
  }

  @Test("a member whose parent is outside counts once; when the group is removed the run has ended")
  func removed() throws {
    let real = try #require(RealGroup("removed"))
    let meter = HostMeter()
    try meter.start(group: real.group)
    let script = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"
    let pid = try Programs.start(shell(in: real, script))
    Programs.waitUntilEnded(pid)
    _ = try meter.read()
    let busy = try #require(real.group.nanoseconds)
    let used = Programs.wait(pid).nanoseconds
    let reaped = try meter.read()
    #expect(reaped.cpu.run == busy)
    // All but the shell's start was in the group.
    #expect(used >= busy && used - busy < 3 * Clocks.nanosecondsPerTick)
    #expect(!meter.isGone)
    real.remove()
    let sample = try meter.read()
    #expect(meter.isGone)
    #expect(sample.cpu.run == busy)
    #expect(sample.total.isConserved)
    let error = #expect(throws: MeteringError.self) { try HostMeter().start(group: real.group) }
    #expect(error?.description.contains(real.group.path) == true)
  }

  @Test("the group of a process, its members and its limits are what the kernel says")
  func lookedUp() throws {
    let real = try #require(RealGroup("looked-up"))
    let folder = try TemporaryFolder()
    let gate = "\(folder.path)/gate"
    try #require(mkfifo(gate, 0o600) == 0)
    let pid = try Programs.start(shell(in: real, ": > '\(gate)'; read x < '\(gate)'"))
    close(open(gate, O_RDONLY))
    #expect(ControlGroup.of(pid) == real.group)
    #expect(real.group.members == [pid])
    #expect(real.group.workload == nil)
    let online = Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #expect(try #require(real.group.processors) <= online)
    #expect(try #require(real.group.memoryLimitBytes) > 0)
    let writer = open(gate, O_WRONLY)
    _ = write(writer, "\n", 1)
    close(writer)
    Programs.wait(pid)
  }

  private func hasEnded(_ pid: Int32) -> Bool {
    FileBuffer().text(at: "/proc/\(pid)/stat").flatMap { ProcessStat($0) }?.state == UInt8(ascii: "Z")
  }
}
