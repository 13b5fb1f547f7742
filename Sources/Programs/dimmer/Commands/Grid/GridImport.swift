import ArgumentParser
import Factors
import Grid
import Methods
import Quantities
import Reporting

extension GridCommand {
  /// `dimmer grid import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turn generation by fuel into carbon intensity.",
      discussion: """
        Reads a CSV with a time column and columns of generation by fuel (EIA-930
        names such as coal_mwh, nat_gas_mwh, wind_mwh) and writes
        intensity_g_per_kwh with low, high and the share without a factor. Factors
        are IPCC AR5 lifecycle medians; fuels without one (oil, other) count as
        unknown and widen the interval. Missing hours are gaps, never zeros, and
        how many there are is said. Doubled hours, hours out of order or out of
        step, amounts of another unit's size and decimals with a comma end with
        65, line and column. '.gz' is read too, '-' is standard input.

        Examples:
          dimmer grid import generation.csv --region US-CAL-CISO > intensity.csv
          dimmer grid import generation.csv.gz --region US-NE-ISNE --output intensity.csv --json
        """)

    @Argument(help: ArgumentHelp("The CSV file.", valueName: "FILE"))
    var file: String

    @Option(help: "The grid, as an Electricity Maps zone or an ISO country.")
    var region: String?

    @Option(help: "What to cite for the generation.")
    var source: String?

    @Option(help: ArgumentHelp("Write the CSV to FILE instead of standard output.", valueName: "FILE"))
    var output: String?

    @Flag(help: "A JSON summary (mean, hours, gaps, receipt); the CSV goes to --output.")
    var json = false

    func run() throws {
      let table = try SeriesFile(try Files.read(file), name: file == "-" ? "standard input" : file)
      let tables = try FactorTables.embedded()
      let region = try region.map { try Region(try tables.places.place($0).zone) } ?? .unstated
      let imported = try GenerationImport(fuels: tables.fuels).intensity(
        of: table, region: region, source: Source(source ?? "generation by fuel, \(file)"))
      if let output { try Files.write(imported.csv, to: output) }
      if let gaps = Self.gaps(in: imported) { Output.progress("\(file): \(gaps)") }
      guard json else {
        if output == nil { Output.result(imported.csv.trimmedOfSpace) }
        Output.progress("mean intensity \(ReceiptText.amount(imported.receipt))")
        return
      }
      Output.result([
        "region": .string(region.name), "intervals": .count(imported.rows.count),
        "gaps": .count(imported.rows.count - imported.series.slots.count),
        "mean_intensity_grams_per_kwh": .figure(imported.receipt), "output": .optional(output),
        "receipt": .receipt(imported.receipt),
      ])
    }
  }
}

extension GridCommand.Import {
  /// How much of the time has no value, and where that begins; `nil` when all has.
  private static func gaps(in imported: ImportedIntensity) -> String? {
    let empty = imported.rows.filter { if case .gap = $0.result { true } else { false } }
    let missing = imported.cadence.missingSteps
    guard !empty.isEmpty || missing > 0 else { return nil }
    var parts: [String] = []
    if let first = empty.first {
      parts.append("\(empty.count) rows give no value, the first at \(first.validity.lowerBound)")
    }
    let hole = zip(imported.rows, imported.rows.dropFirst()).first { $0.validity.upperBound < $1.validity.lowerBound }
    if missing > 0, let hole {
      parts.append("\(missing) intervals have no row, the first at \(hole.0.validity.upperBound)")
    }
    return parts.joined(separator: "; ") + ": they stay gaps"
  }
}

/// Series from files and from what comes with Dimmer.
enum Columns {
  /// The intensity of a built-in trace and the days before it, with the embedded factors.
  static func series(of trace: BuiltInTrace) throws -> Series {
    let importer = try GenerationImport(fuels: try FactorTables.embedded().fuels)
    return try trace.intensity(factors: importer.factors).series
  }

  /// The column as a series with the region, or the region unstated.
  ///
  /// - Parameter kind: what the values are about; told from the column's name when not stated.
  static func series(
    _ path: String, column: String, region: Region = .unstated, kind: SignalKind? = nil
  ) throws -> Series {
    try SeriesFile(try Files.read(path), name: path == "-" ? "standard input" : path).series(
      column: column, region: region, kind: kind)
  }
}
