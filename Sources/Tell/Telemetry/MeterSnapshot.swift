public import Quantities

/// What a meter knows at one moment, as plain values: the input of every way out.
///
/// Energies count from ``started`` and never fall while the meter lives. What could not be read is in ``unread`` with
/// the reason, never a reading of zero.
public struct MeterSnapshot: Hashable, Sendable {
  /// The machine's name, for labels that ask for one; empty when it is not to be told.
  public var machine: String
  /// When the counters began, by the wall clock.
  public var started: Timestamp
  /// The moment they speak of.
  public var taken: Timestamp
  /// What the machine took, source by source.
  public var readings: [Reading]
  /// What consumers took of it.
  public var rows: [Row]
  /// What could not be read.
  public var unread: [Unread]
  /// What consumers had counted whose row is gone.
  public var unlisted: [Unlisted] = []
  /// Who reads the machine; `nil` for a snapshot of what was recorded.
  public var reader: Reader?

  /// A snapshot; every list may be empty.
  public init(
    machine: String = "", started: Timestamp, taken: Timestamp, readings: [Reading] = [], rows: [Row] = [],
    unread: [Unread] = []
  ) {
    self.machine = machine
    self.started = started
    self.taken = taken
    self.readings = readings
    self.rows = rows
    self.unread = unread
  }
}

extension MeterSnapshot {
  /// Where a source's energy went, in whole microjoules; the four add up to what the source read.
  public struct Terms: Hashable, Sendable {
    /// Processes, all of them.
    public var attributed: Microjoules
    /// What the machine would have used anyway.
    public var idle: Microjoules
    /// What Dimmer itself used.
    public var own: Microjoules
    /// Busy time that no process seen accounts for.
    public var unattributed: Microjoules

    /// The terms, each counted on its own path.
    public init(attributed: Microjoules, idle: Microjoules, own: Microjoules, unattributed: Microjoules) {
      self.attributed = attributed
      self.idle = idle
      self.own = own
      self.unattributed = unattributed
    }
  }

  /// One source's reading of one part of the machine. Readings do not overlap: no package beside its own cores.
  public struct Reading: Hashable, Sendable {
    /// The part: `cpu`, `memory`, `gpu`.
    public var component: String
    /// Which one of that part, as its source calls it: `package-0`, `dram`, a GPU's identifier.
    public var domain: String
    /// What read it: `rapl`, `nvml`, `load-model`.
    public var source: String
    /// Where its numbers come from.
    public var quality: Origin
    /// What it read since the counters began.
    public var host: Microjoules
    /// Where that went; `nil` when only the sum is known.
    public var terms: Terms?
    /// Mean power over the last period; `nil` before the first one is over.
    public var power: Power?

    /// A reading.
    public init(
      component: String, domain: String = "", source: String, quality: Origin, host: Microjoules, terms: Terms? = nil,
      power: Power? = nil
    ) {
      self.component = component
      self.domain = domain
      self.source = source
      self.quality = quality
      self.host = host
      self.terms = terms
      self.power = power
    }
  }

  /// Who used energy.
  public struct Consumer: Hashable, Sendable {
    /// Kinds of consumers. Consumers of one kind do not overlap; those of two kinds do (a process is in a container).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// A run measured by `dimmer run`.
      case run
      /// A process.
      case process
      /// A session: a login, a terminal, a service, a batch job.
      case tree
      /// A container.
      case container
      /// A pod of Kubernetes.
      case pod
      /// A control group of Linux.
      case group
    }

    /// The kind.
    public var kind: Kind
    /// What tells it from others of its kind: a run's id, a process number, a container's id, a path.
    public var id: String
    /// What people call it: a process's command name, without arguments.
    public var name: String

    /// All of a kind without a row of their own, and processes that belong to none of that kind.
    public static func rest(of kind: Kind) -> Consumer { Consumer(kind, "(rest)", name: "(rest)") }
    /// Whether it stands for all others.
    public var isRest: Bool { self == .rest(of: kind) }

    /// A consumer.
    public init(_ kind: Kind, _ id: String, name: String = "") {
      self.kind = kind
      self.id = id
      self.name = name
    }
  }

  /// How a consumer's energy has to do with the idle share.
  public enum IdlePolicy: String, Hashable, Sendable, CaseIterable {
    /// Idle energy is a line of its own.
    case none
    /// Idle energy is split as active energy is.
    case proportional
    /// Idle energy follows what was reserved.
    case reserved
  }

  /// What one consumer took of one part of the machine.
  public struct Row: Hashable, Sendable {
    /// Who.
    public var consumer: Consumer
    /// The part: `cpu`, `memory`, `gpu`.
    public var component: String
    /// Which one of that part; empty for all of them.
    public var domain: String
    /// Whether idle energy is in it.
    public var policy: IdlePolicy
    /// How much since it was first seen.
    public var energy: Microjoules
    /// Mean power over the last period; `nil` before the first one is over.
    public var power: Power?
    /// When its counter began; `nil`: with the snapshot's.
    public var started: Timestamp?
    /// The moment it speaks of; `nil`: the snapshot's.
    public var taken: Timestamp?

    /// A row.
    public init(
      _ consumer: Consumer, component: String, domain: String = "", policy: IdlePolicy = .none, energy: Microjoules,
      power: Power? = nil, started: Timestamp? = nil, taken: Timestamp? = nil
    ) {
      self.consumer = consumer
      self.component = component
      self.domain = domain
      self.policy = policy
      self.energy = energy
      self.power = power
      self.started = started
      self.taken = taken
    }
  }

  /// A part of the machine without a number.
  public struct Unread: Hashable, Sendable {
    /// The part.
    public var component: String
    /// What should have read it; empty when there is nothing that could.
    public var source: String
    /// Why it did not, in one sentence.
    public var reason: String

    /// A part that could not be read.
    public init(component: String, source: String, reason: String) {
      self.component = component
      self.source = source
      self.reason = reason
    }
  }

  /// What consumers of one kind had counted whose row is gone: with the rows of the kind it is all that was attributed.
  public struct Unlisted: Hashable, Sendable {
    /// The kind.
    public var kind: Consumer.Kind
    /// The part: `cpu`, `memory`, `gpu`.
    public var component: String
    /// How much.
    public var energy: Microjoules

    /// An amount without a row.
    public init(kind: Consumer.Kind, component: String, energy: Microjoules) {
      self.kind = kind
      self.component = component
      self.energy = energy
    }
  }

  /// Who reads the machine, and how often.
  public struct Reader: Hashable, Sendable {
    /// The two ways.
    public enum Way: String, Hashable, Sendable, CaseIterable {
      /// The machine's meter, by its socket.
      case service
      /// A meter in the program that answers.
      case own
    }

    /// Which way.
    public var way: Way
    /// How often it looks.
    public var period: Span
    /// Which meter, and why no other, in one sentence.
    public var reason: String

    /// A reader.
    public init(_ way: Way, period: Span, reason: String) {
      self.way = way
      self.period = period
      self.reason = reason
    }
  }
}
