import Gateway
import Grid
import Ledger
import Logging

extension DimmerServer {
  /// Keeps a model's quality fresh where the program gave probes and can send them; else nobody does.
  ///
  /// - Throws: ``ConfigurationError`` for a key that is not there.
  static func probes(
    of model: ServingModel, in setup: Setup, decisions: ProbeService.Decisions, calibrations: CalibrationsInForce,
    meter: RequestMeter?, charges: ProbeCharges, ports: Ports, logger: Logger
  ) throws -> ProbeService? {
    guard let settings = model.settings.probes, let probes = setup.probes[model.alias], let send = setup.sendProbe
    else { return nil }
    let gateway = setup.configuration.gateway
    var headers = [(name: "Content-Type", value: "application/json")]
    if let key = setup.configuration.keys.first {
      let secret = try setup.secrets.secret(at: key.place, of: "key '\(key.name)'")
      headers.append(("Authorization", "Bearer \(secret)"))
    }
    let host = gateway.host.contains(":") ? "[\(gateway.host)]" : gateway.host
    let (alias, clock, sent) = (model.alias, setup.clock, headers)
    let reach = ProbeService.Reach(
      ask: { probe, variant in
        let port = try await listening(ports)
        return try await send("http://\(host):\(port)\(probe.path(for: variant))", sent, probe.body(for: variant))
      },
      charge: { await charges.request($0) }, variants: { calibrations.variants(of: alias) },
      put: { record in
        let inForce = await calibrations.put(record, newIn: .quality)
        meter?.requalified(inForce)
        return inForce
      }, gridNow: { clock.now }, wall: setup.wall)
    return ProbeService(
      alias: alias, settings: settings, probes: probes, decisions: decisions, reach: reach, store: setup.store,
      serving: setup.activity, clock: setup.clockText, identifiers: setup.identifiers,
      resumes: setup.configuration.grid.replay == nil, logger: logger)
  }

  /// The gateway's port; the first decision is made before it listens.
  private static func listening(_ ports: Ports) async throws -> Int {
    while true {
      if let port = ports.gateway { return port }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
