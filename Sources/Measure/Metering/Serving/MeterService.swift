import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The meter of a machine: looks once a period and keeps an account and a journal for each who asked to be measured.
///
/// It runs in one thread. As long as nobody is measured it sleeps. Clients are known by the kernel's word: a process may
/// have itself and others of its user measured, root anybody; only root, and the meter's own user, are told of the rest
/// of the machine; the others get their own share, no finer than ``ShareLimits``. A meter of one client (`inherited`) ends
/// when that client is gone and nothing is measured any more.
public final class MeterService {
  private static let mostConnections = 256
  /// The shortest period and window of those who are told of the whole machine, milliseconds.
  static let shortestPeriod = 10

  let reader: HostReader
  private let listener: Int32
  private let stop: Int32
  let isPrivate: Bool
  private var connections: [WireConnection] = []
  var leases: [Lease] = []
  var lastNumber = 0
  /// What was waited for, and what of it happened.
  private var polls: [pollfd] = []
  var lastReading: HostReading?
  /// When the machine was looked at last, whether that went well or not.
  var lastLook: UInt64 = 0
  /// When it was kept last what was learned of the machine's power.
  var lastProfile: UInt64 = 0
  /// Whether the last reading was a baseline: all energy that came before it is left out.
  var lastIsBaseline = false
  /// The meter's own process on the machine that it reads.
  let me: Int32
  let machineName: String

  /// A meter that does not serve yet.
  ///
  /// - Parameters:
  ///   - listener: a listening socket, or -1.
  ///   - inherited: a connected socket of the one client that it serves, or -1.
  ///   - stop: a descriptor that becomes readable when it is to end, or -1.
  ///   - me: the meter's process number on that machine; another one than this process's in a replay, `nil` for this one.
  ///   - machineName: the name of that machine; `nil` for this one's.
  public init(
    machine: MachineRoot = .here, gpuLibrary: String? = nil, access: SourceAccess = SourceAccess(),
    clock: MeterClock = .machine, listener: Int32 = -1, inherited: Int32 = -1, stop: Int32 = -1, me: Int32? = nil,
    machineName: String? = nil
  ) {
    self.me = me ?? getpid()
    self.machineName = machineName ?? Machine.name
    reader = HostReader(machine: machine, gpuLibrary: gpuLibrary, access: access, clock: clock)
    self.listener = listener
    self.stop = stop
    isPrivate = inherited >= 0
    if inherited >= 0, let connection = WireConnection(descriptor: inherited) { connections.append(connection) }
  }

  /// Serves one more, who is there already.
  func serve(_ connection: WireConnection) { connections.append(connection) }

  /// Signals of the terminal and of job control are not for a meter that belongs to a command.
  public static func leaveTerminal() {
    setsid()
    // A limit on file sizes is a failed write, as a full disk is.
    for number in [SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  /// Serves until it is told to stop, or its only client is gone and nothing is measured any more.
  public func run() {
    while !(isPrivate && connections.isEmpty && leases.isEmpty) {
      guard wait(atMost: timeout) else { break }
      accept()
      serveAll()
    }
    // Whoever is still measured goes on with a meter of his own; what was seen until now is his.
    if leases.contains(where: { $0.stage == .measuring }) { look(isComplete: true, writesAll: true) }
    for lease in leases { lease.release() }
    reader.keepProfile()
  }

  /// Does all that is due now, without waiting.
  func step() {
    _ = wait(atMost: 0)
    serveAll()
  }

  /// Does all that is due after a wait.
  private func serveAll() {
    for connection in connections where hasHappened(connection.descriptor) { hear(connection) }
    tick()
    for connection in connections where connection.isClosed { closed(connection) }
    connections.removeAll { $0.isClosed }
    removeEnded()
  }

  // MARK: - Waiting

  /// Waits for something to do; false when it is to stop.
  ///
  /// - Parameter timeout: nanoseconds; `nil` for as long as it takes.
  private func wait(atMost timeout: UInt64?) -> Bool {
    polls.removeAll(keepingCapacity: true)
    for descriptor in [listener, stop] { polls.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
    for connection in connections {
      let events = POLLIN | (connection.hasBacklog ? POLLOUT : 0)
      polls.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
    }
    for lease in leases where lease.stage == .measuring && lease.ending == nil {
      polls.append(pollfd(fd: lease.rootDescriptor, events: Int16(POLLIN), revents: 0))
    }
    // To the nanosecond: of a period of 10 ms, a millisecond is a tenth.
    let count = unix_poll(&polls, polls.count, timeout.map { Int64(clamping: $0) } ?? -1)
    if count <= 0 { for index in polls.indices { polls[index].revents = 0 } }
    return polls[1].revents == 0
  }

  /// Whether there was something to hear at the last waiting. What came since then ends the next one at once.
  func hasHappened(_ descriptor: Int32) -> Bool {
    polls.contains { $0.fd == descriptor && $0.revents != 0 }
  }

  /// Nanoseconds until something is due; `nil` when nothing will be.
  private var timeout: UInt64? {
    let now = reader.clock.monotonic().nanoseconds
    let next = leases.compactMap { lease -> UInt64? in
      switch lease.stage {
      case .measuring: wakeUp(for: lease)
      case .awaitingExit(let limit): limit
      case .awaitingRoot, .ended: nil
      }
    }.min()
    guard var next else { return nil }
    if let look = nextLook { next = min(next, look) }
    return next > now ? next - now : 0
  }

  private func removeEnded() {
    let wasMeasuring = !leases.isEmpty
    leases.removeAll { $0.stage == .ended }
    // Nobody waits for it now. A meter of one client keeps it when it ends.
    if wasMeasuring, leases.isEmpty, !isPrivate { keepProfile(reader.clock.monotonic().nanoseconds) }
    let watched = Set(leases.compactMap { $0.account.ledger.groupPath })
    reader.unwatch { !watched.contains($0) }
  }

  private func accept() {
    guard listener >= 0 else { return }
    while true {
      let descriptor = unix_accept(listener)
      guard descriptor >= 0 else { return }
      guard let connection = WireConnection(descriptor: descriptor) else { continue }
      guard connections.count < Self.mostConnections else {
        connection.send(.error(lease: nil, "the meter serves \(Self.mostConnections) clients already"))
        continue
      }
      connections.append(connection)
    }
  }

  /// A client has gone. Who measures a process that lives goes on: the record is not the client's only.
  private func closed(_ connection: WireConnection) {
    for lease in leases where lease.connection === connection {
      switch lease.stage {
      case .awaitingRoot: lease.release()
      case .awaitingExit: lease.end("parent-gone")
      // It had asked for the end; nobody waits for the last look any more.
      case .measuring where lease.ending == .closed:
        lease.restate(reader.sources.descriptions)
        lease.end("closed")
      // A group may be there for ever.
      case .measuring where lease.request.group != nil: lease.end("client-gone")
      case .measuring, .ended: break
      }
    }
  }
}
