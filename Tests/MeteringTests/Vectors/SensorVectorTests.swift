import Methods
import Quantities
import Testing

@testable import Metering

@Suite("Reference vectors: events and sensors, from files to the record")
struct SensorVectorTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  @Test(
    "T12: an event's code and the processors it is opened on are what the kernel's files say",
    arguments: [("0,32", [0, 32]), ("0-1", [0, 1])] as [(String, [Int32])])
  func opened(mask: String, processors: [Int32]) throws {
    let folder = "sys/bus/event_source/devices/power"
    let files = [
      "type": "9", "cpumask": mask, "events/energy-pkg": "event=0x02",
      "events/energy-pkg.scale": "2.3283064365386962890625e-10", "events/energy-pkg.unit": "Joules",
    ]
    for (name, text) in files { try machine.folder.write("\(folder)/\(name)", "\(text)\n") }
    let perf = FakePerf()
    let recorded = try RecordedMeter(machine, access: perf.access)
    #expect(perf.events == processors.map { FakePerf.Event(config: 2, processor: $0) })
    for processor in processors { perf.set(2, processor, 4_294_967_296) }
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 2)
  }

  @Test("T13: 215 000 000 uW are 215 W; 12 V times 2.5 A are 30 W")
  func power() throws {
    try machine.card(0)
    try machine.chip("class/drm/card0/device/hwmon/hwmon0", "amdgpu", ["power1_average": "215000000"])
    try machine.chip(
      "class/hwmon/hwmon1", "ina3221", ["in1_label": "VDD_IN", "in1_input": "12000", "curr1_input": "2500"])
    let recorded = try RecordedMeter(machine)
    let sample = try recorded.read(after: 1, usage: 0.5)
    #expect(sample.joules(.gpu) == 215)
    #expect(sample.platform == ["VDD_IN": .joules(30)])
  }

  @Test("T14: a million steps are 15.3 J where a step is said to be 15.3 uJ")
  func steps() throws {
    var count: UInt64 = 77
    var source = ChannelSource(
      [PowerChannel(name: "card", target: .component(.gpu), microjoulesPerCount: 15.3) { .count(count) }],
      descriptions: [])
    source.reset(at: .seconds(0))
    count += 1_000_000
    #expect(source.poll(.seconds(0, 1)).map(\.energy) == [.joules(15.3)])
    let method = try MethodRegistry(MeteringMethods.all).method(named: "sensor-counter@1")
    let result = try method.calculate([
      "before_count": .number(77), "now_count": .number(1_000_077), "step_joules": .number(15.3e-6),
    ])
    guard case .number(let joules)? = result["energy_joules"] else {
      Issue.record("no energy")
      return
    }
    #expect(abs(joules - 15.3) < 1e-9)
  }

  @Test(
    "T21: power is integrated by trapezoids, on uneven steps too",
    arguments: [
      ([(1, 200), (1, 300), (1, 200), (1, 100)], 800), ([(1, 200), (2, 300), (1, 100)], 850),
    ] as [([(Double, Int)], Double)])
  func trapezoids(steps: [(Double, Int)], joules: Double) throws {
    try machine.chip("class/hwmon/hwmon1", "power_meter", ["power1_average": "100000000"])
    let recorded = try RecordedMeter(machine)
    var sample: CumulativeSample?
    for (seconds, watts) in steps {
      try machine.folder.write("sys/class/hwmon/hwmon1/power1_average", "\(watts)000000\n")
      sample = try recorded.read(after: seconds)
    }
    #expect(sample?.platform == ["ACPI power meter": .joules(joules)])
  }
}
