public import Quantities

/// A command to be measured.
public struct RunRequest: Hashable, Sendable {
  /// The run's id.
  public var run: String
  /// The command and its arguments.
  public var command: [String]
  /// Where the journal goes.
  public var journal: String
  /// The meter's program.
  public var meterProgram: String
  /// How often samples are taken, milliseconds.
  public var periodMilliseconds = 1000
  /// The run's name.
  public var name: String?
  /// The region.
  public var region: String?
  /// The activity that the run is part of.
  public var parent: String?
  /// Whether orphans of the command come to this process, which then reaps all its children. A process that has
  /// children of its own must say no; then orphans that were never seen alive are not counted to the run.
  public var adoptsOrphans = true
  /// Sockets at which the machine's meter may be, in order; without one a meter of the run's own is started.
  public var sockets: [String] = []
  /// Where the kernel's files are.
  public var machine = MachineRoot.here
  /// Another NVIDIA driver library.
  public var gpuLibrary: String?
  /// Whose models stand in for what is not measured; another one than ours is read by a meter of the run's own.
  public var model = PowerModel.dimmer

  /// Whether the machine's meter reads what is asked for.
  var isServedByMachine: Bool { machine == .here && gpuLibrary == nil && model == .dimmer }

  /// A request.
  public init(run: String, command: [String], journal: String, meterProgram: String) {
    self.run = run
    self.command = command
    self.journal = journal
    self.meterProgram = meterProgram
  }
}

/// Why a command was not run.
public struct RunRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The exit status that a shell would give: 127 not found, 126 not executable, 128 and more for a signal.
  public let status: Int32
  /// One line.
  public let description: String

  /// A refusal.
  public init(status: Int32, description: String) {
    self.status = status
    self.description = description
  }
}

/// How a measured command went.
public struct RunOutcome: Hashable, Sendable {
  /// How a command ends.
  public enum Termination: Hashable, Sendable {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)

    /// The status that a shell would give.
    public var status: Int32 {
      switch self {
      case .exited(let code): code
      case .signalled(let number): 128 + number
      }
    }
  }

  /// How the command ended.
  public var termination: Termination
  /// Its process number.
  public var pid: Int32
  /// What the kernel says it and its waited-for children used.
  public var usage: JournalExit
  /// When it was started.
  public var started: Timestamp
  /// When it had ended.
  public var ended: Timestamp
  /// When it was started, on the monotonic clock.
  public var monotonicStarted: MonotonicInstant
  /// When it had ended, on the monotonic clock.
  public var monotonicEnded: MonotonicInstant
  /// The journal; `nil` when nothing was measured.
  public var journal: String?
  /// Why nothing was measured, or not all of it.
  public var unmeasuredReason: String?
  /// What went wrong with the meter, in order.
  public var faults: [String]

  /// Wall time on the monotonic clock.
  public var duration: Quantities.Span { monotonicEnded - monotonicStarted }
}
