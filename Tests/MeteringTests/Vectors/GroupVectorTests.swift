import Quantities
import Testing

@testable import Metering

@Suite("Reference vectors: control groups, from files to the record")
struct GroupVectorTests {
  private let id = String(repeating: "0123456789abcdef", count: 4)

  @Test("T29: a group that used 4 s of the machine's 10 s has 80 J of 200 J")
  func share() throws {
    let bench = try VectorMachine()
    try bench.machine.zone("intel-rapl:0", "package-0", energy: 0)
    try bench.write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    try bench.write("sys/fs/cgroup/a/cpu.stat", "usage_usec 1000000\n")
    try bench.write("sys/fs/cgroup/a/cgroup.procs", "42\n")
    try bench.process(42)
    try bench.start(group: "/a")
    try bench.write("sys/fs/cgroup/a/cpu.stat", "usage_usec 5000000\n")
    try bench.process(42, ticks: 400)
    try bench.busy(ticks: 1150)
    try bench.machine.set("intel-rapl:0", 200_000_000)
    // All four processors were busy, so that all 200 J are active.
    let cpu = try #require(try bench.read(after: 2.5).components[.cpu])
    #expect(cpu.run == .joules(80))
    #expect(cpu.unattributed == .joules(120))
  }

  @Test("T32: the second version's tree is found where it is mounted, and busy time is read there")
  func mount() throws {
    let bench = try VectorMachine()
    try bench.write(
      "proc/self/mountinfo",
      "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
        + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:4 - cgroup2 cgroup2 rw\n")
    try bench.write("sys/fs/cgroup/unified/cpu.stat", "usage_usec 1000000\n")
    try bench.start()
    #expect(bench.meter.busyPath == .unifiedGroup("\(bench.machine.root.sys)/fs/cgroup/unified/cpu.stat"))
    try bench.write("sys/fs/cgroup/unified/cpu.stat", "usage_usec 1500000\n")
    #expect(try bench.read(after: 1).cpu.busy == 500_000_000)
  }

  @Test("T33: a process of a pod's container is that container's; one at the top is the host's")
  func workloads() throws {
    let bench = try VectorMachine()
    try bench.machine.zone("intel-rapl:0", "package-0", energy: 0)
    for (pid, path) in [(42, "/kubepods/burstable/pod1234/\(id)"), (43, "/")] {
      try bench.process(pid)
      try bench.write("proc/\(pid)/cgroup", "0::\(path)\n")
    }
    try bench.start()
    try bench.process(42, ticks: 300)
    try bench.process(43, ticks: 100)
    try bench.busy(ticks: 550)
    try bench.machine.set("intel-rapl:0", 40_000_000)
    _ = try bench.read(after: 1)
    let reader = ProcessDetailsReader(machine: bench.machine.root)
    let groups = try #require(bench.meter.table).grouped(by: .container) { reader.details(of: $0) }
    let container = ProcessGroupRow.Key.workload(.container(id: id, runtime: nil, pod: "1234"))
    #expect(groups.first { $0.key == container }?.energy[.cpu] == .joules(30))
    #expect(groups.first { $0.key == .host }?.energy[.cpu] == .joules(10))
  }
}
