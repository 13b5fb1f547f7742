// The gateway up to one stage, so that the cost of each can be told from the one before.
//
// usage: gateway-stages STAGE PORT UPSTREAM_PORT
//
//   bare        a path that is passed on unread
//   parse       an exact variant: the body is scanned, nothing is chosen
//   decision    an alias with two shares: chosen, spliced
//   accounting  tariffs and a grid value: charged, told in header fields, observations taken off a queue
//   ledger      the observations as rows of a ledger in a temporary folder
//
// All five listen for the same requests; what is asked for differs (see gateway.py).
import Foundation
import Gateway
import Ledger
import LedgerSQLite
import Logging
import Quantities

let stages = ["bare", "parse", "decision", "accounting", "ledger"]
let arguments = CommandLine.arguments
guard arguments.count == 4, let stage = stages.firstIndex(of: arguments[1]), let port = Int(arguments[2]),
  let upstream = Int(arguments[3])
else {
  FileHandle.standardError.write(
    Data("usage: gateway-stages \(stages.joined(separator: "|")) PORT UPSTREAM_PORT\n".utf8))
  exit(64)
}
let backend = Backend(host: "127.0.0.1", port: upstream)
let variants = ["small", "large"].map { VariantTarget(name: $0, backends: [backend]) }
let counts = stage >= 3
let route = AliasRoute(alias: "chat", variants: variants, telling: counts ? Telling(comments: true) : .fieldsOnly)
let table = try RouteTable(routes: [route])
let grid = GridFact(
  intensity: .gramsPerKilowattHour(120), kind: "average", issued: Timestamp(milliseconds: 0), mode: "live",
  text: "120; kind=average; age=60; mode=live")
try table.publish(alias: "chat", shares: [0.5, 0.5], decisionID: "dec_1", grid: counts ? grid : nil)
if counts {
  let tariff = { (joules: Double) in
    Tariff(
      perRequest: JouleRange(value: joules, low: joules / 2, high: joules * 2), perUnit: nil, perInputToken: nil,
      perOutputToken: JouleRange(value: joules / 50, low: joules / 100, high: joules / 25), origin: .declared,
      method: "request-energy@2")
  }
  try table.publish(
    alias: "chat", tariffs: ["small": tariff(120), "large": tariff(900)], qualities: ["small": 74, "large": 83])
}
let queue = ObservationQueue()
let identifiers = IdentifierSource()
var configuration = GatewayConfiguration(port: port)
configuration.unknownPaths = .forwarded
let server = GatewayServer(
  configuration: configuration, routes: table, makeID: { identifiers.next(.request).description },
  wallClock: IdentifierSource.wallClock, observe: { if counts { queue.offer($0) } },
  logger: Logger(label: "stages") { _ in SwiftLogNoOpLogHandler() })
if counts { let keeper = try await Keeper(kept: stage == 4); Task { await keeper.run(queue) } }
try await server.run()
