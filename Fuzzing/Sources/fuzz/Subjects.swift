import Logging
import Quantities

@testable import Gateway

/// What the gateway's parts need around them.
enum Subjects {
  /// A data plane that knows no model.
  static func plant() throws -> Plant {
    Plant(
      configuration: GatewayConfiguration(maximumBodyBytes: 1 << 10, maximumHeaderBytes: 2 << 10),
      routes: try RouteTable(routes: []), makeID: { "req_1" }, wallClock: { Timestamp(milliseconds: 0) },
      observe: { _ in law(false, "an observation of a request that no model could take") },
      logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }), started: Timestamp(milliseconds: 0),
      random: { 0.5 }, documents: .none)
  }
}
