import Gateway
import Grid
import Quantities

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
      return GatewayConfiguration(
        host: configuration.gateway.host, port: configuration.gateway.port, loops: configuration.loops, keys: keys)
    }
  }

  /// What the loop of a model is given beyond the grid and the ledger.
  func extras(of model: ServingModel) -> ControlLoop.Extras {
    let isAsked = if case .providers = configuration.grid.source { true } else { false }
    var extras = ControlLoop.Extras()
    extras.forecast = model.settings.forecast ?? (isAsked ? .provider : .ensemble)
    extras.residency = residency
    extras.speed = configuration.grid.replay?.speed ?? 1
    extras.embodied = embodiedPerSecond
    extras.resumes = configuration.grid.replay == nil
    if let desk, let provider {
      let (region, kind) = (provider.region, provider.kind)
      extras.expected = { range, step in await desk.forecast(region, kind, over: range, step: step) }
    }
    return extras
  }
}

extension Backend {
  /// A backend from `http://HOST:PORT[/prefix]`.
  init?(url: String, authorization: BackendAuthorization = .none) {
    guard url.hasPrefix("http://") else { return nil }
    let rest = url.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    guard let address = ListenAddress(String(authority)) ?? ListenAddress("\(authority):80"), address.port > 0 else {
      return nil
    }
    self.init(
      host: address.host, port: address.port, pathPrefix: String(rest[authority.endIndex...]),
      authorization: authorization)
  }
}
