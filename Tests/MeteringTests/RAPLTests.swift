import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("RAPL counters")
struct RAPLCounterTests {
  @Test("a counter that grew gives the difference")
  func grows() {
    var counter = RAPLCounter(range: 262_143_328_850, baseline: 1_000_000)
    #expect(counter.advance(to: 3_500_000) == 2_500_000)
  }

  @Test(
    "a counter that stepped back has wrapped once",
    arguments: [
      (262_143_000_000, 500_000, 262_143_328_850, 828_850),
      (65_532_000_000, 1_000_000, 65_532_610_987, 1_610_987),
    ] as [(UInt64, UInt64, UInt64, UInt64)])
  func wraps(before: UInt64, now: UInt64, range: UInt64, expected: UInt64) {
    var counter = RAPLCounter(range: range, baseline: before)
    #expect(counter.advance(to: now) == expected)
  }

  @Test("without a range a step back is dropped and counted, and the new value is the baseline")
  func drops() {
    var counter = RAPLCounter(range: 0, baseline: 100)
    #expect(counter.advance(to: 50) == nil)
    #expect(counter.dropped == 1)
    #expect(counter.advance(to: 80) == 30)
  }

  @Test("units and ranges follow from the exponent, as in the kernel")
  func units() {
    #expect(RAPLCounter.unit(exponent: 14) == (61_035, 262_143_328_850))
    #expect(RAPLCounter.unit(exponent: 16) == (15_258, 65_532_610_987))
    #expect(RAPLCounter.range(ofUnit: 15_300) == 65_712_999_613)
  }

  @Test("a counter file holds one number or nothing that can be used")
  func numbers() {
    #expect(KernelText.number("262143328850\n".utf8) == 262_143_328_850)
    #expect(KernelText.number("".utf8) == nil)
    #expect(KernelText.number("\n".utf8) == nil)
    #expect(KernelText.number("12a".utf8) == nil)
    #expect(KernelText.number("1 2".utf8) == nil)
    #expect(KernelText.number("99999999999999999999".utf8) == nil)
  }

  @Test("processor lists are ranges and numbers")
  func lists() {
    #expect(KernelText.list("0,32") == [0, 32])
    #expect(KernelText.list("0-1\n") == [0, 1])
    #expect(KernelText.list("0-2,8") == [0, 1, 2, 8])
    #expect(KernelText.list("") == nil)
    #expect(KernelText.list("3-1") == nil)
    #expect(KernelText.list("a") == nil)
  }
}

@Suite("RAPL on a machine")
struct RAPLSourceTests {
  let machine: RecordedMachine
  let ledger = ProcessLedger()

  init() throws { machine = try RecordedMachine() }

  private func source() throws -> RAPLSource {
    var source = try RAPLSource(machine: machine.root, memoryBytes: 16_000_000_000)
    source.reset(at: .seconds(0))
    return source
  }

  private func energy(_ readings: [EnergyReading], _ component: Component) -> Double? {
    readings.first { $0.component == component }?.energy.energy.joules
  }

  @Test("packages are added, parts of them are not, memory is apart and the platform is in no total")
  func zones() throws {
    let names = ["package-0", "core", "uncore", "dram"]
    let entries = ["intel-rapl:0", "intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:0:2"]
    for (entry, name) in zip(entries, names) { try machine.zone(entry, name, energy: 5_000_000) }
    try machine.zone("intel-rapl:1", "psys", energy: 5_000_000)
    var source = try source()
    let growth: [UInt64] = [100, 60, 5, 12]
    for (entry, joules) in zip(entries, growth) { try machine.set(entry, 5_000_000 + joules * 1_000_000) }
    try machine.set("intel-rapl:1", 155_000_000)
    let readings = source.poll(.seconds(0, 1), processes: ledger)
    #expect(energy(readings, .cpu) == 100)
    #expect(energy(readings, .memory) == 12)
    #expect(source.platform == [PlatformReading(name: "RAPL psys", energy: .joules(150))])
    #expect(readings.count == 2)
    #expect(source.descriptions.map(\.component) == [.cpu, .memory])
  }

  @Test("dies that show one counter twice are counted once, and it is said")
  func mirrors() throws {
    try machine.zone("intel-rapl:0", "package-0-die-0", energy: 1_000_000_000)
    try machine.zone("intel-rapl:1", "package-0-die-1", energy: 1_000_000_400)
    var source = try source()
    try machine.set("intel-rapl:0", 1_136_000_000)
    try machine.set("intel-rapl:1", 1_136_000_500)
    #expect(energy(source.poll(.seconds(0, 2), processes: ledger), .cpu) == 136)
    #expect(source.takeFaults() == ["package-0-die-1 shows the counter of package-0-die-0: counted once"])
    try machine.set("intel-rapl:0", 1_137_000_000)
    try machine.set("intel-rapl:1", 1_137_000_500)
    #expect(energy(source.poll(.seconds(2, 3), processes: ledger), .cpu) == 1)
  }

  @Test("two sockets are both counted, each with its own wrap")
  func sockets() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1_000_000_000, range: 1_050_000_000)
    try machine.zone("intel-rapl:1", "package-1", energy: 7_000_000_000)
    var source = try source()
    try machine.set("intel-rapl:0", 50_000_000)
    try machine.set("intel-rapl:1", 7_080_000_000)
    #expect(energy(source.poll(.seconds(0, 1), processes: ledger), .cpu) == 180)
  }

  @Test("the same zone reached in two ways is counted once")
  func twins() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 10)
    try machine.zone("intel-rapl-mmio:0", "package-0", energy: 10)
    let zones = RAPLZone.all(sys: machine.root.sys)
    #expect(zones.map(\.name) == ["package-0"])
    #expect(zones[0].isMemoryMapped)
  }

  @Test("a counter that cannot be read makes the component unavailable, with file and mode in the reason")
  func unreadable() throws {
    // Root reads any mode, so the counter is a folder here: reading fails for everybody.
    try machine.folder.write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl:0/energy_uj", 0o400)
    let error = #expect(throws: MeteringError.self) {
      try RAPLSource(machine: machine.root, memoryBytes: 0)
    }
    #expect(error?.description.contains("intel-rapl:0/energy_uj (mode 0400)") == true)
    let sources = MachineSources(machine: machine.root, gpuLibrary: "/nowhere")
    let cpu = try #require(sources.descriptions.first { $0.component == .cpu })
    #expect(cpu.origin == .modelled)
    #expect(cpu.reason.contains("energy_uj (mode 0400)"))
  }

  @Test("energy of a counter that fails for a while is late, not lost, and it is said once")
  func failing() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1_000_000)
    try machine.zone("intel-rapl:1", "package-1", energy: 500_000_000)
    var source = try source()
    try machine.set("intel-rapl:0", 11_000_000)
    try machine.folder.write("sys/class/powercap/intel-rapl:1/energy_uj", "")
    #expect(source.poll(.seconds(0, 1), processes: ledger).isEmpty)
    #expect(source.poll(.seconds(1, 2), processes: ledger).isEmpty)
    #expect(source.takeFaults().count == 1)
    try machine.set("intel-rapl:1", 520_000_000)
    #expect(energy(source.poll(.seconds(2, 3), processes: ledger), .cpu) == 30)
    #expect(source.takeFaults().count == 1)
  }

  @Test("a jump that no package can make is left out")
  func absurd() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1_000_000)
    var source = try source()
    try machine.set("intel-rapl:0", 5_001_000_000)
    #expect(energy(source.poll(.seconds(0, 1), processes: ledger), .cpu) == 0)
    #expect(source.takeFaults().count == 1)
    try machine.set("intel-rapl:0", 5_002_000_000)
    #expect(energy(source.poll(.seconds(1, 2), processes: ledger), .cpu) == 1)
  }

  @Test("the idle part is the unused part of the machine, as a convention")
  func idle() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    var source = try source()
    try machine.set("intel-rapl:0", 40_000_000)
    #expect(source.poll(.seconds(0, 1), processes: ledger).first?.idle == .unusedShare)
  }

  @Test("a new meter goes on from the counters of a killed one")
  func resumes() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 100_000_000)
    var first = try source()
    try machine.set("intel-rapl:0", 110_000_000)
    _ = first.poll(.seconds(0, 1), processes: ledger)
    try machine.set("intel-rapl:0", 125_000_000)
    var second = try source()
    second.resume(counters: first.counters)
    try machine.set("intel-rapl:0", 130_000_000)
    #expect(energy(second.poll(.seconds(1, 3), processes: ledger), .cpu) == 20)
  }
}
