import Quantities
import Testing

@testable import Metering

@Suite("Reading a recorded process table")
struct ScannerTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  private func process(
    _ pid: Int, parent: Int, ticks: Int, children: Int = 0, threads: Int = 1, schedule: UInt64? = nil
  ) throws {
    try machine.folder.write(
      "proc/\(pid)/stat",
      "\(pid) (p \(pid)) S \(parent) 1 1 0 -1 0 0 0 0 0 \(ticks) 0 \(children) 0 20 0 \(threads) 0 500 1000 3 0 0\n")
    if let schedule { try machine.folder.write("proc/\(pid)/schedstat", "\(schedule) 0 1\n") }
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

  @Test("a process table that is not there is an error that names it")
  func missing() {
    let scanner = ProcessScanner(root: "/nowhere/proc")
    var ledger = ProcessLedger()
    let error = #expect(throws: MeteringError.self) { try scanner.scan(into: &ledger, busy: nil, isComplete: true) }
    #expect(error?.description.contains("/nowhere/proc") == true)
  }
}
