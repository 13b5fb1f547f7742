import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends exactly what it is told and keeps exactly what it gets.
final class RawClient {
  struct ClosedEarly: Error, CustomStringConvertible {
    let got: String
    var description: String { "the connection was closed; so far: \(got)" }
  }

  let channel: any Channel
  /// Whether the connection ended by a reset, not by a closing word.
  let wasReset = Mutex<Bool>.Shared(false)
  private var inbound: AsyncStream<ByteBuffer>.Iterator
  /// Bytes that came and were not taken yet.
  private(set) var pending: [UInt8] = []

  /// Connects to a port of this machine. Unless `readsAtOnce`, nothing is read before ``startReading()``, and sending
  /// goes on after the other side has said its last word.
  init(port: Int, readsAtOnce: Bool = true) async throws {
    let (stream, sink) = AsyncStream.makeStream(of: ByteBuffer.self)
    inbound = stream.makeAsyncIterator()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: readsAtOnce)
      .channelOption(.allowRemoteHalfClosure, value: !readsAtOnce)
      .channelInitializer { [wasReset] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(sink: sink, wasReset: wasReset))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func startReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
    channel.read()
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }
  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
  /// Sends as fast as the other side reads, without waiting for it.
  func sendWithoutWaiting(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
  func close() async { try? await channel.close() }

  /// Closes by a reset, which passes the bytes that the other side has not read.
  func reset() async throws {
    try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    await close()
  }

  /// The next whole answer.
  func answer() async throws -> Answer {
    while true {
      if let (answer, length) = Answer.parse(pending, isClosed: false) {
        pending.removeFirst(length)
        return answer
      }
      guard let more = await inbound.next() else {
        if let (answer, length) = Answer.parse(pending, isClosed: true) {
          pending.removeFirst(length)
          return answer
        }
        throw ClosedEarly(got: String(decoding: pending.prefix(2000), as: UTF8.self))
      }
      pending += Array(buffer: more)
    }
  }

  /// Waits until what came holds `text`.
  func wait(for text: String) async throws {
    while !String(decoding: pending, as: UTF8.self).contains(text) {
      guard let more = await inbound.next() else {
        throw ClosedEarly(got: String(decoding: pending.prefix(2000), as: UTF8.self))
      }
      pending += Array(buffer: more)
    }
  }

  /// Everything until the other side closes.
  func rest() async -> [UInt8] {
    while let more = await inbound.next() { pending += Array(buffer: more) }
    return pending
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let sink: AsyncStream<ByteBuffer>.Continuation
    let wasReset: Mutex<Bool>.Shared
    init(sink: AsyncStream<ByteBuffer>.Continuation, wasReset: Mutex<Bool>.Shared) {
      self.sink = sink
      self.wasReset = wasReset
    }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { sink.yield(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { sink.finish() }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event as? ChannelEvent == .inputClosed { sink.finish() }
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      wasReset.set(true)
      context.close(promise: nil)
    }
  }
}

/// An HTTP/1.1 answer as it came over the wire.
struct Answer {
  let status: Int
  let fields: [(name: String, value: String)]
  let body: [UInt8]
  let trailers: [(name: String, value: String)]
  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// The first answer in `bytes` and its length there; nil while it is not whole. Interim answers are passed over.
  static func parse(_ bytes: [UInt8], isClosed: Bool) -> (Answer, Int)? {
    guard let end = find([13, 10, 13, 10], in: bytes, from: 0) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
    let fields = lines.dropFirst().map(field)
    let start = end + 4
    if status == 100 {
      return parse(Array(bytes[start...]), isClosed: isClosed).map { ($0.0, $0.1 + start) }
    }
    let value = { (name: String) in fields.first { $0.name.lowercased() == name }?.value }
    if value("transfer-encoding") == "chunked" { return chunked(bytes, start, status, fields) }
    if let length = value("content-length").flatMap({ Int($0) }) {
      guard bytes.count >= start + length else { return nil }
      return (
        Answer(status: status, fields: fields, body: Array(bytes[start..<(start + length)]), trailers: []),
        start + length
      )
    }
    guard isClosed else { return nil }
    return (Answer(status: status, fields: fields, body: Array(bytes[start...]), trailers: []), bytes.count)
  }

  private static func field(_ line: Substring) -> (name: String, value: String) {
    let parts = line.split(separator: ":", maxSplits: 1)
    return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
  }

  private static func chunked(
    _ bytes: [UInt8], _ start: Int, _ status: Int, _ fields: [(name: String, value: String)]
  ) -> (Answer, Int)? {
    var body: [UInt8] = []
    var index = start
    while let lineEnd = find([13, 10], in: bytes, from: index) {
      guard let size = Int(String(decoding: bytes[index..<lineEnd], as: UTF8.self), radix: 16) else { return nil }
      let chunk = lineEnd + 2
      if size == 0 {
        guard
          let end = bytes[chunk...].starts(with: [13, 10]) ? chunk - 2 : find([13, 10, 13, 10], in: bytes, from: chunk)
        else { return nil }
        let trailers =
          end > chunk ? String(decoding: bytes[chunk..<end], as: UTF8.self).split(separator: "\r\n").map(field) : []
        return (Answer(status: status, fields: fields, body: body, trailers: trailers), end + 4)
      }
      guard bytes.count >= chunk + size + 2 else { return nil }
      body += bytes[chunk..<(chunk + size)]
      index = chunk + size + 2
    }
    return nil
  }

  private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + wanted.count <= bytes.count {
      if bytes[index] == wanted[0], bytes[index..<(index + wanted.count)].elementsEqual(wanted) { return index }
      index += 1
    }
    return nil
  }
}
