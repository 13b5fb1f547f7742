import NIOCore
import NIOHTTP1
import NIOTLS

/// The end of a connection to a backend: passes answer parts to the exchange that has it, one exchange at a time.
final class BackendConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPClientRequestPart

  /// The exchange that has the connection now.
  var exchange: Exchange? {
    didSet { if exchange != nil { readsBefore = reads.count } }
  }
  var pool: BackendPool?
  /// Since when it has waited in the pool.
  var restsSince = NIODeadline.now()
  /// Whether it has served an exchange before.
  private(set) var isUsed = false

  private var context: ChannelHandlerContext?
  private var isReadHeld = false
  private var lastError: (any Error)?
  private let reads: ReadCount
  /// Reads from the socket when the exchange took the connection: what they brought cannot be its answer.
  private var readsBefore = 0
  private let counts: LoadCounts
  /// Whether TLS has still to be agreed on, and who waits for it.
  private var isShakingHands: Bool
  private var whenReady: ((Result<BackendConnection, any Error>) -> Void)?
  private var handshakeTimer: Scheduled<Void>?

  init(reads: ReadCount, shakesHands: Bool, counts: LoadCounts) {
    self.reads = reads
    isShakingHands = shakesHands
    self.counts = counts
  }

  var isActive: Bool { context?.channel.isActive ?? false }
  var isWritable: Bool { context?.channel.isWritable ?? false }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  /// Tells this connection once it can carry a request: at once in the clear, after the handshake over TLS.
  func whenReady(within limit: TimeAmount, then: @escaping (Result<BackendConnection, any Error>) -> Void) {
    guard let context else { return then(.failure(ChannelError.ioOnClosedChannel)) }
    guard isShakingHands else { return then(.success(self)) }
    whenReady = then
    handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
      self.settleHandshake(ChannelError.connectTimeout(limit))
      self.close()
    }
  }

  private func settleHandshake(_ error: (any Error)?) {
    isShakingHands = false
    handshakeTimer?.cancel()
    handshakeTimer = nil
    guard let told = whenReady else { return }
    whenReady = nil
    told(error.map { .failure($0) } ?? .success(self))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { settleHandshake(nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelActive(context: ChannelHandlerContext) {
    counts.add(backendConnection: 1)
    context.fireChannelActive()
  }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func send(_ part: HTTPClientRequestPart) {
    guard let context else { return }
    context.write(wrapOutboundOut(part), promise: nil)
  }

  func flush() { context?.flush() }

  /// Lets go of the exchange; the connection can serve another.
  func rest() {
    isUsed = true
    exchange = nil
    resumeReading()
  }

  /// Closes without a word to the exchange.
  func close() {
    exchange = nil
    guard let context else { return }
    // Below TLS: a polite farewell would wait for the backend's, which may be busy with work nobody wants any more.
    let bottom = try? context.channel.pipeline.syncOperations.context(handlerType: ReadCount.self)
    (bottom ?? context).close(promise: nil)
  }

  func resumeReading() {
    guard isReadHeld else { return }
    isReadHeld = false
    context?.read()
  }

  func read(context: ChannelHandlerContext) {
    if exchange?.wantsAnswer ?? true { context.read() } else { isReadHeld = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let exchange, reads.count != readsBefore else {
      // An answer nobody asked for: the connection is out of step.
      pool?.forget(self)
      let robbed = exchange
      close()
      // It may have been given to an exchange already, which must not be told a stranger's answer.
      robbed?.backend(self, closed: nil)
      return
    }
    switch unwrapInboundIn(data) {
    case .head(let head): exchange.backend(self, answers: head)
    case .body(let bytes): exchange.backend(self, sends: bytes)
    case .end(let trailers):
      // Over TLS a connection cut by a stranger is no end of an answer.
      if let lastError { return exchange.backend(self, closed: lastError) }
      exchange.backend(self, ends: trailers)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { exchange?.backendReadComplete() }

  func channelWritabilityChanged(context: ChannelHandlerContext) { exchange?.backendWritabilityChanged() }

  func channelInactive(context: ChannelHandlerContext) {
    counts.add(backendConnection: -1)
    settleHandshake(lastError ?? ChannelError.eof)
    if let exchange {
      self.exchange = nil
      exchange.backend(self, closed: lastError)
    } else {
      pool?.forget(self)
    }
    pool = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    lastError = error
    context.close(promise: nil)
  }
}
