import AsyncHTTPClient
import Factors
import Foundation
import Grid
import GridHTTP
import GridProviders
import Quantities
import Service

/// The grid as a configuration describes it: a clock, a provider where there is one, and a desk that answers questions.
struct GridSetup {
  let region: String?
  let provider: (any SignalProvider)?
  /// The same for the other regions that were asked for, as far as anybody knows them.
  let places: [String: any SignalProvider]
  let desk: GridDesk?
  let clock: any GridClock
  let clockText: String
  /// The grid values at hand: those of a recorded series, or what providers said and was kept.
  let past: @Sendable () async -> GridPast
  private let client: HTTPClient?

  /// A setup.
  ///
  /// - Parameters:
  ///   - store: where values of live providers are kept. Those of a recorded series are not news and are kept nowhere.
  ///   - regions: other regions whose grids variants stand on.
  init(_ settings: GridSettings, store: (any SignalStore)?, regions: Set<String> = []) throws {
    if let replay = settings.replay {
      clock = try ReplayGridClock(start: replay.start, speed: replay.speed)
      clockText = "replay from \(replay.start) at \(Decimals.significant(replay.speed, digits: 6))x real time"
    } else {
      clock = WallGridClock()
      clockText = "wall"
    }
    let tables = try FactorTables.embedded()
    let given = Given(
      settings: settings, regions: regions, recorded: try Self.places(settings, regions), tables: tables, clock: clock)
    let parts =
      switch settings.source {
      case .none: Parts(region: settings.region, places: given.traces)
      case .builtInTrace:
        Self.recorded(try Columns.series(of: .ciso), region: BuiltInTrace.ciso.region.name, given)
      case .file(let path, let column):
        Self.recorded(
          try Columns.series(path, column: column, region: try Region(settings.region ?? "ZZ")),
          region: settings.region, given)
      case .providers(let providers): try Self.live(providers, store: store ?? MemorySignalStore(), given)
      }
    (region, provider, places) = (parts.region, parts.provider, parts.places)
    (desk, past, client) = (parts.desk, parts.past, parts.client)
  }

  /// What a setup is made from.
  private struct Given {
    let settings: GridSettings
    /// Other regions whose grids variants stand on.
    let regions: Set<String>
    /// Recorded series of some of them.
    let recorded: [String: Series]
    let tables: FactorTables
    let clock: any GridClock

    func trace(_ series: Series) -> any SignalProvider { TraceProvider(series, issueLag: settings.issueLag) }
    var traces: [String: any SignalProvider] { recorded.mapValues(trace) }
    /// Patience in real time: a replay's clock runs faster.
    var patience: Span { settings.patience * (settings.replay?.speed ?? 1) }
  }

  /// What a source of grid values gives.
  private struct Parts {
    var region: String?
    var provider: (any SignalProvider)?
    var places: [String: any SignalProvider]
    var desk: GridDesk?
    var past: @Sendable () async -> GridPast = { GridPast() }
    var client: HTTPClient?
  }

  /// The grid of a recorded series.
  private static func recorded(_ series: Series, region: String?, _ given: Given) -> Parts {
    let homes = home(series, given.regions, given.settings)
    let suppliers = ([series] + given.recorded.sorted { $0.key < $1.key }.map(\.value)).map {
      SeriesSupplier($0, issueLag: given.settings.issueLag, clock: given.clock)
    }
    let desk = GridDesk(
      suppliers: suppliers, store: MemorySignalStore(), regions: given.tables.regions, clock: given.clock,
      patience: given.patience)
    let elsewhere = given.recorded.merging(homes) { own, _ in own }
    return Parts(
      region: region, provider: given.trace(series),
      places: given.traces.merging(homes.mapValues(given.trace)) { own, _ in own }, desk: desk,
      past: { GridPast(home: series, elsewhere: elsewhere) })
  }

  /// The grid as services tell it.
  private static func live(
    _ providers: [ProviderSettings], store: any SignalStore, _ given: Given
  ) throws -> Parts {
    let (settings, tables, clock, patience) = (given.settings, given.tables, given.clock, given.patience)
    let place = try tables.places.place(settings.region ?? "")
    let zone = try Region(place.zone)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
    let catalogue = SupplierCatalogue(environment: ProcessInfo.processInfo.environment, tables: tables) {
      try Files.read($0)
    }
    // Patience is real time, and so are the waits between attempts; a replay's clock runs faster.
    let fetcher = Fetcher(HTTPTransport(client), clock: WallGridClock(), policy: FetchPolicy(attempts: 2))
    let others = given.regions.sorted().map { (name: $0, place: try? tables.places.place($0)) }
    var coordinates: [Region: Coordinates] = [:]
    for known in [place] + others.compactMap(\.place) {
      if let cloud = known.cloud { coordinates[try Region(known.zone)] = cloud.coordinates }
    }
    let suppliers = try catalogue.suppliers(
      providers, places: coordinates, fetcher: fetcher, store: store, clock: clock)
    let kinds = [settings.kind] + settings.accepting
    let provider = { (region: Region, kinds: [SignalKind]) in
      LiveProvider(
        suppliers, region: region, kinds: kinds, store: store, clock: clock, patience: patience,
        interval: settings.refresh)
    }
    let home = provider(zone, kinds)
    // Grids are only compared in one kind.
    let kind = home.kind
    var places: [String: any SignalProvider] = [:]
    for (name, place) in others { places[name] = provider(try Region(place?.zone ?? name), [kind]) }
    let zones = others.compactMap { other in (try? Region(other.place?.zone ?? other.name)).map { (other.name, $0) } }
    return Parts(
      region: zone.name, provider: home, places: places,
      desk: GridDesk(
        suppliers: suppliers, store: store, regions: tables.regions, clock: clock, patience: patience),
      past: {
        let own = await KeptSeries.read(from: store, region: zone, kinds: kinds, until: clock.now)
        var there: [String: Series] = [:]
        for (name, zone) in zones {
          there[name] = await KeptSeries.read(from: store, region: zone, kinds: [kind], until: clock.now)
        }
        return GridPast(home: own, elsewhere: there)
      }, client: client)
  }

  /// The site's own series for variants that stand apart in its region, with a PUE of their own.
  private static func home(
    _ series: Series, _ regions: Set<String>, _ settings: GridSettings
  ) -> [String: Series] {
    guard let home = settings.home, regions.contains(home) else { return [:] }
    return [home: series]
  }

  /// The recorded series of other regions, as far as there are any.
  private static func places(_ settings: GridSettings, _ regions: Set<String>) throws -> [String: Series] {
    var places: [String: Series] = [:]
    for region in regions.sorted() {
      guard let recorded = settings.places[region] else { continue }
      places[region] = try Columns.series(
        recorded.path, column: recorded.column, region: try Region(region), kind: recorded.kind)
    }
    return places
  }

  /// Ends connections that are kept open.
  func close() async { try? await client?.shutdown() }
}
