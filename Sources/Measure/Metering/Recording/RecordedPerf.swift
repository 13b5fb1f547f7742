#if canImport(Glibc)
  import Glibc
#endif

/// Counts of performance events as files of a recording: `perf/TYPE-CODE-PROCESSOR` holds a count, or why the kernel
/// refused to open the event.
final class PerfRecorder {
  private var counters: [String: any PerfCounter] = [:]
  private var refusals: [String: Int32] = [:]

  /// Opens what a meter would open; nothing where powercap is read or the kernel shows no power events.
  init(machine: MachineRoot, access: PerfAccess) {
    let hasPowercap = (try? RAPLSource(machine: machine, memoryBytes: 0)) != nil
    guard !hasPowercap, let events = PerfEvents(sys: machine.sys) else { return }
    for (place, processor) in events.processors.enumerated() {
      // The platform's event is opened on the first of the processors only.
      let wanted = [events.package, events.memory, place == 0 ? events.platform : nil].compactMap { $0 }
      for event in wanted {
        let path = Self.path(events.type, event.code, Int32(clamping: processor))
        switch access.open(events.type, event.code, Int32(clamping: processor)) {
        case .opened(let counter): counters[path] = counter
        case .refused(let number): refusals[path] = number
        }
      }
    }
  }

  static func path(_ type: UInt32, _ config: UInt64, _ processor: Int32) -> String {
    "perf/\(type)-\(config)-\(processor)"
  }

  /// What all of them say now.
  func look() -> [String: RecordedFile] {
    var found = refusals.mapValues { RecordedFile(mode: 0, content: .refused($0)) }
    for (path, counter) in counters {
      guard let count = counter.read() else { continue }
      found[path] = RecordedFile(mode: 0o444, content: .bytes(Array("\(count)\n".utf8)))
    }
    return found
  }
}

/// An event of a replay, which counts from when it was opened there.
private final class ReplayedPerfCounter: PerfCounter {
  private let file: String
  private let first: UInt64
  private let buffer = FileBuffer()

  init(file: String, first: UInt64) {
    self.file = file
    self.first = first
  }

  func read() -> UInt64? { buffer.number(at: file).map { $0 &- first } }
}

extension PerfAccess {
  /// The events of a replay that is laid out in `folder`.
  static func replayed(in folder: String) -> PerfAccess {
    PerfAccess { type, config, processor in
      let file = "\(folder)/\(PerfRecorder.path(type, config, processor))"
      guard let first = FileBuffer().number(at: file) else { return .refused(errno == 0 ? EIO : errno) }
      return .opened(ReplayedPerfCounter(file: file, first: first))
    }
  }
}
