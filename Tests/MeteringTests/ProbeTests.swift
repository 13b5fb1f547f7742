import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("What a machine shows of its energy, place by place")
struct ProbeTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  private func probes() -> [SourceProbe] { MachineSources(machine: machine.root, gpuLibrary: "/nowhere").probes }

  @Test("every kind of place is listed with a reason, on a machine that shows nothing, too")
  func nothing() throws {
    let probes = probes()
    let expected = Set(SourceProbe.Kind.allCases)
    #expect(Set(probes.map(\.kind)).isSuperset(of: expected))
    #expect(probes.allSatisfy { !$0.reason.isEmpty && !$0.name.isEmpty })
    #expect(probes.filter(\.isUsed).map(\.kind) == [.loadModel, .memoryModel])
    #expect(probes.filter(\.isUsed).allSatisfy { ($0.expectedErrorPercent ?? 0) >= 35 })
    #expect(probes.first { $0.kind == .nvml }?.reason.contains("/nowhere") == true)
    #expect(probes.filter { $0.kind == .nvml || $0.kind == .powercap }.allSatisfy { $0.expectedErrorPercent == nil })
  }

  @Test("a readable counter is listed as used, with its file and mode, and the models as not needed")
  func readable() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1)
    try machine.zone("intel-rapl:0:0", "dram", energy: 1)
    try machine.zone("intel-rapl:1", "psys", energy: 1)
    let probes = probes()
    let powercap = probes.filter { $0.kind == .powercap }
    #expect(powercap.map(\.component) == [.cpu, .memory, nil])
    #expect(powercap.allSatisfy { $0.isUsed && $0.isReadable && $0.mode == "0644" && $0.fix == nil })
    #expect(powercap[0].file?.hasSuffix("intel-rapl:0/energy_uj") == true)
    #expect(powercap[0].expectedErrorPercent == 5)
    #expect(probes.filter { $0.kind == .loadModel || $0.kind == .memoryModel }.allSatisfy { !$0.isUsed })
  }

  @Test("a counter closed to this user is listed with its mode and the one command that opens it")
  func closed() throws {
    let folder = "\(machine.root.sys)/class/powercap/intel-rapl:0"
    let failure = RAPLFailure(number: EACCES, file: "\(folder)/energy_uj")
    #expect(failure.fix == "chmod a+r \(folder)/energy_uj")
    // The range is closed together with it, and a wrap cannot be counted without the range.
    try machine.zone("intel-rapl:0", "package-0", energy: 1)
    let both = RAPLFailure(number: EACCES, file: "\(folder)/energy_uj")
    #expect(both.line.hasSuffix("; as root: chmod a+r \(folder)/energy_uj \(folder)/max_energy_range_uj"))
    #expect(RAPLFailure(number: EIO, file: "/x/energy_uj").fix == nil)
  }

  @Test("one closed package of two makes the other unused, and its line says which one is missing")
  func half() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1)
    try machine.folder.write("sys/class/powercap/intel-rapl:1/name", "package-1\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl:1/energy_uj", 0o400)
    let powercap = probes().filter { $0.kind == .powercap }
    #expect(powercap.map(\.isReadable) == [true, false])
    #expect(powercap.map(\.isUsed) == [false, false])
    #expect(powercap[0].reason.contains("intel-rapl:1/energy_uj"))
    #expect(powercap[1].mode == "0400")
  }

  @Test("what is used is what is described: the list and the sources agree")
  func agree() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 1)
    try machine.card(0)
    try machine.chip("class/drm/card0/device/hwmon/hwmon0", "amdgpu", ["power1_average": "100000000"])
    let sources = MachineSources(machine: machine.root, gpuLibrary: "/nowhere")
    let used = Set(sources.probes.filter(\.isUsed).compactMap(\.component))
    #expect(used == Set(sources.descriptions.map(\.component)))
    #expect(sources.gpuReason == nil)
  }
}
