#if canImport(Glibc)
  import Glibc
#endif

/// Looks at all processes of a machine without reading any energy: for one who has the energy from elsewhere and shares
/// it out. It belongs to one thread or task at a time.
public final class ProcessWatch {
  private let scanner: ProcessScanner
  private var busyTime: BusyTime
  private let clock: MeterClock

  /// A watch over a machine's processes.
  public init(machine: MachineRoot = .here, clock: MeterClock = .machine) {
    scanner = ProcessScanner(root: machine.proc)
    busyTime = BusyTime(machine: machine)
    self.clock = clock
  }

  /// Looks.
  ///
  /// - Throws: ``MeteringError`` when the process table cannot be read.
  public func look() throws(MeteringError) -> ProcessLook {
    let ticks = clock.sinceBoot() / Clocks.nanosecondsPerTick
    let busy = busyTime.read()
    try scanner.scan(busy: busy, isComplete: true)
    return ProcessLook(
      monotonic: clock.monotonic(), ticks: ticks, busy: busy,
      processors: max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1),
      processes: scanner.readings)
  }
}
