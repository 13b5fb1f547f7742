import Gateway
import Grid
import Ledger
import Logging
import Quantities
import ServiceLifecycle
import Synchronization

/// Takes observations off the gateway's queue and writes them to the ledger in batches, each with energy and carbon.
///
/// The gateway never waits for it. A batch that the ledger refuses is tried again until it takes it, while the queue
/// fills; what had to be dropped is counted and logged.
final class RequestRecorder: Service {
  private let queue: ObservationQueue
  /// How a request becomes a row.
  let accounting: RequestAccounting
  private let meter: RequestMeter?
  private let clock: any GridClock
  private let gridSpeed: Double
  private let wall: @Sendable () -> Timestamp
  private let store: any LedgerStore
  private let gather: @Sendable () async -> Void
  private let pause: @Sendable (_ failures: Int) async -> Void
  private let logger: Logger
  private let counts = Mutex((written: 0, lost: 0))
  private let isEnding = Mutex(false)

  /// How often a batch is tried once the end has been asked for.
  private static let lastTries = 5

  /// - Parameters:
  ///   - site: figures of the activity that its requests are charged with.
  ///   - meter: shares what the machine read among requests; `nil`: nobody reads it.
  ///   - gridSpeed: seconds of grid time a second of real time.
  ///   - gather: waits between two batches.
  ///   - pause: waits before the next try of a batch, after so many failures.
  init(
    queue: ObservationQueue, loops: [ControlLoop], variants: [String: String], clock: any GridClock,
    gridSpeed: Double, wall: @escaping @Sendable () -> Timestamp, store: any LedgerStore, activity: ActivityID,
    pue: Double, site: [FigureRecord] = [], meter: RequestMeter? = nil,
    gather: @escaping @Sendable () async -> Void = RequestRecorder.gathering,
    pause: @escaping @Sendable (Int) async -> Void = RequestRecorder.backOff, logger: Logger
  ) {
    self.queue = queue
    accounting = RequestAccounting(
      loops: loops, variants: variants, activity: activity, pue: pue, site: site, meter: meter)
    self.meter = meter
    self.clock = clock
    self.gridSpeed = gridSpeed
    self.wall = wall
    self.store = store
    self.gather = gather
    self.pause = pause
    self.logger = logger
  }

  /// 0.2 s after the first failure, twice as long after each further one, at most 5 s.
  static let backOff: @Sendable (Int) async -> Void = { failures in
    try? await Task.sleep(for: .milliseconds(min(5000, 200 << min(failures - 1, 5))))
  }

  /// What comes within 50 ms is one batch: to be woken for each request would cost the data plane more than the request.
  static let gathering: @Sendable () async -> Void = { try? await Task.sleep(for: .milliseconds(50)) }

  /// Requests in the ledger.
  var written: Int { counts.withLock { $0.written } }
  /// Requests that were answered and are not recorded: dropped by the full queue, or refused to the end.
  var dropped: Int { queue.dropped + counts.withLock { $0.lost } }

  /// Runs until the queue is finished and empty, so that a shutdown writes all that was answered.
  func run() async throws {
    await withGracefulShutdownHandler {
      for await batch in queue.batches {
        await take(batch)
        await gather()
      }
      // A cancelled task sees the end before the queue is empty.
      isEnding.withLock { $0 = true }
      queue.finish()
      while let batch = await queue.nextBatch() { await take(batch) }
    } onGracefulShutdown: {
      self.isEnding.withLock { $0 = true }
      self.queue.finish()
    }
    if dropped > 0 {
      logger.warning("requests were answered but not recorded", metadata: ["dropped": "\(dropped)"])
    }
  }

  private func take(_ batch: [RequestObservation]) async {
    let (now, wallNow) = (clock.now, wall())
    await write(batch.compactMap { record($0, now: now, wallNow: wallNow) })
  }

  private func write(_ records: [RequestRecord]) async {
    var failures = 0
    while true {
      do throws(LedgerError) {
        try await store.append(records)
        counts.withLock { $0.written += records.count }
        return
      } catch {
        failures += 1
        logger.error(
          "requests could not be recorded",
          metadata: ["requests": "\(records.count)", "try": "\(failures)", "error": "\(error)"])
        if case .invalid = error { break }
        if isEnding.withLock({ $0 }) || Task.isCancelled, failures >= Self.lastTries { break }
      }
      await pause(failures)
    }
    counts.withLock { $0.lost += records.count }
    logger.error("gave up recording requests; they were served", metadata: ["requests": "\(records.count)"])
  }

  private func record(_ observation: RequestObservation, now: Timestamp, wallNow: Timestamp) -> RequestRecord? {
    let grid = grid(of: observation, now: now, wallNow: wallNow)
    guard let record = accounting.record(observation, grid: grid) else {
      counts.withLock { $0.lost += 1 }
      return nil
    }
    accounting.loop(of: observation)?.observed(observation)
    if observation.isAnswered {
      accounting.loops[observation.alias]?.served(
        units: Double(observation.units), by: record.variant, at: grid)
    }
    meter?.ended(observation)
    return record
  }

  /// A request belongs to the grid time at which it came, not to that at which its answer ended or was written.
  private func grid(of observation: RequestObservation, now: Timestamp, wallNow: Timestamp) -> Timestamp {
    now - max(observation.duration, wallNow - observation.received) * gridSpeed
  }

  /// The same, now.
  func grid(of observation: RequestObservation) -> Timestamp {
    grid(of: observation, now: clock.now, wallNow: wall())
  }
}
