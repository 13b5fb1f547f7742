import Quantities
import Synchronization
import Testing

@testable import Metering

/// A clock that tests set.
final class ManualMeterClock: Sendable {
  private let seconds = Mutex(0.0)
  func set(_ value: Double) { seconds.withLock { $0 = value } }
  var now: MonotonicInstant { .seconds(seconds.withLock { $0 }) }
  var clock: MeterClock {
    MeterClock(
      monotonic: { self.now }, wall: { Timestamp(seconds: 1_700_000_000 + self.seconds.withLock { $0 }) },
      sinceBoot: { self.now.nanoseconds })
  }
}

@Suite("NVIDIA GPUs from the driver library to the sample")
struct NVMLMeterTests {
  /// A machine on which 42 is the run's process and 43 another's, with a driver beside it.
  private final class Bench {
    let machine: RecordedMachine
    let driver: FakeDriver
    let time = ManualMeterClock()
    let meter: HostMeter
    private let text = Mutex(JournalText())

    init(_ driver: FakeDriver, _ readings: [String]) throws {
      self.driver = driver
      machine = try RecordedMachine()
      for pid in [42, 43] {
        try machine.folder.write(
          "proc/\(pid)/stat", "\(pid) (work) S 1 \(pid) \(pid) 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0 0\n")
      }
      try driver.set(readings)
      meter = HostMeter(machine: machine.root, gpuLibrary: driver.library, clock: time.clock)
      _ = try meter.start(roots: [42])
    }

    /// The GPU's terms so far; every component is conserved.
    func read(at seconds: Double, _ readings: [String]) throws -> EnergyTerms {
      try driver.set(readings)
      return try read(at: seconds)
    }

    func read(at seconds: Double) throws -> EnergyTerms {
      time.set(seconds)
      let reading = try meter.read()
      let sample = try text.withLock { try $0.record(reading, meter.state) }
      return sample.components[.gpu] ?? EnergyTerms()
    }
  }

  @Test("what a run's open and unused context took is on the run's sample, and another's is not")
  func parkedOnRecord() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0", "utilisation 0 0"])
    _ = try bench.read(at: 1, ["energy 0 70000", "utilisation 0 0"])
    _ = try bench.read(at: 2, ["energy 0 140000", "utilisation 0 0"])
    let holders = ["process 0 42", "process 0 43", "utilisation 0 0"]
    let terms = try bench.read(at: 3, ["energy 0 250000"] + holders)
    // 110 J in a second, 70 of them bare idle: each holder parks half of 40 J.
    let sample = try bench.meter.read()
    #expect(sample.parked == .joules(20))
    #expect(sample.parked <= terms.run)
  }

  @Test("T15: 234 567 mJ more on the counter are 234.567 J; a counter that goes back gives power x time")
  func counter() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 1000000"])
    #expect(try bench.read(at: 1, ["energy 0 1234567"]).host == .joules(234.567))
    #expect(try bench.read(at: 3, ["energy 0 900000", "power 0 50000"]).host == .joules(334.567))
    #expect(try bench.read(at: 4, ["energy 0 900500", "power 0 50000"]).host == .joules(335.067))
    #expect(bench.meter.takeFaults() == ["Fake 0: the energy counter went back; power x time stands in for one period"])
  }

  @Test(
    "T16, T17: 65 W, 17 W of them idle: 85 % and 15 % of the work are 40.8 J and 7.2 J, by the older call or the newer",
    arguments: [false, true])
  func sharing(isNew: Bool) throws {
    let bench = try Bench(FakeDriver(without: isNew ? ["ACTIVITY"] : [], hasNewActivity: isNew), ["energy 0 0"])
    #expect(try bench.read(at: 1, ["energy 0 17000"]).unattributed == .zero)
    let terms = try bench.read(
      at: 2,
      ["energy 0 82000", "process 0 42", "process 0 43"] + [
        "activity 0 42 1700000000000000 80", "activity 0 42 1700000000000001 90", "activity 0 43 1700000000000000 15",
      ])
    #expect([terms.run, terms.others, terms.idle] == [.joules(40.8), .joules(7.2), .joules(34)])
    // The same rows again are old: nobody worked since, the holders share.
    let later = try bench.read(
      at: 3,
      ["energy 0 130000", "process 0 42", "process 0 43", "activity 0 42 1700000000000001 90"])
    #expect(later.run - terms.run == later.others - terms.others)
  }

  @Test("T18: 48 J of three holders that do nothing are 16 J each; what nobody knows stays unattributed")
  func equalSplit() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0"])
    let terms = try bench.read(at: 1, ["energy 0 48000", "process 0 42", "process 0 43", "process 0 777"])
    #expect([terms.run, terms.others, terms.unattributed] == [.joules(16), .joules(16), .joules(16)])
  }

  @Test("T19: without a counter, 120, 180, 180, 60 W at 0, 1, 2, 4 s are 570 J")
  func trapezoids() throws {
    let bench = try Bench(FakeDriver(without: ["ENERGY"]), ["power 0 120000", "process 0 42"])
    var terms = EnergyTerms()
    for (time, milliwatts) in [(1.0, 180_000), (2, 180_000), (4, 60_000)] {
      terms = try bench.read(at: time, ["power 0 \(milliwatts)", "process 0 42"])
    }
    #expect(terms.host == .joules(570))
    #expect(terms.run == terms.host)
  }

  @Test("T44: with neither energy nor power, half load of a 700 W board is modelled as 392 W, 84 W of them idle")
  func load() throws {
    let bench = try Bench(FakeDriver(), ["limit 0 700000", "utilisation 0 50", "process 0 42"])
    let description = try #require(bench.meter.descriptions.first { $0.component == .gpu })
    #expect(description.origin == .modelled)
    #expect(description.method == "gpu-load@1")
    #expect(description.relative == -0.4...0.4)
    let terms = try bench.read(at: 1)
    #expect([terms.host, terms.idle, terms.run] == [.joules(392), .joules(84), .joules(308)])
  }

  @Test("eight GPUs: one is lost, one cannot do what it could before, the rest go on and each trouble is said once")
  func eight() throws {
    let energies = { (value: Int) in (0..<8).map { "energy \($0) \(value * ($0 + 1))" } }
    let bench = try Bench(FakeDriver(gpus: 8), energies(0))
    #expect(try bench.read(at: 1, energies(1000)).host == .joules(36))
    let broken = energies(2000).filter { !$0.hasPrefix("energy 7") } + ["lost 7 1", "error-energy 6 3", "power 6 7000"]
    // 21 J of six GPUs and 7 W of number 6, whose counter is gone.
    #expect(try bench.read(at: 2, broken).host == .joules(36 + 21 + 7))
    #expect(try bench.read(at: 3, broken).host == .joules(36 + 21 + 14))
    let faults = bench.meter.takeFaults()
    #expect(faults.count == 2, "\(faults)")
    #expect(faults.contains("Fake 7: GPU is lost"))
    #expect(faults.contains { $0.hasPrefix("Fake 6: its energy counter is not supported by this GPU") })
  }

  @Test("a counter that is no longer supported gives way to power for good")
  func nextRank() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0", "power 0 100000"])
    #expect(try bench.read(at: 1, ["energy 0 100000", "power 0 100000"]).host == .joules(100))
    #expect(try bench.read(at: 2, ["error-energy 0 3", "power 0 100000"]).host == .joules(200))
    // Back again, but it was given up.
    #expect(try bench.read(at: 3, ["energy 0 999999", "power 0 200000"]).host == .joules(350))
  }

  @Test("a reading that no board can draw is left out and said, not counted; the next counts from there")
  func absurd() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0", "limit 0 700000"])
    #expect(try bench.read(at: 1, ["energy 0 500000"]).host == .joules(500))
    #expect(try bench.read(at: 2, ["energy 0 2700000"]).host == .joules(500))
    #expect(try bench.read(at: 3, ["energy 0 3200000"]).host == .joules(1000))
    #expect(bench.meter.takeFaults() == ["Fake 0: it says 2200 W, more than it can draw: left out"])
    let power = try Bench(FakeDriver(without: ["ENERGY"]), ["power 0 300000", "limit 0 400000"])
    #expect(try power.read(at: 1, ["power 0 1300000"]).host == .zero)
    #expect(try power.read(at: 2, ["power 0 300000"]).host == .joules(600))
    #expect(power.meter.takeFaults() == ["Fake 0: it says 1300 W, more than it can draw: left out"])
  }

  @Test("windows below half a second are power x time, said once; the counter's word holds in the end")
  func shortWindows() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0", "field186 0 200000", "power 0 9"])
    #expect(try bench.read(at: 0.2).host == .joules(40))
    #expect(try bench.read(at: 0.4).host == .joules(80))
    // The counter says 290 J by now, 80 of them told.
    #expect(try bench.read(at: 1.4, ["energy 0 290000", "field186 0 200000"]).host == .joules(290))
    #expect(bench.meter.takeFaults().filter { $0.contains("short-window") }.count == 1)
  }

  @Test("a mean of the last second, integrated, gives the energy of the trace behind it once the trace has settled")
  func averaging() throws {
    let trace = ["trace 0 0 100000", "trace 0 2500 400000", "trace 0 5500 100000", "architecture 0 9"]
    let bench = try Bench(FakeDriver(without: ["ENERGY"]), trace + ["clock 0 0"])
    var terms = EnergyTerms()
    for tenth in stride(from: 1, through: 80, by: 1) {
      terms = try bench.read(at: Double(tenth) / 10, trace + ["clock 0 \(tenth * 100)"])
    }
    // 100 W for 5 s and 400 W for 3 s.
    #expect(abs(terms.host.energy.joules - 1700) < 0.01)
    #expect(bench.meter.descriptions.contains { $0.reason.contains("(mean of the last second)") })
  }

  @Test("a GPU cut into instances with holes is shared by the slices of instances that have a process, as a model")
  func cut() throws {
    let instances = ["mig 0 7", "instance 0 0 1 3", "instance 0 3 5 1", "instance 0 6 9 2"]
    let bench = try Bench(FakeDriver(), ["energy 0 0"] + instances)
    let description = try #require(bench.meter.descriptions.first { $0.component == .gpu })
    #expect(description.origin == .modelled)
    #expect(description.method == "gpu-slice-share@1")
    // Instance 9 has no process and takes no share; two processes share instance 5.
    let terms = try bench.read(
      at: 1, ["energy 0 80000", "process 0 42 1000 1", "process 0 43 1000 5", "process 0 777 1000 5"] + instances)
    #expect([terms.run, terms.others, terms.unattributed] == [.joules(60), .joules(10), .joules(10)])
  }

  @Test("a driver that hangs costs its GPUs only; it is said once and taken up again from a new baseline")
  func hang() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0"])
    #expect(try bench.read(at: 1, ["energy 0 10000"]).host == .joules(10))
    // Waits the deadline, once: the second reading finds the thread still away.
    #expect(try bench.read(at: 2, ["energy 0 20000", "hang 0 1"]).host == .joules(10))
    #expect(try bench.read(at: 3).host == .joules(10))
    #expect(
      bench.meter.takeFaults() == [
        "the NVIDIA driver did not answer within 2 s: its GPUs are not counted until it does"
      ])
    try bench.driver.set(["energy 0 50000"])
    var terms = EnergyTerms()
    var faults: [String] = []
    for second in 4..<100_000 where faults.isEmpty {
      terms = try bench.read(at: Double(second))
      faults += bench.meter.takeFaults()
    }
    #expect(terms.host == .joules(10))
    #expect(
      faults == [
        "the NVIDIA driver answers again: its GPUs count from here on, what flowed meanwhile is not known"
      ])
    #expect(try bench.read(at: 100_001, ["energy 0 53000"]).host == .joules(13))
  }

  @Test("a driver that went away and came back is looked for, and counts from a new baseline")
  func reload() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 500000"])
    #expect(try bench.read(at: 1, ["energy 0 510000"]).host == .joules(10))
    #expect(try bench.read(at: 2, ["lost 0 1"]).host == .joules(10))
    #expect(try bench.read(at: 3, ["energy 0 1000"]).host == .joules(10))
    #expect(try bench.read(at: 34).host == .joules(10))
    #expect(try bench.read(at: 35, ["energy 0 3000"]).host == .joules(12))
    #expect(
      bench.meter.takeFaults() == ["Fake 0: GPU is lost", "the NVIDIA driver is back: Fake 0 from here on"])
  }

  @Test("idle is not learned while the driver cannot say who holds the GPU, or while something runs unseen")
  func idleNeedsProof() throws {
    let bench = try Bench(FakeDriver(), ["energy 0 0", "error-processes 0 4"])
    #expect(try bench.read(at: 1, ["energy 0 300000", "error-processes 0 4"]).idle == .zero)
    #expect(try bench.read(at: 2, ["energy 0 600000", "utilisation 0 90"]).idle == .zero)
    let other = try Bench(FakeDriver(), ["energy 0 0", "utilisation 0 90"])
    #expect(try other.read(at: 1, ["energy 0 300000", "utilisation 0 90"]).idle == .zero)
  }
}
