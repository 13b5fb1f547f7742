import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// A folder that is gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/dimmer-metering-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    path = String(cString: try #require(made))
  }

  deinit { Self.remove(path) }

  /// Writes a file, its folders made as needed.
  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let file = "\(path)/\(name)"
    var end = path.endIndex
    while let slash = file[file.index(after: end)...].firstIndex(of: "/") {
      mkdir(String(file[..<slash]), 0o755)
      end = slash
    }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(descriptor >= 0)
    let bytes = Array(text.utf8)
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    chmod(file, mode)
  }

  private static func remove(_ path: String) {
    for name in Folder.names(at: path) ?? [] {
      let entry = "\(path)/\(name)"
      if unlink(entry) != 0 { remove(entry) }
    }
    rmdir(path)
  }
}

/// Kernel files of a machine that is not here.
final class RecordedMachine {
  let folder: TemporaryFolder
  var root: MachineRoot { MachineRoot(proc: "\(folder.path)/proc", sys: "\(folder.path)/sys") }

  init(cpuInfo: String = "processor : 0\n", memoryKibibytes: Int = 16_000_000) throws {
    folder = try TemporaryFolder()
    try folder.write("proc/cpuinfo", cpuInfo)
    try folder.write("proc/meminfo", "MemTotal:       \(memoryKibibytes) kB\nMemFree: 1 kB\n")
    try folder.write("proc/stat", "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 100 0 50 800 50 0 0 0 0 0\n")
    try folder.write("sys/devices/system/cpu/online", "0-3\n")
  }

  func zone(_ entry: String, _ name: String, energy: UInt64, range: UInt64? = 262_143_328_850) throws {
    try folder.write("sys/class/powercap/\(entry)/name", "\(name)\n")
    try set(entry, energy)
    if let range { try folder.write("sys/class/powercap/\(entry)/max_energy_range_uj", "\(range)\n") }
  }

  func set(_ entry: String, _ energy: UInt64) throws {
    try folder.write("sys/class/powercap/\(entry)/energy_uj", "\(energy)\n")
  }
}

extension MonotonicInstant {
  static func seconds(_ value: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: UInt64(value * 1e9)) }
}

extension PollInterval {
  static func seconds(_ from: Double, _ to: Double, usage: Double = 0) -> PollInterval {
    PollInterval(from: .seconds(from), to: .seconds(to), usage: usage)
  }
}

extension Microjoules {
  static func joules(_ value: Double) -> Microjoules { Microjoules(.joules(value)) }
}

/// Programs that tests start.
enum Programs {
  /// Starts a program silently; it is reaped by ``wait(_:)``.
  static func start(_ arguments: [String]) throws -> Int32 {
    // Another test's run may hold signals while this thread is made; a shell that cannot hear of its children hangs.
    var none = sigset_t()
    sigemptyset(&none)
    return try Spawning.start(Spawning.Plan(arguments: arguments, mask: none, isSilent: true)).get()
  }

  /// Waits for a child and gives its status and what it and its children used, in nanoseconds.
  @discardableResult
  static func wait(_ pid: Int32) -> (status: Int32, nanoseconds: UInt64) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    let time = { (value: timeval) in UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_usec) * 1000 }
    return (status, time(usage.ru_utime) + time(usage.ru_stime))
  }

  /// Waits until a child has ended, without reaping it.
  static func waitUntilEnded(_ pid: Int32) {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
  }

  /// The built meter, beside the tests.
  static let meter: String? = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer.withUnsafeMutableBytes { $0.bindMemory(to: CChar.self) }[0], 4095)
    guard count > 0 else { return nil }
    let own = String(decoding: buffer[0..<count], as: UTF8.self)
    guard let slash = own.lastIndex(of: "/") else { return nil }
    let path = own[..<slash] + "/dimmer-meter"
    return access(String(path), X_OK) == 0 ? String(path) : nil
  }()

  /// Runs a program to its end with its output in a file; gives its status and the output.
  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> (status: Int32, output: String) {
    let output = "\(folder.path)/output"
    let quoted = arguments.map {
      "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
    let script = quoted.joined(separator: " ") + " > '\(output)' 2>&1"
    let (status, _) = wait(try start(["/bin/sh", "-c", script]))
    let text = FileBuffer().text(at: output) ?? ""
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, text)
  }
}

extension ProcessScanner {
  /// Scans and tells one ledger.
  func scan(into ledger: inout ProcessLedger, busy: UInt64?, isComplete: Bool) throws(MeteringError) {
    try scan(busy: busy, isComplete: isComplete)
    report(to: &ledger, atTicks: Clocks.sinceBoot / Clocks.nanosecondsPerTick)
  }
}

extension PowerSource {
  /// Polls and resolves whose the processes are.
  mutating func poll(_ interval: PollInterval, processes: borrowing ProcessLedger) -> [EnergyReading] {
    var resolved: [EnergyReading] = []
    for reading in poll(interval) { resolved.append(reading.resolved(by: processes)) }
    return resolved
  }
}
