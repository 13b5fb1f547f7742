import Quantities

/// When the meter looks at the machine, and what it does with what it saw.
extension MeterService {
  /// Looks closer together than this say nothing new: counters move in steps of about a millisecond.
  private static let closestLooks: UInt64 = 1_000_000
  /// How often it is kept what was learned of the machine's power, nanoseconds: five minutes.
  private static let profilePeriod: UInt64 = 300_000_000_000

  /// When a lease needs a look: when its sample is due, or it is to end. What a share needs waits for ``nextShareLook``.
  func wakeUp(for lease: Lease) -> UInt64 {
    let wanted = lease.ending == nil ? lease.due : 0
    return lease.scope == .host ? wanted : max(wanted, nextShareLook)
  }

  /// When a look may be forced for a share.
  var nextShareLook: UInt64 {
    guard let last = lastReading?.monotonic.nanoseconds else { return lastLook }
    return max(last, lastLook) + ShareLimits.nanoseconds
  }

  /// When counters must be read, lest one wraps unseen; `nil` when nobody is measured or nothing wraps.
  var nextLook: UInt64? {
    guard let longest = reader.sources.longestInterval,
      leases.contains(where: { $0.stage == .measuring || $0.stage == .awaitingRoot })
    else { return nil }
    return lastLook + UInt64(longest.seconds * 1e9)
  }

  /// Looks at the machine for everybody and writes down what is due.
  func look(isComplete: Bool, writesAll: Bool = false) {
    let now = reader.clock.monotonic().nanoseconds
    // Also a look that fails: else the next one would be due at once, for ever.
    lastLook = now
    if now >= lastProfile + Self.profilePeriod { keepProfile(now) }
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

  func keepProfile(_ now: UInt64) {
    // Nothing was learned before the first look.
    if lastProfile > 0 { reader.keepProfile() }
    lastProfile = now
  }

  func write(_ lease: Lease, _ now: UInt64) {
    lease.write(state: state(of: lease))
    lease.reschedule(after: now)
  }

  /// Ends a lease whose last sample is written.
  func finish(_ lease: Lease, _ now: UInt64) {
    lease.restate(reader.sources.descriptions)
    switch lease.ending {
    case .rootEnded?: lease.rootEnded(at: now)
    case .closed?:
      lease.answer()
      lease.end("closed")
    case nil: break
    }
    lease.ending = nil
  }

  func state(of lease: Lease) -> HostMeter.State {
    HostMeter.State(
      counters: reader.counters, potential: lease.account.ledger.potential,
      meter: lease.account.ledger.reading(of: me)?.ownNanoseconds ?? 0)
  }

  /// A look for somebody who asks: one just taken will do, and so will the last one when too many were asked for.
  func freshLook(for lease: Lease) {
    let now = reader.clock.monotonic().nanoseconds
    guard lease.scope == .host else {
      if now >= nextShareLook { look(isComplete: true) }
      return
    }
    if let last = lastReading, now < last.monotonic.nanoseconds + Self.closestLooks { return }
    if lease.asked.spend(at: now) { look(isComplete: true) }
  }

  func tick() {
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
  func hasEnded(_ lease: Lease, _ now: UInt64) -> Bool {
    if lease.rootDescriptor >= 0 { return hasHappened(lease.rootDescriptor) }
    return now >= lease.due && !lease.isAlive(reader.machine)
  }
}
