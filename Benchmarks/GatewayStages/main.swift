// One stage of the gateway, so that the cost of each can be told from the one before.
//
// usage: gateway-stages STAGE PORT UPSTREAM_PORT      STAGE: parse, decision, accounting
//
// parse: an exact variant, which is scanned and never substituted. decision: an alias with two shares.
// accounting: the same with observations taken off a queue. The bare proxy is a path that is passed on unread.
import Foundation
import Gateway
import Ledger
import Logging

let arguments = CommandLine.arguments
guard arguments.count == 4, let port = Int(arguments[2]), let upstream = Int(arguments[3]) else {
  FileHandle.standardError.write(Data("usage: gateway-stages parse|decision|accounting PORT UPSTREAM_PORT\n".utf8))
  exit(64)
}
let backend = Backend(host: "127.0.0.1", port: upstream)
let variants = ["small", "large"].map { VariantTarget(name: $0, backends: [backend]) }
let table = try RouteTable(routes: [AliasRoute(alias: "chat", variants: variants)])
try table.publish(
  alias: "chat", shares: [0.5, 0.5], decisionID: "dec_1", gridHeader: "120; kind=average; age=60; mode=live")
let queue = ObservationQueue()
let counts = arguments[1] == "accounting"
let identifiers = IdentifierSource()
let server = GatewayServer(
  configuration: GatewayConfiguration(port: port), routes: table,
  makeID: { identifiers.next(.request).description }, wallClock: IdentifierSource.wallClock,
  observe: { if counts { queue.offer($0) } }, logger: Logger(label: "stages") { _ in SwiftLogNoOpLogHandler() })
if counts {
  Task {
    for await batch in queue.batches {
      _ = batch.count
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
}
try await server.run()
