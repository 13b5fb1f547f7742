import Quantities
import Testing

@testable import Metering

@Suite("Reading a recorded process table")
struct ScannerTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  private func process(
    _ pid: Int, parent: Int, ticks: Int, children: Int = 0, threads: Int = 1, schedule: UInt64? = nil, turns: Int = 1,
    flags: Int = 0, pages: Int = 3
  ) throws {
    try machine.folder.write(
      "proc/\(pid)/stat",
      "\(pid) (p \(pid)) S \(parent) 1 1 0 -1 \(flags) 0 0 0 0 \(ticks) 0 \(children) 0 20 0 \(threads) 0 500 1000 \(pages) 0 0\n"
    )
    if let schedule { try machine.folder.write("proc/\(pid)/schedstat", "\(schedule) 0 \(turns)\n") }
  }

  private func scan(_ scanner: ProcessScanner, _ ledger: inout ProcessLedger) throws -> ByConsumer {
    try scanner.scan(into: &ledger, busy: nil, isComplete: true)
    return ledger.times
  }

  @Test("where the kernel keeps times in nanoseconds, processes with one thread are timed by them")
  func fine() throws {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try process(1, parent: 0, ticks: 0, schedule: 1_000)
    try process(42, parent: 1, ticks: 0, schedule: 5_000)
    var ledger = ProcessLedger(roots: [42])
    let scanner = ProcessScanner(root: machine.root.proc)
    #expect(try scan(scanner, &ledger) == ByConsumer())
    try process(42, parent: 1, ticks: 0, schedule: 7_500)
    #expect(try scan(scanner, &ledger) == ByConsumer(run: 2_500))
    // With a second thread only the ticks speak of both.
    try process(42, parent: 1, ticks: 3, threads: 2, schedule: 9_000)
    #expect(try scan(scanner, &ledger) == ByConsumer(run: 29_995_000))
    #expect(ledger.resident.run > 0)
  }

  @Test(
    "a kernel that keeps none, or says 0 for all, is read by ticks", arguments: [nil, "0 0 0\n"] as [String?])
  func coarse(own: String?) throws {
    if let own { try machine.folder.write("proc/self/schedstat", own) }
    try process(1, parent: 0, ticks: 7, schedule: 0)
    try process(42, parent: 1, ticks: 10, schedule: 0)
    var ledger = ProcessLedger(roots: [42])
    let scanner = ProcessScanner(root: machine.root.proc)
    _ = try scan(scanner, &ledger)
    try process(42, parent: 1, ticks: 14, schedule: 0)
    try process(1, parent: 0, ticks: 8, schedule: 0)
    #expect(try scan(scanner, &ledger) == ByConsumer(run: 40_000_000, others: 10_000_000))
  }

  @Test("processes that sleep are asked when the machine was busier than the others explain")
  func dozing() throws {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
    try process(42, parent: 1, ticks: 0, schedule: 1_000)
    var ledger = ProcessLedger(roots: [42])
    let scanner = ProcessScanner(root: machine.root.proc)
    try scanner.scan(into: &ledger, busy: 0, isComplete: true)
    for _ in 0..<8 { try scanner.scan(into: &ledger, busy: 0, isComplete: false) }
    try process(42, parent: 1, ticks: 0, schedule: 2_000)
    try scanner.scan(into: &ledger, busy: 1_000, isComplete: false)
    #expect(ledger.times.run == 0)
    try process(42, parent: 1, ticks: 3, schedule: 30_002_000)
    try scanner.scan(into: &ledger, busy: 30_002_000, isComplete: false)
    #expect(ledger.times.run == 30_001_000)
    // A complete scan asks everybody.
    for _ in 0..<5 { try scanner.scan(into: &ledger, busy: 30_002_000, isComplete: false) }
    try process(42, parent: 1, ticks: 3, schedule: 30_003_000)
    try scanner.scan(into: &ledger, busy: 30_003_000, isComplete: true)
    #expect(ledger.times.run == 30_002_000)
  }

  @Test("a sleeping parent is asked again after a child was gone, so that the child's time is not counted twice")
  func reapedWhileDozing() throws {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try process(10, parent: 1, ticks: 0, schedule: 1_000)
    try process(11, parent: 10, ticks: 0, schedule: 1_000)
    var ledger = ProcessLedger(roots: [10])
    let scanner = ProcessScanner(root: machine.root.proc)
    let scan = { (ledger: inout ProcessLedger, isComplete: Bool) in
      try scanner.scan(into: &ledger, busy: 0, isComplete: isComplete)
    }
    try scan(&ledger, true)
    for step in 1...8 {
      try process(11, parent: 10, ticks: 10 * step, schedule: UInt64(step) * 100_000_000)
      try scan(&ledger, true)
    }
    #expect(ledger.times.run == 799_999_000)
    // The child is reaped after its parent was read.
    try machine.folder.write("proc/11/stat", "")
    try machine.folder.write("proc/11/schedstat", "")
    try scan(&ledger, true)
    try process(10, parent: 1, ticks: 0, children: 85, schedule: 2_000)
    for _ in 0..<3 { try scan(&ledger, false) }
    try scan(&ledger, true)
    #expect(ledger.times.run == 850_000_000)
  }

  /// A scanner of a machine on which nobody is born, after its first scan.
  private func started(_ ledger: inout ProcessLedger) throws -> ProcessScanner {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
    let scanner = ProcessScanner(root: machine.root.proc)
    try scanner.scan(into: &ledger, busy: 0, isComplete: true)
    return scanner
  }

  @Test("one that ran for less than a tick is asked for its time alone, and for its memory once it ran for one")
  func glance() throws {
    try process(42, parent: 1, ticks: 0, schedule: 1_000, pages: 3)
    var ledger = ProcessLedger(roots: [42])
    let scanner = try started(&ledger)
    let before = ledger.resident.run
    try process(42, parent: 1, ticks: 0, schedule: 9_000_000, turns: 2, pages: 6)
    try scanner.scan(into: &ledger, busy: 8_999_000, isComplete: false)
    #expect(ledger.times.run == 8_999_000)
    #expect(ledger.resident.run == before)
    try process(42, parent: 1, ticks: 1, schedule: 10_002_000, turns: 3, pages: 6)
    try scanner.scan(into: &ledger, busy: 10_001_000, isComplete: false)
    #expect(ledger.times.run == 10_001_000)
    #expect(ledger.resident.run == 2 * before)
  }

  @Test("what children left that were never seen is found when busy time is not explained without it")
  func unseenChildren() throws {
    try process(42, parent: 1, ticks: 0, schedule: 1_000)
    var ledger = ProcessLedger(roots: [42])
    let scanner = try started(&ledger)
    try process(42, parent: 1, ticks: 0, children: 5, schedule: 2_000, turns: 2)
    try scanner.scan(into: &ledger, busy: 50_001_000, isComplete: false)
    #expect(ledger.times.run == 50_001_000)
  }

  @Test("who reaped before is asked in full when a number was given out, however little it ran")
  func knownReaper() throws {
    try process(42, parent: 1, ticks: 0, children: 1, schedule: 1_000)
    var ledger = ProcessLedger(roots: [42])
    let scanner = try started(&ledger)
    try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 77\n")
    try process(42, parent: 1, ticks: 0, children: 2, schedule: 2_000, turns: 2)
    try scanner.scan(into: &ledger, busy: 9_000_000, isComplete: false)
    #expect(ledger.times.run == 10_001_000)
  }

  @Test("one that was given a processor is asked in full after a loss, though its time stands still")
  func turns() throws {
    try process(42, parent: 1, ticks: 0, children: 1, schedule: 1_000)
    try process(43, parent: 42, ticks: 0, schedule: 1_000)
    var ledger = ProcessLedger(roots: [42])
    let scanner = try started(&ledger)
    // The kernel has not yet brought up to date the time of one that runs this moment; it has just reaped its child.
    try machine.folder.write("proc/43/schedstat", "")
    try machine.folder.write("proc/43/stat", "")
    try process(42, parent: 1, ticks: 0, children: 3, schedule: 1_000, turns: 2)
    try scanner.scan(into: &ledger, busy: 0, isComplete: false)
    #expect(ledger.times.run == 19_999_000)
  }

  @Test("a thread of the kernel is asked for its time alone")
  func kernelThread() throws {
    try process(9, parent: 2, ticks: 0, schedule: 1_000, flags: 0x0020_8040, pages: 0)
    var ledger = ProcessLedger(roots: [42])
    let scanner = try started(&ledger)
    // Whoever read this one would find it gone.
    try machine.folder.write("proc/9/stat", "")
    try process(42, parent: 1, ticks: 0, schedule: 0)
    try machine.folder.write("proc/9/schedstat", "40001000 0 9\n")
    try scanner.scan(into: &ledger, busy: 40_000_000, isComplete: true)
    #expect(ledger.times.others == 40_000_000)
    #expect(scanner.readings.contains { $0.identity.pid == 9 })
  }

  @Test("where nobody else is asked, the rest of the busy time and of the memory is unattributed, not idle")
  func alone() throws {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try process(42, parent: 1, ticks: 0, schedule: 1_000_000, pages: 1000)
    try process(43, parent: 1, ticks: 0, schedule: 1_000_000, pages: 1000)
    let time = TestClock()
    let meter = HostMeter(machine: machine.root, clock: time.clock, asksAll: false, me: 42)
    try meter.start()
    time.advance(seconds: 1)
    try process(42, parent: 1, ticks: 0, schedule: 3_000_000, pages: 1000)
    try process(43, parent: 1, ticks: 0, schedule: 301_000_000, pages: 1000)
    try machine.folder.write("proc/stat", "cpu  130 0 50 1170 50 0 0 0 0 0\n")
    let sample = try meter.read(isComplete: false)
    #expect(sample.cpu.own == 2_000_000)
    #expect(sample.cpu.run == 0 && sample.cpu.others == 0)
    #expect(sample.cpu.unattributed == 298_000_000)
    let memory = try #require(sample.components[.memory])
    #expect(memory.isConserved && memory.idle == .zero && memory.own > .zero && memory.unattributed > memory.own)
    #expect(sample.components[.cpu]?.isConserved == true)
  }

  @Test("a process table that is not there is an error that names it")
  func missing() {
    let scanner = ProcessScanner(root: "/nowhere/proc")
    var ledger = ProcessLedger()
    let error = #expect(throws: MeteringError.self) { try scanner.scan(into: &ledger, busy: nil, isComplete: true) }
    #expect(error?.description.contains("/nowhere/proc") == true)
  }
}
