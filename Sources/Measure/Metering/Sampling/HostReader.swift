import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Everything that one look at the machine gave: one look serves all who share the meter.
struct HostReading {
  /// When, on the monotonic clock.
  let monotonic: MonotonicInstant
  /// When, on the wall clock.
  let wall: Timestamp
  /// The machine's busy nanoseconds since the reader began; `nil` when they cannot be read now.
  let busy: UInt64?
  /// Nanoseconds that a hypervisor gave to others since the reader began, over all processors.
  var stolen: UInt64 = 0
  /// Processors that are on.
  let processors: Int
  /// What the sources gave since the look before.
  var energies: [EnergyReading]
  /// Meters of the whole machine, since the reader began.
  var platform: [PlatformReading] = []
  /// Whether all processes were asked.
  var asksAll = true
}

/// Looks at the machine: the process table, busy time and every source, each once a period, whoever is measured.
final class HostReader {
  /// Counters' name of busy time.
  static let busyCounter = "busy"

  let machine: MachineRoot
  let clock: MeterClock
  private let scanner: ProcessScanner
  private let buffer = FileBuffer()
  private(set) var sources: MachineSources
  private(set) var busyTime: BusyTime
  private let onlineFile: KeptFile
  private var online: (text: [UInt8], count: Int) = ([], 0)
  private let asksAll: Bool
  private var last: (moment: MonotonicInstant, busy: UInt64?, stolen: UInt64)?
  /// When the last scan was, in ticks since the machine started.
  private(set) var scanTicks: UInt64 = 0
  private var faults: [String] = []
  /// What is learned of this machine's power while a counter of its processors is read; `nil` where none is, or where
  /// nothing is kept.
  private var calibration: LoadCalibration?
  /// Control groups that somebody measures, by path, with what the last look found; `nil` when it could not be read.
  private var groups: [String: (group: ControlGroup, reading: ControlGroupReading?)] = [:]

  /// A reader that has not looked yet.
  ///
  /// - Parameter only: the processes to read where no others are asked for; `nil` for all there are.
  init(
    machine: MachineRoot, gpuLibrary: String?, access: SourceAccess, clock: MeterClock, only: Set<Int32>? = nil
  ) {
    self.machine = machine
    self.clock = clock
    asksAll = only == nil
    scanner = ProcessScanner(root: machine.proc, only: only)
    sources = MachineSources(machine: machine, gpuLibrary: gpuLibrary, access: access)
    busyTime = BusyTime(machine: machine)
    onlineFile = KeptFile("\(machine.sys)/devices/system/cpu/online")
    calibration = LoadCalibration(sources, keptIn: access.profiles)
  }

  /// Takes the baseline: from here on energy counts.
  func begin() throws(MeteringError) -> HostReading {
    try scan(isComplete: true)
    busyTime = BusyTime(machine: machine)
    let now = clock.monotonic()
    for index in sources.sources.indices { sources.sources[index].reset(at: now) }
    last = (now, 0, busyTime.stolen)
    let wall = clock.wall()
    calibration?.collector.begin(at: wall)
    return HostReading(
      monotonic: now, wall: wall, busy: 0, stolen: busyTime.stolen, processors: processors, energies: [],
      asksAll: asksAll)
  }

  /// Goes on from the counters of a meter that was killed: the next look counts from then.
  func resume(counters: [String: UInt64], at moment: MonotonicInstant, busy: UInt64) {
    if let counter = counters[Self.busyCounter] { busyTime.resume(counter: counter, total: busy) }
    for index in sources.sources.indices { sources.sources[index].resume(counters: counters) }
    last = (moment, busy, busyTime.stolen)
    calibration?.collector.skip()
  }

  /// Looks.
  ///
  /// - Parameter isComplete: whether processes that have long been idle are asked, too, though the machine's busy time
  ///   is explained without them.
  func read(isComplete: Bool) throws(MeteringError) -> HostReading {
    try scan(isComplete: isComplete)
    let now = clock.monotonic()
    let busy = busyTime.read()
    let processors = self.processors
    let stolen = busyTime.stolen
    let before = last ?? (now, busy, stolen)
    let interval = PollInterval(
      from: before.moment, to: now,
      usage: usage(since: before, at: now, busy: busy, stolen: stolen, processors: processors))
    var energies: [EnergyReading] = []
    for index in sources.sources.indices {
      energies += sources.sources[index].poll(interval)
      let troubles = sources.sources[index].takeFaults()
      if !troubles.isEmpty, index == calibration?.sourceIndex { calibration?.collector.distrust() }
      faults += troubles
    }
    last = (now, busy ?? before.busy, stolen)
    let wall = clock.wall()
    calibration?.collector.take(
      LoadCollector.Look(
        interval: interval, isBusyKnown: busy != nil && before.busy != nil, processors: processors, wall: wall,
        energy: energies.first { $0.component == .cpu }?.energy))
    return HostReading(
      monotonic: now, wall: wall, busy: busy, stolen: stolen, processors: processors, energies: energies,
      platform: sources.platform, asksAll: asksAll)
  }

  /// Keeps what was learned of the machine's power since the last time. Trouble is said once, as a source's is.
  func keepProfile() {
    guard let index = calibration?.sourceIndex,
      let source = sources.sources[index].descriptions.first(where: \.calibratesProcessor),
      let fault = calibration?.keep(source, at: clock.wall())
    else { return }
    faults.append(fault)
  }

  /// Reads a control group, too, from the next look on.
  func watch(_ group: ControlGroup) { groups[group.path] = (group, nil) }

  /// Reads no more the groups whose paths fit.
  func unwatch(where fits: (String) -> Bool) {
    for path in groups.keys where fits(path) { groups[path] = nil }
  }

  /// Tells a ledger what processes, and what of its control group, the last look found.
  func report(to ledger: inout ProcessLedger) {
    if let path = ledger.groupPath {
      let watched = groups[path]
      ledger.take(group: watched?.reading, isGone: watched.map { $0.reading == nil && $0.group.isGone } ?? false)
    }
    scanner.report(to: &ledger, atTicks: scanTicks)
  }

  /// The processes that the last look found.
  var processes: [ProcessReading] { scanner.readings }

  /// Counters from which a later reader can go on.
  var counters: [String: UInt64] {
    var counters = [Self.busyCounter: busyTime.counter]
    for source in sources.sources { counters.merge(source.counters) { first, _ in first } }
    return counters
  }

  /// Troubles of sources since the last call, one line each.
  func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  private func scan(isComplete: Bool) throws(MeteringError) {
    scanTicks = clock.sinceBoot() / Clocks.nanosecondsPerTick
    let now = clock.monotonic()
    let elapsed = last.map { now > $0.moment ? now.nanoseconds - $0.moment.nanoseconds : 0 } ?? .max
    try scanner.scan(busy: busyTime.read(), isComplete: isComplete, elapsed: elapsed)
    for (path, watched) in groups { groups[path] = (watched.group, watched.group.read()) }
  }

  /// The busy part of the machine since the last look, for sources that are models of it. Time that a hypervisor gave
  /// to others is in neither part.
  private func usage(
    since before: (moment: MonotonicInstant, busy: UInt64?, stolen: UInt64), at moment: MonotonicInstant, busy: UInt64?,
    stolen: UInt64, processors: Int
  ) -> Double {
    guard let busy, let earlier = before.busy, busy > earlier, moment > before.moment, processors > 0 else { return 0 }
    let all = Double(moment.nanoseconds - before.moment.nanoseconds) * Double(processors)
    let capacity = all - Double(stolen > before.stolen ? stolen - before.stolen : 0)
    return capacity > 0 ? min(Double(busy - earlier) / capacity, 1) : 1
  }

  /// Processors that are on.
  private var processors: Int {
    if let bytes = buffer.contents(of: onlineFile.descriptor) {
      // The same text as before means the same.
      if !online.text.isEmpty, bytes.elementsEqual(online.text) { return online.count }
      if let count = KernelText.list(String(decoding: bytes, as: UTF8.self))?.count {
        online = (Array(bytes), count)
        return count
      }
    }
    return max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
  }
}
