import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// A performance event that is open.
public protocol PerfCounter: AnyObject {
  /// What it counted since it was opened; `nil` when it cannot be read.
  func read() -> UInt64?
}

/// How performance events are opened.
public struct PerfAccess: Sendable {
  /// What opening one gave.
  public enum Opening {
    case opened(any PerfCounter)
    /// The kernel's error number.
    case refused(Int32)
  }

  /// Opens an event of all processes: the unit's type number, the event's code, a processor.
  public var open: @Sendable (_ type: UInt32, _ config: UInt64, _ processor: Int32) -> Opening

  /// Another way to open.
  public init(open: @escaping @Sendable (_ type: UInt32, _ config: UInt64, _ processor: Int32) -> Opening) {
    self.open = open
  }

  /// The kernel's.
  public static let machine = PerfAccess { type, config, processor in
    let descriptor = linux_perf_event_open(type, config, processor)
    return descriptor >= 0 ? .opened(KernelPerfCounter(descriptor)) : .refused(errno)
  }
}

private final class KernelPerfCounter: PerfCounter {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }

  func read() -> UInt64? {
    var count: UInt64 = 0
    let size = withUnsafeMutableBytes(of: &count) { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return size == 8 ? count : nil
  }
}

/// RAPL through the kernel's performance events: the same counters as powercap's, extended to 64 bits by the kernel, and
/// readable with another right (Linux, arch/x86/events/rapl.c).
struct PerfEvents {
  /// One event of the unit.
  struct Event: Hashable {
    let file: String
    let code: UInt64
    /// Joules in one step.
    let joulesPerCount: Double
  }

  let folder: String
  let type: UInt32
  /// One processor for each package.
  let processors: [Int]
  let package: Event
  let memory: Event?
  let platform: Event?

  /// The unit of a machine; `nil` where the kernel has none.
  init?(sys: String) {
    folder = "\(sys)/bus/event_source/devices/power"
    let buffer = FileBuffer()
    guard let type = buffer.number(at: "\(folder)/type"), let mask = buffer.text(at: "\(folder)/cpumask"),
      let processors = KernelText.list(mask), let package = Self.event("energy-pkg", folder, buffer)
    else { return nil }
    self.type = UInt32(clamping: type)
    self.processors = processors
    self.package = package
    memory = Self.event("energy-ram", folder, buffer)
    platform = Self.event("energy-psys", folder, buffer)
  }

  private static func event(_ name: String, _ folder: String, _ buffer: FileBuffer) -> Event? {
    let file = "\(folder)/events/\(name)"
    guard let text = buffer.text(at: file), let code = code(text), let scale = buffer.text(at: "\(file).scale"),
      let joules = Double(scale), joules > 0, joules < 1, buffer.text(at: "\(file).unit") == "Joules"
    else { return nil }
    return Event(file: file, code: code, joulesPerCount: joules)
  }

  /// The code in `event=0x02`; `nil` for events that have more terms than that.
  static func code(_ text: String) -> UInt64? {
    guard text.hasPrefix("event=0x") else { return nil }
    return UInt64(text.dropFirst(8), radix: 16)
  }

  /// Opens everything.
  ///
  /// - Parameter isWanted: whether to open at all; when powercap is read, performance events are left alone.
  static func look(
    _ machine: MachineRoot, access: PerfAccess, memoryBytes: UInt64, isWanted: Bool
  ) -> (source: ChannelSource?, probe: SourceProbe) {
    let name = "RAPL by performance events"
    guard let events = PerfEvents(sys: machine.sys) else {
      let folder = "\(machine.sys)/bus/event_source/devices/power"
      return (nil, .absent(.perf, name, .cpu, "the kernel shows no power events (\(folder))"))
    }
    guard isWanted else {
      // Not opened, so whether it could be is not known for certain; the same counters are read already.
      return (
        nil,
        SourceProbe(
          kind: .perf, name: name, component: .cpu, isReadable: false, isUsed: false, file: events.package.file,
          reason: "not opened: the same counters are read by powercap")
      )
    }
    switch events.open(access, memoryBytes) {
    case .success(let source):
      return (source, .used(.perf, source.descriptions[0], file: events.package.file))
    case .failure(let refusal):
      let isForbidden = refusal.number == EACCES || refusal.number == EPERM
      let level = FileBuffer().text(at: "\(machine.proc)/sys/kernel/perf_event_paranoid")
      let why = level.map { " (kernel.perf_event_paranoid is \($0))" } ?? ""
      return (
        nil,
        SourceProbe(
          kind: .perf, name: name, component: .cpu, isReadable: false, isUsed: false, file: events.package.file,
          reason: "the kernel refuses to open power events: \(errorText(refusal.number))\(isForbidden ? why : "")",
          fix: isForbidden
            ? "sysctl -w kernel.perf_event_paranoid=0   # or: setcap cap_perfmon=ep \"$(command -v dimmer-meter)\""
            : nil)
      )
    }
  }

  private struct Refusal: Error { let number: Int32 }

  private func open(_ access: PerfAccess, _ memoryBytes: UInt64) -> Result<ChannelSource, Refusal> {
    var channels: [PowerChannel] = []
    var refusal: Int32?
    func add(_ event: Event, _ name: String, _ target: PowerChannel.Target, _ processor: Int, limit: Power) -> Bool {
      switch access.open(type, event.code, Int32(clamping: processor)) {
      case .refused(let number):
        refusal = refusal ?? number
        return false
      case .opened(let counter):
        channels.append(
          PowerChannel(
            name: name, target: target, microjoulesPerCount: event.joulesPerCount * 1e6, limit: limit,
            beginsWithMeter: true
          ) { counter.read().map { .count($0) } ?? .missing("the power event cannot be read") })
        return true
      }
    }
    for processor in processors {
      // A sum over some of the packages would be a wrong total, not a small one.
      guard add(package, "perf package of cpu\(processor)", .component(.cpu), processor, limit: .watts(1000)) else {
        return .failure(Refusal(number: refusal ?? EIO))
      }
    }
    if let memory {
      let before = channels
      for processor in processors
      where !add(memory, "perf memory of cpu\(processor)", .component(.memory), processor, limit: .watts(1000)) {
        channels = before
        break
      }
    }
    if let platform, let first = processors.first {
      _ = add(platform, "RAPL psys", .platform, first, limit: .watts(10_000))
    }
    let hasMemory = channels.contains { $0.target == .component(.memory) }
    let descriptions = [Component.cpu, .memory].filter { $0 == .cpu || hasMemory }.map {
      SourceDescription(
        component: $0, name: "RAPL by performance events", origin: .measured, method: MeteringMethods.sensorCounter,
        reason:
          "the processor's own energy counters, of \(processors.count) package\(processors.count == 1 ? "" : "s"), "
          + "by performance events because powercap cannot be read", relative: MeteringMethods.raplRelative)
    }
    return .success(ChannelSource(channels, descriptions: descriptions, memoryBytes: memoryBytes))
  }
}
