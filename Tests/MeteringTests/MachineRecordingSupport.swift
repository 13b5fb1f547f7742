import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// This machine's own files, copied to a folder now and then, so that two readers see exactly the same.
final class MirroredMachine {
  let folder: TemporaryFolder
  var root: MachineRoot { MachineRoot(proc: "\(folder.path)/proc", sys: "\(folder.path)/sys") }
  private var processes: Set<String> = []

  init() throws {
    folder = try TemporaryFolder()
    for file in ["cpuinfo", "meminfo", "self/mountinfo", "self/schedstat"] { try copy("/proc/\(file)") }
    try copy("/sys/devices/system/cpu/online")
    try update()
  }

  private func copy(_ path: String) throws {
    guard let bytes = FileBuffer().copy(ofFileAt: path) else { return }
    try folder.write(String(path.dropFirst()), String(decoding: bytes, as: UTF8.self))
  }

  /// Copies what moves; files stay the same files.
  func update() throws {
    for file in ["stat", "loadavg"] { try copy("/proc/\(file)") }
    for file in ["cpuacct/cpuacct.usage", "cpuacct/release_agent", "cpu.stat"] { try copy("/sys/fs/cgroup/\(file)") }
    let now = Set((Folder.names(at: "/proc") ?? []).filter { Int32($0) != nil })
    for pid in now { for file in ["stat", "schedstat"] { try copy("/proc/\(pid)/\(file)") } }
    for pid in processes.subtracting(now) {
      for file in ["stat", "schedstat"] {
        truncate("\(folder.path)/proc/\(pid)/\(file)", 0)
        unlink("\(folder.path)/proc/\(pid)/\(file)")
      }
      rmdir("\(folder.path)/proc/\(pid)")
    }
    processes = now
  }
}

/// A machine with a wrapping counter under a meter and a recorder at once.
final class RecordedRun {
  let machine: RecordedMachine
  let meter: RecordedMeter
  let recorder: MachineRecorder
  let folder: TemporaryFolder
  var path: String { "\(folder.path)/recording" }
  private(set) var live: [CumulativeSample] = []

  init(_ machine: RecordedMachine, access: SourceAccess = SourceAccess()) throws {
    var access = access
    access.gpuLibrary = "/nowhere"
    self.machine = machine
    meter = try RecordedMeter(machine, access: access)
    folder = try TemporaryFolder()
    recorder = MachineRecorder(
      machine: machine.root, to: "\(folder.path)/recording", access: access, clock: meter.time.clock)
    try recorder.begin()
  }

  func look(after seconds: Double = 1, usage: Double = 0.5) throws {
    live.append(try meter.read(after: seconds, usage: usage))
    try recorder.frame()
  }
}

extension MachineReplay {
  /// Plays it to its end under a meter.
  func samples(roots: [Int32]) throws -> (meter: HostMeter, samples: [CumulativeSample]) {
    let meter = HostMeter(replaying: self)
    try meter.start(roots: roots)
    var samples: [CumulativeSample] = []
    while advance() { samples.append(try meter.read()) }
    return (meter, samples)
  }
}

/// All files below a folder, with their bytes.
func everyFile(below path: String) -> [String: [UInt8]] {
  var found: [String: [UInt8]] = [:]
  for name in Folder.names(at: path) ?? [] {
    let entry = "\(path)/\(name)"
    var status = stat()
    guard lstat(entry, &status) == 0 else { continue }
    if status.st_mode & S_IFMT == S_IFDIR {
      found.merge(everyFile(below: entry)) { _, new in new }
    } else {
      found[entry] = FileBuffer().copy(ofFileAt: entry) ?? []
    }
  }
  return found
}

/// Whether `bytes` hold `text` somewhere.
func holds(_ bytes: [UInt8], _ text: String) -> Bool {
  let text = Array(text.utf8)
  guard bytes.count >= text.count else { return false }
  return (0...(bytes.count - text.count)).contains { start in
    bytes[start] == text[0] && bytes[start..<start + text.count].elementsEqual(text)
  }
}
