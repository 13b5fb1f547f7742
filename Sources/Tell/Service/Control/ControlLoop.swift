import Gateway
public import Grid
public import Ledger
import Logging
import Quantities
public import ServiceLifecycle
import Switching
import Synchronization

/// Decides shares for one alias at each interval of grid time, puts them in force, and records each decision with what
/// it saw and why.
///
/// A provider that fails or a ledger that refuses never stops it: the policy then decides without a signal, and the
/// failure is logged.
public final class ControlLoop: Service {
  private let model: ServingModel
  private let provider: (any SignalProvider)?
  private let ladder: SignalLadder
  private let clock: any GridClock
  private let store: any LedgerStore
  private let activity: ActivityID
  private let identifiers: IdentifierSource
  private let wall: @Sendable () -> Timestamp
  private let table: RouteTable
  private let logger: Logger
  private let controller: Mutex<AliasController>
  private let inForce = Mutex<InForce?>(nil)
  private let hasKeptHistory = Mutex(false)

  /// What requests rest on now.
  struct InForce: Sendable {
    let decision: DecisionID
    let signal: SignalRecord?
    let header: String?
  }

  /// A loop for one alias.
  init(
    model: ServingModel, pue: Double, provider: (any SignalProvider)?, clock: any GridClock, store: any LedgerStore,
    activity: ActivityID, identifiers: IdentifierSource, wall: @escaping @Sendable () -> Timestamp, table: RouteTable,
    logger: Logger
  ) {
    self.model = model
    self.provider = provider
    self.ladder = SignalLadder(interval: model.interval)
    self.clock = clock
    self.store = store
    self.activity = activity
    self.identifiers = identifiers
    self.wall = wall
    self.table = table
    self.logger = logger
    controller = Mutex(AliasController(model: model, pue: pue))
  }

  /// The alias it is for.
  var alias: String { model.alias }

  /// The calibration of a variant, for the energy of its requests.
  func calibration(of variant: String) -> VariantRecord? { model.variants.first { $0.name == variant } }

  /// The grid value that the decision in force rests on.
  var signalInForce: SignalRecord? { inForce.withLock { $0?.signal } }

  /// Decides at once and then at the start of each interval, until cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        await decide(at: clock.now)
        let interval = Int64(model.interval.seconds * 1000)
        let next = Timestamp(milliseconds: (clock.now.milliseconds / interval + 1) * interval)
        do { try await clock.wait(until: next) } catch { return }
      }
    }
  }

  /// A request was served; called by the recorder, off the hot path.
  func served(units: Double, by variant: String, at moment: Timestamp) {
    let shares = controller.withLock { $0.served(units: units, by: variant, at: moment) }
    guard let shares, let now = inForce.withLock({ $0 }) else { return }
    publish(shares, decision: now.decision, header: now.header, why: .guarded)
  }

  private func decide(at moment: Timestamp) async {
    let interval = Int64(model.interval.seconds * 1000)
    let start = Timestamp(milliseconds: moment.milliseconds / interval * interval)
    var history: IssuedSeries?
    if let provider {
      do { history = try await provider.history(since: start - .hours(24 * 9), issuedBy: moment) } catch {
        logger.warning("the grid signal could not be read", metadata: ["error": "\(error)"])
      }
    }
    let reading = history.map { ladder.read($0, at: start) }
    let signal = reading?.signal.map(SignalRecord.init)
    let (input, outcome) = controller.withLock {
      $0.decide(at: start, history: history, reading: reading, issue: signal?.id.description)
    }
    let decision = outcome.decision
    let id: DecisionID = identifiers.next()
    let header = Self.header(reading: reading, mode: decision.mode)
    inForce.withLock { $0 = InForce(decision: id, signal: signal, header: header) }
    publish(decision.shares, decision: id, header: header, why: decision.isGuarded ? .guarded : .price)
    let past = history.map { pastToKeep($0, before: start) } ?? []
    await record(id, input: input, outcome: outcome, signal: signal, past: past, at: start)
  }

  /// The values of the two days before the first decision, so that the record begins with what was known then.
  private func pastToKeep(_ history: IssuedSeries, before start: Timestamp) -> [SignalRecord] {
    let isFirst = hasKeptHistory.withLock { kept in
      defer { kept = true }
      return !kept
    }
    guard isFirst else { return [] }
    let series = history.series.slice((start - .hours(48))..<start)
    return series.slots.map { SignalRecord(series.signal($0)) }
  }

  private func publish(_ shares: [VariantShare], decision: DecisionID, header: String?, why: RoutingReason) {
    let row = model.ladder.variants.map { variant in shares.first { $0.variant == variant.name }?.share ?? 0 }
    do throws(RouteTableError) {
      try table.publish(
        alias: model.alias, shares: row, decisionID: decision.description, gridHeader: header, why: why)
    } catch { logger.error("shares could not be put in force", metadata: ["error": "\(error)"]) }
  }

  private func record(
    _ id: DecisionID, input: PolicyInput, outcome: DecisionOutcome, signal: SignalRecord?, past: [SignalRecord],
    at grid: Timestamp
  ) async {
    let decision = outcome.decision
    do {
      let record = DecisionRecord(
        id: id, activity: activity, alias: model.alias, grid: grid, made: wall(), policy: decision.policy,
        mode: decision.mode.rawValue, price: decision.price, chosen: decision.main,
        shares: Dictionary(uniqueKeysWithValues: decision.shares.map { ($0.variant, $0.share) }),
        reason: decision.reason, expectedSavingGrams: decision.expectedSavingAgainstBest?.grams, signalID: signal?.id,
        input: try DecisionCoding.text(input), state: try DecisionCoding.text(outcome))
      try await store.commit(LedgerEntry(signals: past + [signal].compactMap { $0 }, decisions: [record]))
      logger.info(
        "decided",
        metadata: ["alias": "\(model.alias)", "grid_time": "\(grid)", "chosen": "\(decision.main)", "why": "\(decision.reason)"])
    } catch {
      logger.error("a decision could not be recorded; requests are served all the same", metadata: ["error": "\(error)"])
    }
  }

  private static func header(reading: SignalReading?, mode: DecisionMode) -> String {
    guard let reading, let signal = reading.signal, let age = reading.age else { return "unknown; mode=\(mode.rawValue)" }
    let value = Decimals.significant(signal.value, digits: 4)
    return "\(value); kind=\(signal.kind.rawValue); age=\(Int(age.seconds)); mode=\(mode.rawValue)"
  }
}

extension SignalRecord {
  /// The ledger's record of a grid value.
  public init(_ signal: Signal) {
    self.init(
      region: signal.region.name, kind: signal.kind.rawValue, issued: signal.issuedAt,
      validFrom: signal.validity.lowerBound, validTo: signal.validity.upperBound, value: signal.value, low: signal.low,
      high: signal.high, unit: signal.unit, provider: signal.provider, estimated: signal.isEstimated,
      source: signal.source)
  }
}
