import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The connections of one event loop to one backend. The one used last is used next, so that spare ones age and go.
final class BackendPool {
  let backend: Backend
  /// The `Host` field's value.
  let hostField: String
  /// Requests under way on this loop.
  private(set) var inFlight = 0

  private let eventLoop: any EventLoop
  private let limits: TimeLimits
  private let idleLimit: Int
  private var idle: [BackendConnection] = []
  private var trouble: Trouble
  private let counts: LoadCounts
  /// Set for backends over HTTPS.
  private let tls: NIOSSLContext?

  init(backend: Backend, eventLoop: any EventLoop, limits: TimeLimits, plant: Plant, tls: NIOSSLContext?) {
    self.backend = backend
    self.eventLoop = eventLoop
    self.limits = limits
    trouble = Trouble(first: limits.passOver)
    hostField = backend.hostField
    counts = plant.counts
    self.tls = tls
    idleLimit = plant.configuration.idleConnectionsPerBackend
  }

  func state(at now: NIODeadline) -> BackendState {
    BackendState(inFlight: inFlight, isInTrouble: trouble.isPresent(at: now))
  }

  /// Passes the backend over for a while, as it asked.
  func leaveAlone(for time: TimeAmount) { trouble.rests(until: .now() + time) }

  /// A connection that waits, if there is one; it counts as in flight until released or discarded.
  func take() -> BackendConnection? {
    guard let connection = idle.popLast() else { return nil }
    inFlight += 1
    return connection
  }

  /// Opens a connection; it counts as in flight at once. `then` is called on the loop.
  func connect(then: @escaping (Result<BackendConnection, any Error>) -> Void) {
    inFlight += 1
    let (tls, backend, counts) = (tls, backend, counts)
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(limits.connect)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.writeBufferWaterMark, value: StreamLimits.watermark)
      .channelOption(.recvAllocator, value: StreamLimits.receiveAllocator)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop)
          let reads = ReadCount()
          var handlers: [any ChannelHandler] = [reads]
          if let tls { handlers.append(try BackendTLS.handler(for: backend, tls)) }
          handlers += [
            HTTPRequestEncoder(configuration: .framedByCaller), ByteToMessageHandler(decoder),
            BackendConnection(reads: reads, shakesHands: tls != nil, counts: counts),
          ]
          try channel.pipeline.syncOperations.addHandlers(handlers)
        }
      }
    let settle = { (result: Result<BackendConnection, any Error>) in
      switch result {
      case .success: self.trouble.succeeded()
      case .failure:
        self.inFlight -= 1
        self.trouble.failed(at: .now())
      }
      then(result)
    }
    bootstrap.connect(to: backend).assumeIsolated().flatMapThrowing { channel in
      let connection = try channel.pipeline.syncOperations.handler(type: BackendConnection.self)
      connection.pool = self
      return connection
    }.whenComplete { result in
      switch result {
      case .success(let connection): connection.whenReady(within: self.limits.connect, then: settle)
      case .failure: settle(result)
      }
    }
  }

  /// Takes in a connection that was opened elsewhere.
  func adopt(_ connection: BackendConnection) {
    connection.pool = self
    connection.restsSince = .now()
    idle.append(connection)
  }

  /// Takes back a connection whose exchange has ended well.
  func release(_ connection: BackendConnection) {
    inFlight -= 1
    guard connection.isActive, idle.count < idleLimit else { return connection.close() }
    connection.restsSince = .now()
    idle.append(connection)
  }

  /// Closes a connection that cannot serve again, which also tells the backend to stop.
  func discard(_ connection: BackendConnection) {
    inFlight -= 1
    connection.close()
  }

  /// Forgets a connection at rest that the backend has closed.
  func forget(_ connection: BackendConnection) { idle.removeAll { $0 === connection } }

  func closeIdle() {
    let resting = idle
    idle = []
    for connection in resting { connection.close() }
  }

  func sweep(now: NIODeadline) {
    // The oldest are first.
    while let oldest = idle.first, now - oldest.restsSince > limits.backendKeepAlive {
      idle.removeFirst()
      oldest.close()
    }
  }
}

/// Bounds of one stream in one direction.
enum StreamLimits {
  /// Above 256 KiB waiting to be written the other side is not read; below 64 KiB it is again.
  static let watermark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 256 << 10)
  /// What one read may bring. It shrinks to fit small events: a waiting slice keeps the whole buffer it was read into.
  static let receiveAllocator = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 64 << 10)
}

extension HTTPRequestEncoder.Configuration {
  /// The exchange sets the framing itself: what the caller sent, or the length after splicing.
  static var framedByCaller: Self {
    var configuration = Self()
    configuration.automaticallySetFramingHeaders = false
    return configuration
  }
}
