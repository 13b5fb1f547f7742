import Quantities
import Testing

@testable import Metering

@Suite("Reference vectors: power models, from files to the record")
struct ModelVectorTests {
  /// A processor of which 225 W are published.
  private static let epyc7543 = "processor : 0\nmodel name : AMD EPYC 7543 32-Core Processor\n"

  /// Watts of a component over ten seconds at this use.
  private func watts(
    _ component: Component, _ machine: RecordedMachine, model: PowerModel = .dimmer, usage: Double = 0.5,
    method: MethodID
  ) throws -> Double {
    var access = SourceAccess()
    access.model = model
    let recorded = try RecordedMeter(machine, access: access)
    let energy = try #require(try recorded.read(after: 10, usage: usage).joules(component))
    let source = try #require(recorded.journal.sources.first { $0.component == component })
    #expect(source.method == method)
    #expect(source.origin == .modelled)
    return energy / 10
  }

  @Test(
    "T40: the load curve has its published points, is straight between them and flat outside",
    arguments: [
      (0, 27.0), (0.05, 49.5), (0.1, 72), (0.25, 108.28125), (0.5, 168.75), (0.75, 199.125), (1, 229.5), (1.3, 229.5),
      (-0.1, 27),
    ] as [(Double, Double)])
  func curve(load: Double, expected: Double) throws {
    let machine = try RecordedMachine(cpuInfo: Self.epyc7543)
    #expect(abs(try watts(.cpu, machine, usage: load, method: "load-curve@1") - expected) <= 2e-7)
  }

  /// A processor that nobody knows, of 25 threads: CodeCarbon takes 4 W for each.
  private func hundredWatts() throws -> RecordedMachine {
    try RecordedMachine(cpuInfo: (0..<25).map { "processor : \($0)\nmodel name : Nobody's\n" }.joined(separator: "\n"))
  }

  @Test(
    "T41: under CodeCarbon's model a machine takes 0.1 + 0.9 u^3 of its design power, processes u of it",
    arguments: [(0, 10, 0), (0.25, 11.40625, 25), (0.5, 21.25, 50), (0.75, 47.96875, 75), (1, 100, 100)]
      as [(Double, Double, Double)])
  func codeCarbonLoad(load: Double, machine: Double, process: Double) throws {
    let whole = try watts(
      .cpu, hundredWatts(), model: .codeCarbon, usage: load, method: "codecarbon-load@1")
    #expect(abs(whole - machine) <= 2e-7)
    let part = try watts(
      .cpu, hundredWatts(), model: .codeCarbonProcess, usage: load, method: "codecarbon-process-load@1")
    #expect(abs(part - process) <= 2e-7)
  }

  @Test("under CodeCarbon's model the run has what its process mode gives, without idle; a published power counts")
  func codeCarbonRun() throws {
    var access = SourceAccess()
    access.model = .codeCarbonProcess
    let recorded = try RecordedMeter(try RecordedMachine(cpuInfo: Self.epyc7543), access: access)
    let cpu = try #require(try recorded.read(after: 10, usage: 0.5).components[.cpu])
    #expect(cpu.run == .joules(1125))
    #expect(cpu.idle == .zero)
    access.model = .codeCarbon
    let whole = try RecordedMeter(try RecordedMachine(cpuInfo: Self.epyc7543), access: access)
    #expect(try whole.read(after: 10, usage: 0.5).components[.cpu]?.idle == .joules(225))
    let source = try #require(whole.journal.sources.first { $0.component == .cpu })
    #expect(source.reason.contains("CodeCarbon's model was asked for"))
    // The measured curve says more than four times as much at a load of 0.3.
    #expect(source.relative.upperBound > 3.3 && source.relative.upperBound < 3.31)
  }

  @Test(
    "T42: under CodeCarbon's model memory takes 5 W a supposed module, 1.5 W on ARM, with its discounts",
    arguments: [
      (1, 10, false), (8, 10, false), (16, 10, false), (23.54, 20, false), (32, 20, false), (64, 20, false),
      (100, 38, false), (128, 38, false), (256, 38, false), (377, 54, false), (512, 38, false), (1024, 38, false),
      (2048, 70, false), (16, 3, true), (32, 6, true), (128, 11.4, true),
    ] as [(Double, Double, Bool)])
  func codeCarbonMemory(gibibytes: Double, expected: Double, isARM: Bool) throws {
    let machine = try RecordedMachine(
      cpuInfo: isARM ? "processor : 0\nCPU implementer : 0x41\n" : "processor : 0\nmodel name : Nobody's\n",
      memoryKibibytes: Int(gibibytes * 1_048_576))
    let power = try watts(.memory, machine, model: .codeCarbon, method: "codecarbon-memory@1")
    #expect(abs(power - expected) <= 2e-7)
  }

  @Test("under CodeCarbon's model a measured processor stays measured; memory's counter is not read, and it is said")
  func codeCarbonBesideCounters() throws {
    let machine = try RecordedMachine(memoryKibibytes: 16 * 1_048_576)
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    try machine.zone("intel-rapl:0:0", "dram", energy: 0)
    var access = SourceAccess()
    access.model = .codeCarbon
    let recorded = try RecordedMeter(machine, access: access)
    try machine.set("intel-rapl:0", 50_000_000)
    try machine.set("intel-rapl:0:0", 7_000_000)
    let sample = try recorded.read(after: 1, usage: 0.5)
    #expect(sample.joules(.cpu) == 50)
    #expect(sample.joules(.memory) == 10)
    #expect(recorded.journal.sources.map(\.method) == ["rapl-counter@1", "codecarbon-memory@1"])
    let used = recorded.meter.probes.filter(\.isUsed)
    #expect(used.map(\.kind) == [.powercap, .memoryModel])
    let dram = try #require(recorded.meter.probes.first { $0.kind == .powercap && $0.component == .memory })
    #expect(dram.reason == "CodeCarbon's model was asked for, which does not read it")
  }

  @Test("T43: 64 GB of memory take 18.176 W, which are 65 433.6 J in an hour")
  func memory() throws {
    let recorded = try RecordedMeter(try RecordedMachine(memoryKibibytes: 62_500_000))
    let energy = try #require(try recorded.read(after: 3600).components[.memory]).host
    #expect(abs(energy.count - 65_433_600_000) <= 1)
    #expect(recorded.journal.sources.first { $0.component == .memory }?.method == "memory-power@1")
  }

  @Test("T45: eight virtual processors of the second EPYC generation, half used, take 8.64 W")
  func vcpu() throws {
    let info = (0..<8).map {
      "processor : \($0)\nvendor_id : AuthenticAMD\ncpu family : 23\nmodel : 49\nmodel name : AMD EPYC 7R32\n"
        + "flags : fpu hypervisor\n"
    }
    let machine = try RecordedMachine(cpuInfo: info.joined(separator: "\n"))
    #expect(abs(try watts(.cpu, machine, method: "vcpu-load@1") - 8.64) <= 2e-7)
  }
}
