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

  private let reader: HostReader
  private var account: RunAccount?
  private let me: Int32
  private let own: Set<Int32>
  private let reapers: Set<Int32>
  private let period: Quantities.Span?
  private var look: ProcessLook?

  /// Whether each reading makes a ``table`` of all processes; it costs some time, so it is only made where it is shown.
  public var tracksProcesses = false
  /// Every process and what it took between the last two readings; `nil` until there were two that tracked processes.
  public private(set) var table: ProcessTable?

  /// A meter that is not started yet.
  ///
  /// - Parameters:
  ///   - machine: where the kernel's files are.
  ///   - own: processes of Dimmer besides this one.
  ///   - reapers: processes whose children, from the start on, belong to the run.
  ///   - period: how often it will be read; a reading that is three periods late is noted as a gap.
  ///   - gpuLibrary: another NVIDIA driver library than the installed one.
  ///   - access: what sources are read with besides the kernel's files.
  ///   - clock: what time it is.
  ///   - asksAll: whether all processes are asked; else only Dimmer's own, all other work is unattributed, and a look
  ///     costs the same whatever runs.
  ///   - me: the metering process's number on that machine; another one than this process's in a replay, `nil` for this one.
  public init(
    machine: MachineRoot = .here, own: [Int32] = [], reapers: [Int32] = [], period: Quantities.Span? = nil,
    gpuLibrary: String? = nil, access: SourceAccess = SourceAccess(), clock: MeterClock = .machine,
    asksAll: Bool = true, me: Int32? = nil
  ) {
    self.me = me ?? getpid()
    self.own = Set(own + [self.me])
    self.reapers = Set(reapers)
    self.period = period
    reader = HostReader(
      machine: machine, gpuLibrary: gpuLibrary, access: access, clock: clock, only: asksAll ? nil : self.own)
  }

  /// What is read, and how well; once something was read, as well as it was.
  public var descriptions: [SourceDescription] {
    let sources = reader.sources.descriptions
    return account?.described(sources) ?? sources
  }
  /// Why no GPU is read, when none is.
  public var gpuReason: String? { reader.sources.gpuReason }
  /// Every place where energy may be shown, used or not, and why.
  public var probes: [SourceProbe] { reader.sources.probes }
  /// Meters of the whole machine since the baseline; they are in no total.
  public var platform: [PlatformReading] { reader.sources.platform }
  /// The longest time between two readings after which every joule is still known; `nil` when any time will do.
  public var longestInterval: Quantities.Span? { reader.sources.longestInterval }
  /// How busy time is read.
  public var busyPath: BusyTime.Path { reader.busyTime.path }

  /// Takes the baseline: from here on energy counts.
  ///
  /// - Parameter roots: processes to measure with all their descendants; more can be added later.
  /// - Throws: ``MeteringError`` when the process table cannot be read.
  @discardableResult
  public func start(roots: [Int32] = []) throws(MeteringError) -> CumulativeSample {
    let reading = try reader.begin()
    var ledger = ProcessLedger(roots: Set(roots), own: own, reapers: reapers)
    reader.report(to: &ledger)
    let account = RunAccount(ledger: ledger, at: reading, period: period)
    self.account = account
    return account.sample
  }

  /// Takes the baseline of a run that is a control group: all that runs in it and below it, and nothing else.
  ///
  /// - Throws: ``MeteringError`` when the process table or the group cannot be read.
  @discardableResult
  public func start(group: ControlGroup) throws(MeteringError) -> CumulativeSample {
    guard group.read() != nil else {
      throw MeteringError("the CPU time of the control group \(group.path) cannot be read in \(group.folder)")
    }
    reader.watch(group)
    let reading = try reader.begin()
    var ledger = ProcessLedger(group: group.path, own: own)
    reader.report(to: &ledger)
    guard !ledger.isGone else { throw MeteringError("the control group \(group.path) is no more") }
    let account = RunAccount(ledger: ledger, at: reading, period: period)
    self.account = account
    return account.sample
  }

  /// Whether the control group that is the run was removed by the last reading: the run has ended.
  public var isGone: Bool { account?.ledger.isGone ?? false }

  /// Goes on where a killed meter stopped, on the same boot: what was used in between counts as one long period.
  public func resume(roots: [Int32], from sample: CumulativeSample, state: State) throws(MeteringError) {
    account = try RunAccount.resuming(
      on: reader, roots: roots, own: own, reapers: reapers, period: period, from: sample, state: state)
  }

  /// Adds a process to measure.
  public func add(root: Int32) { account?.add(root: root) }

  /// Reads everything and gives the sample for now.
  ///
  /// - Parameter isComplete: whether processes that have long been idle are asked, too, though the machine's busy time
  ///   is explained without them; a reading each second does without.
  /// - Throws: ``MeteringError`` before ``start(roots:)``, or when the process table can no longer be read.
  public func read(isComplete: Bool = true) throws(MeteringError) -> CumulativeSample {
    guard account != nil else { throw MeteringError("the meter was read before it was started") }
    let reading = try reader.read(isComplete: isComplete)
    makeTable(reading)
    // Unwrapped in place: a second reference would make the ledger copy itself.
    return account!.take(reading, from: reader)
  }

  /// Keeps what was learned of this machine's power, where its sources have a place for it. The meter can be read on.
  public func keepProfile() { reader.keepProfile() }

  private func makeTable(_ reading: HostReading) {
    guard tracksProcesses else {
      look = nil
      table = nil
      return
    }
    let now = ProcessLook(
      monotonic: reading.monotonic, ticks: reader.scanTicks, busy: reading.busy, stolen: reading.stolen,
      processors: reading.processors, processes: reader.processes)
    table = look.map { ProcessTable(from: $0, to: now, energies: reading.energies, own: own) }
    look = now
  }

  /// Gaps since the last call.
  public func takeGaps() -> [Gap] { account?.takeGaps() ?? [] }

  /// Troubles of sources since the last call, one line each.
  public func takeFaults() -> [String] { reader.takeFaults() + (account?.takeFaults() ?? []) }

  /// What a next meter needs to go on.
  public var state: State {
    State(
      counters: reader.counters, potential: account?.ledger.potential ?? ByConsumer(),
      meter: account?.ledger.reading(of: me)?.ownNanoseconds ?? 0)
  }

  /// When `pid` started, in ticks since the machine did; `nil` when it is not in the last scan.
  public func startTicks(of pid: Int32) -> UInt64? { account?.ledger.reading(of: pid)?.identity.startTicks }

  /// How many processes of each consumer there were in the last scan.
  public var population: ByConsumer { account?.ledger.population ?? ByConsumer() }
}
