import NIOCore
import NIOHTTP1

/// The end of a connection to a backend: passes answer parts to the exchange that has it, one exchange at a time.
final class BackendConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPClientRequestPart

  /// The exchange that has the connection now.
  var exchange: Exchange?
  var pool: BackendPool?
  /// Since when it has waited in the pool.
  var restsSince = NIODeadline.now()
  /// Whether it has served an exchange before.
  private(set) var isUsed = false

  private var context: ChannelHandlerContext?
  private var isReadHeld = false
  private var lastError: (any Error)?

  var isActive: Bool { context?.channel.isActive ?? false }
  var isWritable: Bool { context?.channel.isWritable ?? false }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
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
    context?.close(promise: nil)
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
    guard let exchange else {
      // An answer nobody asked for: the connection is out of step.
      pool?.forget(self)
      return close()
    }
    switch unwrapInboundIn(data) {
    case .head(let head): exchange.backend(self, answers: head)
    case .body(let bytes): exchange.backend(self, sends: bytes)
    case .end(let trailers): exchange.backend(self, ends: trailers)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { exchange?.backendReadComplete() }

  func channelWritabilityChanged(context: ChannelHandlerContext) { exchange?.backendWritabilityChanged() }

  func channelInactive(context: ChannelHandlerContext) {
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
