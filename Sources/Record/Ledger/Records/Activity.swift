public import Quantities

/// Something that used energy from a beginning to an end.
public struct Activity: Hashable, Sendable, Codable {
  /// Its id; the kind is part of it.
  public var id: ActivityID
  /// The activity it is a part of.
  public var parent: ActivityID?
  /// What people call it.
  public var name: String
  /// How far it has come.
  public var status: ActivityStatus
  /// Why it stands so, in one sentence; nothing when there is nothing to say.
  public var reason: String?
  /// When it began by the wall clock.
  public var started: Timestamp
  /// When it ended by the wall clock; for an activity that was not observed to its end, the last moment seen.
  public var ended: Timestamp?
  /// When it began in grid time; the wall clock's moment unless a past day is replayed.
  public var gridStarted: Timestamp?
  /// When it ended in grid time.
  public var gridEnded: Timestamp?
  /// When it began on the monotonic clock, on which its energy is integrated.
  public var monotonicStarted: MonotonicInstant?
  /// When it ended on the monotonic clock.
  public var monotonicEnded: MonotonicInstant?
  /// Which grid clock it ran on: `wall`, or the replay in words, for example `replay from 2021-03-01T00:00:00Z x1440`.
  public var clock: String
  /// What read its energy, for example `dimmer-meter 1.0 on host-7`; nothing when nothing did.
  public var meter: String?
  /// The grid region, as an Electricity Maps zone or an ISO country.
  public var region: String?
  /// The decision it rests on.
  public var decisionID: DecisionID?
  /// The grid value its carbon rests on.
  public var signalID: SignalID?
  /// The command's exit status; 128 + n for signal n.
  public var exitCode: Int32?
  /// What else is kept about it.
  public var detail: ActivityDetail

  /// An activity that has begun; the rest is set as it becomes known.
  public init(
    id: ActivityID, parent: ActivityID? = nil, name: String, status: ActivityStatus = .running, started: Timestamp,
    clock: String = "wall", detail: ActivityDetail = ActivityDetail()
  ) {
    self.id = id
    self.parent = parent
    self.name = name
    self.status = status
    self.started = started
    self.clock = clock
    self.detail = detail
    if case .notObserved(let moment) = status { ended = moment }
  }

  /// What kind of work it is.
  public var kind: ActivityKind { id.kind }
}

/// What is kept about an activity and never searched for.
public struct ActivityDetail: Hashable, Sendable, Codable {
  /// The command and its arguments.
  public var command: [String]
  /// What the user attached, by key.
  public var tags: [String: String]
  /// For each component, what it was read by, or why it could not be.
  public var components: [String: String]
  /// Where the machine's CPU time went; `nil` when no meter read it.
  public var cpuSeconds: CPUSeconds?
  /// Why the machine's other terms are not on record; `nil` when they are.
  public var withheld: String?
  /// Of its energy, joules of GPU contexts that were open and unused; `nil` when there were none.
  public var parkedJoules: Double?
  /// What meters of the whole machine counted meanwhile, joules by name; in no total.
  public var platformJoules: [String: Double]?
  /// The line of another tool's file that it was made from; `nil` for what Dimmer saw itself.
  public var imported: ImportedRow?

  /// Details; each may be empty.
  public init(
    command: [String] = [], tags: [String: String] = [:], components: [String: String] = [:],
    cpuSeconds: CPUSeconds? = nil, withheld: String? = nil
  ) {
    self.withheld = withheld
    self.command = command
    self.tags = tags
    self.components = components
    self.cpuSeconds = cpuSeconds
  }
}

/// CPU time of a machine over an activity, in seconds, each term counted on its own path.
public struct CPUSeconds: Hashable, Sendable, Codable {
  /// The activity's own processes.
  public var run: Double
  /// All other processes.
  public var others: Double
  /// Dimmer's own.
  public var own: Double
  /// Busy time that no process seen accounts for.
  public var unattributed: Double
  /// Busy time as the kernel counts it for the machine.
  public var busy: Double
  /// All processors over the whole time.
  public var capacity: Double

  /// The terms.
  public init(run: Double, others: Double, own: Double, unattributed: Double, busy: Double, capacity: Double) {
    self.run = run
    self.others = others
    self.own = own
    self.unattributed = unattributed
    self.busy = busy
    self.capacity = capacity
  }

  /// What was not busy; never below zero, although the two are read at moments that differ by microseconds.
  public var idle: Double { max(0, capacity - busy) }
}
