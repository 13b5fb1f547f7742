public import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Meters this machine in the calling process: a baseline, then a cumulative sample at each reading.
///
/// It is used by the resident meter each period and, directly, wherever joules of processes that already run are wanted
/// (calibration). It belongs to one thread or actor at a time.
public final class HostMeter {
  /// What is needed, with the last sample, to go on after the meter was killed.
  public struct State: Hashable, Sendable {
    /// Counters of the sources and of busy time, by name.
    public var counters: [String: UInt64]
    /// The ledger's potential.
    public var potential: ByConsumer
    /// CPU nanoseconds of the metering process itself.
    public var meter: UInt64

    /// A state.
    public init(counters: [String: UInt64], potential: ByConsumer, meter: UInt64) {
      self.counters = counters
      self.potential = potential
      self.meter = meter
    }
  }

  private static let busyCounter = "busy"

  private let machine: MachineRoot
  private let scanner: ProcessScanner
  private let buffer = FileBuffer()
  private var sources: MachineSources
  private var busyTime: BusyTime
  private var ledger: ProcessLedger
  private var sampler: Sampler?
  private let own: Set<Int32>
  private let reapers: Set<Int32>
  private let period: Quantities.Span?
  private var faults: [String] = []
  private let onlineFile: KeptFile

  /// A meter that is not started yet.
  ///
  /// - Parameters:
  ///   - machine: where the kernel's files are.
  ///   - own: processes of Dimmer besides this one.
  ///   - reapers: processes whose children, from the start on, belong to the run.
  ///   - period: how often it will be read; a reading that is three periods late is noted as a gap.
  ///   - gpuLibrary: another NVIDIA driver library than the installed one.
  public init(
    machine: MachineRoot = .here, own: [Int32] = [], reapers: [Int32] = [], period: Quantities.Span? = nil,
    gpuLibrary: String? = nil
  ) {
    self.machine = machine
    self.own = Set(own + [getpid()])
    self.reapers = Set(reapers)
    self.period = period
    scanner = ProcessScanner(root: machine.proc)
    sources = MachineSources(machine: machine, gpuLibrary: gpuLibrary)
    busyTime = BusyTime(machine: machine)
    onlineFile = KeptFile("\(machine.sys)/devices/system/cpu/online")
    ledger = ProcessLedger()
  }

  /// What is read, and how well.
  public var descriptions: [SourceDescription] { sources.descriptions }
  /// Why no GPU is read, when none is.
  public var gpuReason: String? { sources.gpuReason }
  /// How busy time is read.
  public var busyPath: BusyTime.Path { busyTime.path }

  /// Takes the baseline: from here on energy counts.
  ///
  /// - Parameter roots: processes to measure with all their descendants; more can be added later.
  /// - Throws: ``MeteringError`` when the process table cannot be read.
  @discardableResult
  public func start(roots: [Int32] = []) throws(MeteringError) -> CumulativeSample {
    try start(ProcessLedger(roots: Set(roots), own: own, reapers: reapers))
  }

  private func start(_ fresh: ProcessLedger) throws(MeteringError) -> CumulativeSample {
    ledger = fresh
    try scanner.scan(into: &ledger, busy: busyTime.read(), isComplete: true)
    busyTime = BusyTime(machine: machine)
    let now = Clocks.monotonic
    for index in sources.sources.indices { sources.sources[index].reset(at: now) }
    let sampler = Sampler(baseline: reading(at: now, busy: 0, processors: processors, energies: []), period: period)
    self.sampler = sampler
    return sampler.sample
  }

  /// Goes on where a killed meter stopped, on the same boot: what was used in between counts as one long period.
  public func resume(roots: [Int32], from sample: CumulativeSample, state: State) throws(MeteringError) {
    _ = try start(ProcessLedger(roots: Set(roots), own: own, reapers: reapers, isResuming: true))
    let before = state.potential
    let now = ledger.potential
    var used = now.since(before)
    // The dead meter's time went to the process that reaped it, and that one reaps for the run.
    let reaped = reapers.isEmpty ? 0 : state.meter
    used.run = used.run > reaped ? used.run - reaped : 0
    let meter = ledger.reading(of: getpid())?.ownNanoseconds ?? 0
    let ownNow = now.own - min(meter, now.own)
    let ownBefore = before.own - min(state.meter, before.own)
    used.own = meter + (ownNow > ownBefore ? ownNow - ownBefore : 0)
    ledger.resume(
      from: ByConsumer(run: sample.cpu.run, others: sample.cpu.others, own: sample.cpu.own), used: used)
    if let counter = state.counters[Self.busyCounter] { busyTime.resume(counter: counter, total: sample.cpu.busy) }
    for index in sources.sources.indices { sources.sources[index].resume(counters: state.counters) }
    sampler = Sampler(
      baseline: reading(at: Clocks.monotonic, busy: sample.cpu.busy, processors: processors, energies: []),
      period: period,
      continuing: sample)
  }

  /// Adds a process to measure.
  public func add(root: Int32) { ledger.add(root: root) }

  /// Reads everything and gives the sample for now.
  ///
  /// - Parameter isComplete: whether processes that have long been idle are asked, too, though the machine's busy time
  ///   is explained without them; a reading each second does without.
  /// - Throws: ``MeteringError`` before ``start(roots:)``, or when the process table can no longer be read.
  public func read(isComplete: Bool = true) throws(MeteringError) -> CumulativeSample {
    guard var sampler else { throw MeteringError("the meter was read before it was started") }
    try scanner.scan(into: &ledger, busy: busyTime.read(), isComplete: isComplete)
    let now = Clocks.monotonic
    let busy = busyTime.read()
    let processors = self.processors
    let interval = PollInterval(
      from: sampler.lastReading, to: now, usage: sampler.usage(at: now, busy: busy, processors: processors))
    var energies: [EnergyReading] = []
    for index in sources.sources.indices {
      energies += sources.sources[index].poll(interval, processes: ledger)
      faults += sources.sources[index].takeFaults()
    }
    // The second reference would make the sampler copy itself.
    self.sampler = nil
    let sample = sampler.take(reading(at: now, busy: busy, processors: processors, energies: energies))
    self.sampler = sampler
    return sample
  }

  /// Gaps since the last call.
  public func takeGaps() -> [Gap] { sampler?.takeGaps() ?? [] }

  /// Troubles of sources since the last call, one line each.
  public func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// What a next meter needs to go on.
  public var state: State {
    var counters = [Self.busyCounter: busyTime.counter]
    for source in sources.sources { counters.merge(source.counters) { first, _ in first } }
    return State(
      counters: counters, potential: ledger.potential, meter: ledger.reading(of: getpid())?.ownNanoseconds ?? 0)
  }

  /// When `pid` started, in ticks since the machine did; `nil` when it is not in the last scan.
  public func startTicks(of pid: Int32) -> UInt64? { ledger.reading(of: pid)?.identity.startTicks }

  /// How many processes of each consumer there were in the last scan.
  public var population: ByConsumer { ledger.population }

  private func reading(
    at moment: MonotonicInstant, busy: UInt64?, processors: Int, energies: [EnergyReading]
  ) -> MachineReading {
    MachineReading(
      monotonic: moment, wall: Clocks.wall, busy: busy, processors: processors, processes: ledger.times,
      resident: ledger.resident, energies: energies)
  }

  /// Processors that are on.
  private var processors: Int {
    if let bytes = buffer.contents(of: onlineFile.descriptor),
      let count = KernelText.list(String(decoding: bytes, as: UTF8.self))?.count
    {
      return count
    }
    return max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
  }
}
