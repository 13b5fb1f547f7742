import Quantities
import Testing

@testable import Metering

/// A recorded machine whose process table and statistics are written line by line; samples go through the journal's
/// text and back. A tick is 10 ms.
final class VectorMachine {
  let machine: RecordedMachine
  let time = TestClock()
  private(set) var meter: HostMeter
  private var text = JournalText()
  private var born: Set<ProcessIdentity> = []
  private(set) var faults: [String] = []
  /// The NVIDIA driver library; none unless a test has one.
  var library = "/nowhere"

  /// A machine of so many processors with init alone; nothing is metered yet.
  init(processors: Int = 4, cpuInfo: String = "processor : 0\n", memoryKibibytes: Int = 16_000_000) throws {
    machine = try RecordedMachine(cpuInfo: cpuInfo, memoryKibibytes: memoryKibibytes)
    meter = HostMeter(machine: machine.root)
    try write("sys/devices/system/cpu/online", processors == 1 ? "0\n" : "0-\(processors - 1)\n")
    try busy(ticks: 150)
    try process(1, parent: 0)
  }

  func write(_ name: String, _ text: String) throws { try machine.folder.write(name, text) }

  /// The machine's busy time since it started.
  func busy(ticks: Int) throws { try write("proc/stat", "cpu  \(ticks) 0 0 800 50 0 0 0 0 0\n") }

  func process(_ pid: Int, parent: Int = 1, ticks: Int = 0, start: Int = 500) throws {
    // The kernel's last number given tells that somebody was born.
    born.insert(ProcessIdentity(pid: Int32(pid), startTicks: UInt64(start)))
    try write("proc/loadavg", "0.00 0.00 0.00 1/100 \(born.count)\n")
    try write(
      "proc/\(pid)/stat", "\(pid) (p) S \(parent) 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 \(start) 1000 3 0 0\n")
  }

  /// Begins to meter the machine as it stands.
  func start(roots: [Int32] = [42], group: String? = nil, access: SourceAccess = SourceAccess()) throws {
    var access = access
    access.gpuLibrary = library
    meter = HostMeter(machine: machine.root, access: access, clock: time.clock)
    meter.tracksProcesses = true
    if let group {
      try meter.start(group: try ControlGroup(group, machine: machine.root))
    } else {
      try meter.start(roots: roots)
    }
    // The table needs a look that tracked processes already.
    _ = try meter.read()
    text = JournalText(meter.descriptions)
  }

  /// What was written down after so many seconds more.
  func read(after seconds: Double) throws -> CumulativeSample {
    time.advance(seconds: seconds)
    let sample = try meter.read()
    faults += meter.takeFaults()
    return try text.record(sample, meter.state)
  }

  /// What a process took since the reading before, by the table.
  func row(_ pid: Int32) throws -> ProcessRow {
    try #require(meter.table?.rows.first { $0.identity.pid == pid })
  }

  /// A process's joules of processor energy since the reading before.
  func joules(_ pid: Int32) throws -> Double { try row(pid).energy[.cpu]?.energy.joules ?? .nan }
}
