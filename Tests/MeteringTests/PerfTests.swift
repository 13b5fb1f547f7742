import Quantities
import Synchronization
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// A kernel with power events, whose counts are set by hand.
final class FakePerf: Sendable {
  struct Event: Hashable {
    let config: UInt64
    let processor: Int32
  }

  private final class Counter: PerfCounter {
    let read_: () -> UInt64?
    init(_ read: @escaping () -> UInt64?) { read_ = read }
    func read() -> UInt64? { read_() }
  }

  private let counts = Mutex<[Event: UInt64]>([:])
  private let opened = Mutex<[Event]>([])
  private let refuse: @Sendable (Event) -> Int32?

  /// A kernel that refuses some events with an error.
  init(refusing refuse: @escaping @Sendable (Event) -> Int32? = { _ in nil }) { self.refuse = refuse }

  func set(_ config: UInt64, _ processor: Int32, _ count: UInt64) {
    counts.withLock { $0[Event(config: config, processor: processor)] = count }
  }

  var events: [Event] { opened.withLock { $0 } }

  var access: SourceAccess {
    SourceAccess(
      perf: PerfAccess { type, config, processor in
        let event = Event(config: config, processor: processor)
        if let number = self.refuse(event) { return .refused(number) }
        guard type == 9 else { return .refused(ENOENT) }
        self.opened.withLock { $0.append(event) }
        return .opened(Counter { self.counts.withLock { $0[event] ?? 0 } })
      })
  }
}

@Suite("RAPL by performance events")
struct PerfTests {
  let machine: RecordedMachine
  let step = 4_294_967_296.0

  init() throws { machine = try RecordedMachine() }

  private func unit(events: [(String, String)], cpumask: String = "0,32\n") throws {
    let folder = "sys/bus/event_source/devices/power"
    try machine.folder.write("\(folder)/type", "9\n")
    try machine.folder.write("\(folder)/cpumask", cpumask)
    for (name, code) in events {
      try machine.folder.write("\(folder)/events/\(name)", "event=\(code)\n")
      try machine.folder.write("\(folder)/events/\(name).scale", "2.3283064365386962890625e-10\n")
      try machine.folder.write("\(folder)/events/\(name).unit", "Joules\n")
    }
  }

  private let all = [("energy-pkg", "0x02"), ("energy-ram", "0x03"), ("energy-psys", "0x05"), ("energy-cores", "0x01")]

  @Test("an event's code is a hexadecimal number; events of more terms are left alone")
  func codes() {
    #expect(PerfEvents.code("event=0x02") == 2)
    #expect(PerfEvents.code("event=0x02,umask=1") == nil)
    #expect(PerfEvents.code("2") == nil)
  }

  @Test("T11: steps are 2^-32 J; packages are added, memory is apart, the platform is beside, parts are not opened")
  func counts() throws {
    try unit(events: all)
    let perf = FakePerf()
    perf.set(2, 0, 500)
    let recorded = try RecordedMeter(machine, access: perf.access)
    perf.set(2, 0, 500 + 4_294_967_296)
    perf.set(2, 32, 123_456_789_012)
    perf.set(3, 0, UInt64(step * 2))
    perf.set(5, 0, UInt64(step * 60))
    let sample = try recorded.read(after: 1, usage: 0.5)
    #expect(sample.components[.cpu]?.host == Microjoules(29_744_523))
    #expect(sample.joules(.memory) == 2)
    #expect(recorded.meter.platform == [PlatformReading(name: "RAPL psys", energy: .joules(60))])
    #expect(!perf.events.contains { $0.config == 1 })
    #expect(recorded.meter.descriptions.map(\.component) == [.cpu, .memory])
    #expect(recorded.meter.descriptions.allSatisfy { $0.origin == .measured })
    // What rounding left over is not lost: 123456789012 steps are 28.74452364910394 J.
    perf.set(2, 32, 123_456_789_012 + 7_000)
    #expect(try recorded.read(after: 1, usage: 0.5).components[.cpu]?.host == Microjoules(29_744_525))
  }

  @Test("while powercap can be read, no event is opened")
  func powercapFirst() throws {
    try unit(events: all)
    try machine.zone("intel-rapl:0", "package-0", energy: 1_000_000)
    let perf = FakePerf()
    let recorded = try RecordedMeter(machine, access: perf.access)
    try machine.set("intel-rapl:0", 21_000_000)
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 20)
    #expect(perf.events.isEmpty)
    let probe = try #require(recorded.meter.probes.first { $0.kind == .perf })
    #expect(!probe.isUsed)
    #expect(probe.reason.contains("read by powercap"))
  }

  @Test("when powercap is closed, events stand in, and the model does not")
  func standsIn() throws {
    try unit(events: all, cpumask: "0\n")
    try machine.folder.write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl:0/energy_uj", 0o400)
    let perf = FakePerf()
    let recorded = try RecordedMeter(machine, access: perf.access)
    perf.set(2, 0, UInt64(step * 42))
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 42)
    #expect(recorded.meter.descriptions.filter { $0.component == .cpu }.map(\.name) == ["RAPL by performance events"])
    #expect(recorded.meter.probes.first { $0.kind == .loadModel }?.isUsed == false)
  }

  @Test("a refusal is told with the setting and the command that mends it, and the model says so in its reason")
  func refused() throws {
    try unit(events: all)
    try machine.folder.write("proc/sys/kernel/perf_event_paranoid", "2\n")
    let recorded = try RecordedMeter(machine, access: FakePerf(refusing: { $0.config == 2 ? EACCES : nil }).access)
    let probe = try #require(recorded.meter.probes.first { $0.kind == .perf })
    #expect(probe.reason.contains("kernel.perf_event_paranoid is 2"))
    #expect(probe.fix?.hasPrefix("sysctl -w kernel.perf_event_paranoid=0") == true)
    #expect(!probe.isReadable)
    let cpu = try #require(recorded.meter.descriptions.first { $0.component == .cpu })
    #expect(cpu.origin == .modelled)
    #expect(cpu.reason.contains("refuses to open power events"))
  }

  @Test("memory of which one package refuses is not a part of a sum: it is modelled")
  func partOfMemory() throws {
    try unit(events: all)
    // The second package's only: the first one's is open already.
    let perf = FakePerf(refusing: { $0.config == 3 && $0.processor == 32 ? EINVAL : nil })
    let recorded = try RecordedMeter(machine, access: perf.access)
    #expect(recorded.meter.descriptions.map(\.origin) == [.measured, .modelled])
  }

  @Test("events begin with the meter that opened them: a successor says that the time between is missing")
  func successor() throws {
    try unit(events: [("energy-pkg", "0x02")], cpumask: "0\n")
    let perf = FakePerf()
    var first = MachineSources(machine: machine.root, gpuLibrary: "/nowhere", access: perf.access).sources[0]
    first.reset(at: .seconds(0))
    perf.set(2, 0, UInt64(step * 900))
    #expect(first.poll(.seconds(0, 10)).first?.energy == .joules(900))
    perf.set(2, 0, 0)
    var second = MachineSources(machine: machine.root, gpuLibrary: "/nowhere", access: perf.access).sources[0]
    second.reset(at: .seconds(20))
    second.resume(counters: first.counters)
    perf.set(2, 0, UInt64(step * 30))
    #expect(second.poll(.seconds(10, 21)).first?.energy == .joules(30))
    #expect(second.takeFaults().first?.contains("what flowed while none ran is missing") == true)
  }

  @Test("the kernel's own way opens nothing for a unit that is not there")
  func kernel() {
    // Type 0xFFFFFFFF is no unit of any kernel.
    guard case .refused(let number) = PerfAccess.machine.open(.max, 2, 0) else {
      Issue.record("a unit that does not exist was opened")
      return
    }
    #expect([ENOENT, EACCES, EPERM, EINVAL, ENOSYS].contains(number))
  }

  @Test("an event that the kernel does open counts: a processor's clock goes on")
  func clock() throws {
    // Type 1 is the kernel's own unit, 0 its clock in nanoseconds; containers are often refused.
    switch PerfAccess.machine.open(1, 0, 0) {
    case .refused(let number): #expect([EACCES, EPERM, ENOSYS, ENOENT, ENODEV].contains(number))
    case .opened(let counter):
      let first = try #require(counter.read())
      var next = first
      for _ in 0..<100_000_000 where next == first { next = try #require(counter.read()) }
      #expect(next > first)
    }
  }
}
