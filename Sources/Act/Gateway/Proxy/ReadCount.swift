import NIOCore

/// Counts the reads from a backend's socket, below TLS and the parser.
///
/// What a backend sends beyond the end of an answer (a length that lies) must not become the next request's answer: an
/// answer that comes out of a read from before the request was given the connection is not its own.
final class ReadCount: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private(set) var count = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    count &+= 1
    context.fireChannelRead(data)
  }
}
