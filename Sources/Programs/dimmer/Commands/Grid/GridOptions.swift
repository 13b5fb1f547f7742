import ArgumentParser
import AsyncHTTPClient
import Factors
import Foundation
import Grid
import GridHTTP
import GridProviders
import Ledger
import LedgerSQLite
import Quantities
import Service

/// Which signal a command is about: a place's, or a file's column.
struct SignalOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A country, a grid zone or a cloud region.", valueName: "PLACE"))
  var place: String?

  @Option(help: ArgumentHelp("Read a CSV (also .gz, - for standard input) instead of asking.", valueName: "FILE"))
  var series: String?

  @Option(help: ArgumentHelp("The column of the file.", valueName: "NAME"))
  var column: String?

  @Option(
    help: ArgumentHelp(
      "What the values should count: average-lifecycle, average-direct, average, marginal, price, temperature, ....",
      valueName: "KIND"))
  var kind: SignalKind?

  @Option(help: ArgumentHelp("A configuration with 'grid.providers'.", valueName: "FILE"))
  var config: String?

  @Option(help: ArgumentHelp("How long to wait for all providers together.", valueName: "TIME"))
  var timeout: Span?

  @Flag(help: "Ask no provider: kept values and tables only.")
  var offline = false

  func validate() throws {
    if series != nil, column == nil { throw ValidationError("--series needs --column NAME") }
    if series == nil, column != nil { throw ValidationError("--column needs --series FILE") }
    if let timeout, !(0.1...300).contains(timeout.seconds) {
      throw ValidationError("--timeout must be from 0.1 s to 300 s")
    }
  }

  /// The column as a series, when a file was named.
  func fileSeries() throws -> Series? {
    guard let series, let column else { return nil }
    let region = try place.map { try Region(try FactorTables.embedded().places.place($0).zone) } ?? .unstated
    let loaded = try Columns.series(series, column: column, region: region)
    if let kind, kind != loaded.kind, loaded.kind != .unstated {
      throw Failure(.data, "\(series): column \(column) is \(loaded.kind.label), not \(kind.label)")
    }
    return loaded
  }

  /// The ledger; where it cannot be used, values are kept nowhere, which is said.
  private static func store() -> any SignalStore {
    do {
      return try SQLiteLedger.open(at: try Record.directory().ledgerPath)
    } catch {
      Output.progress("what providers say is not kept: \(error)")
      return MemorySignalStore()
    }
  }

  /// Runs `body` with the desk of the place that was named.
  func withDesk<T: Sendable>(_ body: (GridDesk, GridSubject) async throws -> T) async throws -> T {
    guard let place else {
      throw Failure(.usage, "name a place (DE, US-CAL-CISO, us-east-1), or a file with --series and --column")
    }
    let tables = try FactorTables.embedded()
    let found = try tables.places.place(place)
    let region = try Region(found.zone)
    let settings = try config.map { try ConfigurationFile.grid($0) }
    let environment = ProcessInfo.processInfo.environment
    let catalogue = SupplierCatalogue(environment: environment, tables: tables) { try Files.read($0) }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
    let clock = WallGridClock()
    let fetcher = Fetcher(HTTPTransport(client), clock: clock, policy: FetchPolicy(attempts: 2))
    let store = Self.store()
    var listed = catalogue.usual
    if case .providers(let settings)? = settings?.source { listed = settings }
    let coordinates = found.cloud.map { [region: $0.coordinates] } ?? [:]
    let wanted = kind ?? settings?.kind ?? .averageLifecycle
    let accepting = kind == nil ? settings?.accepting ?? [.average, .averageDirect] : []
    var suppliers =
      offline
      ? [] : try catalogue.suppliers(listed, places: coordinates, fetcher: fetcher, store: store, clock: clock)
    if settings == nil {
      // Nobody chose them, so those that have nothing to say on this are not worth a word.
      suppliers.removeAll { supplier in
        ([wanted, .wetBulb] + accepting).allSatisfy { kind in
          // A key that is missing or no key is worth one.
          switch supplier.objection(to: SignalQuery(region, kind, .latest)) {
          case .notOffered, .noSuchRegion: true
          default: false
          }
        }
      }
    }
    let desk = GridDesk(
      suppliers: suppliers, store: store, regions: tables.regions, clock: clock,
      patience: timeout ?? settings?.patience ?? .seconds(10))
    let subject = GridSubject(region: region, name: found.name, kind: wanted, accepting: accepting)
    let result: Result<T, any Error>
    do { result = .success(try await body(desk, subject)) } catch { result = .failure(error) }
    try? await client.shutdown()
    return try result.get()
  }
}

/// What a question to the desk is about.
struct GridSubject: Sendable {
  let region: Region
  let name: String
  let kind: SignalKind
  let accepting: [SignalKind]
}
