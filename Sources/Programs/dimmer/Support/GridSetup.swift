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
    let recorded = try Self.places(settings, regions)
    let trace = { (series: Series) in TraceProvider(series, issueLag: settings.issueLag) }
    let traces = recorded.mapValues(trace)
    switch settings.source {
    case .none:
      (provider, desk, client) = (nil, nil, nil)
      past = { GridPast() }
      region = settings.region
      places = traces
    case .builtInTrace:
      let builtIn = BuiltInTrace.ciso
      let series = try Columns.series(of: builtIn)
      (provider, desk) = Self.recorded(series, recorded, settings, tables, clock)
      places = traces.merging(Self.home(series, regions, settings).mapValues(trace)) { own, _ in own }
      past = { [homes = Self.home(series, regions, settings)] in
        GridPast(home: series, elsewhere: recorded.merging(homes) { own, _ in own })
      }
      client = nil
      region = builtIn.region.name
    case .file(let path, let column):
      let place = try Region(settings.region ?? "ZZ")
      let series = try Columns.series(path, column: column, region: place)
      (provider, desk) = Self.recorded(series, recorded, settings, tables, clock)
      places = traces.merging(Self.home(series, regions, settings).mapValues(trace)) { own, _ in own }
      past = { [homes = Self.home(series, regions, settings)] in
        GridPast(home: series, elsewhere: recorded.merging(homes) { own, _ in own })
      }
      client = nil
      region = settings.region
    case .providers(let providers):
      let place = try tables.places.place(settings.region ?? "")
      let zone = try Region(place.zone)
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
      self.client = client
      let store = store ?? MemorySignalStore()
      let catalogue = SupplierCatalogue(environment: ProcessInfo.processInfo.environment, tables: tables) {
        try Files.read($0)
      }
      // Patience is real time, and so are the waits between attempts; a replay's clock runs faster.
      let fetcher = Fetcher(HTTPTransport(client), clock: WallGridClock(), policy: FetchPolicy(attempts: 2))
      let others = regions.sorted().map { (name: $0, place: try? tables.places.place($0)) }
      var coordinates: [Region: Coordinates] = [:]
      for known in [place] + others.compactMap(\.place) {
        if let cloud = known.cloud { coordinates[try Region(known.zone)] = cloud.coordinates }
      }
      let suppliers = try catalogue.suppliers(
        providers, places: coordinates, fetcher: fetcher, store: store,
        clock: clock)
      let patience = settings.patience * (settings.replay?.speed ?? 1)
      desk = GridDesk(
        suppliers: suppliers, store: store, regions: tables.regions, clock: clock, patience: patience)
      let home = LiveProvider(
        suppliers, region: zone, kinds: [settings.kind] + settings.accepting, store: store, clock: clock,
        patience: patience, interval: settings.refresh)
      provider = home
      var places: [String: any SignalProvider] = [:]
      for (name, place) in others {
        // Grids are only compared in one kind.
        places[name] = LiveProvider(
          suppliers, region: try Region(place?.zone ?? name), kinds: [home.kind], store: store, clock: clock,
          patience: patience, interval: settings.refresh)
      }
      self.places = places
      let (kinds, clock) = ([settings.kind] + settings.accepting, clock)
      let zones = others.compactMap { other in (try? Region(other.place?.zone ?? other.name)).map { (other.name, $0) } }
      past = {
        let own = await KeptSeries.read(from: store, region: zone, kinds: kinds, until: clock.now)
        var there: [String: Series] = [:]
        for (name, zone) in zones {
          there[name] = await KeptSeries.read(from: store, region: zone, kinds: [home.kind], until: clock.now)
        }
        return GridPast(home: own, elsewhere: there)
      }
      region = zone.name
    }
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

  private static func recorded(
    _ series: Series, _ places: [String: Series], _ settings: GridSettings, _ tables: FactorTables,
    _ clock: any GridClock
  ) -> (any SignalProvider, GridDesk) {
    let suppliers = ([series] + places.sorted { $0.key < $1.key }.map(\.value)).map {
      SeriesSupplier($0, issueLag: settings.issueLag, clock: clock)
    }
    let desk = GridDesk(
      suppliers: suppliers, store: MemorySignalStore(), regions: tables.regions, clock: clock,
      patience: settings.patience * (settings.replay?.speed ?? 1))
    return (TraceProvider(series, issueLag: settings.issueLag), desk)
  }

  /// Ends connections that are kept open.
  func close() async { try? await client?.shutdown() }
}
