import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// What clients ask for, and what of it they may have.
extension MeterService {
  private static let mostLeasesOfOneUser = 64

  func hear(_ connection: WireConnection) {
    connection.flush()
    for text in connection.receive() {
      guard let request = MeterRequest(text) else {
        connection.send(.error(lease: nil, "not understood: \(text.prefix(80))"))
        continue
      }
      answer(request, to: connection)
    }
  }

  func answer(_ request: MeterRequest, to connection: WireConnection) {
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

  func lease(_ number: Int, of connection: WireConnection) -> Lease? {
    if let lease = leases.first(where: { $0.number == number && $0.connection === connection && $0.stage != .ended }) {
      return lease
    }
    connection.send(.error(lease: number, "there is no lease \(number)"))
    return nil
  }

  func mayMeasure(_ pid: Int32, _ connection: WireConnection) -> Bool {
    guard let owner = FileOwner.of("\(reader.machine.proc)/\(pid)") else { return false }
    return connection.peer.uid == 0 || connection.peer.uid == owner
  }

  func open(_ request: LeaseRequest, for connection: WireConnection) throws(MeteringError) {
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
  func group(for request: LeaseRequest, _ peer: WireConnection.Peer) throws(MeteringError) -> ControlGroup? {
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

  func begin(_ lease: Lease, root: Int32) {
    lease.begin(
      root: root, machine: reader.machine, named: machineName, sources: reader.sources.descriptions,
      state: state(of: lease))
  }

  func account(
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
  func parent(of pid: Int32, for peer: WireConnection.Peer) -> String? {
    leases.last { lease in
      lease.stage == .measuring && (peer.uid == 0 || peer.uid == lease.owner.uid)
        && lease.account.ledger.consumer(of: pid) == .run
    }?.request.run
  }
}
