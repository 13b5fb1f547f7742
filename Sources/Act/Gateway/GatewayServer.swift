public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
public import Quantities
public import ServiceLifecycle

/// The gateway as a service: listens on a loopback address, routes inference requests to model servers, and leaves an
/// observation of each.
///
/// A graceful shutdown stops accepting, lets requests in flight end within the drain limit, and cuts off the rest.
public struct GatewayServer: Service {
  private let configuration: GatewayConfiguration
  private let plant: Plant
  private let onListening: @Sendable (Int) -> Void

  /// What it holds right now.
  public var load: GatewayLoad { plant.counts.reading }

  /// - Parameters:
  ///   - configuration: address and limits.
  ///   - routes: names and shares; publish new shares to it at any time.
  ///   - makeID: makes the id of each inference request.
  ///   - wallClock: the wall time.
  ///   - observe: gets each inference request after its answer has ended. It runs on an event loop: it must not wait
  ///     (see ``ObservationQueue/offer(_:)``).
  ///   - random: a number from 0 to 1, for waits that must not fall together.
  ///   - logger: where the start, the end and trouble are told.
  ///   - onListening: told the port once connections are accepted.
  public init(
    configuration: GatewayConfiguration, routes: RouteTable, makeID: @escaping @Sendable () -> String,
    wallClock: @escaping @Sendable () -> Timestamp, observe: @escaping @Sendable (RequestObservation) -> Void,
    random: @escaping @Sendable () -> Double = { .random(in: 0...1) }, logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.onListening = onListening
    plant = Plant(
      configuration: configuration, routes: routes, makeID: makeID, wallClock: wallClock, observe: observe,
      logger: logger, started: wallClock(), random: random)
  }

  /// Serves until graceful shutdown or cancellation.
  ///
  /// - Throws: ``GatewayError`` when it cannot listen.
  public func run() async throws {
    try configuration.validate()
    let address = try LoopbackAddress.resolve(host: configuration.host, port: configuration.port)
    let contexts = try TLSContexts(plant.backends)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.loops)
    do {
      try await serve(on: address, group: group, tls: contexts)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  private func serve(on address: SocketAddress, group: MultiThreadedEventLoopGroup, tls: TLSContexts) async throws {
    let plant = plant
    var contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
    for loop in group.makeIterator() {
      contexts[ObjectIdentifier(loop)] = try await loop.submit {
        let context = LoopContext(eventLoop: loop, plant: plant, tls: tls)
        context.start()
        return NIOLoopBound(context, eventLoop: loop)
      }.get()
    }
    let server = try await bind(address, group: group, contexts: contexts)
    let port = server.localAddress?.port ?? configuration.port
    plant.logger.info("gateway listening", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
    onListening(port)
    // Both endings are endings: a cancelled service also owes its callers a proper goodbye.
    try? await gracefulShutdown()
    try? await server.close()
    await drain(Array(contexts.values))
    plant.logger.info("gateway stopped")
  }

  private func bind(
    _ address: SocketAddress, group: MultiThreadedEventLoopGroup,
    contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]
  ) async throws -> any Channel {
    let limit = configuration.maximumHeaderBytes
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelOption(.writeBufferWaterMark, value: StreamLimits.watermark)
      .childChannelOption(.recvAllocator, value: StreamLimits.receiveAllocator)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let context = contexts[ObjectIdentifier(channel.eventLoop)] else {
            throw ChannelError.inappropriateOperationForState
          }
          var limits = NIOHTTPDecoderLimitConfiguration()
          limits.maxHeaderListSize = limit
          limits.maxHeaderFieldSize = limit
          let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
          try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(decoder), CallerConnection(loop: context.value),
          ])
        }
      }
    do {
      return try await bootstrap.bind(to: address).get()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw GatewayError.portInUse(configuration.host, configuration.port)
    } catch {
      throw GatewayError.cannotListen(configuration.host, configuration.port, reason: "\(error)")
    }
  }

  /// Waits for the requests in flight, within the limit, and then ends whatever is left.
  private func drain(_ contexts: [NIOLoopBound<LoopContext>]) async {
    let limit = TimeAmount(configuration.drainTimeout)
    await withTaskGroup(of: Void.self) { tasks in
      for context in contexts {
        tasks.addTask { await drain(context, limit: limit) }
      }
    }
  }

  private func drain(_ context: NIOLoopBound<LoopContext>, limit: TimeAmount) async {
    let loop = context.eventLoop
    let empty = loop.makePromise(of: Void.self)
    let deadline = loop.scheduleTask(in: limit) { context.value.close() }
    loop.execute { context.value.drain(empty) }
    try? await empty.futureResult.get()
    deadline.cancel()
    try? await loop.submit { context.value.close() }.get()
  }
}
