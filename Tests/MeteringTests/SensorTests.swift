import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

extension RecordedMachine {
  /// Writes files of one hardware monitoring chip.
  func chip(_ place: String, _ name: String, _ files: [String: String]) throws {
    try folder.write("sys/\(place)/name", "\(name)\n")
    for (file, text) in files { try folder.write("sys/\(place)/\(file)", "\(text)\n") }
  }

  /// Writes files of one AMD card.
  func card(_ index: Int, device: String = "0x740c", _ files: [String: String] = [:]) throws {
    try folder.write("sys/class/drm/card\(index)/device/vendor", "0x1002\n")
    try folder.write("sys/class/drm/card\(index)/device/device", "\(device)\n")
    for (file, text) in files { try folder.write("sys/class/drm/card\(index)/device/\(file)", "\(text)\n") }
  }

  /// Writes bytes, which need not be text.
  func write(_ name: String, bytes: [UInt8]) throws {
    try folder.write(name, "")
    let descriptor = open("\(folder.path)/\(name)", O_WRONLY | O_TRUNC)
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }
}

/// A table as AMD's driver writes it, with the accumulator where this revision has it.
func gpuMetrics(content: UInt8, offset: Int, count: UInt64, format: UInt8 = 1, size: Int = 128) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: size)
  bytes[0] = UInt8(size & 0xFF)
  bytes[1] = UInt8(size >> 8)
  bytes[2] = format
  bytes[3] = content
  for index in 0..<8 where offset + index < size { bytes[offset + index] = UInt8(count >> UInt64(8 * index) & 0xFF) }
  return bytes
}

@Suite("Sensors of boards")
struct BoardSensorTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  @Test("12 V times 2.5 A are 30 W")
  func product() {
    #expect(HwmonChip.power(millivolts: 12_000, milliamperes: 2_500).watts == 30)
  }

  @Test("sockets of the AMD driver's counters are the processor; its cores are inside them")
  func amdEnergy() throws {
    let place = "class/hwmon/hwmon3"
    var files = ["energy1_label": "Ecore000", "energy1_input": "1000000"]
    for (channel, label) in [(129, "Esocket0"), (130, "Esocket1")] {
      files["energy\(channel)_label"] = label
      files["energy\(channel)_input"] = "5000000"
    }
    try machine.chip(place, "amd_energy", files)
    let recorded = try RecordedMeter(machine)
    try machine.folder.write("sys/\(place)/energy1_input", "90000000\n")
    try machine.folder.write("sys/\(place)/energy129_input", "105000000\n")
    try machine.folder.write("sys/\(place)/energy130_input", "85000000\n")
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 180)
    #expect(recorded.meter.descriptions.first { $0.component == .cpu }?.origin == .measured)
  }

  @Test("with counters of the processor the same board's sensor is not a second processor")
  func once() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    try machine.chip(
      "class/hwmon/hwmon0", "amd_energy", ["energy1_label": "Esocket0", "energy1_input": "1"])
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 50_000_000)
    try machine.folder.write("sys/class/hwmon/hwmon0/energy1_input", "50000000\n")
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 50)
    #expect(recorded.meter.probes.first { $0.kind == .hwmon }?.isUsed == false)
  }

  @Test("the power meter of the machine is kept beside, by trapezoids, and no total holds it")
  func acpi() throws {
    let file = "sys/class/hwmon/hwmon1/power1_average"
    try machine.chip("class/hwmon/hwmon1", "power_meter", ["power1_average": "100000000", "power1_accuracy": "1.5%"])
    let recorded = try RecordedMeter(machine)
    for (index, watts) in [200, 300, 200, 100].enumerated() {
      try machine.folder.write(file, "\(watts)000000\n")
      let sample = try recorded.read(after: 1, usage: 0.1)
      #expect(sample.components.keys.sorted { $0.rawValue < $1.rawValue } == [.cpu, .memory], "\(index)")
    }
    #expect(recorded.meter.platform == [PlatformReading(name: "ACPI power meter", energy: .joules(800))])
    let probe = try #require(recorded.meter.probes.first { $0.kind == .hwmon })
    #expect(probe.component == nil)
    #expect(probe.expectedErrorPercent == 1.5)
  }

  @Test("rails of a small board: only those of the processor and of the whole board count")
  func rails() throws {
    let files = [
      "in1_label": "VDD_IN", "in1_input": "5000", "curr1_input": "2000", "in2_label": "VDD_CPU", "in2_input": "5000",
      "curr2_input": "600", "in3_label": "VDD_SOC", "in3_input": "5000", "curr3_input": "400", "in4_label": "shunt",
      "in4_input": "1", "curr4_input": "9000",
    ]
    try machine.chip("class/hwmon/hwmon0", "ina3221", files)
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 2, usage: 0.5).joules(.cpu) == 6)
    #expect(recorded.meter.platform == [PlatformReading(name: "VDD_IN", energy: .joules(20))])
  }

  @Test("rails that feed more than one part are no part's: an AGX Orin's processor is modelled, not its rail's")
  func sharedRails() throws {
    let files = [
      "in1_label": "VDD_GPU_SOC", "in1_input": "800", "curr1_input": "6000", "in2_label": "VDD_CPU_CV",
      "in2_input": "800", "curr2_input": "3000", "in3_label": "VIN_SYS_5V0", "in3_input": "5000", "curr3_input": "900",
    ]
    try machine.chip("class/hwmon/hwmon0", "ina3221", files)
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 1, usage: 0.5).components[.gpu] == nil)
    #expect(recorded.meter.descriptions.allSatisfy { $0.origin == .modelled })
    #expect(recorded.meter.platform.isEmpty)
  }

  @Test("a sensor that is switched off for a while is said, and its energy is the trapezoid over the gap")
  func switchedOff() throws {
    let file = "sys/class/hwmon/hwmon1/power1_average"
    try machine.chip("class/hwmon/hwmon1", "power_meter", ["power1_average": "100000000"])
    let recorded = try RecordedMeter(machine)
    try machine.folder.write(file, "")
    for _ in 1...3 { _ = try recorded.read(after: 1) }
    #expect(recorded.faults.count == 1)
    try machine.folder.write(file, "300000000\n")
    _ = try recorded.read(after: 1)
    #expect(recorded.meter.platform == [PlatformReading(name: "ACPI power meter", energy: .joules(800))])
    #expect(recorded.faults.last == "ACPI power meter can be read again")
  }

  @Test("chips that measure something else are no sources")
  func others() throws {
    try machine.chip("class/hwmon/hwmon0", "nvme", ["power1_input": "5000000"])
    let sources = MachineSources(machine: machine.root, gpuLibrary: "/nowhere")
    #expect(sources.descriptions.allSatisfy { $0.origin == .modelled })
    #expect(sources.probes.filter { $0.kind == .hwmon }.map(\.isReadable) == [false])
  }
}

@Suite("Batteries")
struct BatteryTests {
  let machine: RecordedMachine
  let folder = "sys/class/power_supply/BAT0"

  init() throws {
    machine = try RecordedMachine()
    try machine.folder.write("\(folder)/type", "Battery\n")
    try machine.folder.write("\(folder)/status", "Discharging\n")
  }

  @Test("a battery that feeds the machine meters all of it, beside the components")
  func power() throws {
    try machine.folder.write("\(folder)/power_now", "20000000\n")
    let recorded = try RecordedMeter(machine)
    let sample = try recorded.read(after: 3, usage: 0.5)
    #expect(recorded.meter.platform == [PlatformReading(name: "battery BAT0", energy: .joules(60))])
    #expect(sample.components[.gpu] == nil)
  }

  @Test("current times voltage stands in, whatever sign the driver gives the current")
  func current() throws {
    try machine.folder.write("\(folder)/current_now", "-2000000\n")
    try machine.folder.write("\(folder)/voltage_now", "11400000\n")
    let recorded = try RecordedMeter(machine)
    _ = try recorded.read(after: 1)
    #expect(recorded.meter.platform == [PlatformReading(name: "battery BAT0", energy: .joules(22.8))])
  }

  @Test("while it is charged it says nothing, and that time is not filled in")
  func charging() throws {
    try machine.folder.write("\(folder)/power_now", "10000000\n")
    let recorded = try RecordedMeter(machine)
    _ = try recorded.read(after: 1)
    try machine.folder.write("\(folder)/status", "Charging\n")
    for _ in 1...5 { _ = try recorded.read(after: 1) }
    try machine.folder.write("\(folder)/status", "Discharging\n")
    _ = try recorded.read(after: 1)
    _ = try recorded.read(after: 1)
    #expect(recorded.meter.platform == [PlatformReading(name: "battery BAT0", energy: .joules(20))])
    #expect(recorded.faults.first == "battery BAT0: not being discharged, so it does not see the machine")
  }

  @Test("a mouse's battery is not the machine's")
  func mouse() throws {
    try machine.folder.write("\(folder)/scope", "Device\n")
    try machine.folder.write("\(folder)/power_now", "10000000\n")
    let recorded = try RecordedMeter(machine)
    _ = try recorded.read(after: 1)
    #expect(recorded.meter.platform.isEmpty)
    #expect(recorded.meter.probes.first { $0.kind == .battery }?.isReadable == false)
  }
}
