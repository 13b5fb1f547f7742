public import Quantities

/// Where energy went, in whole microjoules. `host` is what the meter read; the five others add up to it exactly.
public struct EnergyTerms: Hashable, Sendable {
  /// All of it.
  public var host: Microjoules
  /// The measured processes'.
  public var run: Microjoules
  /// Other processes'.
  public var others: Microjoules
  /// What flows whether anything runs or not.
  public var idle: Microjoules
  /// Dimmer's and its meter's own.
  public var own: Microjoules
  /// Of work that no process seen did.
  public var unattributed: Microjoules

  /// Terms.
  public init(
    host: Microjoules = .zero, run: Microjoules = .zero, others: Microjoules = .zero, idle: Microjoules = .zero,
    own: Microjoules = .zero, unattributed: Microjoules = .zero
  ) {
    self.host = host
    self.run = run
    self.others = others
    self.idle = idle
    self.own = own
    self.unattributed = unattributed
  }

  /// Whether the parts make the whole, to the microjoule.
  public var isConserved: Bool { run + others + idle + own + unattributed == host }

  /// Both together.
  public static func + (left: EnergyTerms, right: EnergyTerms) -> EnergyTerms {
    EnergyTerms(
      host: left.host + right.host, run: left.run + right.run, others: left.others + right.others,
      idle: left.idle + right.idle, own: left.own + right.own, unattributed: left.unattributed + right.unattributed)
  }

  /// What came since `right`.
  public static func - (left: EnergyTerms, right: EnergyTerms) -> EnergyTerms {
    EnergyTerms(
      host: left.host - right.host, run: left.run - right.run, others: left.others - right.others,
      idle: left.idle - right.idle, own: left.own - right.own, unattributed: left.unattributed - right.unattributed)
  }
}

/// Where CPU time went, in nanoseconds.
public struct CPUTerms: Hashable, Sendable {
  /// The machine's busy time by the kernel's own account.
  public var busy: UInt64
  /// The measured processes'.
  public var run: UInt64
  /// Other processes'.
  public var others: UInt64
  /// Dimmer's and its meter's own.
  public var own: UInt64
  /// Busy time of no process seen. Process times come in ticks, so this may be some ticks too long, never too short.
  public var unattributed: UInt64
  /// What all processors could have given: time that a hypervisor gave to others (steal) is not in it.
  public var capacity: UInt64

  /// Terms.
  public init(
    busy: UInt64 = 0, run: UInt64 = 0, others: UInt64 = 0, own: UInt64 = 0, unattributed: UInt64 = 0,
    capacity: UInt64 = 0
  ) {
    self.busy = busy
    self.run = run
    self.others = others
    self.own = own
    self.unattributed = unattributed
    self.capacity = capacity
  }

  /// The busy part of the machine since `earlier`, 0 to 1.
  public func usage(since earlier: CPUTerms) -> Double {
    guard capacity > earlier.capacity, busy > earlier.busy else { return 0 }
    return min(Double(busy - earlier.busy) / Double(capacity - earlier.capacity), 1)
  }
}

/// What the meter knows at one moment. Everything is counted from the baseline, so the last sample is the record.
public struct CumulativeSample: Hashable, Sendable {
  /// When, on the clock that energy is integrated over.
  public var monotonic: MonotonicInstant
  /// When, on the wall clock.
  public var wall: Timestamp
  /// Energy by component; a component that cannot be read is not here.
  public var components: [Component: EnergyTerms]
  /// CPU time.
  public var cpu: CPUTerms
  /// What of the run's energy went into GPU contexts that were open and unused; a part of the run's, above bare idle.
  public var parked: Microjoules = .zero
  /// Meters of the whole machine (`RAPL psys`, a battery), by name; in no total.
  public var platform: [String: Microjoules] = [:]

  /// A sample.
  public init(
    monotonic: MonotonicInstant, wall: Timestamp, components: [Component: EnergyTerms] = [:], cpu: CPUTerms = CPUTerms()
  ) {
    self.monotonic = monotonic
    self.wall = wall
    self.components = components
    self.cpu = cpu
  }

  /// All components together.
  public var total: EnergyTerms { components.values.reduce(EnergyTerms(), +) }
}
