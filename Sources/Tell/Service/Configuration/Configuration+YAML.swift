import Grid
import Quantities
import Telemetry

extension Configuration {
  /// The parts of a configuration.
  static let parts = ["gateway", "control", "grid", "pue", "meter", "keys", "models"]

  /// Reads a configuration from YAML.
  ///
  /// - Parameters:
  ///   - yaml: the text.
  ///   - file: the file's name, for errors.
  /// - Throws: ``ConfigurationError`` with the line for anything unknown, missing or out of range.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    self.init()
    let root = try ConfigurationNode.root(of: yaml, file: file)
    let members = try root.members(Self.parts)
    if let gateway = members["gateway"] {
      let settings = try gateway.members(["listen", "loops", "unknown_paths"])
      if let listen = settings["listen"] { self.gateway = try listen.address() }
      if let loops = settings["loops"] { self.loops = try loops.whole(in: 1...64) }
      unknownPaths = try settings["unknown_paths"]?.choice(UnknownPathRule.self) ?? unknownPaths
    }
    if let control = members["control"], let listen = try control.members(["listen"])["listen"] {
      self.control = try listen.address()
    }
    if let grid = members["grid"] { self.grid = try GridSettings(grid) }
    if let pue = members["pue"] { self.pue = try pue.number(in: 1...5) }
    if let meter = members["meter"] { self.meter = try MeterSettings(meter) }
    for item in try members["keys"]?.items() ?? [] {
      let key = try KeySettings(item)
      guard !keys.contains(where: { $0.name == key.name }) else {
        throw item.failure("the key '\(key.name)' stands twice")
      }
      keys.append(key)
    }
    guard let models = members["models"] else {
      throw root.failure("'models' is missing: at least one alias with its variants is needed")
    }
    for item in try models.items() {
      let model = try ModelSettings(item)
      guard !self.models.contains(where: { $0.alias == model.alias }) else {
        throw item.failure("the alias '\(model.alias)' stands twice")
      }
      self.models.append(model)
    }
    guard !self.models.isEmpty else { throw models.failure("'models' is empty") }
  }
}

extension MeterSettings {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    self.init()
    let members = try node.members(["period", "rows", "names"])
    if let period = members["period"] {
      self.period = try period.quantity(Span.self)
      guard (1...60).contains(self.period.seconds) else { throw period.failure("'meter.period' must be 1 s to 1 min") }
    }
    rows = try members["rows"]?.whole(in: 1...1000) ?? rows
    for item in try members["names"]?.items() ?? [] {
      guard let names = PrometheusText.Names(parsing: try item.text()) else {
        throw item.failure("names must be of \(PrometheusText.Names.known.map(\.key).joined(separator: ", "))")
      }
      self.names.formUnion(names)
    }
  }
}

extension GridSettings {
  /// Reads the grid's part of a configuration and no other: to ask about a grid nothing need be served.
  ///
  /// - Throws: ``ConfigurationError`` as ``Configuration/init(yaml:file:)``.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    let root = try ConfigurationNode.root(of: yaml, file: file)
    let members = try root.members(Configuration.parts)
    guard let grid = members["grid"] else { throw root.failure("'grid' is missing: region and providers") }
    try self.init(grid)
  }

  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    self.init()
    let members = try node.members([
      "region", "trace", "series", "column", "issue_lag", "replay", "providers", "kind", "accept", "refresh",
      "patience", "places",
    ])
    region = try members["region"]?.text()
    issueLag = try members["issue_lag"]?.quantity(Span.self) ?? issueLag
    if let trace = members["trace"] {
      guard try trace.text() == "ciso" else { throw trace.failure("the only built-in trace is 'ciso'") }
      guard members["series"] == nil else { throw trace.failure("give 'trace' or 'series', not both") }
      source = .builtInTrace
    } else if let series = members["series"] {
      guard let column = members["column"] else { throw series.failure("'series' needs 'column'") }
      source = .file(path: try series.text(), column: try column.text())
    }
    for item in try members["places"]?.items() ?? [] {
      let place = try item.members(["region", "series", "column", "kind"])
      guard let region = place["region"], let series = place["series"], let column = place["column"] else {
        throw item.failure("a place needs 'region', 'series' and 'column'")
      }
      let name = try region.region().name
      guard places[name] == nil else { throw item.failure("the place '\(name)' stands twice") }
      places[name] = RecordedColumn(
        path: try series.text(), column: try column.text(), kind: try place["kind"]?.choice(SignalKind.self))
    }
    if let providers = members["providers"] {
      if let places = members["places"] {
        throw places.failure("'places' is for recorded series; providers are asked for the regions of variants anyway")
      }
      guard source == .none else { throw providers.failure("give 'providers', 'trace' or 'series', one of them") }
      guard region != nil else { throw providers.failure("'providers' needs 'region': whose grid to ask for") }
      source = .providers(try providers.items().map { (item) throws(ConfigurationError) in try ProviderSettings(item) })
    }
    kind = try members["kind"]?.choice(SignalKind.self) ?? kind
    if let accept = members["accept"] {
      accepting = try accept.items().map { (item) throws(ConfigurationError) in try item.choice(SignalKind.self) }
    }
    refresh = try members["refresh"]?.quantity(Span.self) ?? refresh
    guard (10...86400).contains(refresh.seconds) else { throw node.failure("'refresh' must be 10 s to 24 h") }
    patience = try members["patience"]?.quantity(Span.self) ?? patience
    guard (0.1...300).contains(patience.seconds) else { throw node.failure("'patience' must be 0.1 s to 5 min") }
    if let replay = members["replay"] {
      let settings = try replay.members(["start", "speed"])
      guard let start = settings["start"], let speed = settings["speed"] else {
        throw replay.failure("'grid.replay' needs 'start' and 'speed'")
      }
      self.replay = (try start.time(), try speed.number(in: 0.001...100_000))
    }
  }
}
