import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The meter of a machine: looks once a period and keeps an account and a journal for each who asked to be measured.
///
/// It runs in one thread. As long as nobody is measured it sleeps. Clients are known by the kernel's word: a process may
/// have itself and others of its user measured, root anybody; only root, and the meter's own user, are told of the rest
/// of the machine; the others get their own share, no finer than ``ShareLimits``. A meter of one client (`inherited`) ends when that client is gone and nothing is measured any more.
public final class MeterService {
  private static let mostConnections = 256
  private static let mostLeasesOfOneUser = 64
  /// The shortest period and window of those who are told of the whole machine, milliseconds.
  static let shortestPeriod = 10
  /// Looks closer together than this say nothing new: counters move in steps of about a millisecond.
  private static let closestLooks: UInt64 = 1_000_000

  private let reader: HostReader
  private let listener: Int32
  private let stop: Int32
  private let isPrivate: Bool
  private var connections: [WireConnection] = []
  private var leases: [Lease] = []
  private var lastNumber = 0
  private var lastReading: HostReading?
  /// When the machine was looked at last, whether that went well or not.
  private var lastLook: UInt64 = 0
  /// Whether the last reading was a baseline: all energy that came before it is left out.
  private var lastIsBaseline = false
  /// The meter's own process on the machine that it reads.
  private let me: Int32
  private let machineName: String

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
      guard wait() else { break }
      accept()
      step()
    }
    // Whoever is still measured goes on with a meter of his own; what was seen until now is his.
    if leases.contains(where: { $0.stage == .measuring }) { look(isComplete: true, writesAll: true) }
    for lease in leases { lease.release() }
  }

  /// Does all that is due now, without waiting.
  func step() {
    for connection in connections { hear(connection) }
    tick()
    for connection in connections where connection.isClosed { closed(connection) }
    connections.removeAll { $0.isClosed }
    removeEnded()
  }

  // MARK: - Waiting

  /// Waits for something to do; false when it is to stop.
  private func wait() -> Bool {
    var polls: [pollfd] = [listener, stop].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    for connection in connections {
      let events = POLLIN | (connection.hasBacklog ? POLLOUT : 0)
      polls.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
    }
    for lease in leases where lease.stage == .measuring && lease.ending == nil {
      polls.append(pollfd(fd: lease.rootDescriptor, events: Int16(POLLIN), revents: 0))
    }
    // To the nanosecond: of a period of 10 ms, a millisecond is a tenth.
    let count = unix_poll(&polls, polls.count, timeout.map { Int64(clamping: $0) } ?? -1)
    return count <= 0 || polls[1].revents == 0
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

  /// When a lease needs a look: when its sample is due, or it is to end. What a share needs waits for ``nextShareLook``.
  private func wakeUp(for lease: Lease) -> UInt64 {
    let wanted = lease.ending == nil ? lease.due : 0
    return lease.scope == .host ? wanted : max(wanted, nextShareLook)
  }

  /// When a look may be forced for a share.
  private var nextShareLook: UInt64 {
    guard let last = lastReading?.monotonic.nanoseconds else { return lastLook }
    return max(last, lastLook) + ShareLimits.nanoseconds
  }

  /// When counters must be read, lest one wraps unseen; `nil` when nobody is measured or nothing wraps.
  private var nextLook: UInt64? {
    guard let longest = reader.sources.longestInterval,
      leases.contains(where: { $0.stage == .measuring || $0.stage == .awaitingRoot })
    else { return nil }
    return lastLook + UInt64(longest.seconds * 1e9)
  }

  private func removeEnded() {
    leases.removeAll { $0.stage == .ended }
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
    do throws(MeteringError) {
      let reading = try reader.read(isComplete: isComplete)
      lastReading = reading
      lastIsBaseline = false
      var taking: Set<Int> = []
      for lease in leases where lease.stage == .measuring || lease.stage == .awaitingRoot {
        if lease.take(reading, from: reader) { taking.insert(lease.number) }
      }
      let faults = reader.takeFaults()
      for lease in leases where lease.stage == .measuring {
        lease.held += faults
        if taking.contains(lease.number), writesAll || now >= lease.due || lease.ending != nil { write(lease, now) }
      }
      for lease in leases where lease.ending != nil && taking.contains(lease.number) { finish(lease, now) }
    } catch {
      for lease in leases where lease.stage == .measuring {
        lease.held.append(error.description)
        write(lease, now)
        if lease.ending != nil { finish(lease, now) }
      }
    }
  }

  private func write(_ lease: Lease, _ now: UInt64) {
    lease.write(state: state(of: lease))
    lease.reschedule(after: now)
  }

  /// Ends a lease whose last sample is written.
  private func finish(_ lease: Lease, _ now: UInt64) {
    switch lease.ending {
    case .rootEnded?: lease.rootEnded(at: now)
    case .closed?:
      lease.answer()
      lease.end("closed")
    case nil: break
    }
    lease.ending = nil
  }

  private func state(of lease: Lease) -> HostMeter.State {
    HostMeter.State(
      counters: reader.counters, potential: lease.account.ledger.potential,
      meter: lease.account.ledger.reading(of: me)?.ownNanoseconds ?? 0)
  }

  /// A look for somebody who asks: one just taken will do, and so will the last one when too many were asked for.
  private func freshLook(for lease: Lease) {
    let now = reader.clock.monotonic().nanoseconds
    guard lease.scope == .host else {
      if now >= nextShareLook { look(isComplete: true) }
      return
    }
    if let last = lastReading, now < last.monotonic.nanoseconds + Self.closestLooks { return }
    if lease.asked.spend(at: now) { look(isComplete: true) }
  }

  private func tick() {
    let now = reader.clock.monotonic().nanoseconds
    for lease in leases where lease.stage == .measuring && lease.ending == nil && hasEnded(lease, now) {
      lease.ending = .rootEnded
    }
    let due = leases.filter { $0.stage == .measuring && now >= wakeUp(for: $0) }
    if !due.isEmpty || nextLook.map({ now >= $0 }) == true { look(isComplete: due.contains { $0.ending != nil }) }
    for lease in leases {
      if case .awaitingExit(let limit) = lease.stage, now >= limit { lease.end("not told how the command ended") }
    }
  }

  /// Looks for everybody, writes it down, and ends what has ended: for a machine that is replayed look by look.
  ///
  /// - Parameter isLast: whether no look follows.
  func follow(isLast: Bool) {
    let now = reader.clock.monotonic().nanoseconds
    for lease in leases where lease.stage == .measuring && lease.ending == nil && !lease.isAlive(reader.machine) {
      lease.ending = .rootEnded
    }
    if leases.contains(where: { $0.stage == .measuring && now > $0.account.lastReading.nanoseconds }) {
      look(isComplete: isLast || leases.contains { $0.ending != nil }, writesAll: true)
    }
    step()
  }

  /// Whether what is measured has ended. Without a descriptor of the process the process table is asked, once a period.
  private func hasEnded(_ lease: Lease, _ now: UInt64) -> Bool {
    if lease.rootDescriptor >= 0 { return Descriptors.wait([lease.rootDescriptor], milliseconds: 0)[0] }
    return now >= lease.due && !lease.isAlive(reader.machine)
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
      freshLook(for: lease)
      lease.answer()
    case .close(let number):
      guard let lease = lease(number, of: connection) else { return }
      guard lease.stage == .measuring else {
        lease.answer()
        return lease.end("closed")
      }
      lease.ending = .closed
      let now = reader.clock.monotonic().nanoseconds
      if lastReading?.monotonic.nanoseconds == now {
        // A replay stands still: there is nothing to be seen that was not.
        finish(lease, now)
      } else if now >= wakeUp(for: lease) {
        // A share's last window is no shorter than the others: it ends with the next look that it may have.
        look(isComplete: true)
      }
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
    let scope: LeaseScope = peer.uid == 0 || peer.uid == geteuid() ? .host : .share
    let account = try account(for: request, scope, group: group, peer: peer, earlier: earlier)
    let lease = Lease(
      number: lastNumber, request: request, connection: connection, scope: scope,
      parent: group == nil ? parent(of: request.pid ?? peer.pid, for: peer) : nil, account: account, journal: writer,
      clock: reader.clock)
    leases.append(lease)
    connection.send(.opened(lease: lease.number, lease.terms))
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
      root: root, machine: reader.machine, named: machineName, sources: reader.sources.descriptions,
      state: state(of: lease))
  }

  private func account(
    for request: LeaseRequest, _ scope: LeaseScope, group: ControlGroup?, peer: WireConnection.Peer, earlier: Journal
  ) throws(MeteringError) -> RunAccount {
    let own: Set<Int32> = request.clientIsOwn ? [me, peer.pid] : [me]
    let reapers: Set<Int32> = request.clientReaps ? [peer.pid] : []
    let period = Quantities.Span.seconds(Double(Lease.period(of: request, scope)) / 1000)
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
    // Opening and closing over and over must force no more looks than asking does: a share begins at the last one.
    let mustWait = scope == .share && lastReading != nil && reader.clock.monotonic().nanoseconds < nextShareLook
    if isAlone, !mustWait {
      reading = try reader.begin()
      lastLook = reading.monotonic.nanoseconds
      lastIsBaseline = true
    } else {
      if !mustWait { look(isComplete: true) }
      guard let last = lastReading else { throw MeteringError("the machine cannot be read now") }
      reading = last
      let known = Set(reader.sources.descriptions.map(\.component))
      if !lastIsBaseline { unready = known.subtracting(last.energies.map(\.component)) }
    }
    lastReading = reading
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
      // It had asked for the end; nobody waits for the last look any more.
      case .measuring where lease.ending == .closed: lease.end("closed")
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
