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
        Reads a CSV with a time column and columns of generation by fuel (EIA-930 names such as coal_mwh, nat_gas_mwh,
        wind_mwh) and writes intensity_g_per_kwh with low, high and the share without a factor. Factors are IPCC AR5
        lifecycle medians; fuels without one (oil, other) count as unknown and widen the interval. Missing hours are
        gaps, never zeros. '.gz' is read too, '-' is standard input.

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
      let region = try region.map { try Region($0) } ?? .unstated
      let imported = try GenerationImport(fuels: try FactorTables.embedded().fuels).intensity(
        of: table, region: region, source: Source(source ?? "generation by fuel, \(file)"))
      if let output { try Files.write(imported.csv, to: output) }
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
