import Logging
import Quantities
import ServiceLifecycle
import Synchronization
import Testing

@testable import Gateway

/// A gateway that listens while a test runs.
struct RunningGateway: Sendable {
  let port: Int
  let routes: RouteTable
  let observations: ObservationQueue
  let group: ServiceGroup
  let server: GatewayServer

  /// What the gateway holds now.
  var load: GatewayLoad { server.load }

  /// Waits until nothing is held but idle connections to backends. A leak is a test that never ends.
  func settled() async throws {
    while true {
      let load = server.load
      if load.callers == 0, load.requests == 0, load.heldBytes == 0 { return }
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  /// Waits until the gateway has no connection to any backend.
  func alone() async throws {
    while server.load.backendConnections > 0 { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// A new connection to it.
  func connect() async throws -> RawClient { try await RawClient(port: port) }

  /// Begins the shutdown.
  func stop() async { await group.triggerGracefulShutdown() }

  /// Sends one request on a connection of its own and returns the answer.
  func post(_ target: String, _ body: String, fields: [String] = []) async throws -> Answer {
    try await post(target, Array(body.utf8), fields: fields)
  }

  func post(_ target: String, _ body: [UInt8], fields: [String] = []) async throws -> Answer {
    let client = try await connect()
    try await client.send(request("POST", target, body, fields: fields))
    let answer = try await client.answer()
    await client.close()
    return answer
  }

  func get(_ target: String) async throws -> Answer {
    let client = try await connect()
    try await client.send(request("GET", target, []))
    let answer = try await client.answer()
    await client.close()
    return answer
  }

  /// The observation of the next request; the test's requests come one at a time.
  func observed() async throws -> RequestObservation {
    let batch = try #require(await observations.nextBatch())
    #expect(batch.count == 1)
    return batch[0]
  }
}

/// A request's bytes, with the length of its body.
func request(_ method: String, _ target: String, _ body: [UInt8], fields: [String] = []) -> [UInt8] {
  let length = body.isEmpty && method == "GET" ? [] : ["Content-Length: \(body.count)"]
  let lines = ["\(method) \(target) HTTP/1.1", "Host: gateway"] + fields + length
  return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
}

/// Runs a gateway on a free port, and stops it after `body`.
func withGateway(
  _ routes: [AliasRoute], _ change: (inout GatewayConfiguration) -> Void = { _ in }, logger: Logger = .quiet,
  _ body: @Sendable (RunningGateway) async throws -> Void
) async throws {
  var configuration = GatewayConfiguration(port: 0, drainTimeout: .milliseconds(200), hostNames: ["gateway", "g"])
  change(&configuration)
  let table = try RouteTable(routes: routes)
  let observations = ObservationQueue()
  let counter = Mutex<Int>.Shared(0)
  let (ports, portSink) = AsyncStream.makeStream(of: Int.self)
  let server = GatewayServer(
    configuration: configuration, routes: table,
    makeID: {
      var number = 0
      counter.update {
        $0 += 1
        number = $0
      }
      return "req_\(number)"
    },
    wallClock: { Timestamp(milliseconds: 1_700_000_000_000) }, observe: { observations.offer($0) }, logger: logger,
    onListening: { portSink.yield($0) })
  let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask {
      defer { portSink.finish() }
      try await group.run()
    }
    var iterator = ports.makeAsyncIterator()
    if let port = await iterator.next() {
      try await body(
        RunningGateway(port: port, routes: table, observations: observations, group: group, server: server))
    }
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
  }
}

extension Logger {
  /// A logger that tells errors only.
  static var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    return logger
  }
}
