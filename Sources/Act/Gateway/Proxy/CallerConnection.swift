import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The end of a caller's connection: hands request parts to one exchange at a time, in order, and writes its answer.
///
/// Reading stops while the exchange cannot take more, or when a pipelined request waits; so nothing piles up.
final class CallerConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  private let loop: LoopContext
  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  /// Whether the head of a request has come and not its end.
  private var isRequestOpen = false
  /// Parts that came while an exchange was still answering.
  private var waiting = CircularBuffer<HTTPServerRequestPart>()
  private var isReadHeld = false
  private var isDelivering = false
  private var needsFlush = false
  /// Set when no further request will be served; input is thrown away.
  private var isEnding = false
  private var lastProgress = NIODeadline.now()

  init(loop: LoopContext) { self.loop = loop }

  /// The `Host` that was found good last; callers name the same one each time.
  var checkedHost: String?
  /// Whether bytes of the caller are being handed on just now, so that a flush will follow.
  private(set) var isReading = false
  var isWritable: Bool { context?.channel.isWritable ?? false }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if !loop.add(self) { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  // MARK: What the exchange asks for

  func send(_ part: HTTPServerResponsePart) {
    guard let context else { return }
    needsFlush = true
    context.write(wrapOutboundOut(part), promise: nil)
  }

  func flush() {
    guard needsFlush else { return }
    needsFlush = false
    context?.flush()
  }

  /// The answer has been written whole. Unless `keepAlive`, the connection ends once it has gone.
  func answered(keepAlive: Bool) {
    exchange = nil
    lastProgress = .now()
    guard keepAlive, !isRequestOpen, !loop.isDraining else { return end() }
    // Inside channelRead the read-complete that follows flushes; a waiting request is served by its loop.
    if !isReading { flush() }
    deliver()
    resumeReading()
  }

  /// Breaks off so that the caller can tell: no last chunk, no closing words.
  func abort() {
    let exchange = exchange
    self.exchange = nil
    isEnding = true
    guard let context else { return }
    if exchange?.head.version == .http1_0 {
      // Before HTTP/1.1 a closed connection ends a good answer; only a reset tells it from a broken one.
      _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }
    context.close(promise: nil)
  }

  /// Cuts the connection at the end of a shutdown, whatever its state.
  func cutOff() {
    exchange?.callerGone(isShutdown: true)
    abort()
  }

  /// The exchange's wants have changed.
  func resumeReading() {
    guard isReadHeld, mayRead else { return }
    isReadHeld = false
    context?.read()
  }

  /// Ends the connection now if it rests, after the answer otherwise.
  func drain() { if exchange == nil, !isRequestOpen { context?.close(promise: nil) } }

  func sweep(now: NIODeadline) {
    if let exchange { return exchange.sweep(now: now) }
    let limit = isEnding ? loop.limits.linger : loop.limits.keepAlive
    if now - lastProgress > limit { context?.close(promise: nil) }
  }

  // MARK: From the channel

  func read(context: ChannelHandlerContext) { if mayRead { context.read() } else { isReadHeld = true } }

  private var mayRead: Bool { isEnding || (waiting.isEmpty && exchange?.wantsBody ?? true) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding else { return }
    isReading = true
    let part = unwrapInboundIn(data)
    if !waiting.isEmpty || (exchange != nil && !isRequestOpen) {
      waiting.append(part)
    } else {
      receive(part)
    }
  }

  private func deliver() {
    guard !isDelivering else { return }
    isDelivering = true
    defer { isDelivering = false }
    while !isEnding, exchange == nil || isRequestOpen, let part = waiting.popFirst() { receive(part) }
    if !isReading { exchange?.callerReadComplete() }
  }

  private func receive(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head):
      isRequestOpen = true
      let exchange = Exchange(caller: self, loop: loop, head: head)
      self.exchange = exchange
      exchange.begin()
    case .body(let bytes): exchange?.take(bytes)
    case .end:
      isRequestOpen = false
      exchange?.takeEnd()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    exchange?.callerReadComplete()
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    exchange?.callerWritabilityChanged()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isEnding = true
    let exchange = exchange
    self.exchange = nil
    exchange?.callerGone(isShutdown: false)
    loop.remove(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // An end in the middle of a request is no error of speech: the caller has left.
    guard let error = error as? HTTPParserError, error != .invalidEOFState, !isEnding else {
      return context.close(promise: nil)
    }
    let refusal: Refusal
    switch error {
    case .headerOverflow: refusal = .headerTooLarge
    case .unexpectedContentLength: refusal = .twoLengths
    default: refusal = .malformed
    }
    // Half a request may be under way; the parser has lost its place, so nothing after this can be trusted.
    isRequestOpen = true
    if let exchange {
      exchange.refuse(refusal)
    } else {
      Exchange.write(refusal.status, refusal.body(.openAI), to: self, keepAlive: false)
      answered(keepAlive: false)
    }
    flush()
  }

  /// Closes after what was written has gone. While the caller is still sending, the rest is read and thrown away for a
  /// moment: closing with unread input would reset the connection and could destroy the answer on its way.
  private func end() {
    isEnding = true
    waiting.removeAll()
    guard let context else { return }
    needsFlush = false
    let lingers = isRequestOpen
    let done = context.eventLoop.makePromise(of: Void.self)
    done.futureResult.assumeIsolated().whenComplete { _ in
      context.close(mode: lingers ? .output : .all, promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: done)
    resumeReading()
  }
}
