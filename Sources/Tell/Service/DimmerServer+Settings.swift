import Gateway
import Grid
import Quantities
import Switching

extension DimmerServer.Setup {
  /// The gateway's settings.
  ///
  /// - Throws: ``ConfigurationError`` for a key that is not there.
  var gateway: GatewayConfiguration {
    get throws(ConfigurationError) {
      var keys: [CallerKey] = []
      for key in configuration.keys {
        let secret = try secrets.secret(at: key.place, of: "key '\(key.name)'")
        keys.append(CallerKey(name: key.name, secret: secret, comments: key.comments, usage: key.usage))
      }
      var gateway = GatewayConfiguration(
        host: configuration.gateway.host, port: configuration.gateway.port, loops: configuration.loops, keys: keys)
      gateway.unknownPaths = configuration.unknownPaths == .forwarded ? .forwarded : .refused
      return gateway
    }
  }

  /// What the loop of a model is given beyond the grid and the ledger.
  func extras(of model: ServingModel, decisions: ProbeService.Decisions? = nil) -> ControlLoop.Extras {
    var extras = ControlLoop.Extras()
    extras.forecast = model.settings.forecast
    extras.residency = residency
    extras.speed = configuration.grid.replay?.speed ?? 1
    extras.embodied = embodiedPerSecond
    if let decisions { extras.decided = { decisions.tell($1, at: $0) } }
    extras.resumes = configuration.grid.replay == nil
    extras.expected = provider.flatMap(expected)
    let stated = model.statedPUE
    for place in model.ladder.places {
      extras.places[place] = PlaceSource(
        provider: places[place], expected: places[place].flatMap(expected), pue: stated[place])
    }
    return extras
  }

  /// What is expected of a provider's grid; nothing where there is no desk to ask.
  private func expected(
    of provider: any SignalProvider
  ) -> (@Sendable (Range<Timestamp>, Span) async -> GridForecast)? {
    guard let desk else { return nil }
    let (region, kind) = (provider.region, provider.kind)
    return { range, step in await desk.forecast(region, kind, over: range, step: step) }
  }
}
