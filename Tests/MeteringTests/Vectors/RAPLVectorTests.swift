import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Reference vectors: RAPL, from files to the record")
struct RAPLVectorTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  private func cpu(_ sample: CumulativeSample) -> Microjoules? { sample.components[.cpu]?.host }

  @Test(
    "T1, T2, T3: a counter's growth is its energy, over a wrap too",
    arguments: [
      (1_000_000, 3_500_000, 262_143_328_850, 2_500_000),
      (262_143_000_000, 500_000, 262_143_328_850, 828_850),
      (65_532_000_000, 1_000_000, 65_532_610_987, 1_610_987),
    ] as [(UInt64, UInt64, UInt64, Int64)])
  func growth(before: UInt64, now: UInt64, range: UInt64, expected: Int64) throws {
    try machine.zone("intel-rapl:0", "package-0", energy: before, range: range)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", now)
    #expect(cpu(try recorded.read(after: 1, usage: 0.5)) == Microjoules(expected))
    #expect(recorded.faults.isEmpty)
  }

  @Test("T4: without a range a step back is dropped and said; the next growth counts from there")
  func dropped() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 100, range: 0)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 50)
    #expect(cpu(try recorded.read(after: 1)) == .zero)
    #expect(recorded.faults.count == 1)
    try machine.set("intel-rapl:0", 80)
    #expect(cpu(try recorded.read(after: 1)) == Microjoules(30))
    #expect(recorded.faults.count == 1)
  }

  @Test(
    "T5: a counter wraps where its unit's exponent says: 14, 16, and the fixed unit of server memory",
    arguments: [(14, 61_035, 262_143_328_850), (16, 15_258, 65_532_610_987), (nil, 15_300, 65_712_999_613)]
      as [(Int?, UInt64, UInt64)])
  func ranges(exponent: Int?, nanojoules: UInt64, range: UInt64) throws {
    if let exponent { #expect(RAPLCounter.unit(exponent: exponent) == (nanojoules, range)) }
    let computed = RAPLCounter.range(ofUnit: nanojoules)
    #expect(computed == range)
    try machine.zone("intel-rapl:0", "package-0", energy: range - 1000, range: computed)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 500)
    #expect(cpu(try recorded.read(after: 1, usage: 0.5)) == Microjoules(1500))
  }

  @Test("T6: two dies that show one counter of 68 W are one of 68 W, and it is said")
  func mirrored() throws {
    try machine.zone("intel-rapl:0", "package-0-die-0", energy: 1_000_000_000)
    try machine.zone("intel-rapl:1", "package-0-die-1", energy: 1_000_000_400)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 1_136_000_000)
    try machine.set("intel-rapl:1", 1_136_000_500)
    let energy = try #require(cpu(try recorded.read(after: 2, usage: 0.5)))
    #expect((energy.energy / .seconds(2)).watts == 68)
    #expect(recorded.faults == ["package-0-die-1 shows the counter of package-0-die-0: counted once"])
  }

  @Test("T7: two sockets with counters of their own are both counted: 100 J and 80 J are 180 J")
  func distinct() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1_000_000_000)
    try machine.zone("intel-rapl:1", "package-1", energy: 7_000_000_000)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 1_100_000_000)
    try machine.set("intel-rapl:1", 7_080_000_000)
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 180)
    #expect(recorded.faults.isEmpty)
  }

  @Test("T8: package 100 J and memory 12 J are 112 J; core and uncore are inside, the platform's 150 J are beside")
  func zones() throws {
    let zones = [
      ("intel-rapl:0", "package-0", 100), ("intel-rapl:0:0", "core", 60), ("intel-rapl:0:1", "uncore", 5),
      ("intel-rapl:0:2", "dram", 12), ("intel-rapl:1", "psys", 150),
    ]
    for (entry, name, _) in zones { try machine.zone(entry, name, energy: 5_000_000) }
    let recorded = try RecordedMeter(machine)
    for (entry, _, joules) in zones { try machine.set(entry, 5_000_000 + UInt64(joules) * 1_000_000) }
    let sample = try recorded.read(after: 1, usage: 0.5)
    #expect(sample.joules(.cpu) == 100)
    #expect(sample.joules(.memory) == 12)
    #expect(sample.total.host == .joules(112))
    #expect(sample.platform == ["RAPL psys": .joules(150)])
  }

  @Test("T9: a counter that cannot be read is named in the record with its mode; a model stands in, and nothing is 0 W")
  func unreadable() throws {
    // Root reads any mode, so the counter is a folder here: reading fails for everybody.
    try machine.folder.write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl:0/energy_uj", 0o400)
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 1, usage: 0.5).components[.cpu].map { $0.host > .zero } == true)
    let source = try #require(recorded.journal.sources.first { $0.component == .cpu })
    #expect(source.origin == .modelled)
    #expect(source.reason.contains("intel-rapl:0/energy_uj (mode 0400)"))
  }

  @Test("T10: a counter file holds one number or nothing that can be used; what it holds then is late, not zero")
  func texts() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 262_143_328_840)
    let recorded = try RecordedMeter(machine)
    let file = "sys/class/powercap/intel-rapl:0/energy_uj"
    try machine.folder.write(file, "262143328850\n")
    #expect(cpu(try recorded.read(after: 1)) == Microjoules(10))
    for text in ["", "12a"] {
      try machine.folder.write(file, text)
      #expect(cpu(try recorded.read(after: 1)) == Microjoules(10))
    }
    #expect(recorded.faults.count == 1)
    try machine.folder.write(file, "7\n")
    #expect(cpu(try recorded.read(after: 1)) == Microjoules(17))
  }

  @Test("T46: 3 600 000 J are one kilowatt-hour")
  func kilowattHour() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0, range: 10_000_000_000_000)
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 3_600_000_000_000)
    let sample = try recorded.read(after: 7200, usage: 0.5)
    #expect(sample.components[.cpu]?.host.energy.kilowattHours == 1)
  }
}
