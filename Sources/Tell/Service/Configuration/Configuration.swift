public import Grid
public import Quantities
public import Telemetry

/// What `dimmer serve` is told by `dimmer.yaml`, all defaults in one place.
public struct Configuration: Hashable, Sendable {
  /// Where requests come in. Default `127.0.0.1:8080`.
  public var gateway = ListenAddress(host: "127.0.0.1", port: 8080)
  /// Where the page and the API are. Default `127.0.0.1:8081`.
  public var control = ListenAddress(host: "127.0.0.1", port: 8081)
  /// Event loops of the gateway. Default 1: a second one did not help on machines where models share the cores.
  public var loops = 1
  /// The grid.
  public var grid = GridSettings()
  /// Facility overhead of the machines that serve; `nil`: none is counted and the receipts say so.
  public var pue: Double?
  /// The machine's figures at `/metrics`.
  public var meter = MeterSettings()
  /// What paths under `/v1/` that are not known get: 404, or the default backend's answer. Default 404.
  public var unknownPaths = UnknownPathRule.refused
  /// The keys callers must show; none: everybody on this machine may ask.
  public var keys: [KeySettings] = []
  /// The models behind aliases.
  public var models: [ModelSettings] = []

  /// The defaults, with no models.
  public init() {}
}

/// What `/metrics` of the control port shows of the machine.
public struct MeterSettings: Hashable, Sendable {
  /// How often the machine is looked at, 1 s to 1 min; a scrape never makes it more. Default 5 s.
  public var period: Span = .seconds(5)
  /// How many consumers of each kind have a line of their own, 1 to 1000. Default 20.
  public var rows = 20
  /// Whose names are written beside Dimmer's own when a scrape does not say. Default none.
  public var names: PrometheusText.Names = []

  /// The defaults.
  public init() {}
}

/// Where grid intensity comes from.
public struct GridSettings: Hashable, Sendable {
  /// The region, an Electricity Maps zone or an ISO country; `nil`: unknown.
  public var region: String?
  /// Where values come from.
  public var source: GridSource = .none
  /// Recorded series of the grids that variants elsewhere stand on, by region; providers are asked for theirs.
  public var places: [String: RecordedColumn] = [:]
  /// What values should count. Default: average, life cycle.
  public var kind: SignalKind = .averageLifecycle
  /// Kinds that may stand in for it, best first; what rests on one says so.
  public var accepting: [SignalKind] = [.average, .averageDirect]
  /// How often providers are asked. Default 5 min.
  public var refresh: Span = .seconds(300)
  /// How long one question to the providers takes at most. Default 10 s.
  public var patience: Span = .seconds(10)
  /// How long after the start of its interval a value becomes known. Default 0.
  public var issueLag: Span = .seconds(0)
  /// The grid clock: real time, or a replay from a moment on at so many times real time.
  public var replay: (start: Timestamp, speed: Double)?

  /// Nothing known.
  public init() {}

  public static func == (left: GridSettings, right: GridSettings) -> Bool {
    left.region == right.region && left.places == right.places && left.source == right.source
      && left.issueLag == right.issueLag
      && left.kind == right.kind && left.accepting == right.accepting && left.refresh == right.refresh
      && left.patience == right.patience && left.replay?.start == right.replay?.start
      && left.replay?.speed == right.replay?.speed
  }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(region)
    hasher.combine(source)
  }
}

/// A column of a CSV file.
public struct RecordedColumn: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The column.
  public var column: String
  /// What its values are about; told from the column's name when not stated.
  public var kind: SignalKind?

  /// A column of a file.
  public init(path: String, column: String, kind: SignalKind? = nil) {
    self.path = path
    self.column = column
    self.kind = kind
  }
}

extension GridSettings {
  /// The region of the site's own grid; `nil`: unknown.
  public var home: String? { source == .builtInTrace ? BuiltInTrace.ciso.region.name : region }
}

/// A source of grid intensity.
public enum GridSource: Hashable, Sendable {
  /// None: the static mix serves, which needs no signal.
  case none
  /// The built-in trace of CISO.
  case builtInTrace
  /// A column of a CSV file.
  case file(path: String, column: String)
  /// Services and files, best first.
  case providers([ProviderSettings])
}
