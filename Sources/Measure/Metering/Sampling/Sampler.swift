public import Quantities

/// Everything read from the machine at one moment.
public struct MachineReading: Hashable, Sendable {
  /// When, on the monotonic clock.
  public var monotonic: MonotonicInstant
  /// When, on the wall clock.
  public var wall: Timestamp
  /// The machine's busy nanoseconds since the baseline; `nil` when they cannot be read now.
  public var busy: UInt64?
  /// Nanoseconds that a hypervisor gave to others since some fixed moment, over all processors.
  public var stolen: UInt64
  /// Processors that are on.
  public var processors: Int
  /// CPU nanoseconds of processes since the baseline.
  public var processes: ByConsumer
  /// Resident bytes of processes.
  public var resident: ByConsumer
  /// Whether all processes were asked. Where only Dimmer's were, who holds the rest of the memory is not known.
  public var asksAll = true
  /// What the sources gave.
  public var energies: [EnergyReading]

  /// A reading.
  public init(
    monotonic: MonotonicInstant, wall: Timestamp, busy: UInt64?, stolen: UInt64 = 0, processors: Int,
    processes: ByConsumer,
    resident: ByConsumer = ByConsumer(), energies: [EnergyReading] = []
  ) {
    self.monotonic = monotonic
    self.wall = wall
    self.busy = busy
    self.stolen = stolen
    self.processors = processors
    self.processes = processes
    self.resident = resident
    self.energies = energies
  }
}

/// A stretch in which the meter did not look as often as it should, or the clock did not go on as it should.
public struct Gap: Hashable, Sendable {
  /// Its beginning.
  public let from: MonotonicInstant
  /// Its end.
  public let to: MonotonicInstant
  /// What happened, in one sentence.
  public let reason: String

  /// A gap.
  public init(from: MonotonicInstant, to: MonotonicInstant, reason: String) {
    self.from = from
    self.to = to
    self.reason = reason
  }
}

/// From readings to samples: a pure state machine. It neither reads nor waits.
public struct Sampler: Sendable {
  /// What happened since a component's last reading: a component that could not be read is shared out over all of it.
  fileprivate struct Window: Hashable {
    var run: UInt64 = 0
    var others: UInt64 = 0
    var own: UInt64 = 0
    var unattributed: UInt64 = 0
    var busy: UInt64 = 0
    var capacity: UInt64 = 0
  }

  /// The sample so far.
  public private(set) var sample: CumulativeSample
  private var last: MachineReading
  private let period: Quantities.Span?
  private var windows: [Component: Window] = [:]
  private var gaps: [Gap] = []

  /// Begins at a baseline reading.
  ///
  /// - Parameters:
  ///   - period: how often readings should come; more than three periods without one is a gap.
  ///   - sample: what an earlier meter had counted by then; the baseline reading must continue its times.
  public init(baseline: MachineReading, period: Quantities.Span? = nil, continuing sample: CumulativeSample? = nil) {
    self.period = period
    self.sample = sample ?? CumulativeSample(monotonic: baseline.monotonic, wall: baseline.wall)
    last = baseline
    if let sample {
      // The gap between the two meters is one long period.
      last.monotonic = sample.monotonic
      last.wall = sample.wall
      last.busy = sample.cpu.busy
      last.processes = ByConsumer(run: sample.cpu.run, others: sample.cpu.others, own: sample.cpu.own)
    }
  }

  /// When the last reading was.
  public var lastReading: MonotonicInstant { last.monotonic }

  /// Takes a reading; the sample is then true for its moment.
  public mutating func take(_ reading: MachineReading) -> CumulativeSample {
    // A monotonic clock that steps back is a broken one; the time does not count.
    let elapsed = reading.monotonic > last.monotonic ? reading.monotonic.nanoseconds - last.monotonic.nanoseconds : 0
    noteGaps(reading, elapsed: elapsed)
    let window = advanceCPU(reading, elapsed: elapsed)
    for component in Component.allCases {
      windows[component, default: Window()].add(window)
    }
    for energy in reading.energies { add(energy, reading) }
    for energy in reading.energies { windows[energy.component] = Window() }
    sample.monotonic = max(reading.monotonic, sample.monotonic)
    sample.wall = reading.wall
    var next = reading
    next.busy = reading.busy ?? last.busy
    last = next
    return sample
  }

  /// The gaps since the last call.
  public mutating func takeGaps() -> [Gap] {
    defer { gaps.removeAll() }
    return gaps
  }

  /// Counts CPU time and gives what this period adds. Unattributed time is busy time less the time of every process,
  /// each on its own path. Both run ahead of the other by turns, for process times come in ticks; the most that busy
  /// time ever was ahead is what is unattributed, so it neither falls nor grows by rounding alone.
  private mutating func advanceCPU(_ reading: MachineReading, elapsed: UInt64) -> Window {
    let used = reading.processes.since(last.processes)
    var window = Window(run: used.run, others: used.others, own: used.own)
    let all = elapsed &* UInt64(max(reading.processors, 0))
    let stolen = reading.stolen > last.stolen ? reading.stolen - last.stolen : 0
    window.capacity = all > stolen ? all - stolen : 0
    if let busy = reading.busy, let before = last.busy, busy > before { window.busy = busy - before }
    sample.cpu.run &+= window.run
    sample.cpu.others &+= window.others
    sample.cpu.own &+= window.own
    sample.cpu.busy &+= window.busy
    sample.cpu.capacity &+= window.capacity
    let seen = sample.cpu.run &+ sample.cpu.others &+ sample.cpu.own
    if sample.cpu.busy > seen, sample.cpu.busy - seen > sample.cpu.unattributed {
      window.unattributed = sample.cpu.busy - seen - sample.cpu.unattributed
      sample.cpu.unattributed = sample.cpu.busy - seen
    }
    return window
  }

  private mutating func add(_ energy: EnergyReading, _ reading: MachineReading) {
    let window = windows[energy.component] ?? Window()
    var idle: Microjoules
    switch energy.idle {
    case .known(let known): idle = known
    case .unusedShare:
      let usage = window.capacity == 0 ? 0 : Double(window.busy) / Double(window.capacity)
      idle = energy.energy - Attribution.active(energy.energy, usage: usage)
    }
    let weights: [Double]
    switch energy.sharing {
    case .cpuTime:
      weights = [Double(window.run), Double(window.others), Double(window.own), Double(window.unattributed)]
    case .weights(let run, let others, let own, let unattributed): weights = [run, others, own, unattributed]
    case .processes(let processes): weights = [0, 0, 0, processes.values.reduce(0, +)]
    case .residentMemory(let total):
      // What is shared between processes counts with each, so the sum may exceed all memory: then it is fitted.
      guard reading.asksAll else {
        idle = .zero
        let own = min(Double(reading.resident.own), Double(total))
        weights = [0, 0, own, Double(total) - own]
        break
      }
      let held = Double(reading.resident.total)
      let free = max(Double(total) - held, 0)
      let parts = Split.largestRemainder(
        energy.energy,
        weights: [Double(reading.resident.run), Double(reading.resident.others), Double(reading.resident.own), free])
      idle = parts?[3] ?? energy.energy
      weights = [Double(reading.resident.run), Double(reading.resident.others), Double(reading.resident.own), 0]
    }
    let parts = Attribution.share(energy.energy, idle: idle, activity: weights)
    var terms = sample.components[energy.component] ?? EnergyTerms()
    terms.host = terms.host + energy.energy
    terms.run = terms.run + parts.shares[0]
    terms.others = terms.others + parts.shares[1]
    terms.own = terms.own + parts.shares[2]
    terms.unattributed = terms.unattributed + parts.shares[3] + parts.unattributed
    terms.idle = terms.idle + parts.idle
    sample.components[energy.component] = terms
  }

  private mutating func noteGaps(_ reading: MachineReading, elapsed: UInt64) {
    if let period, Double(elapsed) / 1e9 > 3 * period.seconds {
      let seconds = Decimals.fixed(Double(elapsed) / 1e9, places: 1)
      gaps.append(
        Gap(
          from: last.monotonic, to: reading.monotonic,
          reason: "no sample for \(seconds) s; its energy is counted as one period"))
    }
    let wall = Double(reading.wall.milliseconds - last.wall.milliseconds) / 1000
    let jump = wall - Double(elapsed) / 1e9
    if abs(jump) > 2 {
      gaps.append(
        Gap(
          from: last.monotonic, to: reading.monotonic,
          reason: "the wall clock moved by \(Decimals.fixed(jump, places: 1)) s against the monotonic one"))
    }
  }
}

extension Sampler.Window {
  fileprivate mutating func add(_ other: Sampler.Window) {
    run &+= other.run
    others &+= other.others
    own &+= other.own
    unattributed &+= other.unattributed
    busy &+= other.busy
    capacity &+= other.capacity
  }
}
