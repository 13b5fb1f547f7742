import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("RAPL on a recorded machine, from files to the journal")
struct RAPLMachineTests {
  let machine: RecordedMachine

  init() throws {
    machine = try RecordedMachine(cpuInfo: "processor : 0\nmodel name : AMD EPYC 9654 96-Core Processor\n")
  }

  private func state(_ entry: String, watts: Double) throws {
    try machine.folder.write(
      "sys/class/powercap/\(entry)/constraint_0_max_power_uw", "\(UInt64(watts * 1e6))\n")
  }

  @Test("two sockets with MSR and MMIO twins, memory, platform and a wrap a minute: every joule once, in its place")
  func twoSockets() throws {
    // The range wraps four times in ten readings; both ways to each counter show the same.
    let range: UInt64 = 1_000_000_000
    let entries = ["intel-rapl:0", "intel-rapl-mmio:0", "intel-rapl:1", "intel-rapl-mmio:1"]
    let names = ["package-0", "package-0", "package-1", "package-1"]
    var values: [UInt64] = [900_000_000, 900_000_000, 100_000_000, 100_000_000]
    for index in entries.indices {
      try machine.zone(entries[index], names[index], energy: values[index], range: range)
      try state(entries[index], watts: 350)
    }
    try machine.zone("intel-rapl:0:0", "dram", energy: 500_000_000)
    try machine.zone("intel-rapl:0:1", "core", energy: 500_000_000)
    try machine.zone("intel-rapl:2", "psys", energy: 500_000_000)
    let recorded = try RecordedMeter(machine)
    var sample: CumulativeSample?
    for step in 1...10 {
      values = zip(values, [200_000_000, 200_000_000, 160_000_000, 160_000_000]).map { ($0 + $1) % range }
      for index in entries.indices { try machine.set(entries[index], values[index]) }
      try machine.set("intel-rapl:0:0", 500_000_000 + UInt64(step) * 12_000_000)
      try machine.set("intel-rapl:0:1", 500_000_000 + UInt64(step) * 90_000_000)
      try machine.set("intel-rapl:2", 500_000_000 + UInt64(step) * 450_000_000)
      sample = try recorded.read(after: 1, usage: 0.5)
    }
    #expect(sample?.joules(.cpu) == 3600)
    #expect(sample?.joules(.memory) == 120)
    #expect(sample?.total.host == .joules(3720))
    #expect(sample?.components[.cpu]?.idle == .joules(1800))
    #expect(recorded.meter.platform == [PlatformReading(name: "RAPL psys", energy: .joules(4500))])
    // The record has it, too, beside the components and in no total.
    #expect(sample?.platform == ["RAPL psys": .joules(4500)])
    #expect(recorded.faults.isEmpty)
    let reason = try #require(recorded.meter.descriptions.first { $0.component == .cpu }?.reason)
    #expect(reason.contains("package-0 is read by intel-rapl-mmio:0, not a second time by intel-rapl:0"))
  }

  @Test("where only one of two ways to a counter can be read, that one is read")
  func readableTwin() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 10_000_000)
    try machine.folder.write("sys/class/powercap/intel-rapl-mmio:0/name", "package-0\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl-mmio:0/energy_uj", 0o400)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 60_000_000)
    #expect(try recorded.read(after: 1, usage: 0.1).joules(.cpu) == 50)
  }

  @Test("a source must be read again in half the time of a wrap at design power, and each minute at the least")
  func longestInterval() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1, range: 65_532_610_987)
    #expect(MachineSources(machine: machine.root, gpuLibrary: "/nowhere").longestInterval == .seconds(60))
    try state("intel-rapl:0", watts: 1000)
    let sources = MachineSources(machine: machine.root, gpuLibrary: "/nowhere")
    #expect(abs((sources.longestInterval?.seconds ?? 0) - 32.766305) < 1e-4)
  }

  @Test("two looks further apart than that are counted as a lower bound, and it is said")
  func ambiguous() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 65_000_000_000, range: 65_532_610_987)
    try state("intel-rapl:0", watts: 250)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 1_000_000_000)
    // 65 532.6 J at 250 W are 262 s: half of it is the bound.
    #expect(try recorded.read(after: 131, usage: 0.1).joules(.cpu) == 1532.610987)
    #expect(recorded.faults.isEmpty)
    try machine.set("intel-rapl:0", 2_000_000_000)
    #expect(try recorded.read(after: 132, usage: 0.1).joules(.cpu) == 2532.610987)
    #expect(recorded.faults.count == 1)
    #expect(recorded.faults.first?.contains("ambiguous-wrap after 131 s") == true)
    #expect(recorded.faults.first?.contains("lower bound") == true)
  }

  @Test("a counter that stands still while processors are busy is no reading of zero, and it is said once")
  func still() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 7_000_000)
    let recorded = try RecordedMeter(machine)
    for _ in 1...4 { #expect(try recorded.read(after: 1, usage: 0.5).components[.cpu] == nil) }
    #expect(recorded.faults.isEmpty)
    for _ in 5...8 { #expect(try recorded.read(after: 1, usage: 0.5).components[.cpu] == nil) }
    #expect(recorded.faults.count == 1)
    #expect(recorded.faults.first?.contains("stood still for 5 readings") == true)
    try machine.set("intel-rapl:0", 107_000_000)
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 100)
    #expect(recorded.faults.last == "package-0 moves again")
  }

  @Test("an idle machine whose counter does not move yet says nothing of it")
  func idleStill() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 7_000_000)
    let recorded = try RecordedMeter(machine)
    for _ in 1...8 { _ = try recorded.read(after: 1, usage: 0) }
    #expect(recorded.faults.isEmpty)
  }

  @Test("more than three times the stated design power is a counter set anew; a short boost that is stated is not")
  func limits() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    try state("intel-rapl:0", watts: 15)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 46_000_000)
    #expect(try recorded.read(after: 1, usage: 0).joules(.cpu) == 0)
    #expect(recorded.faults.count == 1)
    try machine.folder.write("sys/class/powercap/intel-rapl:0/constraint_1_power_limit_uw", "64000000\n")
    let boosted = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 106_000_000)
    #expect(try boosted.read(after: 1, usage: 0).joules(.cpu) == 60)
    #expect(boosted.faults.isEmpty)
  }

  @Test("what a counter counted while it could not be read is no jump when it can be read again")
  func lateEnergy() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    try state("intel-rapl:0", watts: 100)
    let recorded = try RecordedMeter(machine)
    try machine.folder.write("sys/class/powercap/intel-rapl:0/energy_uj", "")
    for _ in 1...20 { _ = try recorded.read(after: 1, usage: 0.5) }
    try machine.set("intel-rapl:0", 2_000_000_000)
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 2000)
    #expect(recorded.faults.count == 2)
    #expect(recorded.faults.first?.contains("energy_uj holds no number") == true)
  }

  @Test("dies that mirror one counter are told even when the first reading came too early to see it")
  func lateMirrors() throws {
    try machine.zone("intel-rapl:0", "package-0-die-0", energy: 1_000_000_000)
    try machine.zone("intel-rapl:1", "package-0-die-1", energy: 1_000_000_400)
    let recorded = try RecordedMeter(machine)
    _ = try recorded.read(after: 1, usage: 0)
    try machine.set("intel-rapl:0", 1_136_000_000)
    try machine.set("intel-rapl:1", 1_136_000_500)
    #expect(try recorded.read(after: 2, usage: 0.2).joules(.cpu) == 136)
    #expect(recorded.faults == ["package-0-die-1 shows the counter of package-0-die-0: counted once"])
  }

  @Test("T22: 5000 J in ten seconds are 500 W")
  func meanPower() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 5_000_000_000)
    let sample = try recorded.read(after: 10, usage: 1)
    let energy = try #require(sample.components[.cpu]).host.energy
    #expect((energy / .seconds(10)).watts == 500)
  }
}
