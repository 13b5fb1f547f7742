public import Quantities

/// One record of a run's journal.
public enum JournalRecord: Hashable, Sendable {
  /// What is measured; the first record.
  case begin(JournalBegin)
  /// What is read, and how well.
  case source(SourceDescription)
  /// Everything counted so far.
  case sample(CumulativeSample, HostMeter.State)
  /// A stretch that was not looked at as it should.
  case gap(Gap)
  /// Something a reader of the record should know.
  case note(JournalNote)
  /// How the command ended.
  case exit(JournalExit)
  /// Why nothing follows; the last record.
  case end(reason: String)
}

/// What a journal is the record of.
public struct JournalBegin: Hashable, Sendable {
  /// The format that this room writes.
  public static let currentFormat = 1

  /// The journal's format.
  public var format = JournalBegin.currentFormat
  /// The run's id.
  public var run: String
  /// The root process.
  public var pid: Int32
  /// When it started, ticks since the machine did; 0 when it had ended before it could be read.
  public var startTicks: UInt64
  /// When the baseline was taken, on the wall clock.
  public var wall: Timestamp
  /// When the baseline was taken, on the monotonic clock.
  public var monotonic: MonotonicInstant
  /// How often samples are taken, milliseconds.
  public var periodMilliseconds: Int
  /// The kernel's ticks in a second, which process times come in.
  public var ticksPerSecond: UInt64
  /// The machine's name.
  public var machine: String
  /// The machine's boot: monotonic times of another one mean something else.
  public var boot: String
  /// The command and its arguments.
  public var command: [String]
  /// The name given to the run.
  public var name: String?
  /// The region whose grid feeds the machine.
  public var region: String?
  /// The activity that this is a part of.
  public var parent: String?
  /// How much of the machine the samples tell of.
  public var scope = LeaseScope.host

  /// The first record of a journal.
  public init(
    run: String, pid: Int32, startTicks: UInt64, wall: Timestamp, monotonic: MonotonicInstant, periodMilliseconds: Int,
    ticksPerSecond: UInt64, machine: String, boot: String, command: [String] = [], name: String? = nil,
    region: String? = nil, parent: String? = nil
  ) {
    self.run = run
    self.pid = pid
    self.startTicks = startTicks
    self.wall = wall
    self.monotonic = monotonic
    self.periodMilliseconds = periodMilliseconds
    self.ticksPerSecond = ticksPerSecond
    self.machine = machine
    self.boot = boot
    self.command = command
    self.name = name
    self.region = region
    self.parent = parent
  }
}

/// Something that a reader of the record should know, for example a source that failed.
public struct JournalNote: Hashable, Sendable {
  /// When, on the monotonic clock.
  public let monotonic: MonotonicInstant
  /// What, in one line.
  public let text: String

  /// A note.
  public init(monotonic: MonotonicInstant, text: String) {
    self.monotonic = monotonic
    self.text = text
  }
}

/// How the command ended and what the kernel says it used, its waited-for children included.
public struct JournalExit: Hashable, Sendable {
  /// Its exit status; `nil` when a signal ended it.
  public var code: Int32?
  /// The signal that ended it.
  public var signal: Int32?
  /// CPU time in user mode, microseconds.
  public var userMicroseconds: UInt64
  /// CPU time in the kernel, microseconds.
  public var systemMicroseconds: UInt64
  /// The most memory that one of them held, bytes.
  public var peakResidentBytes: UInt64

  /// An end.
  public init(
    code: Int32?, signal: Int32?, userMicroseconds: UInt64, systemMicroseconds: UInt64, peakResidentBytes: UInt64
  ) {
    self.code = code
    self.signal = signal
    self.userMicroseconds = userMicroseconds
    self.systemMicroseconds = systemMicroseconds
    self.peakResidentBytes = peakResidentBytes
  }
}
