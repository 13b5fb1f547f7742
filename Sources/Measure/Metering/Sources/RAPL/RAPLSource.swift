public import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Processor packages and memory by the energy counters of Intel and AMD processors, read through powercap.
///
/// Packages are added; cores and uncore are inside them; memory (`dram`) is not and is a component of its own; `psys` is
/// the whole platform, contains the rest and is only kept beside it.
public struct RAPLSource: PowerSource {
  private struct Reader {
    let zone: RAPLZone
    var counter: RAPLCounter
    var lastRead: MonotonicInstant?
    var isCounted = true
    var isFailing = false
    /// Since the baseline, microjoules.
    var total: UInt64 = 0
    /// Readings in a row in which the machine was busy and the counter stood still.
    var still = 0
  }

  /// However slow the counter wraps, it is read this often: a meter that dies leaves no longer gap.
  private static let longestInterval = Quantities.Span.seconds(60)
  /// Counters move about every millisecond; what stands still for less than ten says nothing.
  private static let refresh = Quantities.Span.seconds(0.01)
  /// So many busy readings without a step make a counter that stands still.
  private static let stillReadings = 5

  private var readers: [Reader]
  private let memoryBytes: UInt64
  private let buffer = FileBuffer()
  private var mirrorsAreKnown = false
  private var twins: [String] = []
  private var faults: [String] = []
  private var energySinceReading: [Component: UInt64] = [:]

  /// The counters of a machine.
  ///
  /// - Throws: the reason why there is no processor energy to be read, which names the file and its mode.
  public init(machine: MachineRoot, memoryBytes: UInt64) throws(MeteringError) {
    let zones = RAPLZone.all(sys: machine.sys)
    let packages = zones.filter { $0.kind == .package }
    guard !packages.isEmpty else {
      throw MeteringError(
        "no energy counters under \(machine.sys)/class/powercap (virtual machines and containers rarely have them)")
    }
    // A sum over some of the packages would be a wrong total, not a small one.
    if let failure = packages.lazy.compactMap(\.failure).first { throw MeteringError(failure.line) }
    readers = zones.filter { $0.kind != .part && $0.failure == nil }
      .map { Reader(zone: $0, counter: RAPLCounter(range: $0.range)) }
    self.memoryBytes = memoryBytes
    twins = readers.compactMap { reader in
      reader.zone.twin.map { "\(reader.zone.name) is read by \(reader.zone.entry), not a second time by \($0)" }
    }
  }

  /// Whether memory has counters of its own.
  public var readsMemory: Bool { readers.contains { $0.zone.kind == .dram } }

  public var longestInterval: Quantities.Span? {
    readers.compactMap(\.zone.safeInterval).reduce(Self.longestInterval, min)
  }

  public var platform: [PlatformReading] {
    readers.filter { $0.zone.kind == .psys && $0.counter.baseline != nil }
      .map { PlatformReading(name: "RAPL \($0.zone.name)", energy: Microjoules(Int64(clamping: $0.total))) }
  }

  public var descriptions: [SourceDescription] {
    let reason = (["the processor's own energy counters are readable"] + twins).joined(separator: "; ")
    var result: [SourceDescription] = []
    for (kind, component) in [(RAPLZone.Kind.package, Component.cpu), (.dram, .memory)] {
      let zones = readers.filter { $0.zone.kind == kind && $0.isCounted }
      guard !zones.isEmpty else { continue }
      result.append(
        SourceDescription(
          component: component, name: "RAPL " + zones.map(\.zone.name).joined(separator: ", "), origin: .measured,
          method: MeteringMethods.raplCounter, reason: reason,
          relative: MeteringMethods.raplRelative))
    }
    return result
  }

  public var counters: [String: UInt64] {
    var result: [String: UInt64] = [:]
    for reader in readers where reader.counter.baseline != nil { result[reader.zone.name] = reader.counter.baseline }
    return result
  }

  public mutating func resume(counters: [String: UInt64]) {
    for index in readers.indices {
      guard let value = counters[readers[index].zone.name] else { continue }
      readers[index].counter = RAPLCounter(range: readers[index].zone.range, baseline: value)
      readers[index].lastRead = nil
    }
  }

  public mutating func reset(at moment: MonotonicInstant) {
    energySinceReading = [:]
    for index in readers.indices {
      readers[index].counter = RAPLCounter(range: readers[index].zone.range)
      readers[index].total = 0
      readers[index].still = 0
      readers[index].lastRead = nil
      guard let now = buffer.number(at: readers[index].zone.counterFile) else { continue }
      _ = readers[index].counter.advance(to: now)
      readers[index].lastRead = moment
    }
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    var grown = [UInt64?](repeating: nil, count: readers.count)
    for index in readers.indices {
      grown[index] = advance(index, interval)
      if let energy = grown[index] { readers[index].total &+= energy }
    }
    findMirrors(grown)
    var readings: [EnergyReading] = []
    for (kind, component) in [(RAPLZone.Kind.package, Component.cpu), (.dram, .memory)] {
      let zones = readers.indices.filter { readers[$0].zone.kind == kind && readers[$0].isCounted }
      guard !zones.isEmpty else { continue }
      energySinceReading[component, default: 0] &+= zones.reduce(0) { $0 &+ (grown[$1] ?? 0) }
      // With one zone missing the others are kept until it can be read again: a part is not the whole.
      guard zones.allSatisfy({ grown[$0] != nil }) else { continue }
      let energy = energySinceReading[component] ?? 0
      // A busy processor takes energy: no step is no reading yet, not a reading of nothing.
      if energy == 0, component == .cpu, interval.usage > 0 { continue }
      energySinceReading[component] = 0
      readings.append(
        EnergyReading(
          component: component, energy: Microjoules(Int64(clamping: energy)),
          idle: component == .cpu ? .unusedShare : .known(.zero),
          sharing: component == .cpu ? .cpuTime : .residentMemory(of: memoryBytes)))
    }
    return readings
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// The growth of one counter; `nil` when it cannot be read. Such a counter keeps its baseline, so its energy is late,
  /// not lost.
  private mutating func advance(_ index: Int, _ interval: PollInterval) -> UInt64? {
    let zone = readers[index].zone
    guard let now = buffer.number(at: zone.counterFile) else {
      if !readers[index].isFailing {
        let why = KernelText.failure(errno, of: zone.counterFile)
        faults.append("\(why); its energy is not counted until it can be read again")
      }
      readers[index].isFailing = true
      return nil
    }
    if readers[index].isFailing { faults.append("\(zone.counterFile) can be read again") }
    readers[index].isFailing = false
    let hadBaseline = readers[index].counter.baseline != nil
    let since = interval.to - (readers[index].lastRead ?? interval.from)
    readers[index].lastRead = interval.to
    guard let growth = readers[index].counter.advance(to: now) else {
      if hadBaseline {
        faults.append("\(zone.name) stepped back and where it wraps is not known: one period is missing")
      }
      return 0
    }
    // Counters move in steps of a millisecond or so: a short time between two readings makes no power.
    if Double(growth) / 1e6 / max(since.seconds, 0.1) > zone.limit.watts {
      faults.append(
        "\(zone.name) jumped by \(growth / 1_000_000) J in \(Decimals.fixed(since.seconds, places: 1)) s, more than "
          + "\(zone.limit.formatted()): it was set anew, one period is missing")
      return 0
    }
    if let safe = zone.safeInterval, since > safe {
      faults.append(
        "\(zone.name) was not read for \(Decimals.fixed(since.seconds, places: 0)) s and may have wrapped more than once "
          + "(ambiguous-wrap after \(Decimals.fixed(safe.seconds, places: 0)) s): what is counted is a lower bound")
    }
    watchStill(index, growth, interval)
    return growth
  }

  /// Says when a package's counter stands still while processors work.
  private mutating func watchStill(_ index: Int, _ growth: UInt64, _ interval: PollInterval) {
    guard readers[index].zone.kind == .package else { return }
    if growth > 0 {
      if readers[index].still >= Self.stillReadings { faults.append("\(readers[index].zone.name) moves again") }
      readers[index].still = 0
    } else if interval.usage > 0.05, interval.length >= Self.refresh {
      readers[index].still += 1
      guard readers[index].still == Self.stillReadings else { return }
      faults.append(
        "\(readers[index].zone.name) has stood still for \(Self.stillReadings) readings while processors were busy: "
          + "what it should have counted is missing")
    }
  }

  /// Leaves out packages that show the same counter as an earlier one, as soon as all have moved.
  private mutating func findMirrors(_ grown: [UInt64?]) {
    guard !mirrorsAreKnown else { return }
    let packages = readers.indices.filter { readers[$0].zone.kind == .package }
    guard packages.allSatisfy({ grown[$0] != nil && readers[$0].total > 0 }) else { return }
    mirrorsAreKnown = true
    for second in packages {
      for first in packages where first < second && readers[first].isCounted {
        guard
          RAPLCounter.areMirrors(
            readers[first].counter.baseline ?? 0, readers[second].counter.baseline ?? 0,
            growth: readers[first].total, readers[second].total)
        else { continue }
        readers[second].isCounted = false
        faults.append("\(readers[second].zone.name) shows the counter of \(readers[first].zone.name): counted once")
        break
      }
    }
  }

  /// What powercap shows, zone by zone: `dimmer doctor` lists it.
  static func probes(machine: MachineRoot, isUsed: Bool, why: String?) -> [SourceProbe] {
    let zones = RAPLZone.all(sys: machine.sys).filter { $0.kind != .part }
    guard !zones.isEmpty else {
      return [.absent(.powercap, "RAPL by powercap", .cpu, why ?? "no zones")]
    }
    return zones.map { zone in
      let component: Component? = zone.kind == .package ? .cpu : zone.kind == .dram ? .memory : nil
      let isReadable = zone.failure == nil
      let reason: String
      if let failure = zone.failure {
        reason = failure.text
      } else if !isUsed {
        reason = "readable, but a sum without the others would be a wrong total: \(why ?? "a package is missing")"
      } else {
        let twin = zone.twin.map { ", not a second time by \($0)" } ?? ""
        reason = zone.kind == .psys ? "the whole platform; kept beside, in no total" : "read by \(zone.entry)\(twin)"
      }
      return SourceProbe(
        kind: .powercap, name: "RAPL \(zone.name)", component: component, isReadable: isReadable,
        isUsed: isUsed && isReadable, file: zone.counterFile, reason: reason, fix: zone.failure?.fix,
        expectedErrorPercent: isReadable ? SourceProbe.percent(MeteringMethods.raplRelative) : nil)
    }
  }
}
