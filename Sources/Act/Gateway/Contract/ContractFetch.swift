import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks each variant's first backend for the model's metadata, for ``ContractCheck``.
public enum ContractFetch {
  /// Largest metadata taken, in bytes.
  static let largestAnswer = 1 << 20

  /// The metadata of the variants of an alias that speak KServe v2, by the variant's name, and a sentence for each that
  /// did not tell.
  ///
  /// - Parameters:
  ///   - route: the alias.
  ///   - limit: the longest wait for each variant; they are asked at the same time.
  /// - Throws: ``GatewayError`` when the certificates to trust cannot be read.
  public static func metadata(
    of route: AliasRoute, within limit: Duration = .seconds(5)
  ) async throws(GatewayError) -> (metadata: [String: [UInt8]], silent: [String]) {
    let tls = try TLSContexts(route.variants.flatMap(\.backends))
    return await withTaskGroup(of: (String, Result<[UInt8], any Error>).self) { tasks in
      for variant in route.variants {
        guard let backend = variant.backends.first else { continue }
        var path = backend.pathPrefix + "/v2/models/" + PercentCoding.encoded(variant.modelName)
        if let version = variant.version { path += "/versions/" + PercentCoding.encoded(version) }
        let target = path
        tasks.addTask {
          do {
            return (variant.name, .success(try await get(target, at: backend, tls[backend], within: limit)))
          } catch {
            return (variant.name, .failure(error))
          }
        }
      }
      var metadata: [String: [UInt8]] = [:]
      var silent: [String] = []
      for await (name, result) in tasks {
        switch result {
        case .success(let bytes): metadata[name] = bytes
        case .failure(let error): silent.append("'\(name)' did not tell what it takes: \(error).")
        }
      }
      return (metadata, silent.sorted())
    }
  }

  /// Why a backend's answer is none.
  struct Trouble: Error, CustomStringConvertible { let description: String }

  private static func get(
    _ target: String, at backend: Backend, _ tls: NIOSSLContext?, within limit: Duration
  ) async throws -> [UInt8] {
    let time = TimeAmount(limit)
    let answer = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: [UInt8].self)
    let bootstrap = ClientBootstrap(group: answer.futureResult.eventLoop)
      .connectTimeout(time)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(BackendTLS.handler(for: backend, tls)) }
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(OneAnswer(answer, limit: largestAnswer))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.connect(to: backend).get()
    } catch {
      answer.fail(error)
      throw Trouble(description: "no connection to \(backend)")
    }
    let timer = channel.eventLoop.scheduleTask(in: time) {
      answer.fail(Trouble(description: "no answer from \(backend) within \(limit)"))
    }
    var headers: HTTPHeaders = ["Host": backend.hostField, "Connection": "close", "Accept-Encoding": "identity"]
    if case .key(let key) = backend.authorization { headers.add(name: "Authorization", value: key.headerValue) }
    channel.write(
      HTTPClientRequestPart.head(.init(version: .http1_1, method: .GET, uri: target, headers: headers)), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    let result = await answer.futureResult.result()
    timer.cancel()
    channel.close(promise: nil)
    return try result.get()
  }
}

extension EventLoopFuture where Value: Sendable {
  /// How it ended, once it has.
  fileprivate func result() async -> Result<Value, any Error> {
    do { return .success(try await get()) } catch { return .failure(error) }
  }
}

/// Gathers one answer of status 200.
private final class OneAnswer: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  private let answer: EventLoopPromise<[UInt8]>
  private let limit: Int
  private var bytes: [UInt8] = []

  init(_ answer: EventLoopPromise<[UInt8]>, limit: Int) {
    self.answer = answer
    self.limit = limit
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      if head.status != .ok { fail(context, "status \(head.status.code)") }
    case .body(let piece):
      bytes += Array(buffer: piece)
      if bytes.count > limit { fail(context, "an answer of more than \(limit) bytes") }
    case .end: answer.succeed(bytes)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { fail(context, "the connection was closed") }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(context, "\(error)") }

  private func fail(_ context: ChannelHandlerContext, _ reason: String) {
    answer.fail(ContractFetch.Trouble(description: reason))
    context.close(promise: nil)
  }
}
