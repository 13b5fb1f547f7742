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
    left.region == right.region && left.source == right.source && left.issueLag == right.issueLag
      && left.kind == right.kind && left.accepting == right.accepting && left.refresh == right.refresh
      && left.patience == right.patience && left.replay?.start == right.replay?.start
      && left.replay?.speed == right.replay?.speed
  }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(region)
    hasher.combine(source)
  }
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

/// One alias and the variants behind it.
public struct ModelSettings: Hashable, Sendable {
  /// The name that callers use.
  public var alias: String
  /// The promised mean quality over a budget period, in points of the variants' quality (0...100).
  public var floor: Double
  /// How often the control loop decides. Default one hour.
  public var interval: Span = .hours(1)
  /// The policy. Default `receding-horizon`.
  public var policy: PolicyName = .recedingHorizon
  /// What one unit of a request is called, in the plural: `images`, `tokens`. Default `requests`.
  public var unitNoun = "requests"
  /// Units in a typical request, by which a request's fixed energy is spread over its units. Default 1.
  public var unitsPerRequest = 1.0
  /// The variants, any order.
  public var variants: [VariantSettings]

  /// An alias.
  public init(alias: String, floor: Double, variants: [VariantSettings]) {
    self.alias = alias
    self.floor = floor
    self.variants = variants
  }
}

/// The policies a configuration can name.
public enum PolicyName: String, CaseIterable, Hashable, Sendable {
  /// Re-solves the rest of the day at each interval.
  case recedingHorizon = "receding-horizon"
  /// The price of the last day.
  case trailingPrice = "trailing-price"
  /// One mix for all hours; needs no signal.
  case staticMix = "static-mix"
  /// Always the best variant.
  case alwaysBest = "always-best"
}

/// One variant of a model.
public struct VariantSettings: Hashable, Sendable {
  /// The model's name at its server.
  public var name: String
  /// The server's address, for example `http://127.0.0.1:9000`.
  public var url: String
  /// Mean quality in points (0...100); `nil` takes it from the ledger's calibration.
  public var quality: Double?
  /// Lower 95 % bound of the quality; the floor is enforced on it. `nil` with a quality: the quality itself.
  public var qualityLow: Double?
  /// Marginal energy of one unit (image, token); `nil` takes it from the ledger's calibration.
  public var energyPerUnit: Energy?
  /// Marginal energy of a request apart from its units.
  public var energyPerRequest: Energy?

  /// A variant at a server.
  public init(name: String, url: String) {
    self.name = name
    self.url = url
  }
}
