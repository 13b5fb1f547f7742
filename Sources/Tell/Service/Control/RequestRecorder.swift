import Gateway
import Grid
import Ledger
import Logging
import Quantities
import ServiceLifecycle

/// Takes observations off the gateway's queue and writes them to the ledger in batches, each with its energy and carbon.
///
/// The gateway never waits for it. A batch that the ledger refuses is tried again while the queue has room; what was
/// dropped is counted and logged.
final class RequestRecorder: Service {
  private let queue: ObservationQueue
  private let loops: [String: ControlLoop]
  private let loopOfVariant: [String: ControlLoop]
  private let clock: any GridClock
  private let gridSpeed: Double
  private let store: any LedgerStore
  private let activity: ActivityID
  private let pue: Double
  private let logger: Logger

  init(
    queue: ObservationQueue, loops: [ControlLoop], variants: [String: String], clock: any GridClock,
    gridSpeed: Double, store: any LedgerStore, activity: ActivityID, pue: Double, logger: Logger
  ) {
    let byAlias = Dictionary(uniqueKeysWithValues: loops.map { ($0.alias, $0) })
    self.queue = queue
    self.loops = byAlias
    loopOfVariant = variants.compactMapValues { byAlias[$0] }
    self.clock = clock
    self.gridSpeed = gridSpeed
    self.store = store
    self.activity = activity
    self.pue = pue
    self.logger = logger
  }

  /// Runs until the queue is finished and empty, so that a shutdown writes all that was answered.
  func run() async throws {
    await withGracefulShutdownHandler {
      for await batch in queue.batches {
        let now = clock.now
        await write(batch.compactMap { record($0, now: now) })
      }
    } onGracefulShutdown: {
      self.queue.finish()
    }
    if queue.dropped > 0 {
      logger.warning("requests were answered but not recorded", metadata: ["dropped": "\(queue.dropped)"])
    }
  }

  private func write(_ records: [RequestRecord]) async {
    for attempt in 1...5 {
      do {
        try await store.append(records)
        return
      } catch {
        logger.error(
          "requests could not be recorded", metadata: ["requests": "\(records.count)", "attempt": "\(attempt)", "error": "\(error)"])
        try? await Task.sleep(for: .milliseconds(200 * attempt))
      }
    }
    logger.error("gave up recording requests; they were served", metadata: ["requests": "\(records.count)"])
  }

  private func record(_ observation: RequestObservation, now: Timestamp) -> RequestRecord? {
    guard let id = ActivityID(parsing: observation.id) else { return nil }
    let loop = loops[observation.alias] ?? loopOfVariant[observation.alias]
    let variant = observation.variant ?? ""
    let calibration = loop?.calibration(of: variant)
    // An answer that never came used energy that no calibration knows.
    let isAnswered = (200..<400).contains(observation.status)
    let energy = isAnswered ? calibration.map { RequestEnergy.estimate($0, units: Int64(observation.units)) } : nil
    let signal = loop?.signalInForce
    let carbon = energy.flatMap { energy in
      signal.map { (energy.value * pue) * CarbonIntensity.gramsPerKilowattHour($0.value) }
    }
    // A request belongs to the grid time at which it came, not to that at which its answer ended.
    let grid = now - observation.duration * gridSpeed
    if isAnswered { loop?.served(units: Double(observation.units), by: variant, at: grid) }
    return RequestRecord(
      id: id, activity: activity, alias: observation.alias, variant: variant,
      decisionID: observation.decisionID.flatMap(DecisionID.init(parsing:)), received: observation.received, grid: grid,
      durationMicroseconds: Int64(observation.duration.seconds * 1e6), status: observation.status,
      protocolName: observation.requestProtocol.rawValue, units: Int64(observation.units), energy: energy,
      carbon: carbon, tokensIn: observation.tokens?.input.map(Int64.init),
      tokensOut: observation.tokens?.output.map(Int64.init), why: observation.why.rawValue)
  }
}
