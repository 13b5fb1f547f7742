import Gateway
import Grid
import Ledger
import Logging
import Quantities
public import ServiceLifecycle
import Switching
import Synchronization

/// Decides shares for one alias at each interval of grid time, puts them in force, and records each decision with what
/// it saw and why.
///
/// A provider that fails or a ledger that refuses never stops it: the policy then decides without a signal, and a
/// decision that could not be written is written with the next one.
public final class ControlLoop: Service {
  /// As it was at the start: the gateway's order of variants.
  let model: ServingModel
  let provider: (any SignalProvider)?
  private let clock: any GridClock
  private let store: any LedgerStore
  private let activity: ActivityID
  private let identifiers: IdentifierSource
  private let wall: @Sendable () -> Timestamp
  private let table: RouteTable
  let logger: Logger
  let pue: Double
  let extras: Extras
  private let state: Mutex<State>
  /// Ends with the first decision.
  private let untilDecided = AsyncStream<Never>.makeStream()

  /// What a loop is given beyond the grid and the ledger.
  struct Extras: Sendable {
    /// Whose forecast is planned with.
    var forecast = ForecastSource.ensemble
    /// What a provider expects over a time; `nil` where nobody is asked.
    var expected: (@Sendable (Range<Timestamp>, Span) async -> GridForecast)?
    /// Loads and unloads models; `nil` where nobody does.
    var residency: (any ResidencyActor)?
    /// Grams of embodied carbon that a second of the machine owes; `nil` when it is not known.
    var embodied: GramRange?
    /// Where the grid values of other places come from.
    var places: [String: PlaceSource] = [:]
    /// Seconds of grid time a real second.
    var speed = 1.0
    /// Told of each decision's moment and of the intensity it rests on, `nil` when that is unknown.
    var decided: (@Sendable (Timestamp, CarbonIntensity?) -> Void)?
    /// Whether the account of an earlier serve goes on: not in a replay, where the same hours come again.
    var resumes = false
  }

  /// What changes. One lock for all of it, so that the shares of an old decision never replace those of a new one.
  private struct State {
    var controller: AliasController
    var inForce: InForce?
    /// The grid values that the latest decisions rest on, oldest first, for requests that are still on their way.
    var signals: [(decision: DecisionID, signal: SignalRecord?, grounds: [String: Ground])] = []
    /// Until when issued grid values are in the ledger or wait to be, by place.
    var keptUntil: [String: Timestamp] = [:]
    var unwritten = LedgerEntry()
    var standing: LoopStanding?
    /// Calibrations, oldest first: those that requests on their way may still rest on.
    var calibrations: [VariantRecord]
    /// The number of the calibrations that were taken last to decide by.
    var edition = 0
  }

  /// What requests rest on now.
  private struct InForce {
    let decision: DecisionID
    let grid: GridFact
    /// By variant, for those that stand elsewhere.
    let grids: [String: GridFact]
    let price: Double?
    var promise: QualityFloor?
  }

  /// How many decisions a request may be behind.
  private static let remembered = 64
  /// How many decisions wait for a ledger that refuses; older ones are given up.
  private static let waiting = 1000
  /// The key of the site's own grid beside those of other places, which are never empty.
  private static let home = ""

  /// A loop for one alias.
  init(
    model: ServingModel, pue: Double, provider: (any SignalProvider)?, clock: any GridClock, store: any LedgerStore,
    activity: ActivityID, identifiers: IdentifierSource, wall: @escaping @Sendable () -> Timestamp, table: RouteTable,
    extras: Extras = Extras(), logger: Logger
  ) {
    self.model = model
    // Policies reckon in grams: any other kind of series is no signal to them.
    self.provider = provider.flatMap { $0.kind.isCarbonIntensity || $0.kind == .unstated ? $0 : nil }
    self.clock = clock
    self.store = store
    self.activity = activity
    self.identifiers = identifiers
    self.wall = wall
    self.table = table
    self.logger = logger
    self.pue = pue
    self.extras = extras.comparable(with: self.provider, logger: logger)
    state = Mutex(
      State(
        controller: AliasController(model: model, pue: pue, forecast: extras.forecast, speed: extras.speed),
        calibrations: model.charging))
  }

  /// The alias it is for.
  var alias: String { model.alias }

  /// The calibration of a variant that was in force at a moment, for the energy of its requests.
  func calibration(of variant: String, at moment: Timestamp) -> VariantRecord? {
    state.withLock { state in
      state.calibrations.inForce(variant, at: moment) ?? state.calibrations.first { $0.name == variant }
    }
  }

  /// From now on requests to a variant are charged by this calibration.
  func charges(by record: VariantRecord) {
    state.withLock { state in
      state.calibrations = state.calibrations.suffix(Self.remembered * model.variants.count - 1) + [record]
    }
  }

  /// Variants were calibrated anew; the next decision is made with that. What cannot be decided with is logged, and the
  /// ladder stays as it was.
  ///
  /// - Parameters:
  ///   - records: the calibrations to decide by.
  ///   - edition: their number in sequence; what comes after a later one is passed over.
  func recalibrated(_ records: [VariantRecord], edition: Int) async {
    var settings = state.withLock { $0.controller.settings }
    if let newest = records.map(\.calibrated).max(), settings.lacksTokens(beside: records, at: newest),
      let page = try? await store.requests(RequestQuery(alias: model.alias, limit: 1000))
    {
      settings.takeTypicalTokens(from: page.requests)
    }
    do {
      try state.withLock { [settings] state in
        guard edition > state.edition else { return }
        try state.controller.recalibrated(records, settings: settings)
        state.edition = edition
      }
      logger.info("recalibrated", metadata: ["alias": "\(model.alias)"])
    } catch {
      logger.warning(
        "new calibrations cannot be decided with; the ones before stay",
        metadata: ["alias": "\(model.alias)", "error": "\(error)"])
    }
  }

  /// What a variant stood on under a decision; nothing when that is long gone.
  func ground(of decision: DecisionID, for variant: String) -> Ground? {
    state.withLock { state in
      state.signals.last { $0.decision == decision }.map { kept in
        kept.grounds[variant] ?? Ground(signal: kept.signal, elsewhere: nil)
      }
    }
  }

  /// What the decision in force knows of the grid; nothing before the first one.
  var standing: GridStanding? { state.withLock { $0.standing?.grid } }

  /// The decision in force with all that is to be said of it; nothing before the first one.
  var now: LoopStanding? { state.withLock { $0.standing } }

  /// The decision in force.
  var decisionInForce: DecisionID? { state.withLock { $0.inForce?.decision } }

  /// Waits until a first decision is in force; returns at once after that, and when cancelled. One task may wait.
  func firstDecision() async {
    for await _ in untilDecided.stream {}
  }

  /// Decides at once and then at the start of each interval, until cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      if extras.resumes { await resume() }
      while !Task.isCancelled {
        let start = await decide(at: clock.now)
        do { try await clock.wait(until: start + model.interval) } catch { return }
      }
    }
    await write()
  }

  /// Goes on with the account that an earlier serve of the alias left today.
  func resume() async {
    do {
      let account = try await ResumedAccount.read(of: model, from: store, at: clock.now, beside: activity)
      guard let account else { return }
      state.withLock { $0.controller.resume(account) }
    } catch {
      logger.error(
        "what an earlier serve left of today's account could not be read; it begins anew",
        metadata: ["alias": "\(model.alias)", "error": "\(error)"])
    }
  }

  /// A request came to its end, however it did; called by the recorder, off the hot path.
  func observed(_ observation: RequestObservation) {
    let brokeOff = [502, 504].contains(observation.status) && observation.failedVariants.last != observation.variant
    state.withLock { state in
      for variant in observation.failedVariants { state.controller.failed(variant) }
      guard let variant = observation.variant else { return }
      if brokeOff { state.controller.failed(variant) }
      guard (200..<400).contains(observation.status) else { return }
      state.controller.answered(
        by: variant, units: Double(observation.units), received: observation.received,
        latency: observation.isStreamed ? observation.timeToFirstByte ?? observation.duration : observation.duration)
    }
  }

  /// A request was served; called by the recorder, off the hot path.
  func served(units: Double, by variant: String, at moment: Timestamp) {
    state.withLock { state in
      guard let shares = state.controller.served(units: units, by: variant, at: moment), let now = state.inForce
      else { return }
      publish(shares, now, why: .guarded)
    }
  }

  /// Decides for the interval that holds `moment`, on what had been issued by its start.
  ///
  /// - Returns: the interval's start.
  @discardableResult
  func decide(at moment: Timestamp) async -> Timestamp {
    let interval = Int64(model.interval.seconds * 1000)
    let start = Timestamp(milliseconds: moment.milliseconds / interval * interval)
    let look = await look(at: provider, extras.expected, for: start)
    let places = await lookElsewhere(for: start)
    let loaded = await loaded()
    let id: DecisionID = identifiers.next()
    let decided = state.withLock { state in
      let decided = state.controller.decide(
        at: start, history: look.history, provided: look.provided, reading: look.reading,
        issue: look.signal?.id.description, limits: look.limits, wall: wall(), loaded: loaded,
        elsewhere: places.reduce(into: [:]) { $0[$1.key] = $1.value.placeNews(pue: extras.places[$1.key]?.pue ?? pue) })
      let outcome = decided.outcome
      var now = InForce(
        decision: id,
        grid: GridFact(
          reading: look.reading, signal: look.signal, mode: outcome.decision.mode, pue: pue, embodied: extras.embodied),
        grids: facts(places), price: outcome.decision.price)
      let left = (decided.input.periodEnd - clock.now).seconds / extras.speed
      now.promise = state.controller.promise(endingAt: wall() + .seconds(left))
      state.inForce = now
      let loop = LoopStanding(
        id: id, grid: look.standing, elsewhere: places.mapValues(\.standing), decided: decided)
      state.standing = loop
      let grounds = grounds(places)
      state.signals = state.signals.suffix(Self.remembered - 1) + [(id, look.signal, grounds)]
      publish(outcome.decision.shares, now, why: outcome.decision.isGuarded ? .guarded : .price)
      for (place, look) in [(Self.home, look)] + places.sorted(by: { $0.key < $1.key }).map({ ($0.key, $0.value) }) {
        if let history = look.history {
          state.unwritten.signals += history.records(since: state.keptUntil[place], from: start)
          state.keptUntil[place] = look.news.knownBy
        }
        if let signal = look.signal { state.unwritten.signals.append(signal) }
      }
      do {
        state.unwritten.decisions.append(try record(loop, look.signal, grounds.compactMapValues(\.elsewhere)))
      } catch { logger.error("a decision could not be written down", metadata: ["error": "\(error)"]) }
      state.unwritten.decisions = state.unwritten.decisions.suffix(Self.waiting)
      return decided
    }
    untilDecided.continuation.finish()
    logger.info(
      "decided",
      metadata: [
        "alias": "\(model.alias)", "grid_time": "\(start)", "chosen": "\(decided.outcome.decision.main)",
        "why": "\(decided.outcome.decision.reason)",
      ])
    await write()
    extras.decided?(start, decided.input.signal?.value)
    await keep(decided.outcome.decision)
    return start
  }

  private func publish(_ shares: [VariantShare], _ now: InForce, why: RoutingReason) {
    let row = model.ladder.variants.map { variant in shares.first { $0.variant == variant.name }?.share ?? 0 }
    do throws(RouteTableError) {
      try table.publish(
        alias: model.alias, shares: row, decisionID: now.decision.description, grid: now.grid, grids: now.grids,
        price: now.price, why: why, floor: now.promise)
    } catch { logger.error("shares could not be put in force", metadata: ["error": "\(error)"]) }
  }

  private func record(
    _ standing: LoopStanding, _ signal: SignalRecord?, _ grids: [String: VariantGrid]
  ) throws -> DecisionRecord {
    let decision = standing.decided.outcome.decision
    return DecisionRecord(
      id: standing.id, activity: activity, alias: model.alias, grid: standing.decided.input.now, made: wall(),
      policy: decision.policy, mode: decision.mode.rawValue, price: decision.price, chosen: decision.main,
      shares: Dictionary(uniqueKeysWithValues: decision.shares.map { ($0.variant, $0.share) }),
      reason: ([decision.reason] + standing.remarks).joined(separator: " "),
      expectedSavingGrams: decision.expectedSavingAgainstBest?.grams, signalID: signal?.id,
      grids: grids.isEmpty ? nil : grids, input: try DecisionCoding.text(standing.decided.input),
      state: try DecisionCoding.text(standing.decided.outcome))
  }

  /// Writes what waits; what the ledger refuses waits on.
  private func write() async {
    let entry = state.withLock { state in
      defer { state.unwritten = LedgerEntry() }
      return state.unwritten
    }
    guard !entry.decisions.isEmpty || !entry.signals.isEmpty else { return }
    do { try await store.commit(entry) } catch {
      logger.error(
        "a decision could not be recorded yet; requests are served all the same", metadata: ["error": "\(error)"])
      state.withLock { state in
        state.unwritten.decisions = entry.decisions + state.unwritten.decisions
        state.unwritten.signals = entry.signals + state.unwritten.signals
      }
    }
  }
}
