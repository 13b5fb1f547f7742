import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The meter of a machine: looks once a period and keeps an account and a journal for each who asked to be measured.
///
/// It runs in one thread. As long as nobody is measured it sleeps. Clients are known by the kernel's word: a process may
/// have itself and others of its user measured, root anybody; only root, and the meter's own user, are told of the rest
/// of the machine. A meter of one client (`inherited`) ends when that client is gone and nothing is measured any more.
public final class MeterService {
  private static let mostConnections = 256
  private static let mostLeasesOfOneUser = 64
  /// Looks closer together than this say nothing new: counters move in steps.
  private static let closestLooks: UInt64 = 10_000_000
  /// How often it is kept what was learned of the machine's power, nanoseconds: five minutes.
  private static let profilePeriod: UInt64 = 300_000_000_000

  private let reader: HostReader
  private let listener: Int32
  private let stop: Int32
  private let isPrivate: Bool
  private var connections: [WireConnection] = []
  private var leases: [Lease] = []
  private var lastNumber = 0
  /// What was waited for, and what of it happened.
  private var polls: [pollfd] = []
  private var lastReading: HostReading?
  /// When the machine was looked at last, whether that went well or not.
  private var lastLook: UInt64 = 0
  /// When it was kept last what was learned of the machine's power.
  private var lastProfile: UInt64 = 0

  /// A meter that does not serve yet.
  ///
  /// - Parameters:
  ///   - listener: a listening socket, or -1.
  ///   - inherited: a connected socket of the one client that it serves, or -1.
  ///   - stop: a descriptor that becomes readable when it is to end, or -1.
  public init(
    machine: MachineRoot = .here, gpuLibrary: String? = nil, access: SourceAccess = SourceAccess(),
    clock: MeterClock = .machine, listener: Int32 = -1, inherited: Int32 = -1, stop: Int32 = -1
  ) {
    reader = HostReader(machine: machine, gpuLibrary: gpuLibrary, access: access, clock: clock)
    self.listener = listener
    self.stop = stop
    isPrivate = inherited >= 0
    if inherited >= 0, let connection = WireConnection(descriptor: inherited) { connections.append(connection) }
  }

  /// Signals of the terminal and of job control are not for a meter that belongs to a command.
  public static func leaveTerminal() {
    setsid()
    // A limit on file sizes is a failed write, as a full disk is.
    for number in [SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  /// Serves until it is told to stop, or its only client is gone and nothing is measured any more.
  public func run() {
    while !(isPrivate && connections.isEmpty && leases.isEmpty) {
      guard wait() else { break }
      accept()
      for connection in connections where hasHappened(connection.descriptor) { hear(connection) }
      tick()
      for connection in connections where connection.isClosed { closed(connection) }
      connections.removeAll { $0.isClosed }
      removeEnded()
    }
    // Whoever is still measured goes on with a meter of his own; what was seen until now is his.
    if leases.contains(where: { $0.stage == .measuring }) { look(isComplete: true, writesAll: true) }
    for lease in leases { lease.release() }
    reader.keepProfile()
  }

  // MARK: - Waiting

  /// Waits for something to do; false when it is to stop.
  private func wait() -> Bool {
    polls.removeAll(keepingCapacity: true)
    for descriptor in [listener, stop] { polls.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
    for connection in connections {
      let events = POLLIN | (connection.hasBacklog ? POLLOUT : 0)
      polls.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
    }
    for lease in leases where lease.stage == .measuring {
      polls.append(pollfd(fd: lease.rootDescriptor, events: Int16(POLLIN), revents: 0))
    }
    let count = poll(&polls, nfds_t(polls.count), timeout)
    if count <= 0 { for index in polls.indices { polls[index].revents = 0 } }
    return polls[1].revents == 0
  }

  /// Whether there was something to hear at the last waiting. What came since then ends the next one at once.
  private func hasHappened(_ descriptor: Int32) -> Bool {
    polls.contains { $0.fd == descriptor && $0.revents != 0 }
  }

  /// Milliseconds until something is due; for ever when nothing will be.
  private var timeout: Int32 {
    let now = reader.clock.monotonic().nanoseconds
    let next = leases.compactMap { lease -> UInt64? in
      switch lease.stage {
      case .measuring: lease.due
      case .awaitingExit(let limit): limit
      case .awaitingRoot, .ended: nil
      }
    }.min()
    guard var next else { return -1 }
    if let look = nextLook { next = min(next, look) }
    return next > now ? Int32(clamping: (next - now + 999_999) / 1_000_000) : 0
  }

  /// When counters must be read, lest one wraps unseen; `nil` when nobody is measured or nothing wraps.
  private var nextLook: UInt64? {
    guard let longest = reader.sources.longestInterval,
      leases.contains(where: { $0.stage == .measuring || $0.stage == .awaitingRoot })
    else { return nil }
    return lastLook + UInt64(longest.seconds * 1e9)
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

  // MARK: - Looking

  /// Looks at the machine for everybody and writes down what is due.
  private func look(isComplete: Bool, writesAll: Bool = false) {
    let now = reader.clock.monotonic().nanoseconds
    // Also a look that fails: else the next one would be due at once, for ever.
    lastLook = now
    if now >= lastProfile + Self.profilePeriod { keepProfile(now) }
    do throws(MeteringError) {
      let reading = try reader.read(isComplete: isComplete)
      lastReading = reading
      for lease in leases where lease.stage == .measuring || lease.stage == .awaitingRoot {
        _ = lease.account.take(reading, from: reader)
      }
      let faults = reader.takeFaults()
      for lease in leases where lease.stage == .measuring {
        lease.held += faults
        if writesAll || now >= lease.due { write(lease, now) }
      }
    } catch {
      for lease in leases where lease.stage == .measuring {
        lease.held.append(error.description)
        write(lease, now)
      }
    }
  }

  private func keepProfile(_ now: UInt64) {
    // Nothing was learned before the first look.
    if lastProfile > 0 { reader.keepProfile() }
    lastProfile = now
  }

  private func write(_ lease: Lease, _ now: UInt64) {
    lease.write(state: state(of: lease))
    lease.schedule(after: now)
  }

  private func state(of lease: Lease) -> HostMeter.State {
    HostMeter.State(
      counters: reader.counters, potential: lease.account.ledger.potential,
      meter: lease.account.ledger.reading(of: getpid())?.ownNanoseconds ?? 0)
  }

  /// A look for somebody who asks: one just taken will do.
  private func freshLook(isComplete: Bool) {
    let now = reader.clock.monotonic().nanoseconds
    if let last = lastReading, now < last.monotonic.nanoseconds + Self.closestLooks { return }
    look(isComplete: isComplete)
  }

  private func tick() {
    let now = reader.clock.monotonic().nanoseconds
    let ended = leases.filter { lease in
      guard lease.stage == .measuring else { return false }
      if lease.rootDescriptor >= 0 { return hasHappened(lease.rootDescriptor) }
      return now >= lease.due && !lease.isAlive(reader.machine)
    }
    if !ended.isEmpty {
      look(isComplete: true)
      for lease in ended {
        write(lease, now)
        lease.restate(reader.sources.descriptions)
        lease.rootEnded(at: now)
      }
    } else if leases.contains(where: { $0.stage == .measuring && now >= $0.due }) || nextLook.map({ now >= $0 }) == true
    {
      look(isComplete: false)
    }
    for lease in leases {
      if case .awaitingExit(let limit) = lease.stage, now >= limit { lease.end("not told how the command ended") }
    }
  }

  // MARK: - Hearing

  private func hear(_ connection: WireConnection) {
    connection.flush()
    for text in connection.receive() {
      guard let request = MeterRequest(text) else {
        connection.send(.error(lease: nil, "not understood: \(text.prefix(80))"))
        continue
      }
      answer(request, to: connection)
    }
  }

  private func answer(_ request: MeterRequest, to connection: WireConnection) {
    switch request {
    case .open(let request):
      do throws(MeteringError) {
        try open(request, for: connection)
      } catch {
        connection.send(.error(lease: nil, error.description))
      }
    case .sources:
      for source in reader.sources.descriptions { connection.send(.source(source)) }
      connection.send(.done)
    case .root(let number, let pid):
      guard let lease = lease(number, of: connection) else { return }
      guard mayMeasure(pid, connection) else {
        return connection.send(.error(lease: number, "process \(pid) is not there, or is another user's"))
      }
      begin(lease, root: pid)
    case .read(let number):
      guard let lease = lease(number, of: connection) else { return }
      freshLook(isComplete: true)
      lease.answer()
    case .close(let number):
      guard let lease = lease(number, of: connection) else { return }
      if lease.stage == .measuring {
        look(isComplete: true)
        write(lease, reader.clock.monotonic().nanoseconds)
        lease.restate(reader.sources.descriptions)
      }
      lease.answer()
      lease.end("closed")
    case .exit(let number, let exit): lease(number, of: connection)?.heard(exit)
    case .end(let number): lease(number, of: connection)?.end("exited")
    }
  }

  private func lease(_ number: Int, of connection: WireConnection) -> Lease? {
    if let lease = leases.first(where: { $0.number == number && $0.connection === connection && $0.stage != .ended }) {
      return lease
    }
    connection.send(.error(lease: number, "there is no lease \(number)"))
    return nil
  }

  private func mayMeasure(_ pid: Int32, _ connection: WireConnection) -> Bool {
    guard let owner = FileOwner.of("\(reader.machine.proc)/\(pid)") else { return false }
    return connection.peer.uid == 0 || connection.peer.uid == owner
  }

  private func open(_ request: LeaseRequest, for connection: WireConnection) throws(MeteringError) {
    let peer = connection.peer
    let descriptor = connection.takeDescriptor()
    var writer: JournalWriter?
    var earlier = Journal(parsing: [])
    if descriptor >= 0 {
      let adopted = try JournalWriter.adopt(
        descriptor, owner: peer.uid, isForeign: peer.uid != geteuid(), resumes: request.resumes)
      (writer, earlier) = (adopted.writer, adopted.journal)
    }
    guard leases.count(where: { $0.owner.uid == peer.uid }) < Self.mostLeasesOfOneUser else {
      throw MeteringError("one user may have \(Self.mostLeasesOfOneUser) runs measured at a time")
    }
    if let pid = request.pid, !mayMeasure(pid, connection) {
      throw MeteringError("process \(pid) is not there, or is another user's")
    }
    let group = try group(for: request, peer)
    lastNumber += 1
    let account = try account(for: request, group: group, peer: peer, earlier: earlier)
    let scope: LeaseScope = peer.uid == 0 || peer.uid == geteuid() ? .host : .share
    let lease = Lease(
      number: lastNumber, request: request, connection: connection, scope: scope,
      parent: group == nil ? parent(of: request.pid ?? peer.pid, for: peer) : nil, account: account, journal: writer)
    leases.append(lease)
    connection.send(.opened(lease: lease.number, scope: scope, parent: lease.parent))
    if let pid = request.pid { begin(lease, root: pid) }
    if group != nil { begin(lease, root: 0) }
  }

  /// The control group to measure, when one is asked for and may be.
  private func group(for request: LeaseRequest, _ peer: WireConnection.Peer) throws(MeteringError) -> ControlGroup? {
    guard let name = request.group else { return nil }
    guard request.pid == nil else { throw MeteringError("a lease is for a process or a group, not both") }
    guard !request.resumes else { throw MeteringError("what a group used while nobody looked cannot be told apart") }
    let group = try ControlGroup(name, machine: reader.machine)
    let owners = Set(group.members.compactMap { FileOwner.of("\(reader.machine.proc)/\($0)") })
    guard peer.uid == 0 || FileOwner.of(group.folder) == peer.uid || owners == [peer.uid] else {
      throw MeteringError("the control group \(group.path) is another user's")
    }
    reader.watch(group)
    return group
  }

  private func begin(_ lease: Lease, root: Int32) {
    lease.begin(
      root: root, machine: reader.machine, sources: reader.sources.descriptions, state: state(of: lease))
  }

  private func account(
    for request: LeaseRequest, group: ControlGroup?, peer: WireConnection.Peer, earlier: Journal
  ) throws(MeteringError) -> RunAccount {
    let own: Set<Int32> = request.clientIsOwn ? [getpid(), peer.pid] : [getpid()]
    let reapers: Set<Int32> = request.clientReaps ? [peer.pid] : []
    let period = Quantities.Span.seconds(Double(request.periodMilliseconds) / 1000)
    let isAlone = leases.allSatisfy { $0.stage == .ended }
    guard !request.resumes else {
      guard isAlone, isPrivate else { throw MeteringError("only a meter of one's own goes on with a journal") }
      guard let begin = earlier.begin, let sample = earlier.last, let state = earlier.state else {
        throw MeteringError("the journal holds nothing to go on from")
      }
      guard begin.boot == Machine.boot(reader.machine) else {
        throw MeteringError("the journal is of an earlier boot of this machine")
      }
      let account = try RunAccount.resuming(
        on: reader, roots: [begin.pid], own: own, reapers: reapers, period: period, from: sample, state: state,
        scope: begin.scope)
      return account
    }
    var ledger =
      group.map { ProcessLedger(group: $0.path, own: own) }
      ?? ProcessLedger(roots: Set([request.pid].compactMap { $0 }), own: own, reapers: reapers)
    let reading: HostReading
    var unready: Set<Component> = []
    if isAlone {
      reading = try reader.begin()
    } else {
      look(isComplete: true)
      guard let last = lastReading else { throw MeteringError("the machine cannot be read now") }
      reading = last
      let known = Set(reader.sources.descriptions.map(\.component))
      unready = known.subtracting(last.energies.map(\.component))
    }
    lastReading = reading
    lastLook = reading.monotonic.nanoseconds
    reader.report(to: &ledger)
    return RunAccount(ledger: ledger, at: reading, period: period, unready: unready)
  }

  /// The run that the process is part of already, if somebody measures one: its joules are in that run's, too.
  private func parent(of pid: Int32, for peer: WireConnection.Peer) -> String? {
    leases.last { lease in
      lease.stage == .measuring && (peer.uid == 0 || peer.uid == lease.owner.uid)
        && lease.account.ledger.consumer(of: pid) == .run
    }?.request.run
  }

  /// A client has gone. Who measures a process that lives goes on: the record is not the client's only.
  private func closed(_ connection: WireConnection) {
    for lease in leases where lease.connection === connection {
      switch lease.stage {
      case .awaitingRoot: lease.release()
      case .awaitingExit: lease.end("parent-gone")
      // A group may be there for ever.
      case .measuring where lease.request.group != nil: lease.end("client-gone")
      case .measuring, .ended: break
      }
    }
  }
}

/// Whose a file is.
enum FileOwner {
  /// The user number of the owner of what is at `path`; `nil` when there is nothing.
  static func of(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : nil
  }
}
