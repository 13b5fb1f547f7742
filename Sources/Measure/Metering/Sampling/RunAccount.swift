import Quantities

/// The account of one who is measured: whose processes are whose, and what each took. Pure: looks in, samples out.
///
/// Any number of accounts stand on one ``HostReader``; each shares out all of the machine's energy on its own.
struct RunAccount {
  private(set) var ledger: ProcessLedger
  private var sampler: Sampler
  /// Components that gave nothing when the account began: what they give first may be older than the account.
  private var unready: Set<Component>
  private var faults: [String] = []
  private var parked: Microjoules
  private var platform: [String: Microjoules]
  private var platformBefore: [String: Microjoules]
  /// How far off each component's energy may be, where its source says it look by look.
  private var intervals: [Component: EnergyInterval] = [:]
  /// Whether nothing was counted before; what an earlier meter counted has no interval.
  private let isWhole: Bool

  /// Begins at a look.
  ///
  /// - Parameters:
  ///   - reading: the look, which ``HostReader/report(to:)`` has told `ledger` of.
  ///   - unready: components that could not be read at it; their first reading is left out.
  ///   - sample: what an earlier meter had counted by then.
  init(
    ledger: ProcessLedger, at reading: HostReading, period: Quantities.Span?, unready: Set<Component> = [],
    continuing sample: CumulativeSample? = nil
  ) {
    self.ledger = ledger
    self.unready = unready
    isWhole = sample == nil
    parked = sample?.parked ?? .zero
    platform = sample?.platform ?? [:]
    platformBefore = Self.byName(reading.platform)
    sampler = Sampler(
      baseline: Self.machineReading(reading, ledger, energies: []), period: period, continuing: sample)
  }

  /// The sample as it stands.
  var sample: CumulativeSample {
    var sample = sampler.sample
    sample.parked = parked
    sample.platform = platform
    return sample
  }

  /// The moment of the last look that was taken.
  var lastReading: MonotonicInstant { sampler.lastReading }

  /// Adds a process to measure.
  mutating func add(root: Int32) { ledger.add(root: root) }

  /// Takes a look; the sample is then true for its moment.
  mutating func take(_ reading: HostReading, from reader: HostReader) -> CumulativeSample {
    reader.report(to: &ledger)
    let late = unready.intersection(reading.energies.map(\.component))
    unready.subtract(late)
    for component in late.sorted(by: { $0.rawValue < $1.rawValue }) {
      faults.append("\(component.rawValue) could not be read at the beginning: it counts from here on")
    }
    let counted = reading.energies.filter { !late.contains($0.component) }
    for energy in counted {
      for (pid, part) in energy.parked where ledger.consumer(of: pid) == .run { parked += part }
    }
    let now = Self.byName(reading.platform)
    for (name, energy) in now { platform[name, default: .zero] += energy - (platformBefore[name] ?? .zero) }
    platformBefore = now
    let before = sampler.sample.components
    _ = sampler.take(Self.machineReading(reading, ledger, energies: counted.map { $0.resolved(by: ledger) }))
    for energy in counted {
      guard let relative = energy.relative, let after = sampler.sample.components[energy.component] else { continue }
      intervals[energy.component, default: EnergyInterval()].add(
        after - (before[energy.component] ?? EnergyTerms()), relative: relative)
    }
    return sample
  }

  /// The sources, those whose interval depends on the load with the interval of what was counted.
  func described(_ sources: [SourceDescription]) -> [SourceDescription] {
    guard isWhole else { return sources }
    return sources.map { source in intervals[source.component]?.relative.map { source.with(relative: $0) } ?? source }
  }

  private static func byName(_ readings: [PlatformReading]) -> [String: Microjoules] {
    Dictionary(readings.map { ($0.name, $0.energy) }, uniquingKeysWith: +)
  }

  /// Gaps since the last call.
  mutating func takeGaps() -> [Gap] { sampler.takeGaps() }

  /// Troubles since the last call, one line each.
  mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  private static func machineReading(
    _ reading: HostReading, _ ledger: ProcessLedger, energies: [EnergyReading]
  ) -> MachineReading {
    var machine = MachineReading(
      monotonic: reading.monotonic, wall: reading.wall, busy: reading.busy, stolen: reading.stolen,
      processors: reading.processors,
      processes: ledger.times, resident: ledger.resident, energies: energies)
    machine.asksAll = reading.asksAll
    return machine
  }
}
