import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Gateway

/// A backend whose connections are played: what reaches it is read by the letter, and answered when the player says so.
final class PlayedBackend {
  private final class Line {
    let channel: EmbeddedChannel
    let connection: BackendConnection
    var received: [UInt8] = []
    var answered = 0

    init(channel: EmbeddedChannel, connection: BackendConnection) {
      self.channel = channel
      self.connection = connection
    }
  }

  /// The requests that reached it whole, in their order.
  private(set) var requests: [StrictHTTP.Request] = []

  private let pool: BackendPool
  private let plant: Plant
  private let loop: EmbeddedEventLoop
  private var lines: [Line] = []
  /// So many connections wait at least: nothing may have to be opened, there is no network here.
  private static let spare = 4

  init(_ pool: BackendPool, _ plant: Plant, _ loop: EmbeddedEventLoop) {
    self.pool = pool
    self.plant = plant
    self.loop = loop
    refill()
  }

  /// Answers what has come whole, one request of each connection; false when there was nothing to answer.
  func answer() -> Bool {
    var hasAnswered = false
    for line in lines where line.channel.isActive {
      while let bytes = try? line.channel.readOutbound(as: ByteBuffer.self) { line.received += bytes.readableBytesView }
      let strict = StrictHTTP(line.received)
      guard strict.requests.count > line.answered else { continue }
      let request = strict.requests[line.answered]
      line.answered += 1
      requests.append(request)
      let text = "\(request.method) \(request.target) \(request.body.count)"
      let body = request.method == "HEAD" ? "" : text
      line.channel.pipeline.fireChannelRead(
        ByteBuffer(
          string: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(body)"))
      line.channel.pipeline.fireChannelReadComplete()
      loop.run()
      hasAnswered = true
    }
    refill()
    return hasAnswered
  }

  /// How what reached each connection ends, by the letter.
  var endings: [StrictHTTP.Ending] {
    lines.map { line in
      while let bytes = try? line.channel.readOutbound(as: ByteBuffer.self) { line.received += bytes.readableBytesView }
      return StrictHTTP(line.received).ending
    }
  }

  func close() { for line in lines { _ = try? line.channel.finish(acceptAlreadyClosed: true) } }

  private func refill() {
    let waiting = lines.count { $0.channel.isActive && $0.connection.exchange == nil }
    for _ in 0..<max(0, Self.spare - waiting) {
      let channel = EmbeddedChannel(loop: loop)
      let reads = ReadCount()
      let connection = BackendConnection(reads: reads, shakesHands: false, counts: plant.counts)
      let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop)
      let handlers: [any ChannelHandler] = [
        reads, HTTPRequestEncoder(configuration: .framedByCaller), ByteToMessageHandler(decoder), connection,
      ]
      try? channel.pipeline.syncOperations.addHandlers(handlers)
      try? channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      lines.append(Line(channel: channel, connection: connection))
      pool.adopt(connection)
    }
  }
}
