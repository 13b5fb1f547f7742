import Logging
import NIOCore
import NIOPosix
import Quantities

/// What the data plane shares, the same on every loop and never changing.
struct Plant: Sendable {
  let configuration: GatewayConfiguration
  let routes: RouteTable
  let makeID: @Sendable () -> String
  let wallClock: @Sendable () -> Timestamp
  let observe: @Sendable (RequestObservation) -> Void
  let logger: Logger
  let started: Timestamp
  /// From 0 to 1, for waits that must not fall together.
  let random: @Sendable () -> Double
  /// Who keeps which response, file or batch.
  let stored = StoredObjects()
  let counts = LoadCounts()
  let hosts: HostRule
  /// The table's backends, and the default one behind them if it is none of these.
  let backends: [Backend]
  /// The place of the default backend; nil when there is no backend at all.
  let defaultSlot: Int?

  init(
    configuration: GatewayConfiguration, routes: RouteTable, makeID: @escaping @Sendable () -> String,
    wallClock: @escaping @Sendable () -> Timestamp, observe: @escaping @Sendable (RequestObservation) -> Void,
    logger: Logger, started: Timestamp, random: @escaping @Sendable () -> Double
  ) {
    self.configuration = configuration
    self.routes = routes
    self.makeID = makeID
    self.wallClock = wallClock
    self.observe = observe
    self.logger = logger
    self.started = started
    self.random = random
    hosts = HostRule(names: configuration.hostNames + [configuration.host])
    var backends = routes.backends
    if let main = configuration.defaultBackend, !backends.contains(main) { backends.append(main) }
    self.backends = backends
    defaultSlot =
      configuration.defaultBackend.flatMap { backends.firstIndex(of: $0) } ?? (backends.isEmpty ? nil : 0)
  }
}

/// Everything of one event loop: its callers' connections and its backends' pools. Touched only on that loop.
final class LoopContext {
  let eventLoop: any EventLoop
  let plant: Plant
  let limits: TimeLimits
  private(set) var pools: [BackendPool] = []
  private(set) var isDraining = false
  var retryBudget = RetryBudget()
  /// Bytes of request bodies gathered now, and of answers held.
  var heldBytes = 0 {
    didSet { plant.counts.add(heldBytes: heldBytes - oldValue) }
  }
  private var callers: [ObjectIdentifier: CallerConnection] = [:]
  private var sweeper: RepeatedTask?
  private var whenEmpty: EventLoopPromise<Void>?

  init(eventLoop: any EventLoop, plant: Plant, tls: TLSContexts) {
    self.eventLoop = eventLoop
    self.plant = plant
    limits = TimeLimits(plant.configuration)
    pools = plant.backends.map { backend in
      BackendPool(backend: backend, eventLoop: eventLoop, limits: limits, plant: plant, tls: tls[backend])
    }
  }

  /// Starts looking for silence: one timer for all connections costs a request nothing.
  func start() {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    sweeper = eventLoop.scheduleRepeatedTask(initialDelay: limits.sweep, delay: limits.sweep) { _ in
      bound.value.sweep(now: .now())
    }
  }

  func add(_ caller: CallerConnection) -> Bool {
    guard !isDraining, callers.count < plant.configuration.maximumConnections / max(1, plant.configuration.loops)
    else { return false }
    callers[ObjectIdentifier(caller)] = caller
    plant.counts.add(caller: 1)
    return true
  }

  func remove(_ caller: CallerConnection) {
    if callers.removeValue(forKey: ObjectIdentifier(caller)) != nil { plant.counts.add(caller: -1) }
    settle()
  }

  /// Lets requests in flight end and closes connections at rest; the promise succeeds when none is left.
  func drain(_ promise: EventLoopPromise<Void>) {
    isDraining = true
    whenEmpty = promise
    for caller in callers.values { caller.drain() }
    settle()
  }

  /// Ends what is left, whatever its state, and stops the timer.
  func close() {
    for caller in callers.values { caller.cutOff() }
    for pool in pools { pool.closeIdle() }
    sweeper?.cancel()
    sweeper = nil
  }

  private func settle() {
    guard isDraining, callers.isEmpty, let promise = whenEmpty else { return }
    whenEmpty = nil
    promise.succeed()
  }

  private func sweep(now: NIODeadline) {
    for caller in callers.values { caller.sweep(now: now) }
    for pool in pools { pool.sweep(now: now) }
  }
}

/// The configuration's durations as NIO's.
struct TimeLimits {
  let connect: TimeAmount
  let firstByte: TimeAmount
  let idle: TimeAmount
  let total: TimeAmount
  let keepAlive: TimeAmount
  let backendKeepAlive: TimeAmount
  let passOver: TimeAmount
  /// How long a refused upload is read and thrown away, so that the caller can read why.
  let linger: TimeAmount
  /// After how long a silence a stream is given a comment.
  let streamKeepAlive: TimeAmount?
  /// How often silence is looked for: a quarter of the shortest limit, between 10 and 500 ms.
  let sweep: TimeAmount

  init(_ configuration: GatewayConfiguration) {
    connect = TimeAmount(configuration.connectTimeout)
    firstByte = TimeAmount(configuration.firstByteTimeout)
    idle = TimeAmount(configuration.idleTimeout)
    total = TimeAmount(configuration.totalTimeout)
    keepAlive = TimeAmount(configuration.keepAliveTimeout)
    backendKeepAlive = TimeAmount(configuration.backendKeepAliveTimeout)
    passOver = TimeAmount(configuration.passOverTime)
    linger = min(TimeAmount(configuration.idleTimeout), .seconds(5))
    streamKeepAlive = configuration.streamKeepAlive.map { TimeAmount($0) }
    let shortest = min(firstByte, idle, total, keepAlive, backendKeepAlive, streamKeepAlive ?? .hours(1))
    sweep = max(.milliseconds(10), min(.milliseconds(500), .nanoseconds(shortest.nanoseconds / 4)))
  }
}
