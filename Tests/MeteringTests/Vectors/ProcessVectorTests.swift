import Quantities
import Testing

@testable import Metering

@Suite("Reference vectors: the kernel's process and machine times, from files to the record")
struct ProcessVectorTests {
  private let name = "a) b) c"

  private func line(user: Int, system: Int, children: String) -> String {
    "42 (\(name)) S 1 42 42 0 -1 4194304 104 0 0 0 \(user) \(system) \(children) 20 0 4 0 109886 2998272 395 "
      + "18446744073709551615 0 0\n"
  }

  @Test("T23: the fields of a process are counted from the last bracket, whatever its name")
  func fields() throws {
    let bench = try VectorMachine()
    // It started 1098.86 s after the machine.
    bench.time.advance(seconds: 200)
    try bench.write("proc/42/stat", line(user: 240, system: 45, children: "0 0"))
    try bench.start()
    try bench.write("proc/42/stat", line(user: 250, system: 50, children: "7 3"))
    try bench.busy(ticks: 175)
    let sample = try bench.read(after: 1)
    // 15 ticks of its own and 10 of children that nobody saw.
    #expect(sample.cpu.run == 250_000_000)
    let row = try bench.row(42)
    #expect(row.identity.startTicks == 109_886)
    #expect(row.parent == 1)
    #expect(row.residentBytes == 395 * 4096)
    #expect(ProcessDetailsReader(machine: bench.machine.root).details(of: row.identity)?.command == name)
    #expect(ProcessStat(line(user: 250, system: 50, children: "7 3"))?.threads == 4)
  }

  @Test("T24: 300 ticks are 3 s: over 2 s, 150 % of one processor and 0.375 of four")
  func ticks() throws {
    let bench = try VectorMachine()
    try bench.process(42)
    try bench.start()
    try bench.process(42, ticks: 300)
    try bench.busy(ticks: 450)
    let sample = try bench.read(after: 2)
    #expect(sample.cpu.run == 3_000_000_000)
    #expect(sample.cpu.usage(since: CPUTerms()) == 0.375)
    #expect(try bench.row(42).percent == 150)
  }

  @Test("T25: of 200 ticks 100 were idle or waiting: the machine was half used")
  func usage() throws {
    let bench = try VectorMachine()
    try bench.write("proc/stat", "cpu  100 0 50 800 50 0 0 0 0 0\n")
    try bench.start()
    try bench.write("proc/stat", "cpu  160 0 90 880 70 0 0 0 0 0\n")
    // Four processors give 200 ticks in half a second.
    let sample = try bench.read(after: 0.5)
    #expect(sample.cpu.busy == 1_000_000_000)
    #expect(sample.cpu.usage(since: CPUTerms()) == 0.5)
  }

  @Test("T26: 50 ticks more that another tenant had are in no share", arguments: BusyLayout.allCases)
  func steal(layout: BusyLayout) throws {
    let bench = try VectorMachine(cpuInfo: "processor : 0\nflags : fpu hypervisor\n")
    try layout.write(bench, busy: 150, stolen: 7)
    try bench.write("proc/stat", "cpu  100 0 50 800 50 0 0 7 0 0\n")
    try bench.start()
    try layout.write(bench, busy: 250, stolen: 57)
    try bench.write("proc/stat", "cpu  160 0 90 880 70 0 0 57 0 0\n")
    // Four processors give 250 ticks in 0.625 s.
    let sample = try bench.read(after: 0.625)
    #expect(sample.cpu.usage(since: CPUTerms()) == 0.5)
    #expect(sample.cpu.capacity == 2_000_000_000)
    // One virtual processor of no known generation: 0.74 W to 3.5 W.
    #expect(sample.components[.cpu]?.host == Microjoules(Int64(2.12 * 0.625 * 1e6)))
  }

  /// Where a machine's busy time is read.
  enum BusyLayout: String, CaseIterable, CustomTestStringConvertible {
    case statistics, unified, accounting
    var testDescription: String { rawValue }

    func write(_ bench: VectorMachine, busy: Int, stolen: Int) throws {
      let mount = "proc/self/mountinfo"
      switch self {
      case .statistics: break
      case .unified:
        try bench.write(mount, "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
        try bench.write("sys/fs/cgroup/cpu.stat", "usage_usec \((busy + stolen) * 10_000)\n")
      case .accounting:
        try bench.write(mount, "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n")
        try bench.write("sys/fs/cgroup/cpuacct/release_agent", "\n")
        try bench.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "\(busy * 10_000_000)\n")
      }
    }
  }

  @Test("T27: time waiting for devices may fall; no use is negative, and idle energy flows all the same")
  func waiting() throws {
    let bench = try VectorMachine()
    try bench.write("proc/stat", "cpu  100 0 50 800 50 0 0 0 0 0\n")
    try bench.start()
    try bench.write("proc/stat", "cpu  100 0 50 800 40 0 0 0 0 0\n")
    let sample = try bench.read(after: 1)
    #expect(sample.cpu.busy == 0)
    #expect(sample.cpu.usage(since: CPUTerms()) == 0)
    let cpu = try #require(sample.components[.cpu])
    #expect(cpu.host > .zero && cpu.host == cpu.idle)
  }

  @Test("T28: a number that is given out again is another process: its past is nobody's, and it is not the run's")
  func recycled() throws {
    let bench = try VectorMachine()
    try bench.process(42, ticks: 30, start: 100)
    try bench.start()
    try bench.process(42, ticks: 70, start: 900)
    let first = try bench.read(after: 1)
    #expect(first.cpu.run == 0)
    #expect(first.cpu.others == 0)
    #expect(try bench.row(42).identity == ProcessIdentity(pid: 42, startTicks: 900))
    try bench.process(42, ticks: 80, start: 900)
    try bench.busy(ticks: 160)
    let second = try bench.read(after: 1)
    #expect(second.cpu.run == 0)
    #expect(second.cpu.others == 100_000_000)
  }
}
