import Quantities
import Testing

@testable import Metering

@Suite("NVIDIA GPUs through a driver library built by the test")
struct NVMLTests {
  @Test("a machine without the library has no GPUs, and that is no failure")
  func missing() {
    let error = #expect(throws: MeteringError.self) { try NVMLSource(library: "libnvidia-ml-that-is-not-there.so.1") }
    #expect(error?.description.hasPrefix("no NVIDIA driver library: ") == true)
  }

  @Test("a driver without GPUs says so")
  func empty() throws {
    let driver = try FakeDriver(gpus: 0)
    let error = #expect(throws: MeteringError.self) { try NVMLSource(library: driver.library) }
    #expect(error?.description == "the NVIDIA driver shows no GPU")
  }

  @Test("the energy counter is differenced; when it goes back, power times time stands in and it is said")
  func counter() throws {
    let driver = try FakeDriver()
    try driver.set(["energy 0 1000000"])
    var source = try NVMLSource(library: driver.library)
    #expect(source.descriptions.map(\.method.description) == ["nvml-counter@1"])
    #expect(source.descriptions[0].name == "Fake 0 GPU-0")
    source.reset(at: .seconds(0))
    try driver.set(["energy 0 1234567"])
    #expect(source.poll(.seconds(0, 1), processes: .ofRun42()).first?.energy == .joules(234.567))
    try driver.set(["energy 0 900000", "power 0 50000"])
    #expect(source.poll(.seconds(1, 3), processes: .ofRun42()).first?.energy == .joules(100))
    #expect(source.takeFaults().count == 1)
    try driver.set(["energy 0 900500"])
    #expect(source.poll(.seconds(3, 4), processes: .ofRun42()).first?.energy == .joules(0.5))
    #expect(source.counters == ["GPU-0": 900_500])
  }

  @Test(
    "without a counter power is integrated by trapezoids, whether the driver or the board lacks it",
    arguments: [[], ["ENERGY"]])
  func power(missing: [String]) throws {
    let driver = try FakeDriver(without: missing)
    try driver.set(["power 0 120000"])
    var source = try NVMLSource(library: driver.library)
    #expect(source.descriptions.map(\.method.description) == ["nvml-power@1"])
    source.reset(at: .seconds(0))
    var sum = Microjoules.zero
    for (time, milliwatts) in [(1.0, 180_000), (2, 180_000), (4, 60_000)] {
      try driver.set(["power 0 \(milliwatts)"])
      sum = sum + (source.poll(.seconds(time - 1, time), processes: .ofRun42()).first?.energy ?? .zero)
    }
    #expect(sum == .joules(570))
  }

  @Test("idle is the least power without a process; above it, processes share by what they did")
  func sharing() throws {
    let driver = try FakeDriver()
    try driver.set(["energy 0 0", "activity 0 42 100 99"])
    var source = try NVMLSource(library: driver.library)
    source.reset(at: .seconds(0))
    try driver.set(["energy 0 17000", "activity 0 42 100 99"])
    let quiet = try #require(source.poll(.seconds(0, 1), processes: .ofRun42()).first)
    // The row of before the baseline is not this run's doing.
    #expect(quiet.idle == .known(.joules(17)))
    try driver.set([
      "energy 0 82000", "process 0 42", "process 0 43", "activity 0 42 200 80", "activity 0 42 300 90",
      "activity 0 43 300 15",
    ])
    let reading = try #require(source.poll(.seconds(1, 2), processes: .ofRun42()).first)
    #expect(reading.energy == .joules(65))
    #expect(reading.idle == .known(.joules(17)))
    #expect(reading.sharing == .weights(run: 85, others: 15, own: 0, unattributed: 0))
    var sampler = Sampler(
      baseline: MachineReading(
        monotonic: .seconds(1), wall: Timestamp(seconds: 1), busy: 0, processors: 1, processes: ByConsumer()))
    let sample = sampler.take(
      MachineReading(
        monotonic: .seconds(2), wall: Timestamp(seconds: 2), busy: 0, processors: 1, processes: ByConsumer(),
        energies: [reading]))
    let terms = try #require(sample.components[.gpu])
    #expect([terms.run, terms.others, terms.idle].map(\.energy.joules) == [40.8, 7.2, 17])
  }

  @Test("processes that hold the GPU and do nothing share equally; one nobody knows stays unattributed")
  func holders() throws {
    #expect(GPUSharing.weights(samples: [], holders: [1, 2, 3]) == [1: 1, 2: 1, 3: 1])
    #expect(
      GPUSharing.weights(samples: [GPUProcessSample(pid: 1, microseconds: 1, percent: 0)], holders: [2]) == [2: 1])
    let driver = try FakeDriver(without: ["PROCESSES_V3", "ACTIVITY"])
    try driver.set(["energy 0 0"])
    var source = try NVMLSource(library: driver.library)
    source.reset(at: .seconds(0))
    try driver.set(["energy 0 48000", "process 0 42", "process 0 5", "process 0 777"])
    let reading = try #require(source.poll(.seconds(0, 1), processes: .ofRun42()).first)
    #expect(reading.sharing == .weights(run: 1, others: 0, own: 1, unattributed: 1))
    #expect(reading.idle == .known(.zero))
  }

  @Test("each GPU gives its own reading; one that is lost is said once and its energy is not made up")
  func several() throws {
    let driver = try FakeDriver(gpus: 2)
    try driver.set(["energy 0 0", "energy 1 0"])
    var source = try NVMLSource(library: driver.library)
    source.reset(at: .seconds(0))
    try driver.set(["energy 0 5000", "energy 1 7000"])
    #expect(source.poll(.seconds(0, 1), processes: .ofRun42()).map(\.energy) == [.joules(5), .joules(7)])
    try driver.set(["energy 0 6000", "lost 1 1"])
    #expect(source.poll(.seconds(1, 2), processes: .ofRun42()).map(\.energy) == [.joules(1)])
    #expect(source.poll(.seconds(2, 3), processes: .ofRun42()).map(\.energy) == [.zero])
    #expect(source.takeFaults() == ["Fake 1: GPU is lost"])
  }

  @Test("more processes than there is room for are asked for again")
  func manyProcesses() throws {
    let driver = try FakeDriver()
    try driver.set(["energy 0 0"])
    var source = try NVMLSource(library: driver.library)
    source.reset(at: .seconds(0))
    let many = (0..<200).map { "process 0 \(1000 + $0)" }
    try driver.set(["energy 0 1000"] + many)
    let reading = try #require(source.poll(.seconds(0, 1), processes: .ofRun42()).first)
    #expect(reading.sharing == .weights(run: 0, others: 0, own: 0, unattributed: 200))
  }
}
