import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// One who is measured: an account on the machine, a journal, and how long it goes on.
final class Lease {
  enum Stage: Hashable {
    /// The client has not said yet which process it is.
    case awaitingRoot
    case measuring
    /// The root has ended; the client may still say how, until then.
    case awaitingExit(until: UInt64)
    case ended
  }

  /// How a lease ends with the look that is still to come.
  enum Ending: Hashable {
    /// What it measures has ended.
    case rootEnded
    /// Its client has closed it.
    case closed
  }

  let number: Int
  let request: LeaseRequest
  /// How often samples are taken, milliseconds: what was asked for, or the floor of its scope.
  let periodMilliseconds: Int
  private let clock: MeterClock
  let owner: WireConnection.Peer
  let scope: LeaseScope
  let parent: String?
  private(set) weak var connection: WireConnection?
  var account: RunAccount
  /// Troubles of sources that are not written down yet, one line each.
  var held: [String] = []
  private var journal: JournalWriter?
  private let baseline: CumulativeSample
  private(set) var stage = Stage.awaitingRoot
  private(set) var root: Int32?
  private(set) var rootDescriptor: Int32 = -1
  /// When its samples are due.
  private var schedule: PeriodSchedule
  /// Energies of looks that came too soon for a share; they are split with those of the look that does not.
  private var early: [EnergyReading] = []
  /// When its account took a look last, monotonic nanoseconds.
  private var taken: UInt64
  /// Looks between its samples that its client may have by asking: for windows of the shortest kind one after another,
  /// each with a beginning and an end, and some at once.
  var asked = LookBudget(interval: UInt64(MeterService.shortestPeriod) * 500_000, most: 20)
  /// What it waits for the next look with, when that may not be forced yet.
  var ending: Ending?
  private var journalIsFailing = false

  init(
    number: Int, request: LeaseRequest, connection: WireConnection, scope: LeaseScope, parent: String?,
    account: RunAccount, journal: JournalWriter?, clock: MeterClock
  ) {
    self.number = number
    self.request = request
    periodMilliseconds = Self.period(of: request, scope)
    self.clock = clock
    self.connection = connection
    owner = connection.peer
    self.scope = scope
    self.parent = parent
    self.account = account
    self.journal = journal
    baseline = account.sample
    taken = account.lastReading.nanoseconds
    schedule = PeriodSchedule(start: account.sample.monotonic, period: UInt64(periodMilliseconds) * 1_000_000)
  }

  /// The period that a lease gets, milliseconds.
  static func period(of request: LeaseRequest, _ scope: LeaseScope) -> Int {
    scope == .host ? request.periodMilliseconds : max(request.periodMilliseconds, ShareLimits.milliseconds)
  }

  /// What the client is told of it.
  var terms: LeaseTerms {
    LeaseTerms(
      scope: scope, parent: parent, periodMilliseconds: periodMilliseconds,
      windowMilliseconds: scope == .host ? MeterService.shortestPeriod : ShareLimits.milliseconds)
  }

  /// When its next sample is due, monotonic nanoseconds.
  var due: UInt64 { schedule.due.nanoseconds }

  /// Takes a look. A share's account takes none that is too close to the one before: else its samples would add up what
  /// each of them told, whoever asked for them.
  ///
  /// - Returns: whether the account's sample is now true for the look's moment.
  func take(_ reading: HostReading, from reader: HostReader) -> Bool {
    var reading = reading
    if scope == .share {
      guard reading.monotonic.nanoseconds >= taken + ShareLimits.nanoseconds else {
        early += reading.energies
        return false
      }
      reading.energies = early + reading.energies
      early.removeAll()
    }
    taken = reading.monotonic.nanoseconds
    _ = account.take(reading, from: reader)
    return true
  }

  deinit { if rootDescriptor >= 0 { close(rootDescriptor) } }

  /// Whether the client itself started the root and will tell how it ended.
  private var clientTellsExit: Bool { request.clientIsOwn && request.pid == nil && request.group == nil }

  /// Learns whom it measures; the journal begins.
  func begin(
    root: Int32, machine: MachineRoot, named name: String, sources: [SourceDescription], state: HostMeter.State
  ) {
    guard stage == .awaitingRoot else { return }
    stage = .measuring
    self.root = root
    if root > 0 {
      // Numbers of another process table are other processes here.
      if machine.proc == MachineRoot.here.proc { rootDescriptor = linux_pidfd_open(root) }
      account.add(root: root)
    }
    guard !request.resumes else {
      note("the meter was stopped and started again; what was used in between is counted as one period")
      return
    }
    let stat = FileBuffer().text(at: "\(machine.proc)/\(root)/stat").flatMap { ProcessStat($0) }
    var begin = JournalBegin(
      run: request.run, pid: root, startTicks: stat?.startTicks ?? 0, wall: baseline.wall,
      monotonic: baseline.monotonic, periodMilliseconds: periodMilliseconds,
      ticksPerSecond: 1_000_000_000 / Clocks.nanosecondsPerTick, machine: name,
      boot: Machine.boot(machine), command: request.command)
    begin.name = request.name
    begin.region = request.region
    begin.parent = request.parent ?? parent
    begin.scope = scope
    journal?.append(.begin(begin))
    for source in sources { journal?.append(.source(source)) }
    journal?.append(.sample(shown(baseline), shown(state)))
    sync()
  }

  /// Whether what is measured lives. Without a descriptor of the process the process table is asked.
  func isAlive(_ machine: MachineRoot) -> Bool {
    if request.group != nil { return !account.ledger.isGone }
    guard let root, let stat = FileBuffer().text(at: "\(machine.proc)/\(root)/stat").flatMap({ ProcessStat($0) })
    else { return false }
    return stat.state != UInt8(ascii: "Z") && stat.state != UInt8(ascii: "X")
  }

  /// Writes the account's sample down and shows it to a client that wants to see each.
  func write(state: HostMeter.State) {
    guard stage == .measuring else { return }
    for gap in account.takeGaps() { journal?.append(.gap(gap)) }
    for fault in held + account.takeFaults() {
      note(fault)
      connection?.send(.fault(lease: number, fault), mayDrop: true)
    }
    held.removeAll()
    journal?.append(.sample(shown(account.sample), shown(state)))
    sync()
    if request.isStreaming { connection?.send(.sample(lease: number, shown(account.sample)), mayDrop: true) }
  }

  /// The next moment on the grid of whole periods; periods that were missed are not made up for.
  func reschedule(after now: UInt64) {
    schedule.advance(after: MonotonicInstant(nanoseconds: now))
  }

  /// Writes down how well the sources were read, where that became known only by reading: the last word of a source
  /// holds.
  func restate(_ sources: [SourceDescription]) {
    guard stage == .measuring, !request.resumes else { return }
    for (source, before) in zip(account.described(sources), sources) where source != before {
      journal?.append(.source(source))
    }
    sync()
  }

  /// Answers with the sample as it stands.
  func answer() { connection?.send(.sample(lease: number, shown(account.sample))) }

  /// The root has ended and its last sample is written.
  func rootEnded(at now: UInt64) {
    guard stage == .measuring else { return }
    connection?.send(.final(lease: number))
    if clientTellsExit, connection != nil {
      stage = .awaitingExit(until: now + 60_000_000_000)
    } else {
      end(clientTellsExit ? "parent-gone" : "exited")
    }
  }

  /// Hears how the root ended.
  func heard(_ exit: JournalExit) { journal?.append(.exit(exit)) }

  /// Ends it: nothing follows in the journal.
  func end(_ reason: String) {
    guard stage != .ended else { return }
    if stage != .awaitingRoot {
      journal?.append(.end(reason: reason))
      sync()
    }
    stage = .ended
    journal = nil
    connection?.send(.closed(lease: number))
  }

  /// Lets go of it without a word in the journal: another meter goes on with it.
  func release() {
    stage = .ended
    journal = nil
  }

  func note(_ text: String) {
    journal?.append(.note(JournalNote(monotonic: clock.monotonic(), text: text)))
  }

  private func shown(_ sample: CumulativeSample) -> CumulativeSample { scope == .host ? sample : sample.ownShare }

  private func shown(_ state: HostMeter.State) -> HostMeter.State {
    guard scope == .share else { return state }
    return HostMeter.State(counters: [:], potential: ByConsumer(run: state.potential.run), meter: 0)
  }

  /// Writes the journal. Trouble with it is said once and never stops the run.
  private func sync() {
    do throws(MeteringError) {
      try journal?.sync()
      if journalIsFailing { connection?.send(.fault(lease: number, "the journal is written again"), mayDrop: true) }
      journalIsFailing = false
    } catch {
      if !journalIsFailing { connection?.send(.fault(lease: number, error.description), mayDrop: true) }
      journalIsFailing = true
    }
  }
}
