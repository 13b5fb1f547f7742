import CarbonAware
import Factors
import Gateway
public import Grid
import Hummingbird
public import Ledger
public import Logging
public import Quantities
import Reporting
public import ServiceLifecycle
import Synchronization

/// `dimmer serve` put together: gateway, control loops, recorder and page as one group of services over one ledger.
public struct DimmerServer: Sendable {
  /// What the server is told and given.
  public struct Setup: Sendable {
    /// The configuration.
    public var configuration: Configuration
    /// The models with their calibrations.
    public var models: [ServingModel]
    /// Where grid values come from; `nil` serves static mixes.
    public var provider: (any SignalProvider)?
    /// Where the grid values of other places come from, by the regions that variants name.
    public var places: [String: any SignalProvider]
    /// Grid time.
    public var clock: any GridClock
    /// The clock in words, for records and the page.
    public var clockText: String
    /// The ledger.
    public var store: any LedgerStore
    /// The activity that requests and decisions belong to; it must be in the ledger.
    public var activity: ActivityID
    /// Answers about grids for the Carbon Aware API; `nil`: the API is not served.
    public var desk: GridDesk?
    /// Makes ids.
    public var identifiers: IdentifierSource
    /// Wall time.
    public var wall: @Sendable () -> Timestamp
    /// What the machine is read with for `/metrics`; `nil`: it is not read.
    public var machine: MachineAccess?
    /// Figures of the activity that its requests are charged with: PUE, embodied carbon of a second.
    public var site: [FigureRecord]
    /// Reads keys.
    public var secrets: SecretReader
    /// Loads and unloads models at servers that can be asked to; `nil`: nobody does.
    public var residency: (any ResidencyActor)?
    /// The grid values at hand, from which is told what timing is worth.
    public var past: @Sendable () async -> GridPast
    /// The questions with known answers of each alias whose quality is kept fresh.
    public var probes: [String: ProbeSet] = [:]
    /// Sends a probe; `nil`: none is sent.
    public var sendProbe: ProbeSender?
    /// Told the ports once both listen.
    public var onListening: @Sendable (_ gateway: Int, _ control: Int) -> Void

    /// A setup.
    public init(
      configuration: Configuration, models: [ServingModel], provider: (any SignalProvider)?, clock: any GridClock,
      clockText: String, store: any LedgerStore, activity: ActivityID, identifiers: IdentifierSource,
      wall: @escaping @Sendable () -> Timestamp, machine: MachineAccess? = nil, desk: GridDesk? = nil,
      secrets: SecretReader = .none, residency: (any ResidencyActor)? = nil,
      past: @escaping @Sendable () async -> GridPast = { GridPast() }, site: [FigureRecord] = [],
      places: [String: any SignalProvider] = [:],
      onListening: @escaping @Sendable (Int, Int) -> Void
    ) {
      self.configuration = configuration
      self.models = models
      self.provider = provider
      self.places = places
      self.clock = clock
      self.clockText = clockText
      self.store = store
      self.activity = activity
      self.identifiers = identifiers
      self.wall = wall
      self.desk = desk
      self.machine = machine
      self.site = site
      self.secrets = secrets
      self.residency = residency
      self.past = past
      self.onListening = onListening
    }
  }

  /// The services in the order they start; they stop in the reverse one, so that the recorder writes what the gateway
  /// answered last.
  public let services: [any ServiceLifecycle.Service]

  /// Puts the services together.
  ///
  /// - Throws: an error of the route table when names clash, or a configuration error for an address of a variant.
  public init(_ setup: Setup, logger: Logger) throws {
    let table = try RouteTable(routes: setup.models.map { try $0.route(secrets: setup.secrets) })
    for model in setup.models {
      try table.publish(alias: model.alias, tariffs: model.tariffs, qualities: model.qualities)
    }
    let queue = ObservationQueue()
    let pue = setup.configuration.pue ?? 1
    let decisions = setup.probes.mapValues { _ in ProbeService.Decisions() }
    let loops = setup.models.map { model in
      ControlLoop(
        model: model, pue: pue, provider: setup.provider, clock: setup.clock, store: setup.store,
        activity: setup.activity, identifiers: setup.identifiers, wall: setup.wall, table: table,
        extras: setup.extras(of: model, decisions: decisions[model.alias]), logger: logger)
    }
    let calibrations = CalibrationsInForce(setup.models, table: table, loops: loops, logger: logger)
    var aliasOfVariant: [String: String] = [:]
    for model in setup.models { for variant in model.variants { aliasOfVariant[variant.name] = model.alias } }
    let meter = Self.meter(setup, calibrations: calibrations, logger: logger)
    let recorder = RequestRecorder(
      queue: queue, loops: loops, variants: aliasOfVariant, clock: setup.clock,
      gridSpeed: setup.configuration.grid.replay?.speed ?? 1, wall: setup.wall, store: setup.store,
      activity: setup.activity, pue: pue, site: setup.site, meter: meter, logger: logger)
    let own = OwnAnswers(setup, recorder: recorder, logger: logger)
    let ports = Ports(report: setup.onListening)
    let identifiers = setup.identifiers
    let gateway = GatewayServer(
      configuration: try setup.gateway,
      routes: table, makeID: { identifiers.next(.request).description }, wallClock: setup.wall,
      observe: { observation in
        own.recent.keep(observation)
        queue.offer(observation)
      }, documents: own.documents, logger: logger, onListening: { ports.set(gateway: $0) })
    let decided = AfterFirstDecisions(of: loops, start: gateway, logger: logger)
    let gauge = setup.machine.map {
      MachineGauge(
        $0, settings: setup.configuration.meter, name: setup.activity.description, wall: setup.wall, logger: logger,
        onPeriod: { period, sources in meter?.took(period, sources: sources) })
    }
    let advice = AdviceService(
      models: setup.models, pue: pue, past: setup.past, grids: setup.places.mapValues(\.kind),
      kind: setup.provider?.kind, logger: logger)
    let probes = try setup.models.compactMap { model in
      try decisions[model.alias].flatMap {
        try Self.probes(
          of: model, in: setup, decisions: $0, calibrations: calibrations, meter: meter,
          charges: ProbeCharges(recent: own.recent, recorder: recorder), ports: ports, logger: logger)
      }
    }
    let pages = Self.control(
      setup, queue: queue, recorder: recorder, loops: loops, probes: probes, advice: advice, gauge: gauge, own: own,
      ports: ports, logger: logger)
    let measuring: [any ServiceLifecycle.Service] = (meter.map { [$0] } ?? []) + (gauge.map { [$0] } ?? [])
    services = [recorder] + loops + [advice] + measuring + [own.sustainability, pages, decided] + probes
  }

  private static func control(
    _ setup: Setup, queue: ObservationQueue, recorder: RequestRecorder, loops: [ControlLoop],
    probes: [ProbeService], advice: AdviceService, gauge: MachineGauge?, own: OwnAnswers, ports: Ports, logger: Logger
  ) -> any ServiceLifecycle.Service {
    let clock = setup.clock
    let speed = setup.configuration.grid.replay?.speed ?? 1
    let activity = setup.activity
    let clockText = setup.clockText
    let loader = DashboardLoader(
      store: setup.store, serving: setup.activity, gridNow: { clock.now }, clockText: setup.clockText)
    let status: @Sendable () -> JSONValue = {
      let now = clock.now
      return [
        "grid_time": .time(now), "grid_speed": .number(speed), "clock": .string(clockText),
        "activity": .string(activity.description), "recorded": .count(recorder.written), "waiting": .count(queue.count),
        "dropped": .count(recorder.dropped),
        "aliases": .object(
          loops.map { loop in
            let review = advice.review(of: loop.alias)?.sentences.map(JSONValue.string)
            let evaluation = probes.first { $0.alias == loop.alias }?.standing.json ?? .null
            let standing = LoopStanding.json(loop.now, at: now).adding([
              "review": review.map(JSONValue.array) ?? .null, "evaluation": evaluation,
            ])
            return (key: loop.alias, value: standing)
          }),
      ]
    }
    var app = ControlApp(loader: loader, store: setup.store, status: status)
    app.sustainability = { own.sustainability.text }
    app.prices = { .object(loops.map { (key: $0.alias, value: $0.now?.price.json ?? .null) }) }
    if let gauge { app.metrics = { names in gauge.page(names: names) } }
    if let desk = setup.desk, let tables = try? FactorTables.embedded() {
      let settings = setup.configuration.grid
      let locations = DeskLocations(
        desk: desk, tables: tables, kind: setup.provider?.kind ?? settings.kind, accepting: settings.accepting,
        clock: clock)
      app.carbonAware = CarbonAwareRoutes(api: CarbonAwareAPI(grid: locations, now: { clock.now }))
    }
    if let tables = try? FactorTables.embedded() {
      let settings = setup.configuration.grid
      let kinds = [setup.provider?.kind ?? settings.kind] + settings.accepting
      app.comparing = CompareAnswers(
        tables: tables, store: setup.store,
        grid: setup.desk.map { GridIntensities(desk: $0, places: tables.places, kinds: kinds, clock: clock) })
    }
    let address = setup.configuration.control
    return Application(
      router: app.router(),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: "dimmer"),
      onServerRunning: { channel in ports.set(control: channel.localAddress?.port ?? address.port) },
      logger: logger)
  }
}

/// Waits until both ports are known and then tells them once.
final class Ports: Sendable {
  private let known = Mutex<(gateway: Int?, control: Int?)>((nil, nil))
  private let report: @Sendable (Int, Int) -> Void

  init(report: @escaping @Sendable (Int, Int) -> Void) { self.report = report }

  /// The gateway's, once it listens.
  var gateway: Int? { known.withLock { $0.gateway } }

  func set(gateway: Int? = nil, control: Int? = nil) {
    let both = known.withLock { known -> (Int, Int)? in
      known = (gateway ?? known.gateway, control ?? known.control)
      guard let gateway = known.gateway, let control = known.control else { return nil }
      return (gateway, control)
    }
    if let both { report(both.0, both.1) }
  }
}
