public import Quantities

/// What a source's energy can be told apart by.
public enum IdleRule: Hashable, Sendable {
  /// So much of the energy flows whatever runs.
  case known(Microjoules)
  /// The machine's idle power is not known: the part of the energy that equals the unused part of the machine is called
  /// idle. A convention, not a measurement; it says too little on a busy machine.
  case unusedShare
}

/// How the rest is shared out.
public enum SharingRule: Hashable, Sendable {
  /// By CPU time.
  case cpuTime
  /// By resident bytes, as parts of all memory in bytes. What nobody holds is idle.
  case residentMemory(of: UInt64)
  /// By the weight of each process, in one unit: percent of a GPU's time, for example.
  case processes([Int32: Double])
  /// By these weights, unknown work last.
  case weights(run: Double, others: Double, own: Double, unattributed: Double)
}

/// Energy that flowed into one component since its last reading.
public struct EnergyReading: Hashable, Sendable {
  /// `cpu`, `memory` or `gpu`.
  public let component: Component
  /// How much.
  public let energy: Microjoules
  /// How much of it is idle.
  public let idle: IdleRule
  /// How the rest is shared.
  public let sharing: SharingRule
  /// What of it flowed only because a process held the component open without working, by process: a part of what
  /// those are charged, never more.
  public let parked: [Int32: Microjoules]
  /// The 95 % interval of this energy as parts of it, where it is not the source's own.
  public let relative: ClosedRange<Double>?

  /// A reading.
  public init(
    component: Component, energy: Microjoules, idle: IdleRule, sharing: SharingRule,
    parked: [Int32: Microjoules] = [:], relative: ClosedRange<Double>? = nil
  ) {
    self.relative = relative
    self.component = component
    self.energy = energy
    self.idle = idle
    self.sharing = sharing
    self.parked = parked
  }
}

/// A part of the machine that takes energy.
public enum Component: String, Hashable, Sendable, CaseIterable {
  /// Processors.
  case cpu
  /// Main memory.
  case memory
  /// Graphics processors, all of them.
  case gpu
}

/// What one source is, for the record: nothing is read without saying how good it is, and nothing is missing without
/// saying why.
public struct SourceDescription: Hashable, Sendable {
  /// The component it speaks of.
  public let component: Component
  /// What it is, for people: `RAPL package-0`, `load model for AMD EPYC`.
  public let name: String
  /// Where its numbers come from.
  public let origin: Origin
  /// The method that makes them.
  public let method: MethodID
  /// Why this source and no better one, in one sentence.
  public let reason: String
  /// The 95 % interval as fractions of the value, for example -0.4 ... 0.4.
  public let relative: ClosedRange<Double>

  /// A description.
  public init(
    component: Component, name: String, origin: Origin, method: MethodID, reason: String,
    relative: ClosedRange<Double>
  ) {
    self.component = component
    self.name = name
    self.origin = origin
    self.method = method
    self.reason = reason
    self.relative = relative
  }

  /// The same source with another interval.
  func with(relative: ClosedRange<Double>) -> SourceDescription {
    SourceDescription(
      component: component, name: name, origin: origin, method: method, reason: reason, relative: relative)
  }

  /// Whether it is a meter of all this machine's processors and nothing else, from which power by load can be learned.
  var calibratesProcessor: Bool {
    let counters = [MeteringMethods.raplCounter, MeteringMethods.sensorCounter, MeteringMethods.sensorPower]
    return component == .cpu && origin == .measured && counters.contains(method)
  }
}

/// The stretch of time that sources are asked about.
public struct PollInterval: Sendable {
  /// When they were asked before.
  public let from: MonotonicInstant
  /// Now.
  public let to: MonotonicInstant
  /// The busy part of all processors in between, 0 to 1.
  public let usage: Double

  /// A stretch.
  public init(from: MonotonicInstant, to: MonotonicInstant, usage: Double) {
    self.from = from
    self.to = to
    self.usage = usage
  }

  /// Its length.
  public var length: Quantities.Span { to - from }
}

/// What a meter of the whole machine counted. It contains the components and is kept beside them: no total holds it.
public struct PlatformReading: Hashable, Sendable {
  /// Which meter, for people: `RAPL psys`, `battery BAT0`.
  public let name: String
  /// What it counted since the baseline.
  public let energy: Microjoules

  /// A reading.
  public init(name: String, energy: Microjoules) {
    self.name = name
    self.energy = energy
  }
}

/// Something that says how much energy flowed.
public protocol PowerSource {
  /// What it is made of.
  var descriptions: [SourceDescription] { get }
  /// Counters to go on from after a restart of the meter, by name.
  var counters: [String: UInt64] { get }
  /// The longest time between two readings after which every joule is still known; `nil` when any time will do.
  var longestInterval: Quantities.Span? { get }
  /// Meters of the whole machine that this source reads beside its components; they are in no total.
  var platform: [PlatformReading] { get }

  /// Forgets the past: the next readings count from `moment`.
  mutating func reset(at moment: MonotonicInstant)
  /// Goes on from the counters of an earlier meter on the same boot.
  mutating func resume(counters: [String: UInt64])
  /// Energy since the last reading. A component that cannot be read now is left out; what flowed meanwhile comes with
  /// a later reading.
  mutating func poll(_ interval: PollInterval) -> [EnergyReading]
  /// Troubles since the last call, one line each.
  mutating func takeFaults() -> [String]
}

extension PowerSource {
  public var counters: [String: UInt64] { [:] }
  public var longestInterval: Quantities.Span? { nil }
  public var platform: [PlatformReading] { [] }
  public mutating func resume(counters: [String: UInt64]) {}
  public mutating func takeFaults() -> [String] { [] }
}
