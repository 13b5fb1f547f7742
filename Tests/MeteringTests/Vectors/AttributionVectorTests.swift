import Quantities
import Testing

@testable import Metering

@Suite("Reference vectors: sharing out, from files to the record")
struct AttributionVectorTests {
  /// 600 J in ten seconds, 300 J of them idle, by a fitted curve; A (42) worked 6 s, B (43) 3 s, the system (44) 1 s.
  private func tenSeconds(processors: Int) throws -> (bench: VectorMachine, terms: EnergyTerms) {
    let model = (0..<processors).map { "processor : \($0)\nmodel name : Vector\n" }.joined(separator: "\n")
    let bench = try VectorMachine(processors: processors, cpuInfo: model)
    // Straight from 30 W at no load through 60 W at this one.
    let readings = LoadBins(LoadBins.everywhere) { 30 + 30 * $0 * Double(processors) }
    let store = LoadProfileStore(folder: "\(bench.machine.folder.path)/profiles")
    let counter = SourceDescription(
      component: .cpu, name: "RAPL package-0", origin: .measured, method: MeteringMethods.raplCounter, reason: "",
      relative: -0.1...0.1)
    let machine = try #require(MachineModel(ProcessorModel(cpuInfo: model), memoryBytes: 16_000_000 << 10))
    #expect(try store.save(readings, of: machine, source: counter, at: Timestamp(milliseconds: 1)))
    for pid in 42...44 { try bench.process(pid) }
    try bench.start(access: SourceAccess(profiles: store))
    for (pid, ticks) in [(42, 600), (43, 300), (44, 100)] { try bench.process(pid, ticks: ticks) }
    try bench.busy(ticks: 1150)
    return (bench, try #require(try bench.read(after: 10).components[.cpu]))
  }

  private func joules(_ shares: [Microjoules]) -> [Double] { shares.map(\.energy.joules) }

  /// Whether these are those joules, but for the thousandth of a watt that a curve may lie off its readings.
  private func isNear(_ joules: [Double], _ expected: [Double]) -> Bool {
    joules.count == expected.count && zip(joules, expected).allSatisfy { abs($0 - $1) <= 0.01 }
  }

  @Test("T34: of 600 J, 300 J idle, consumers of 6, 3 and 1 s have 180, 90 and 30 J; with idle shared 360, 180 and 60")
  func idle() throws {
    let (bench, terms) = try tenSeconds(processors: 10)
    #expect(isNear(joules([terms.host, terms.idle, terms.run, terms.others]), [600, 300, 180, 120]))
    #expect(isNear(try [42, 43, 44].map { try bench.joules($0) }, [180, 90, 30]))
    // The other policy, on what the record says.
    let activity = try [42, 43, 44].map { Double(try bench.row($0).nanoseconds) }
    let shared = Attribution.share(terms.host, idle: terms.idle, activity: activity, policy: .proportional)
    #expect(isNear(joules(shared.shares), [360, 180, 60]))
    #expect(shared.shares.reduce(shared.idle + shared.unattributed, +) == terms.host)
  }

  @Test(
    "T35: of 300 J idle, groups with quotas of 8 and 4 of 16 processors have 150 and 75 J; 75 J stay with the machine")
  func reserved() throws {
    let (bench, terms) = try tenSeconds(processors: 16)
    try bench.write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    let quotas = try [("a", "800000 100000"), ("b", "400000 100000")].map { name, quota in
      try bench.write("sys/fs/cgroup/\(name)/cpu.stat", "usage_usec 1\n")
      try bench.write("sys/fs/cgroup/\(name)/cpu.max", "\(quota)\n")
      return try #require(try ControlGroup("/\(name)", machine: bench.machine.root).processors)
    }
    #expect(quotas == [8, 4])
    #expect(isNear(joules([terms.idle]), [300]))
    let activity = try [42, 43, 44].map { Double(try bench.row($0).nanoseconds) }
    let parts = Attribution.share(
      terms.host, idle: terms.idle, activity: activity, policy: .reserved,
      reservation: Attribution.Reservation(parts: quotas + [0], whole: 16))
    #expect(isNear(joules(parts.shares + [parts.idle]), [180 + 150, 90 + 75, 30, 75]))
    #expect(parts.shares.reduce(parts.idle + parts.unattributed, +) == terms.host)
  }

  @Test("T36: of 60 W at a third of use, 100 ms of 1000 ms are 2 W, a container's 150 ms 3 W, a pod's 200 ms 4 W")
  func guide() throws {
    let bench = try VectorMachine(processors: 3)
    try bench.machine.zone("intel-rapl:0", "package-0", energy: 0)
    let id = { (digit: String) in String(repeating: digit, count: 64) }
    let groups = [
      (42, "/"), (50, "/docker/\(id("a"))"), (51, "/docker/\(id("a"))"), (60, "/kubepods/pod77/\(id("b"))"),
      (61, "/kubepods/pod77/\(id("c"))"), (70, "/"),
    ]
    for (pid, path) in groups {
      try bench.process(pid)
      try bench.write("proc/\(pid)/cgroup", "0::\(path)\n")
    }
    try bench.start()
    for (pid, ticks) in [(42, 10), (50, 8), (51, 7), (60, 9), (61, 11), (70, 55)] {
      try bench.process(pid, ticks: ticks)
    }
    try bench.busy(ticks: 250)
    try bench.machine.set("intel-rapl:0", 60_000_000)
    let terms = try #require(try bench.read(after: 1).components[.cpu])
    #expect(terms.idle == .joules(40))
    #expect(terms.run == .joules(2))
    let reader = ProcessDetailsReader(machine: bench.machine.root)
    let table = try #require(bench.meter.table).grouped(by: .container) { reader.details(of: $0) }
    func watts(where fits: (Workload) -> Bool) -> Double {
      table.reduce(0) { sum, group in
        guard case .workload(let workload) = group.key, fits(workload) else { return sum }
        return sum + (group.energy[.cpu]?.energy.joules ?? .nan)
      }
    }
    #expect(watts { $0 == .container(id: id("a"), runtime: "docker", pod: nil) } == 3)
    #expect(abs(watts { if case .container(_, _, "77") = $0 { true } else { false } } - 4) < 1e-9)
  }

  @Test("T37: 40 W at a quarter of use are 10 W active and 30 W idle; a container with a fifth of the work has 2 W")
  func quarter() throws {
    let bench = try VectorMachine()
    try bench.machine.zone("intel-rapl:0", "package-0", energy: 0)
    try bench.process(42)
    try bench.start()
    try bench.process(42, ticks: 20)
    try bench.busy(ticks: 250)
    try bench.machine.set("intel-rapl:0", 40_000_000)
    let terms = try #require(try bench.read(after: 1).components[.cpu])
    #expect([terms.idle, terms.run, terms.unattributed] == [.joules(30), .joules(2), .joules(8)])
  }

  @Test("T38: ten microjoules over three equals are 4, 3 and 3, the first in order has one more")
  func remainder() throws {
    let bench = try VectorMachine(processors: 3)
    try bench.machine.zone("intel-rapl:0", "package-0", energy: 0)
    for pid in 42...44 { try bench.process(pid) }
    try bench.start()
    for pid in 42...44 { try bench.process(pid, ticks: 100) }
    try bench.busy(ticks: 450)
    try bench.machine.set("intel-rapl:0", 10)
    let terms = try #require(try bench.read(after: 1).components[.cpu])
    #expect([terms.host, terms.idle] == [Microjoules(10), .zero])
    #expect(try [42, 43, 44].map { try bench.row($0).energy[.cpu]?.count } == [4, 3, 3])
  }

  @Test("T39: 50 J in which nobody was active, none of them known to be idle, are unattributed")
  func nobody() throws {
    let driver = try FakeDriver()
    // The driver does not say who holds the GPU, so that nothing is called idle.
    let silent = "error-processes 0 4"
    try driver.set(["energy 0 0", silent])
    let bench = try VectorMachine()
    bench.library = driver.library
    try bench.start()
    try driver.set(["energy 0 50000", silent])
    let terms = try #require(try bench.read(after: 1).components[.gpu])
    #expect([terms.host, terms.unattributed] == [.joules(50), .joules(50)])
    #expect([terms.run, terms.others, terms.own, terms.idle] == [.zero, .zero, .zero, .zero])
  }
}
