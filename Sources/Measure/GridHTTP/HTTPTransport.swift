public import AsyncHTTPClient
public import GridProviders
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import Quantities

/// One exchange with a real server, over AsyncHTTPClient.
///
/// It keeps to the limits by itself: the total time is over also for a server that drips, and reading ends at the
/// largest body whatever the length header says, counted after unpacking.
public struct HTTPTransport: HTTPFetching {
  private let client: HTTPClient

  /// A transport over a client, which its owner shuts down. Use one with ``configuration``.
  public init(_ client: HTTPClient) { self.client = client }

  /// How the client must be set up: no redirects, which would carry keys elsewhere, and no body unpacked beyond the
  /// largest one.
  public static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    let limits = FetchLimits()
    configuration.timeout.connect = .milliseconds(Int64(limits.connect.seconds * 1000))
    configuration.decompression = .enabled(limit: .size(limits.maximumBytes))
    configuration.connectionPool.idleTimeout = .seconds(30)
    // A refused connection is an answer. Whether to try again, and when, is the fetcher's to say.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.dnsOverride = Localhost.override
    return configuration
  }

  public func fetch(_ request: FetchRequest, limits: FetchLimits) async throws(FetchFailure) -> FetchResponse {
    do {
      return try await withThrowingTaskGroup(of: FetchResponse.self) { group in
        group.addTask { try await exchange(request, limits) }
        group.addTask {
          try await Task.sleep(for: .seconds(max(limits.total.seconds, 0)))
          throw FetchFailure.timedOut
        }
        defer { group.cancelAll() }
        guard let response = try await group.next() else { throw FetchFailure.cancelled }
        return response
      }
    } catch {
      throw Self.failure(error)
    }
  }

  private func exchange(_ request: FetchRequest, _ limits: FetchLimits) async throws -> FetchResponse {
    var message = HTTPClientRequest(url: request.url)
    for (name, value) in request.headerPairs { message.headers.replaceOrAdd(name: name, value: value) }
    if message.headers["accept"].isEmpty { message.headers.add(name: "Accept", value: "application/json") }
    message.headers.replaceOrAdd(name: "User-Agent", value: "dimmer")
    message.headers.replaceOrAdd(name: "Accept-Encoding", value: "gzip, deflate")
    let answer = try await client.execute(
      message, timeout: .milliseconds(Int64(max(limits.total.seconds, 0.001) * 1000)))
    var body: [UInt8] = []
    for try await buffer in answer.body {
      guard body.count + buffer.readableBytes <= limits.maximumBytes else { throw FetchFailure.tooLarge }
      body += buffer.readableBytesView
    }
    return FetchResponse(
      status: Int(answer.status.code), headers: answer.headers.map { .init($0.name, $0.value) }, body: body)
  }

  /// The failure in the fetch policy's terms, without the URL: it may hold a key.
  private static func failure(_ error: any Error) -> FetchFailure {
    switch error {
    case let failure as FetchFailure: failure
    case is CancellationError: Task.isCancelled ? .cancelled : .timedOut
    case let error as HTTPClientError:
      switch error {
      case .cancelled: Task.isCancelled ? .cancelled : .timedOut
      case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout: .timedOut
      case .connectTimeout: .unreachable("no connection in time")
      case .remoteConnectionClosed: .cutShort
      default: .unreachable("\(error)")
      }
    case is HTTPParserError: .cutShort
    case let error as IOError: .unreachable(error.description)
    case let error as NIOConnectionError: .unreachable(Self.reason(error))
    default: "\(type(of: error))".contains("Decompression") ? .tooLarge : .unreachable("\(error)")
    }
  }

  private static func reason(_ error: NIOConnectionError) -> String {
    if let first = error.connectionErrors.first { return "\(first.error)" }
    return error.dnsAError.map { "\($0)" } ?? error.dnsAAAAError.map { "\($0)" } ?? "no connection"
  }
}
