import Factors
import Foundation
import Grid
import Methods
import Quantities

/// A moment written as in the text of a test.
func at(_ text: String) -> Timestamp {
  guard let moment = Timestamp(iso8601: text) else { preconditionFailure("'\(text)' is no time") }
  return moment
}

/// The hour that begins at `start`.
func hour(_ start: Timestamp, _ count: Double = 1) -> Range<Timestamp> { start..<(start + .hours(count)) }

/// An hourly series from `start`; `nil` is a gap.
func hourly(
  _ values: [Double?], from start: Timestamp = at("2021-03-01"), kind: SignalKind = .averageLifecycle,
  unit: String? = nil
) throws -> Series {
  let slots = values.enumerated().compactMap { index, value in
    value.map { Slot(hour(start + .hours(Double(index))), value: $0) }
  }
  return try Series(
    region: Region("DE"), kind: kind, unit: unit, provider: "test", source: Source("a test"), slots: slots)
}

/// A factor without uncertainty, so that expected numbers can be worked out by hand.
func exactFactor(_ fuel: String, _ grams: Double) -> Figure<CarbonIntensity> {
  Figure(
    "factor of \(fuel)",
    .exact(.gramsPerKilowattHour(grams), origin: .published, method: "published-factor@1"), source: Source("a test"))
}

/// The IPCC AR5 medians, without uncertainty.
let exactFactors = Dictionary(
  uniqueKeysWithValues: [
    ("coal", 820.0), ("gas_combined_cycle", 490), ("biomass_dedicated", 230), ("biomass_cofiring", 740),
    ("solar_pv_utility", 48), ("solar_pv_rooftop", 41), ("csp", 27), ("geothermal", 38), ("hydro", 24),
    ("nuclear", 12), ("wind_onshore", 11), ("wind_offshore", 12),
  ].map { ($0, exactFactor($0, $1)) })

/// A file of a test.
func file(_ text: String, name: String = "test.csv") throws -> SeriesFile {
  try SeriesFile(Array(text.utf8), name: name)
}

/// Data that is handed to developers and lies beside the repository.
enum SharedData {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("../shared/data/grid").standardizedFileURL
  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent("README.md").path) }
  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: folder.appendingPathComponent(name)))
  }
}
