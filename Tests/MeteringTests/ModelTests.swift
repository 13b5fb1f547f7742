import Methods
import Quantities
import Testing

@testable import Metering

@Suite("Power models")
struct ModelTests {
  let ledger = ProcessLedger()

  @Test(
    "the load curve has its published points, is straight between them and flat outside",
    arguments: [
      (0, 27.0), (0.05, 49.5), (0.1, 72), (0.25, 108.28125), (0.5, 168.75), (0.75, 199.125), (1, 229.5), (1.3, 229.5),
      (-0.1, 27), (.nan, 27),
    ] as [(Double, Double)])
  func curve(load: Double, watts: Double) {
    let power = LoadCurve.power(thermalDesignPower: .watts(225), load: load).watts
    #expect(abs(power - watts) < 1e-9 * watts)
  }

  @Test("virtual processors go straight from idle to full power")
  func vcpu() throws {
    let rome = try #require(VCPULoad.published.first { $0.architecture == "EPYC 2nd generation" })
    #expect(abs(rome.power(count: 8, load: 0.5).watts - 8.64) < 1e-9)
    #expect(rome.power(count: 8, load: 2).watts == rome.power(count: 8, load: 1).watts)
  }

  @Test("memory takes 0.284 W for each gigabyte")
  func memory() {
    let power = MemoryPower.power(size: .bytes(64e9))
    #expect(abs(power.watts - 18.176) < 1e-9)
    #expect(abs((power * .hours(1)).joules - 65_433.6) < 1e-6)
  }

  @Test("an unknown generation is as unsure as the published ones differ")
  func unknown() {
    // Half load: EPYC of the second generation 1.08 W, Ivy Bridge 5.645 W, the average 2.12 W.
    #expect(abs(VCPULoad.unknownRelative.lowerBound - (1.08 / 2.12 - 1)) < 1e-9)
    #expect(abs(VCPULoad.unknownRelative.upperBound - (5.645 / 2.12 - 1)) < 1e-9)
  }

  @Test("many short periods add up to one long one, to the microjoule")
  func noDrift() {
    let processor = ProcessorModel(cpuInfo: "processor : 0\n")
    var short = LoadModelSource(processor: processor, fusedPower: nil, why: "a test")
    var long = short
    var sum = Microjoules.zero
    for step in 0..<1000 {
      let from = Double(step) * 0.0137
      sum = sum + short.poll(.seconds(from, from + 0.0137, usage: 0.3), processes: ledger)[0].energy
    }
    let whole = long.poll(.seconds(0, 13.7, usage: 0.3), processes: ledger)[0].energy
    #expect(abs(sum.count - whole.count) <= 1)
  }

  @Test("every method of this room runs by name and gives what its function gives")
  func registry() throws {
    let registry = MethodRegistry(MeteringMethods.all)
    let values: [(String, [String: MethodValue], String, Double)] = [
      ("load-curve", ["tdp_watts": .number(225), "load": .number(0.25)], "power_watts", 108.28125),
      (
        "vcpu-load",
        ["vcpus": .number(8), "load": .number(0.5), "idle_watts": .number(0.47), "full_watts": .number(1.69)],
        "power_watts", 8.64
      ),
      ("memory-power", ["size_gigabytes": .number(64)], "power_watts", 18.176),
      ("codecarbon-load", ["tdp_watts": .number(100), "load": .number(0.25)], "power_watts", 11.40625),
      ("codecarbon-process-load", ["tdp_watts": .number(100), "load": .number(0.25)], "power_watts", 25),
      ("codecarbon-memory", ["size_gibibytes": .number(377)], "power_watts", 54),
      ("codecarbon-memory@1", ["size_gibibytes": .number(128), "is_arm": .number(1)], "power_watts", 11.4),
      (
        "rapl-counter",
        [
          "before_microjoules": .number(262_143_000_000), "now_microjoules": .number(500_000),
          "range_microjoules": .number(262_143_328_850),
        ], "energy_joules", 0.82885
      ),
      (
        "nvml-counter", ["before_millijoules": .number(1_000_000), "now_millijoules": .number(1_234_567)],
        "energy_joules", 234.567
      ),
      (
        "nvml-power", ["power_watts": .numbers([100, 200, 300, 100]), "time_seconds": .numbers([0, 1, 3, 4])],
        "energy_joules", 850
      ),
      (
        "sensor-counter",
        ["now_count": .number(1_000_000), "before_count": .number(0), "step_joules": .number(1 / 65536)],
        "energy_joules", 15.2587890625
      ),
      (
        "sensor-power", ["first_watts": .number(100), "second_watts": .number(300), "duration_seconds": .number(2)],
        "energy_joules", 400
      ),
      (
        "gpu-load", ["design_watts": .number(700), "idle_watts": .number(84), "load": .number(0.5)], "power_watts", 392
      ),
      (
        "load-fit@1", ["point_watts": .numbers([10, 20, 60, 100]), "load": .number(0.3)], "power_watts", 40
      ),
      (
        "load-fit@2",
        [
          "point_watts": .numbers([10, 20, 60, 100]), "load": .number(0.9), "highest_load": .number(0.3),
          "published_ratio": .number(1.5),
        ], "power_watts", 60
      ),
      (
        "load-fit-error", ["root_mean_square": .number(0.04), "counter_error": .number(0.05)], "relative_error",
        (0.0016 * 4 / 0.45 + 0.0025).squareRoot()
      ),
      ("idle-by-model", ["idle_watts": .number(30), "duration_seconds": .number(10)], "energy_joules", 300),
      ("idle-by-use", ["energy_joules": .number(40), "usage": .number(0.25)], "idle_joules", 30),
      (
        "attribution-by-cpu-time",
        ["energy_joules": .number(200), "run_seconds": .number(4), "busy_seconds": .number(10)], "run_joules", 80
      ),
      (
        "idle-by-reservation",
        ["idle_joules": .number(300), "run_reserved": .number(8), "others_reserved": .number(4), "whole": .number(16)],
        "run_joules", 150
      ),
      (
        "gpu-slice-share",
        [
          "energy_joules": .number(120), "idle_joules": .number(50), "run_slices": .number(3),
          "held_slices": .number(7),
        ], "run_joules", 30
      ),
      (
        "parked-break-even", ["reload_joules": .number(9000), "parked_watts": .number(30)], "duration_seconds", 300
      ),
    ]
    #expect(try Set(values.map { try registry.method(named: $0.0).id }) == Set(MeteringMethods.all.map(\.id)))
    for (name, inputs, key, expected) in values {
      let result = try registry.method(named: name).calculate(inputs)
      guard case .number(let value)? = result[key] else {
        Issue.record("\(name) gives no \(key)")
        continue
      }
      #expect(abs(value - expected) <= 1e-9 * expected, "\(name)")
    }
  }

  @Test("a counter that went back without a range has no answer, not zero")
  func noAnswer() throws {
    let method = try MethodRegistry(MeteringMethods.all).method(named: "rapl-counter@1")
    #expect(throws: MethodError.self) {
      try method.calculate(["before_microjoules": .number(100), "now_microjoules": .number(50)])
    }
  }
}

@Suite("Which model a processor gets")
struct ModelChoiceTests {
  private func model(
    _ name: String, vendor: String = "GenuineIntel", family: Int = 6, model: Int = 0, stepping: Int = 0,
    flags: String = "fpu", threads: Int = 2, packages: Int = 1
  ) -> ProcessorModel {
    let blocks = (0..<threads).map { index in
      """
      processor\t: \(index)
      vendor_id\t: \(vendor)
      cpu family\t: \(family)
      model\t\t: \(model)
      model name\t: \(name)
      stepping\t: \(stepping)
      physical id\t: \(index % packages)
      flags\t\t: \(flags)
      """
    }
    return ProcessorModel(cpuInfo: blocks.joined(separator: "\n\n"))
  }

  @Test(
    "the exact model's published power, however makers write its name",
    arguments: [
      ("AMD EPYC 7763 64-Core Processor", 280), ("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", 300),
      ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 120), ("12th Gen Intel(R) Core(TM) i7-12700H", 45),
      ("AMD Ryzen 9 7940HS w/ Radeon 780M Graphics", 54), ("AMD Ryzen Threadripper PRO 5995WX 64-Cores", 280),
      ("INTEL(R) XEON(R) PLATINUM 8592+", 350), ("Intel(R) N100", 6), ("AMD EPYC 7302P 16-Core Processor", 155),
      ("Intel(R) Core(TM) Ultra 7 155H", 28),
    ])
  func published(name: String, watts: Double) {
    #expect(ThermalDesignPower.published(for: model(name)) == .watts(watts))
  }

  @Test("another suffix is another part", arguments: ["Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz", "AMD EPYC", ""])
  func notPublished(name: String) {
    #expect(ThermalDesignPower.published(for: model(name)) == nil)
  }

  private func published(_ source: LoadModelSource) -> PublishedLoad.Model? {
    if case .published(let load) = source.model { load.model } else { nil }
  }

  @Test("bare machines get the curve on the power of all sockets; the processor's own statement goes first")
  func bare() {
    let processor = model(
      "AMD EPYC 7763 64-Core Processor", vendor: "AuthenticAMD", family: 0x19, model: 1, threads: 4, packages: 2)
    let source = LoadModelSource(processor: processor, fusedPower: nil, why: "no counters")
    #expect(published(source) == .curve(thermalDesignPower: .watts(560)))
    #expect(source.descriptions[0].method.description == "load-curve@1")
    #expect(source.descriptions[0].reason.hasSuffix("not measured: no counters"))
    let fused = LoadModelSource(processor: processor, fusedPower: .watts(225), why: "no counters")
    #expect(published(fused) == .curve(thermalDesignPower: .watts(450)))
  }

  @Test("virtual machines get watts for each visible processor, by generation where it is known")
  func virtual() throws {
    let milan = model(
      "AMD EPYC 7763 64-Core Processor", vendor: "AuthenticAMD", family: 0x19, model: 1, flags: "fpu hypervisor",
      threads: 8)
    let source = LoadModelSource(processor: milan, fusedPower: nil, why: "no counters")
    #expect(abs(source.model.power(load: 0.5).watts - 8 * 1.235) < 1e-9)
    let genoa = model("AMD EPYC", vendor: "AuthenticAMD", family: 0x19, model: 0x11, flags: "hypervisor")
    let unknown = LoadModelSource(processor: genoa, fusedPower: nil, why: "no counters")
    #expect(published(unknown) == .perVCPU(.unknown, count: 2))
    #expect(unknown.descriptions[0].relative == VCPULoad.unknownRelative)
  }

  @Test(
    "server generations that share one number are told apart by stepping",
    arguments: [(4, "Skylake"), (7, "Cascade Lake"), (11, nil)] as [(Int, String?)])
  func steppings(stepping: Int, architecture: String?) {
    #expect(model("Intel(R) Xeon(R)", model: 0x55, stepping: stepping).architecture == architecture)
  }

  @Test("a machine whose counters are closed still states its design power")
  func fused() throws {
    let machine = try RecordedMachine(cpuInfo: "processor : 0\nmodel name : Nobody's Processor\nphysical id : 0\n")
    try machine.folder.write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
    try machine.folder.write("sys/class/powercap/intel-rapl:0/constraint_0_max_power_uw", "65000000\n")
    try machine.folder.write("sys/class/powercap/intel-rapl:0/energy_uj", "no number\n")
    var sources = MachineSources(machine: machine.root, gpuLibrary: "/nowhere")
    let reading = sources.sources[0].poll(.seconds(0, 10, usage: 0), processes: ProcessLedger())
    #expect(reading[0].energy == .joules(65 * 0.12 * 10))
    #expect(sources.gpuReason?.contains("/nowhere") == true)
    #expect(sources.descriptions.map(\.component) == [.cpu, .memory])
  }
}
