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
    var isCounted = true
    var isFailing = false
  }

  /// More than this for one package cannot be: the counter was reset by a suspend or a driver.
  private static let limitWattsPerZone = 1000.0
  /// A counter read less often than this may wrap unseen at full power (the smallest range at 360 W, halved).
  private static let safeInterval = Span.seconds(60)

  private var readers: [Reader]
  private let memoryBytes: UInt64
  private let buffer = FileBuffer()
  private var mirrorsAreKnown = false
  private var faults: [String] = []
  private var energySinceReading: [Component: UInt64] = [:]
  /// What the whole platform took since the baseline, where there is a counter for it; never part of a total.
  public private(set) var platform: Microjoules?

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
    if let failure = packages.lazy.compactMap(\.failure).first { throw MeteringError(failure) }
    readers = zones.filter { $0.kind != .part && $0.failure == nil }
      .map { Reader(zone: $0, counter: RAPLCounter(range: $0.range)) }
    self.memoryBytes = memoryBytes
    platform = readers.contains { $0.zone.kind == .psys } ? .zero : nil
  }

  /// Whether memory has counters of its own.
  public var readsMemory: Bool { readers.contains { $0.zone.kind == .dram } }

  public var descriptions: [SourceDescription] {
    var result: [SourceDescription] = []
    for (kind, component) in [(RAPLZone.Kind.package, Component.cpu), (.dram, .memory)] {
      let zones = readers.filter { $0.zone.kind == kind && $0.isCounted }
      guard !zones.isEmpty else { continue }
      result.append(
        SourceDescription(
          component: component, name: "RAPL " + zones.map(\.zone.name).joined(separator: ", "), origin: .measured,
          method: MeteringMethods.raplCounter, reason: "the processor's own energy counters are readable",
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
    }
  }

  public mutating func reset(at moment: MonotonicInstant) {
    energySinceReading = [:]
    for index in readers.indices {
      readers[index].counter = RAPLCounter(range: readers[index].zone.range)
      if let now = buffer.number(at: readers[index].zone.counterFile) { _ = readers[index].counter.advance(to: now) }
    }
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    var grown = [UInt64?](repeating: nil, count: readers.count)
    var before = [UInt64](repeating: 0, count: readers.count)
    for index in readers.indices {
      before[index] = readers[index].counter.baseline ?? 0
      grown[index] = advance(index, interval)
    }
    findMirrors(before: before, grown: grown)
    var sums: [Component: UInt64] = [:]
    var missing: Set<Component> = []
    for index in readers.indices where readers[index].isCounted {
      let component: Component
      switch readers[index].zone.kind {
      case .package: component = .cpu
      case .dram: component = .memory
      case .psys, .part:
        if let energy = grown[index], let sum = platform { platform = sum + Microjoules(Int64(energy)) }
        continue
      }
      if let energy = grown[index] { sums[component, default: 0] += energy } else { missing.insert(component) }
    }
    var readings: [EnergyReading] = []
    for (component, sum) in sums {
      // With one zone missing the others are kept until it can be read again: a part is not the whole.
      energySinceReading[component, default: 0] += sum
      guard !missing.contains(component) else { continue }
      readings.append(
        EnergyReading(
          component: component, energy: Microjoules(Int64(clamping: energySinceReading[component] ?? 0)),
          idle: component == .cpu ? .unusedShare : .known(.zero),
          sharing: component == .cpu ? .cpuTime : .residentMemory(of: memoryBytes)))
      energySinceReading[component] = 0
    }
    return readings
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// The growth of one counter. A counter that cannot be read keeps its baseline, so its energy is late, not lost.
  private mutating func advance(_ index: Int, _ interval: PollInterval) -> UInt64? {
    let zone = readers[index].zone
    guard let now = buffer.number(at: zone.counterFile) else {
      if !readers[index].isFailing {
        faults.append("\(zone.counterFile): \(errorText(errno)); its energy is not counted")
      }
      readers[index].isFailing = true
      return nil
    }
    if readers[index].isFailing { faults.append("\(zone.counterFile) can be read again") }
    readers[index].isFailing = false
    let hadBaseline = readers[index].counter.baseline != nil
    guard let growth = readers[index].counter.advance(to: now) else {
      if hadBaseline {
        faults.append("\(zone.name) stepped back and where it wraps is not known: one period is missing")
      }
      return 0
    }
    let seconds = interval.length.seconds
    // Counters move in steps of a millisecond or so: a short time between two readings makes no power.
    if Double(growth) / 1e6 / max(seconds, 0.1) > Self.limitWattsPerZone {
      faults.append(
        "\(zone.name) jumped by \(growth / 1_000_000) J in \(Decimals.fixed(seconds, places: 1)) s: left out")
      return 0
    }
    if interval.length > Self.safeInterval {
      faults.append("\(zone.name) was not read for \(Decimals.fixed(seconds, places: 0)) s and may have wrapped unseen")
    }
    return growth
  }

  /// On the first reading, leaves out packages that show the same counter as an earlier one.
  private mutating func findMirrors(before: [UInt64], grown: [UInt64?]) {
    guard !mirrorsAreKnown else { return }
    mirrorsAreKnown = true
    for second in readers.indices where readers[second].zone.kind == .package {
      for first in readers.indices
      where first < second && readers[first].isCounted && readers[first].zone.kind == .package {
        guard
          RAPLCounter.areMirrors(
            before[first], before[second], growth: grown[first] ?? 0, grown[second] ?? 0)
        else { continue }
        readers[second].isCounted = false
        faults.append("\(readers[second].zone.name) shows the counter of \(readers[first].zone.name): counted once")
        break
      }
    }
  }
}
