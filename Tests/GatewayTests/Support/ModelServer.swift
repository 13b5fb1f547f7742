import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

@testable import Gateway

/// A request as a model server received it.
struct Received: Sendable {
  let head: HTTPRequestHead
  let body: [UInt8]
  /// Which request of its connection it is, from 0.
  let turn: Int
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A real HTTP/1.1 server on a loopback socket whose answers are written byte by byte by the test.
final class ModelServer: Sendable {
  enum Event: Sendable {
    /// The head has come.
    case begun(HTTPRequestHead)
    case received(Received)
    /// The connection of a request was closed before the server answered it whole.
    case abandoned
  }

  /// What a behaviour may do with one request; callable from any thread.
  struct Reply: Sendable {
    let channel: any Channel
    let isOpen: Mutex<Bool>.Shared

    /// Writes raw bytes and flushes.
    func write(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    func write(_ text: String) { write(Array(text.utf8)) }
    /// Writes the last raw bytes of this answer.
    func end(_ text: String = "") {
      isOpen.set(false)
      write(text)
    }
    /// A whole answer with a length.
    func answer(_ status: Int, _ body: [UInt8], fields: [String] = ["Content-Type: application/json"]) {
      let lines = ["HTTP/1.1 \(status) X"] + fields + ["Content-Length: \(body.count)"]
      isOpen.set(false)
      write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }
    func close() {
      isOpen.set(false)
      channel.close(promise: nil)
    }
    /// Closes, and returns when that is on its way: what is sent afterwards comes later.
    func closed() async {
      isOpen.set(false)
      try? await channel.close()
    }
  }

  typealias Behaviour = @Sendable (Received, Reply) -> Void

  let port: Int
  let events: AsyncStream<Event>
  private let server: any Channel
  private let log: Mutex<[Received]>.Shared
  private let connectionCount: Mutex<Int>.Shared

  var requests: [Received] { log.get() }
  var connections: Int { connectionCount.get() }
  var backend: Backend { Backend(host: "127.0.0.1", port: port) }

  /// Starts a server. `readsBodies` false leaves every request's body unread after its head; `answersAtHead` calls the
  /// behaviour before the body has come.
  /// With `tls` it speaks HTTPS.
  init(
    host: String = "127.0.0.1", readsBodies: Bool = true, answersAtHead: Bool = false, tls: NIOSSLContext? = nil,
    _ behaviour: @escaping Behaviour
  ) async throws {
    let (events, sink) = AsyncStream.makeStream(of: Event.self)
    let log = Mutex<[Received]>.Shared([])
    let connectionCount = Mutex<Int>.Shared(0)
    server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        connectionCount.update { $0 += 1 }
        return channel.eventLoop.makeCompletedFuture {
          let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(decoder),
            Handler(
              behaviour: behaviour, readsBodies: readsBodies, answersAtHead: answersAtHead, sink: sink, log: log),
          ])
        }
      }
      .bind(host: host, port: 0).get()
    self.events = events
    self.log = log
    self.connectionCount = connectionCount
    port = server.localAddress?.port ?? 0
  }

  /// Waits until a request's connection is closed before its answer was whole.
  func waitForAbandoned() async {
    for await event in events { if case .abandoned = event { return } }
  }

  /// Waits until a request's head has come.
  func waitForHead() async {
    for await event in events { if case .begun = event { return } }
  }

  /// Waits until a request has come whole.
  func waitForRequest() async {
    for await event in events { if case .received = event { return } }
  }

  func stop() async { try? await server.close() }

  private final class Handler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let behaviour: Behaviour
    let readsBodies: Bool
    let answersAtHead: Bool
    let sink: AsyncStream<Event>.Continuation
    let log: Mutex<[Received]>.Shared
    var head: HTTPRequestHead?
    var body = ByteBuffer()
    var turn = 0
    var isOpen = Mutex<Bool>.Shared(false)

    init(
      behaviour: @escaping Behaviour, readsBodies: Bool, answersAtHead: Bool,
      sink: AsyncStream<Event>.Continuation, log: Mutex<[Received]>.Shared
    ) {
      self.answersAtHead = answersAtHead
      self.behaviour = behaviour
      self.readsBodies = readsBodies
      self.sink = sink
      self.log = log
    }

    func read(context: ChannelHandlerContext) { if readsBodies || head == nil { context.read() } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body.clear()
        isOpen = Mutex<Bool>.Shared(true)
        sink.yield(.begun(head))
        if answersAtHead {
          behaviour(Received(head: head, body: [], turn: turn), Reply(channel: context.channel, isOpen: isOpen))
        }
      case .body(var bytes): body.writeBuffer(&bytes)
      case .end:
        guard let head, !answersAtHead else { return }
        let received = Received(head: head, body: Array(buffer: body), turn: turn)
        turn += 1
        log.update { $0.append(received) }
        sink.yield(.received(received))
        behaviour(received, Reply(channel: context.channel, isOpen: isOpen))
      }
    }

    func channelInactive(context: ChannelHandlerContext) { if isOpen.get() { sink.yield(.abandoned) } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}

extension Mutex where Value: Sendable {
  /// A value behind a lock that closures can share.
  final class Shared: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    func get() -> Value { mutex.withLock { $0 } }
    func set(_ value: Value) { mutex.withLock { $0 = value } }
    func update(_ change: (inout Value) -> Void) { mutex.withLock { change(&$0) } }
  }
}

extension ModelServer {
  /// Answers each request with its own body and its own target in a field.
  static func echo() async throws -> ModelServer {
    try await ModelServer { request, reply in
      reply.answer(
        200, request.body, fields: ["Content-Type: application/octet-stream", "X-Target: \(request.head.uri)"])
    }
  }

  /// Answers each request with a JSON text that names the server.
  static func named(_ name: String, status: Int = 200) async throws -> ModelServer {
    try await ModelServer { _, reply in reply.answer(status, Array("{\"server\":\"\(name)\"}".utf8)) }
  }

  /// Streams events as given, each piece a chunk and a flush of its own.
  static func stream(_ pieces: [[UInt8]], ends: Bool = true) async throws -> ModelServer {
    try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      for piece in pieces { reply.write(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]) }
      if ends { reply.end("0\r\n\r\n") }
    }
  }

  /// Takes requests and never says anything.
  static func silent() async throws -> ModelServer { try await ModelServer { _, _ in } }
}
