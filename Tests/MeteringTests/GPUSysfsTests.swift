import Quantities
import Testing

@testable import Metering

@Suite("AMD and Intel graphics by the kernel's files")
struct GPUSysfsTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  private func metrics(_ index: Int, _ bytes: [UInt8]) throws {
    try machine.write("sys/class/drm/card\(index)/device/gpu_metrics", bytes: bytes)
  }

  private func sensor(_ index: Int, _ file: String, _ text: String) throws {
    let place = "class/drm/card\(index)/device/hwmon/hwmon\(index)"
    try machine.chip(place, "amdgpu", [file: text])
  }

  @Test(
    "T14: a card's accumulator is read where its revision has it, in steps of 2^-16 J",
    arguments: [(4, 24), (5, 88), (6, 16), (7, 24)] as [(UInt8, Int)])
  func accumulator(content: UInt8, offset: Int) throws {
    try machine.card(0)
    try metrics(0, gpuMetrics(content: content, offset: offset, count: 5_000_000_000))
    let recorded = try RecordedMeter(machine)
    try metrics(0, gpuMetrics(content: content, offset: offset, count: 5_001_000_000))
    let sample = try recorded.read(after: 1)
    #expect(sample.components[.gpu]?.host == Microjoules(15_258_789))
    #expect(recorded.meter.gpuReason == nil)
  }

  @Test("tables that are cut, foreign or without a stated unit give no count")
  func noCount() {
    #expect(GPUMetrics([]) == nil)
    #expect(GPUMetrics([200, 0, 1, 4]) == nil)
    #expect(GPUMetrics(gpuMetrics(content: 3, offset: 24, count: 77))?.energyCount == nil)
    #expect(GPUMetrics(gpuMetrics(content: 4, offset: 24, count: .max))?.energyCount == nil)
    #expect(GPUMetrics(gpuMetrics(content: 5, offset: 88, count: 77, size: 90))?.energyCount == nil)
    #expect(GPUMetrics(gpuMetrics(content: 4, offset: 24, count: 77, format: 2))?.containsProcessor == true)
  }

  @Test("any bytes are a table or none, never a crash")
  func anyBytes() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let length = Int.random(in: 0...200, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...8, using: &random) }
      if let table = GPUMetrics(bytes) { #expect(bytes.count >= 4, "\(table)") }
    }
  }

  @Test("without a count the average power is integrated, and the instantaneous one where there is no average")
  func power() throws {
    try machine.card(0)
    try sensor(0, "power1_average", "215000000")
    try machine.card(1, device: "0x744c")
    try sensor(1, "power1_input", "100000000")
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 2).joules(.gpu) == 630)
    #expect(
      recorded.meter.descriptions.filter { $0.component == .gpu }.map(\.method) == [
        "sensor-power@1", "sensor-power@1",
      ])
  }

  @Test("of two dies in one package one reports for both: its twin's zero is neither a power nor a second one")
  func twoDies() throws {
    for index in 0...1 {
      try machine.card(index)
      try sensor(index, "power1_average", index == 0 ? "500000000" : "0")
    }
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 1).joules(.gpu) == 500)
    let probes = recorded.meter.probes.filter { $0.kind == .amdgpu }
    #expect(probes.map(\.isUsed) == [true, false])
    #expect(probes[1].reason.contains("another die"))
  }

  @Test("graphics inside a processor have a sensor of both: it is beside, not added to the processor")
  func inside() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    try machine.card(0, device: "0x15bf")
    try metrics(0, gpuMetrics(content: 1, offset: 24, count: 9, format: 2))
    try sensor(0, "power1_average", "25000000")
    let recorded = try RecordedMeter(machine)
    try machine.set("intel-rapl:0", 22_000_000)
    let sample = try recorded.read(after: 1, usage: 0.5)
    #expect(sample.joules(.cpu) == 22)
    #expect(sample.joules(.gpu) == nil)
    #expect(recorded.meter.platform == [PlatformReading(name: "SoC power of card0", energy: .joules(25))])
  }

  @Test("what an unused card takes is its idle power; until it was seen unused nothing is called idle")
  func idle() throws {
    try machine.card(0, ["gpu_busy_percent": "80"])
    try sensor(0, "power1_average", "100000000")
    let recorded = try RecordedMeter(machine)
    #expect(try recorded.read(after: 1).components[.gpu]?.idle == .zero)
    try machine.folder.write("sys/class/drm/card0/device/gpu_busy_percent", "0\n")
    #expect(try recorded.read(after: 1).components[.gpu]?.idle == .joules(100))
    try machine.folder.write("sys/class/drm/card0/device/gpu_busy_percent", "80\n")
    try sensor(0, "power1_average", "300000000")
    let terms = try #require(try recorded.read(after: 1).components[.gpu])
    #expect(terms.host == .joules(400))
    #expect(terms.idle == .joules(200))
    #expect(terms.unattributed == .joules(200))
  }

  @Test("a GPU half busy takes 392 W of 700 W with 84 W idle; loads outside 0 to 1 are the ends")
  func model() {
    let load = GPULoad(designPower: .watts(700), idle: .watts(84))
    #expect(load.power(load: 0.5).watts == 392)
    #expect(load.power(load: 7).watts == 700)
    #expect(load.power(load: .nan).watts == 84)
  }

  @Test("a card whose power cannot be read but whose use can is modelled, and said to be")
  func modelled() throws {
    try machine.card(0, ["gpu_busy_percent": "50"])
    try sensor(0, "power1_cap_default", "300000000")
    let recorded = try RecordedMeter(machine)
    let terms = try #require(try recorded.read(after: 10).components[.gpu])
    #expect(terms.host == .joules((36 + 132) * 10))
    #expect(terms.idle == .joules(360))
    let gpu = try #require(recorded.meter.descriptions.first { $0.component == .gpu })
    #expect(gpu.origin == .modelled)
    #expect(gpu.relative == -0.4...0.4)
    #expect(gpu.method == "gpu-load@1")
    // Without a power that it is made for there is nothing to model with.
    try machine.card(1, device: "0x1", ["gpu_busy_percent": "50"])
    let probes = MachineSources(machine: machine.root, gpuLibrary: "/nowhere").probes.filter { $0.kind == .amdgpu }
    #expect(probes.map(\.isUsed) == [true, false])
  }

  @Test("a card that cannot be read for a while is late, not zero")
  func reset() throws {
    try machine.card(0)
    try sensor(0, "power1_average", "100000000")
    let recorded = try RecordedMeter(machine)
    try sensor(0, "power1_average", "")
    #expect(try recorded.read(after: 1).joules(.gpu) == nil)
    try sensor(0, "power1_average", "100000000")
    #expect(try recorded.read(after: 1).joules(.gpu) == 200)
  }

  @Test("an Intel card's counter is the card's; its tiles and its package are inside")
  func intel() throws {
    let chips = [
      ("hwmon2", "i915", ["energy1_input": "1000000"]), ("hwmon3", "i915_gt0", ["energy1_input": "1000000"]),
      (
        "hwmon4", "xe",
        [
          "energy1_label": "card", "energy1_input": "1000000", "energy2_label": "pkg", "energy2_input": "1000000",
        ]
      ),
    ]
    for (place, name, files) in chips { try machine.chip("class/hwmon/\(place)", name, files) }
    let recorded = try RecordedMeter(machine)
    for place in ["hwmon2", "hwmon3", "hwmon4"] {
      try machine.folder.write("sys/class/hwmon/\(place)/energy1_input", "51000000\n")
    }
    try machine.folder.write("sys/class/hwmon/hwmon4/energy2_input", "41000000\n")
    #expect(try recorded.read(after: 1).joules(.gpu) == 100)
  }

  @Test("a card that only shows tiles is the sum of its tiles")
  func tiles() throws {
    for (place, name) in [("hwmon2", "i915_gt0"), ("hwmon3", "i915_gt1")] {
      try machine.chip("class/hwmon/\(place)", name, ["energy1_input": "0"])
    }
    let recorded = try RecordedMeter(machine)
    for place in ["hwmon2", "hwmon3"] {
      try machine.folder.write("sys/class/hwmon/\(place)/energy1_input", "30000000\n")
    }
    #expect(try recorded.read(after: 1).joules(.gpu) == 60)
  }

  @Test("a counter that went back gives nothing for that period, and the next one counts again")
  func wentBack() throws {
    let file = "sys/class/hwmon/hwmon2/energy1_input"
    try machine.chip("class/hwmon/hwmon2", "i915", ["energy1_input": "900000000"])
    let recorded = try RecordedMeter(machine)
    try machine.folder.write(file, "5000000\n")
    #expect(try recorded.read(after: 1).joules(.gpu) == 0)
    try machine.folder.write(file, "25000000\n")
    #expect(try recorded.read(after: 1).joules(.gpu) == 20)
    #expect(recorded.faults.count == 1)
  }
}
