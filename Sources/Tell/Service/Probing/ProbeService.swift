import Ledger
import Logging
import Methods
import Quantities
import ServiceLifecycle
import Switching
import Synchronization

/// Keeps the quality of an alias's variants fresh: at clean hours it asks each of them questions with known answers, by
/// its own name, through the gateway, and puts what it found into the record and in force.
///
/// The requests are charged and recorded as all others; their sum stands in an activity of its own. They are asked one
/// after the other, so that callers notice nothing.
final class ProbeService: Service {
  /// What the alias's control loop tells of each decision.
  final class Decisions: Sendable {
    typealias Told = (moment: Timestamp, intensity: CarbonIntensity?)
    let stream: AsyncStream<Told>
    private let continuation: AsyncStream<Told>.Continuation

    /// Only the newest waits while an evaluation runs.
    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func tell(_ intensity: CarbonIntensity?, at moment: Timestamp) { continuation.yield((moment, intensity)) }
  }

  /// What it is handed.
  struct Reach: Sendable {
    /// Asks a variant a probe; throws what stopped it.
    var ask: @Sendable (_ probe: Probe, _ variant: String) async throws -> ProbeAnswer
    /// The row of an answered request.
    var charge: @Sendable (_ request: String) async -> RequestRecord?
    /// The calibrations in force.
    var variants: @Sendable () -> [VariantRecord]
    /// Puts a calibration with a new quality in force, and gives it as it is then.
    var put: @Sendable (VariantRecord) async -> VariantRecord
    /// Grid time.
    var gridNow: @Sendable () -> Timestamp
    /// Wall time.
    var wall: @Sendable () -> Timestamp
  }

  /// The alias.
  let alias: String
  private let settings: ProbeSettings
  private let probes: ProbeSet
  private let schedule: EvaluationSchedule
  private let decisions: Decisions
  private let reach: Reach
  private let store: any LedgerStore
  private let serving: ActivityID
  private let clock: String
  private let identifiers: IdentifierSource
  private let resumes: Bool
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var schedule: EvaluationSchedule.State?
    /// Which part of the file comes next.
    var round = 0
    var standing = ProbeStanding()
    /// An evaluation that was stopped on the way, and when it began.
    var stopped: (ProbeRound, Timestamp)?
  }

  /// - Parameters:
  ///   - serving: the activity that it belongs to.
  ///   - clock: the grid clock in words.
  ///   - resumes: whether what an earlier serve evaluated counts; not in a replay, where the same hours come again.
  init(
    alias: String, settings: ProbeSettings, probes: ProbeSet, decisions: Decisions, reach: Reach,
    store: any LedgerStore, serving: ActivityID, clock: String, identifiers: IdentifierSource, resumes: Bool,
    logger: Logger
  ) {
    self.alias = alias
    self.settings = settings
    self.probes = probes
    schedule = EvaluationSchedule(least: settings.least, longest: settings.longest)
    self.decisions = decisions
    self.reach = reach
    self.store = store
    self.serving = serving
    self.clock = clock
    self.identifiers = identifiers
    self.resumes = resumes
    self.logger = logger
  }

  /// What is to be said of the evaluations.
  var standing: ProbeStanding { state.withLock { $0.standing } }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      for await told in decisions.stream { await decided(on: told.intensity, at: told.moment) }
    }
    // What was asked until then was spent.
    guard let (round, started) = state.withLock({ $0.stopped }) else { return }
    await record(round, started: started)
  }

  /// A decision was made at a moment of grid time, on an intensity or without one. Evaluates when that is due.
  func decided(on intensity: CarbonIntensity?, at moment: Timestamp) async {
    if state.withLock({ $0.schedule == nil }) { await begin(at: moment) }
    let (schedule, waits, longest) = (schedule, settings.least, settings.longest)
    let (verdict, before) = state.withLock { state -> (EvaluationSchedule.Verdict, Timestamp?) in
      let now = state.schedule ?? .init(evaluated: moment - longest)
      let (next, verdict) = schedule.told(intensity, at: moment, state: now)
      state.schedule = next
      state.standing.latest = next.evaluated + longest
      state.standing.isRunning = verdict != .wait
      return (verdict, state.standing.evaluated)
    }
    guard verdict != .wait else { return }
    let why = Self.why(verdict, intensity: intensity, at: moment, since: before, longest: longest)
    let round = await evaluate(due: moment, why: why)
    state.withLock { state in
      state.standing.isRunning = false
      guard let round else { return }
      state.standing.last = round
      if round.hasFound {
        state.standing.evaluated = moment
      } else {
        // Nothing was learned: it is tried again at the first clean hour after the least time, at the latest then.
        state.schedule = .init(evaluated: moment + waits - longest)
        state.standing.latest = moment + waits
      }
    }
  }

  private static func why(
    _ verdict: EvaluationSchedule.Verdict, intensity: CarbonIntensity?, at moment: Timestamp, since before: Timestamp?,
    longest: Span
  ) -> String {
    guard let before else { return "their quality was never evaluated here" }
    let ago = "the last evaluation was \((moment - before).formatted(significantDigits: 2)) ago"
    guard verdict == .clean, let intensity else {
      return "\(ago), and it is never put off for more than \(longest.formatted(significantDigits: 2))"
    }
    return "the grid is clean at \(intensity.formatted()) and \(ago)"
  }

  /// Goes on where an earlier serve left off: the newest quality that was found by probes says when that was.
  private func begin(at moment: Timestamp) async {
    var (evaluated, next) = (Timestamp?.none, 0)
    if resumes {
      for receipt in reach.variants().compactMap(\.qualityReceipt) where receipt.method == ProbeQuality.id {
        guard let figure = receipt.id.flatMap(FigureID.init(parsing:)),
          let activity = try? await store.activity(figure.activity)
        else { continue }
        let done = activity.gridStarted ?? activity.started
        guard evaluated.map({ done > $0 }) ?? true else { continue }
        evaluated = done
        let round = receipt.inputs.first { $0.label == ProbeQuality.roundLabel }?.value
        next = round.flatMap { Int(exactly: $0) }.map { $0 + 1 } ?? 0
      }
    }
    let (found, round, longest) = (evaluated, next, settings.longest)
    state.withLock { state in
      state.schedule = .init(evaluated: found ?? moment - longest)
      state.standing.evaluated = found
      state.round = round
    }
  }

  /// Asks all variants, one after the other, and records what was found; `nil` when it was stopped on the way.
  private func evaluate(due: Timestamp, why: String) async -> ProbeRound? {
    let number = state.withLock { state in
      defer { state.round += 1 }
      return state.round
    }
    let (started, sample) = (reach.wall(), probes.sample(settings.sample, round: number))
    var round = ProbeRound(activity: identifiers.next(.calibration), due: due, why: why)
    var renewed: [VariantRecord] = []
    for (index, variant) in reach.variants().sorted(by: { $0.name < $1.name }).enumerated() {
      var (scores, failed) = ([Double](), 0)
      for probe in sample {
        if let answer = await ask(probe, variant.name, &round.total) { scores += answer } else { failed += 1 }
        guard !Task.isCancelled else {
          round.isStopped = true
          state.withLock { [round] in $0.stopped = (round, started) }
          return nil
        }
      }
      let figure = FigureName(parsing: "quality-\(index + 1)").map { FigureID(round.activity, $0) }
      let quality = Result { () throws(ProbeQuality.Unknown) in
        try ProbeQuality(
          of: variant.name, scores: scores, asked: (sample.count, failed), judge: settings.judge, file: settings.file,
          round: number, figure: figure?.description ?? "")
      }
      round.found.append(
        .init(variant: variant.name, before: variant.quality, asked: sample.count, failed: failed, quality: quality))
      guard case .success(let found) = quality else { continue }
      var record = variant
      (record.id, record.calibrated) = (identifiers.next(), reach.wall())
      (record.quality, record.qualityLow, record.samples) = (found.bound.quality, found.bound.low, found.samples)
      record.qualityReceipt = found.receipt
      renewed.append(record)
    }
    // All at once: qualities that are told apart by the same questions.
    for record in renewed { round.renewed.append(await reach.put(record)) }
    await record(round, started: started)
    return round
  }

  /// The scores of a variant's answer; `nil` when there was none that can be judged.
  private func ask(_ probe: Probe, _ variant: String, _ total: inout ProbeTotal) async -> [Double]? {
    do {
      let answer = try await reach.ask(probe, variant)
      var charge: RequestRecord?
      if let id = answer.requestID { charge = await reach.charge(id) }
      total.add(charge)
      guard (200..<300).contains(answer.status) else { throw ProbeError("status \(answer.status)") }
      guard let scores = probe.scores(of: answer.body, judge: settings.judge) else {
        throw ProbeError("the answer has no text or no tensor to judge")
      }
      return scores
    } catch {
      if !(error is ProbeError) { total.add(nil) }
      logger.info("a probe failed", metadata: ["variant": "\(variant)", "error": "\(error)"])
      return nil
    }
  }

  /// The evaluation as an activity with its energy, carbon and qualities, and the new calibrations.
  private func record(_ round: ProbeRound, started: Timestamp) async {
    var activity = Activity(
      id: round.activity, parent: serving, name: ProbeRound.name(of: alias), status: round.hasFound ? .done : .failed,
      started: started, clock: clock)
    activity.ended = reach.wall()
    activity.gridStarted = round.due
    activity.gridEnded = reach.gridNow()
    activity.reason = round.reason
    let qualities = round.renewed.compactMap { record in
      record.qualityReceipt.flatMap { receipt in
        receipt.id.flatMap(FigureID.init(parsing:)).map { FigureRecord(id: $0, receipt: receipt, reason: nil) }
      }
    }
    let entry = LedgerEntry(
      activity: activity, figures: round.total.figures(of: round.activity, under: serving) + qualities,
      variants: round.renewed)
    logger.notice("evaluated", metadata: ["alias": "\(alias)", "why": "\(round.reason)"])
    do { try await store.commit(entry) } catch {
      logger.error("an evaluation could not be recorded; it is in force", metadata: ["error": "\(error)"])
    }
  }
}
