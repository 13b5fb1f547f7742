public import Methods
public import Quantities

/// A stretch of a real grid that comes with Dimmer, so that the demo needs no account and no network.
///
/// Only generation by fuel is shipped, as the US Energy Information Administration publishes it (public domain);
/// intensities are computed from it by ``GenerationImport`` when they are asked for, with the factors of the day.
public struct BuiltInTrace: Sendable {
  /// The grid.
  public let region: Region
  /// The first hour of the trace.
  public let start: Timestamp
  /// How many hours the trace has.
  public let hours: Int
  /// How many hours before the start are shipped for forecasts that look back.
  public let historyHours: Int
  /// What to cite.
  public let source: Source
  private let bytes: [UInt8]
  private let file: String

  /// The trace itself.
  public var period: Range<Timestamp> { start..<(start + .hours(Double(hours))) }
  /// The days before it.
  public var history: Range<Timestamp> { (start - .hours(Double(historyHours)))..<start }

  /// California ISO, the 48 hours from the spring equinox of 2021 (20 March 00:00 UTC), and the eight days before.
  ///
  /// The rule is fixed here and was not chosen by result: the first full UTC days from the day of the spring equinox,
  /// when day and night are equally long, in the latest spring that the data cover. All 240 hours are there, with every
  /// fuel; the fuels sum to the stated net generation in each. Each row is the hour that begins at its time.
  public static let ciso = BuiltInTrace(
    region: Region(trusted: "US-CAL-CISO"), start: Timestamp(milliseconds: 1_616_198_400_000), hours: 48,
    historyHours: 192,
    source: Source(
      "U.S. Energy Information Administration, Hourly Electric Grid Monitor (EIA-930), balancing authority CISO",
      year: 2021, licence: "public domain"),
    bytes: PackageResources.ciso_generation_2021_03_csv, file: "ciso_generation_2021_03.csv")

  /// The generation by fuel, history and trace.
  public func generation() throws(SeriesFileError) -> SeriesFile { try SeriesFile(bytes, name: file) }

  /// The intensity of history and trace by these factors.
  ///
  /// - Throws: ``SeriesFileError`` when none of the fuels has a factor.
  public func intensity(factors: [String: Figure<CarbonIntensity>]) throws(SeriesFileError) -> ImportedIntensity {
    try GenerationImport(factors: factors).intensity(of: generation(), region: region, source: source)
  }
}
