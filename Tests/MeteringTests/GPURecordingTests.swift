import Quantities
import Synchronization
import Testing

@testable import Metering

@Suite("A GPU driver recorded and played")
struct GPURecordingTests {
  /// What a source says over ten seconds.
  private func run(_ source: inout NVMLSource, _ time: ManualMeterClock, each: (Int) throws -> Void = { _ in })
    throws -> [EnergyReading]
  {
    try each(0)
    source.reset(at: time.now)
    var readings: [EnergyReading] = []
    for second in 1...10 {
      time.set(Double(second))
      try each(second)
      readings += source.poll(.seconds(Double(second - 1), Double(second)))
    }
    return readings
  }

  @Test("a recording of a driver, played, gives the readings that the driver gave")
  func roundTrip() throws {
    let fake = try FakeDriver()
    let fixed = ["limit 0 700000", "range 0 200000 700000", "architecture 0 9"]
    try fake.set(["energy 0 0", "utilisation 0 0"] + fixed)
    let time = ManualMeterClock()
    let library = fake.library
    let shared = SharedLines()
    var source = try NVMLSource { () throws(MeteringError) in
      RecordingGPUDriver(try NVMLLibrary(named: library), label: "synthetic", now: { time.now }) { shared.add($0) }
    }
    let recorded = try run(&source, time) { second in
      let work =
        second < 3 ? [] : ["process 0 42", "process 0 43", "activity 0 42 \(second * 1_000_000) \(second * 9)"]
      let power = second < 3 ? second * 70_000 : 140_000 + (second - 2) * 640_000
      try fake.set(["energy 0 \(power)", "utilisation 0 \(second < 3 ? 0 : 90)"] + fixed + work)
    }
    #expect(recorded.count == 10)
    let recording = try GPURecording(shared.lines.joined(separator: "\n"))
    #expect(recording.label == "synthetic")
    let again = ManualMeterClock()
    var player = try NVMLSource { () throws(MeteringError) in
      RecordedGPUDriver(recording, start: .seconds(0)) { again.now }
    }
    #expect(player.descriptions == source.descriptions)
    #expect(try run(&player, again) == recorded)
  }

  @Test("a line that cannot be read is named; what was never said is not supported")
  func errors() throws {
    #expect(throws: MeteringError("a GPU recording begins with '# dimmer-gpu-recording 1'")) { try GPURecording("0 a") }
    #expect(throws: MeteringError("line 3 of the GPU recording is earlier than the one before")) {
      try GPURecording("# dimmer-gpu-recording 1 synthetic\n2 GPU-1 energy 5\n1 GPU-1 energy 6")
    }
    let recording = try GPURecording(
      "# dimmer-gpu-recording 1 synthetic\n0 GPU-1 device 0 9 NVIDIA%20H100\n1 GPU-1 energy 5\n2 GPU-1 energy !15")
    let time = ManualMeterClock()
    let driver = RecordedGPUDriver(recording, start: .seconds(0)) { time.now }
    #expect(try driver.devices() == [GPUIdentity(index: 0, uuid: "GPU-1", name: "NVIDIA H100", architecture: 9)])
    #expect(throws: GPUDriverError.self) { try driver.energy(of: 0) }
    time.set(1)
    #expect(try driver.energy(of: 0) == 5)
    time.set(2)
    #expect(throws: GPUDriverError(code: 15, text: "error 15 in the recording")) { try driver.energy(of: 0) }
  }
}

/// Lines from another thread.
private final class SharedLines: Sendable {
  private let kept = Mutex<[String]>([])
  func add(_ line: String) { kept.withLock { $0.append(line) } }
  var lines: [String] { kept.withLock { $0 } }
}
