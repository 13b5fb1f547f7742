import FuzzLoop
import Logging
import Quantities

@testable import Gateway

/// What the gateway's parts need around them.
enum Subjects {
  /// A data plane that knows no model.
  static func plant() throws -> Plant {
    try plant(forwarding: false) { _ in law(false, "an observation of a request that no model could take") }
  }

  /// A data plane with one backend, to which all is passed on that the gateway does not answer itself.
  static func relay() throws -> Plant { try plant(forwarding: true) { _ in } }

  private static func plant(
    forwarding: Bool, observe: @escaping @Sendable (RequestObservation) -> Void
  ) throws -> Plant {
    var configuration = GatewayConfiguration(maximumBodyBytes: 1 << 10, maximumHeaderBytes: 2 << 10)
    var routes: [AliasRoute] = []
    if forwarding {
      configuration.unknownPaths = .forwarded
      let backend = Backend(host: "127.0.0.1", port: 1)
      // Bodies that name an alias are rewritten; no made-up one names this.
      routes = [
        AliasRoute(alias: "an alias that nobody asks for", variants: [VariantTarget(name: "n", backends: [backend])])
      ]
    }
    return Plant(
      configuration: configuration, routes: try RouteTable(routes: routes), makeID: { "req_1" },
      wallClock: { Timestamp(milliseconds: 0) }, observe: observe,
      logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }), started: Timestamp(milliseconds: 0),
      random: { 0.5 }, documents: .none)
  }
}
