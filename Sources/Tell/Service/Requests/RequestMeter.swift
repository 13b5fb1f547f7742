import Accounting
import Gateway
import Ledger
import Logging
import Metering
import Quantities
import ServiceLifecycle
import Synchronization

/// Shares what the machine read among the requests of the model servers that run on it, learns from that what requests
/// cost, and puts new calibrations into the record and in force. Requests never wait for it.
final class RequestMeter: Service {
  /// A variant whose server is on this machine.
  struct Target: Sendable {
    let calibration: VariantRecord
    let port: Int
  }

  private struct State {
    var backends: [BackendWindows] = []
    var learners: [String: VariantLearner] = [:]
    var ports: [String: Int] = [:]
    /// Requests that wait for their charge: whose, and how large; by a short name of their own, for there may be many.
    var waiting: [String: (variant: String, size: RequestSize?)] = [:]
    var requests: UInt64 = 0
  }

  private let store: any LedgerStore
  private let identifiers: IdentifierSource
  private let wall: @Sendable () -> Timestamp
  private let monotonic: @Sendable () -> MonotonicInstant
  private let owner: @Sendable (_ port: Int) -> Int32?
  private let publish: @Sendable (VariantRecord) async -> Void
  private let logger: Logger
  private let state: Mutex<State>
  private let owners = Mutex<[Int: Int32]>([:])

  /// How often new calibrations are looked for.
  private static let interval = Duration.seconds(60)

  /// - Parameters:
  ///   - patience: how long a window waits for requests that ran in it.
  ///   - owner: the process that listens on a port.
  ///   - publish: puts a new calibration in force.
  init(
    targets: [Target], patience: Span = .seconds(30), store: any LedgerStore, identifiers: IdentifierSource,
    wall: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> MonotonicInstant,
    owner: @escaping @Sendable (Int) -> Int32?, publish: @escaping @Sendable (VariantRecord) async -> Void,
    logger: Logger
  ) {
    self.store = store
    self.identifiers = identifiers
    self.wall = wall
    self.monotonic = monotonic
    self.owner = owner
    self.publish = publish
    self.logger = logger
    var start = State()
    start.backends = Set(targets.map(\.port)).sorted().map { BackendWindows(port: $0, patience: patience) }
    for target in targets {
      start.learners[target.calibration.name] = VariantLearner(target.calibration)
      start.ports[target.calibration.name] = target.port
    }
    state = Mutex(start)
  }

  /// A request has ended; called by the recorder, off the hot path.
  func ended(_ observation: RequestObservation) {
    let now = monotonic()
    let since = max(observation.duration, wall() - observation.received)
    let began = Self.moment(now, before: since)
    let ended = min(now, Self.moment(began, after: observation.duration))
    state.withLock { state in
      guard let variant = observation.variant, let learner = state.learners[variant], let port = state.ports[variant],
        let index = state.backends.firstIndex(where: { $0.port == port }), state.backends[index].isRead(at: now)
      else { return }
      let size = VariantLearner.size(observation)
      state.requests &+= 1
      let name = String(state.requests, radix: 36)
      state.waiting[name] = (variant, size)
      state.backends[index].ended(
        BusyWindows.Work(id: name, began: began, ended: ended, weight: size.map { learner.weights($0) }))
    }
  }

  /// The machine was read for a period; called by the gauge.
  func took(_ period: MachinePeriod, sources: [SourceDescription]) {
    let ports = state.withLock { $0.backends.map(\.port) }
    let processes = Dictionary(uniqueKeysWithValues: ports.map { ($0, process(of: $0, in: period)) })
    let now = monotonic()
    state.withLock { state in
      for index in state.backends.indices {
        let process = processes[state.backends[index].port] ?? nil
        for charge in state.backends[index].took(period, process: process, sources: sources, now: now) {
          guard let (variant, size) = state.waiting.removeValue(forKey: charge.id), let size, charge.isWhole else {
            continue
          }
          // What flows anyway is no cost of one request more.
          state.learners[variant]?.learn(size, charge.dynamic.energy)
        }
      }
    }
  }

  /// The calibration that a request to a variant rests on which came then; `nil` for variants elsewhere.
  func calibration(of variant: String, at moment: Timestamp) -> VariantRecord? {
    state.withLock { $0.learners[variant]?.calibration(at: moment) }
  }

  /// What was metered, what requests were charged of it, what is left to nobody and what waits, over all servers.
  struct Account: Hashable, Sendable {
    var metered = Microjoules.zero
    var charged = Microjoules.zero
    var idle = Microjoules.zero
    var pending = Microjoules.zero

    /// Whether the parts are the whole, to the microjoule.
    var isConserved: Bool { charged + idle + pending == metered }
  }

  /// The account until now.
  var account: Account {
    state.withLock { state in
      var account = Account()
      for backend in state.backends {
        account.metered += backend.windows.metered
        account.charged += backend.windows.charged
        account.idle += backend.windows.idle
        account.pending += backend.windows.pending
      }
      return account
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        do { try await Task.sleep(for: Self.interval) } catch { return }
        await calibrate()
      }
    }
  }

  /// Writes and puts in force the calibrations that are due. What the ledger refuses is in force all the same, and a
  /// later one will be written.
  func calibrate() async {
    let (now, identifiers) = (wall(), identifiers)
    let records = state.withLock { state in
      state.learners.keys.sorted().compactMap { name -> VariantRecord? in
        let origin = state.ports[name].flatMap { port in state.backends.first { $0.port == port }?.origin }
        return state.learners[name]?.due(at: now, id: { identifiers.next() }, meter: origin ?? .modelled)
      }
    }
    guard !records.isEmpty else { return }
    do { try await store.commit(LedgerEntry(variants: records)) } catch {
      logger.error("new calibrations could not be recorded", metadata: ["error": "\(error)"])
    }
    for record in records { await publish(record) }
  }

  /// A variant's quality was found anew; the calibrations that are learned here keep it.
  func requalified(_ record: VariantRecord) { state.withLock { $0.learners[record.name]?.requalified(record) } }

  /// The process behind a port, looked for again when it is gone.
  private func process(of port: Int, in period: MachinePeriod) -> Int32? {
    let known = owners.withLock { $0[port] }
    if let known, period.processes.rows.contains(where: { $0.identity.pid == known }) { return known }
    let found = owner(port)
    owners.withLock { $0[port] = found }
    return found
  }

  private static func moment(_ moment: MonotonicInstant, before span: Span) -> MonotonicInstant {
    let nanoseconds = UInt64(max(0, span.seconds * 1e9))
    return MonotonicInstant(nanoseconds: moment.nanoseconds - min(nanoseconds, moment.nanoseconds))
  }

  private static func moment(_ moment: MonotonicInstant, after span: Span) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: moment.nanoseconds + UInt64(max(0, span.seconds * 1e9)))
  }
}
