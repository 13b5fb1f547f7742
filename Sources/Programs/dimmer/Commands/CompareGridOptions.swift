import ArgumentParser
import Comparing
import Factors
import Foundation
import Grid
import Methods
import Quantities
import Service

/// Where the grid's values at different times come from: files, or the grid of a configuration.
struct CompareGridOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A CSV with the intensity by time (also .gz); with several places as PLACE=FILE, once each.", valueName: "FILE"))
  var series: [String] = []

  @Option(help: ArgumentHelp("The column of the files.", valueName: "NAME"))
  var column: String?

  @Option(help: ArgumentHelp("What 'now' is, for files; their beginning without it.", valueName: "TIME"))
  var from: Timestamp?

  @Option(help: ArgumentHelp("A configuration whose 'grid' is asked.", valueName: "FILE"))
  var config: String?

  func validate() throws {
    if !series.isEmpty, column == nil { throw ValidationError("--series needs --column NAME") }
    if series.isEmpty, column != nil { throw ValidationError("--column needs --series FILE") }
    if series.isEmpty, from != nil { throw ValidationError("--from is for --series; a live grid's now is now") }
    if !series.isEmpty, config != nil {
      throw ValidationError("--series and --config contradict each other: both say what the grid does")
    }
  }

  /// What is known of the grids and times of a board.
  func intensities(_ query: BoardQuery, tables: FactorTables) async throws -> [BoardSlot: Finding<CarbonIntensity>] {
    guard query.times.isEmpty || !query.regions.isEmpty else {
      throw Failure(.usage, "--time tells the hours of a grid apart: name a --region, too")
    }
    if config != nil, query.times.isEmpty {
      throw Failure(.usage, "--config is asked what the grid does at times: name them (--time now --time +3h)")
    }
    // The asker's evening is the evening of the asker's machine.
    let offset = Span.seconds(Double(TimeZone.current.secondsFromGMT()))
    if let column, !series.isEmpty { return try fromFiles(query, column: column, tables: tables, utcOffset: offset) }
    guard let config, !query.slots.isEmpty else { return [:] }
    let settings = try ConfigurationFile.grid(config)
    let setup = try GridSetup(settings, store: nil, regions: Set(query.regions))
    guard let desk = setup.desk else { return [:] }
    let kinds = [setup.provider?.kind ?? settings.kind] + settings.accepting
    let found = await GridIntensities(desk: desk, places: tables.places, kinds: kinds, clock: setup.clock)
      .intensities(query.slots, utcOffset: offset)
    await setup.close()
    return found
  }

  private func fromFiles(
    _ query: BoardQuery, column: String, tables: FactorTables, utcOffset: Span
  ) throws -> [BoardSlot: Finding<CarbonIntensity>] {
    guard !query.slots.isEmpty else {
      throw Failure(.usage, "--series tells times apart: name the times (--time now --time +3h) and a --region")
    }
    var found: [BoardSlot: Finding<CarbonIntensity>] = [:]
    for named in series {
      let sides = named.split(separator: "=", maxSplits: 1).map(String.init)
      let place = sides.count == 2 && query.regions.contains(sides[0]) ? sides[0] : nil
      guard let region = place ?? (query.regions.count == 1 ? query.regions.first : nil) else {
        throw Failure(
          .usage, "--series '\(named)': with several places each file needs its own, as \(query.regions[0])=FILE")
      }
      let path = place == nil ? named : sides[1]
      let zone = try Region(try tables.places.place(region).zone)
      let loaded = try Columns.series(path, column: column, region: zone)
      guard GridIntensities.counts(loaded.kind) else {
        throw Failure(
          .data,
          "\(path): column \(column) is \(loaded.kind.label); it must be an average carbon intensity, and its name must "
            + "say so, as ci_lca_g_per_kwh")
      }
      guard let start = from ?? loaded.extent?.lowerBound else {
        throw Failure(.data, "\(path): the file has no values")
      }
      for slot in query.slots where slot.region == region {
        guard let moment = slot.time.moment(after: start, utcOffset: utcOffset) else { continue }
        found[slot] = GridIntensities.intensity(in: loaded, at: moment)
      }
    }
    return found
  }
}
