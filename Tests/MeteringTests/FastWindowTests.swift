import Quantities
import Testing

@testable import Metering

/// A counter as processors have it: energy in units of 61 uJ, brought up to date each millisecond or so, while power jumps.
private struct SteppingCounter {
  static let unit = 1e6 / 16_384
  /// Ends of steps, nanoseconds, and the true energy there, microjoules.
  private var steps: [(moment: UInt64, truth: Double)] = [(0, 0)]
  private var powers: [Double] = [0]

  /// A counter for so many nanoseconds.
  init(until end: UInt64) {
    var numbers = SeededNumbers(11)
    var watts = 40.0
    while let last = steps.last, last.moment < end {
      if numbers.below(3) == 0 { watts = Double(5 + numbers.below(350)) }
      let length = UInt64(800_000 + numbers.below(400_000))
      steps.append((last.moment + length, last.truth + watts * Double(length) / 1000))
      powers.append(watts)
    }
    largestStep = zip(steps, steps.dropFirst()).map { $1.truth - $0.truth }.reduce(0, max) + Self.unit + 1
  }

  private func step(at moment: UInt64) -> Int {
    var low = 0
    var high = steps.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if steps[middle].moment <= moment { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// What the file shows, microjoules.
  func shown(at moment: UInt64) -> UInt64 {
    UInt64((steps[step(at: moment)].truth / Self.unit).rounded(.down) * Self.unit)
  }

  /// What was really used, microjoules.
  func truth(at moment: UInt64) -> Double {
    let index = step(at: moment)
    return steps[index].truth + powers[min(index + 1, powers.count - 1)] * Double(moment - steps[index].moment) / 1000
  }

  /// The most that one step adds, in whole microjoules, and the rounding of a unit.
  let largestStep: Double
}

@Suite("Windows of ten milliseconds")
struct FastWindowTests {
  private static let zone = "intel-rapl:0"
  private let counter = SteppingCounter(until: 4_000_000_000)

  private func machine() throws -> RecordedMachine {
    let machine = try RecordedMachine()
    try machine.zone(Self.zone, "package-0", energy: 0)
    try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
    try machine.folder.write("proc/42/stat", "42 (train) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 500 1000 3 0 0\n")
    return machine
  }

  private func check(_ joules: Microjoules, from: UInt64, to: UInt64) {
    let truth = counter.truth(at: to) - counter.truth(at: from)
    #expect(abs(Double(joules.count) - truth) <= counter.largestStep, "\(joules.count) uJ of \(truth) uJ")
  }

  @Test("each is right within one step of the counter, and so is the sum of three hundred")
  func meter() throws {
    let machine = try machine()
    let time = TestClock()
    let start = time.clock.monotonic().nanoseconds
    let meter = HostMeter(machine: machine.root, access: SourceAccess(gpuLibrary: "/nowhere"), clock: time.clock)
    var before = try meter.start()
    let first = before
    for _ in 0..<300 {
      time.advance(seconds: 0.01)
      try machine.set(Self.zone, counter.shown(at: time.clock.monotonic().nanoseconds - start))
      let sample = try meter.read(isComplete: false)
      let energy = (sample.components[.cpu]?.host ?? .zero) - (before.components[.cpu]?.host ?? .zero)
      check(energy, from: before.monotonic.nanoseconds - start, to: sample.monotonic.nanoseconds - start)
      before = sample
    }
    check(
      before.components[.cpu]?.host ?? .zero, from: first.monotonic.nanoseconds - start,
      to: before.monotonic.nanoseconds - start)
    #expect(meter.takeFaults().isEmpty)
  }

  @Test("a process that slept for long and wakes up is seen within three looks at 100 Hz")
  func sleeper() throws {
    let machine = try machine()
    let time = TestClock()
    let meter = HostMeter(machine: machine.root, access: SourceAccess(gpuLibrary: "/nowhere"), clock: time.clock)
    /// Ten milliseconds go by, with so many ticks used since the start.
    func look(_ ticks: Int) throws -> UInt64 {
      time.advance(seconds: 0.01)
      try machine.folder.write("proc/stat", "cpu  \(150 + ticks) 0 0 800 50 0 0 0 0 0\n")
      try machine.folder.write(
        "proc/42/stat", "42 (t) S 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 500 1000 3 0 0\n")
      return try meter.read(isComplete: false).cpu.run
    }
    try meter.start(roots: [42])
    for start in [0, 40, 80] {
      for _ in 0..<(start == 0 ? 33 : 37) { #expect(try look(start) <= UInt64(start) * 10_000_000) }
      _ = try look(start + 1)
      _ = try look(start + 2)
      #expect(try look(start + 3) >= UInt64(start + 2) * 10_000_000)
      for more in 4...40 { #expect(try look(start + more) >= UInt64(start + more - 1) * 10_000_000) }
    }
  }

  @Test("two clients of one meter whose windows overlap at random each have theirs right within one step")
  func clients() throws {
    let machine = try machine()
    let stepped = try SteppedService(machine)
    let start = stepped.time.clock.monotonic().nanoseconds
    let clients = try [stepped.client(user: 0), stepped.client(user: 0)]
    for client in clients {
      let terms = try client.open(periodMilliseconds: 1000)
      #expect(terms.scope == .host && terms.windowMilliseconds == 10)
    }
    var begun: [CumulativeSample?] = [nil, nil]
    var next: [UInt64] = [100_000, 3_300_000]
    var windows = 0
    while windows < 200 {
      let index = next[0] <= next[1] ? 0 : 1
      let now = next[index]
      stepped.time.advance(to: start + now)
      try machine.set(Self.zone, counter.shown(at: now))
      let sample = try clients[index].read()
      // The window is where it was asked for, not where somebody else looked last.
      #expect(start + now - sample.monotonic.nanoseconds < 1_000_000)
      if let before = begun[index] {
        let energy = (sample.components[.cpu]?.host ?? .zero) - (before.components[.cpu]?.host ?? .zero)
        check(energy, from: before.monotonic.nanoseconds - start, to: sample.monotonic.nanoseconds - start)
        windows += 1
        begun[index] = nil
        next[index] = now + 8_000_000 + UInt64(windows * 7919 % 5_000_000)
      } else {
        begun[index] = sample
        next[index] = now + 10_000_000
      }
    }
  }
}
