public import Quantities

/// The machine's busy time by the kernel's own account, on a path of its own: the processes are not asked.
public struct BusyTime {
  /// Where the time is read.
  public enum Path: Hashable, Sendable {
    /// The root of the first version's CPU accounting group: nanoseconds, without steal.
    case accountingGroup(String)
    /// The root of the second version's tree (`cpu.stat`): microseconds, with steal, which is taken off.
    case unifiedGroup(String)
    /// `/proc/stat`: ticks.
    case statistics
  }

  /// The path in use.
  public let path: Path
  private let statistics: String
  private let buffer: FileBuffer
  private let file: KeptFile?
  /// Whether a hypervisor may give this machine's processors to others.
  private let isVirtual: Bool
  private var last: UInt64 = 0
  private var total: UInt64 = 0
  private var lastStolen: UInt64?

  /// Nanoseconds, over all processors, that a hypervisor gave to others since this was made, as of the last ``read()``.
  /// Where busy time comes without `/proc/stat`, it is read for this on virtual machines only; else this stays 0.
  public private(set) var stolen: UInt64 = 0

  /// Finds the best path on a machine: the finest counter that covers all of it.
  public init(machine: MachineRoot) {
    statistics = "\(machine.proc)/stat"
    buffer = FileBuffer()
    let mounts = buffer.text(at: "\(machine.proc)/self/mountinfo") ?? ""
    path = BusyTime.path(mounts: mounts, sys: machine.sys)
    isVirtual = ProcessorModel(cpuInfo: buffer.text(at: "\(machine.proc)/cpuinfo") ?? "").isVirtual
    switch path {
    case .accountingGroup(let name): file = KeptFile(name)
    case .unifiedGroup, .statistics: file = nil
    }
    last = raw() ?? 0
  }

  /// The path for a machine with these mounts. Inside a container the mount's top is the container's own group; only
  /// the machine's own top has a `release_agent` (first version) and has no `cgroup.type` (second version).
  static func path(mounts: String, sys: String) -> Path {
    let groups = ControlGroupMounts(mountInfo: mounts)
    let here = { (mount: String) in ControlGroupMounts.folder(ofMount: mount, sys: sys) }
    if let accounting = groups.accounting.map(here), Folder.exists("\(accounting)/cpuacct.usage"),
      Folder.exists("\(accounting)/release_agent")
    {
      return .accountingGroup("\(accounting)/cpuacct.usage")
    }
    if let unified = groups.unified.map(here), Folder.exists("\(unified)/cpu.stat"),
      !Folder.exists("\(unified)/cgroup.type")
    {
      return .unifiedGroup("\(unified)/cpu.stat")
    }
    return .statistics
  }

  /// Busy nanoseconds since this was made; never falls. `nil` when it cannot be read now.
  public mutating func read() -> UInt64? {
    guard let now = raw() else { return nil }
    // Input-output wait and steal are corrected downwards at times: a step back is no negative work.
    if now > last { total &+= now - last }
    last = now
    return total
  }

  /// The counter itself, to go on from after a restart of the meter.
  public var counter: UInt64 { last }

  /// Goes on from a counter and a total of an earlier meter on the same boot.
  public mutating func resume(counter: UInt64, total earlier: UInt64) {
    last = counter
    total = earlier
  }

  private mutating func raw() -> UInt64? {
    switch path {
    case .accountingGroup:
      if isVirtual { _ = statisticsTimes() }
      return file.flatMap { buffer.contents(of: $0.descriptor) }.flatMap { KernelText.number($0) }
    case .unifiedGroup(let file):
      guard let bytes = buffer.contents(ofFileAt: file) else { return nil }
      var scanner = ByteScanner(bytes)
      guard scanner.seek(line: "usage_usec "), let usage = scanner.number() else { return nil }
      let stolen = (statisticsTimes()?.steal ?? 0) &* Clocks.nanosecondsPerTick
      let busy = usage &* 1000
      return busy > stolen ? busy - stolen : 0
    case .statistics: return statisticsTimes().map { $0.busy &* Clocks.nanosecondsPerTick }
    }
  }

  private mutating func statisticsTimes() -> MachineTicks? {
    guard let bytes = buffer.contents(ofFileAt: statistics), let ticks = MachineTicks(parsing: bytes) else {
      return nil
    }
    let now = ticks.steal &* Clocks.nanosecondsPerTick
    if let before = lastStolen, now > before { stolen &+= now - before }
    lastStolen = now
    return ticks
  }
}

/// The first line of `/proc/stat`: ticks of the whole machine since it started (proc(5)).
public struct MachineTicks: Hashable, Sendable {
  /// Ticks in which some process ran or an interrupt was served. Guest time is in user time already; steal is another
  /// tenant's and left out.
  public let busy: UInt64
  /// Ticks with nothing to run, waiting for devices included.
  public let idle: UInt64
  /// Ticks the hypervisor gave to somebody else.
  public let steal: UInt64

  /// Reads the line.
  public init?(parsing bytes: UnsafeRawBufferPointer) {
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "cpu ") else { return nil }
    var fields = (0..<8).map { _ in scanner.number() }
    while fields.count > 4, fields.last == .some(nil) { fields.removeLast() }
    let known = fields.compactMap { $0 }
    guard known.count == fields.count else { return nil }
    let at = { (index: Int) in index < known.count ? known[index] : 0 }
    busy = at(0) &+ at(1) &+ at(2) &+ at(5) &+ at(6)
    idle = at(3) &+ at(4)
    steal = at(7)
  }

  /// Reads the line from text.
  public init?(_ text: String) {
    var text = text
    guard let ticks = text.withUTF8({ MachineTicks(parsing: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = ticks
  }

  /// The share of the time since `earlier` in which the machine was busy, steal left out of both: 0 to 1.
  public func usage(since earlier: MachineTicks) -> Ratio {
    let busy = self.busy > earlier.busy ? self.busy - earlier.busy : 0
    let idle = self.idle > earlier.idle ? self.idle - earlier.idle : 0
    return Ratio(busy + idle == 0 ? 0 : Double(busy) / Double(busy + idle))
  }
}
