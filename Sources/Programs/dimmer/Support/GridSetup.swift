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
  let desk: GridDesk?
  let clock: any GridClock
  let clockText: String
  /// The grid values at hand: those of a recorded series, or what providers said and was kept.
  let past: @Sendable () async -> Series?
  private let client: HTTPClient?

  /// A setup.
  ///
  /// - Parameter store: where values of live providers are kept. Those of a recorded series are not news and are kept
  ///   nowhere.
  init(_ settings: GridSettings, store: (any SignalStore)?) throws {
    if let replay = settings.replay {
      clock = try ReplayGridClock(start: replay.start, speed: replay.speed)
      clockText = "replay from \(replay.start) at \(Decimals.significant(replay.speed, digits: 6))x real time"
    } else {
      clock = WallGridClock()
      clockText = "wall"
    }
    let tables = try FactorTables.embedded()
    switch settings.source {
    case .none:
      (provider, desk, client) = (nil, nil, nil)
      past = { nil }
      region = settings.region
    case .builtInTrace:
      let trace = BuiltInTrace.ciso
      let series = try Columns.series(of: trace)
      (provider, desk) = Self.recorded(series, settings, tables, clock)
      past = { series }
      client = nil
      region = trace.region.name
    case .file(let path, let column):
      let place = try Region(settings.region ?? "ZZ")
      let series = try Columns.series(path, column: column, region: place)
      (provider, desk) = Self.recorded(series, settings, tables, clock)
      past = { series }
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
      let suppliers = try catalogue.suppliers(
        providers, places: place.cloud.map { [zone: $0.coordinates] } ?? [:], fetcher: fetcher, store: store,
        clock: clock)
      let patience = settings.patience * (settings.replay?.speed ?? 1)
      desk = GridDesk(
        suppliers: suppliers, store: store, regions: tables.regions, clock: clock, patience: patience)
      provider = LiveProvider(
        suppliers, region: zone, kinds: [settings.kind] + settings.accepting, store: store, clock: clock,
        patience: patience, interval: settings.refresh)
      let (kinds, clock) = ([settings.kind] + settings.accepting, clock)
      past = { await KeptSeries.read(from: store, region: zone, kinds: kinds, until: clock.now) }
      region = zone.name
    }
  }

  private static func recorded(
    _ series: Series, _ settings: GridSettings, _ tables: FactorTables, _ clock: any GridClock
  ) -> (any SignalProvider, GridDesk) {
    let supplier = SeriesSupplier(series, issueLag: settings.issueLag, clock: clock)
    let desk = GridDesk(
      suppliers: [supplier], store: MemorySignalStore(), regions: tables.regions, clock: clock,
      patience: settings.patience * (settings.replay?.speed ?? 1))
    return (TraceProvider(series, issueLag: settings.issueLag), desk)
  }

  /// Ends connections that are kept open.
  func close() async { try? await client?.shutdown() }
}
