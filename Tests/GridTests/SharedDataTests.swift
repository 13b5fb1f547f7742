import Factors
import Foundation
import Grid
import Methods
import Quantities
import Testing

@Suite(
  "On the series given to developers", .enabled(if: SharedData.isThere, "the shared data are not beside the repository")
)
struct SharedDataTests {
  @Test("worked example A comes out of the German file itself")
  func workedExampleA() throws {
    let series = try Series(
      csv: SharedData.bytes("em_DE-LU_2023_hourly.csv.gz"), file: "em_DE-LU_2023_hourly.csv.gz",
      column: "ci_lca_g_per_kwh", region: Region("DE"))
    #expect(series.slots.count == 8760)
    #expect(abs(2.5 * series.integral(over: at("2023-06-03T16:20Z")..<at("2023-06-03T18:50Z")) - 1667.3875) < 1e-6)
  }

  @Test("our lifecycle intensity of CISO follows the file's direct one, lies above it, and has a value in every hour")
  func correlation() throws {
    let file = try SeriesFile(SharedData.bytes("eia_CISO_2020_2021_hourly.csv.gz"), name: "eia_CISO")
    let region = try Region("US-CAL-CISO")
    let direct = try file.series(column: "ci_direct_g_per_kwh", region: region)
    let ours = try GenerationImport(factors: exactFactors).intensity(
      of: file, region: region, source: Source("EIA-930"))
    #expect(ours.series.slots.count == 17_544)
    #expect(ours.cadence.isRegular)
    let pairs = zip(ours.series.slots, direct.slots).map { ($0.value, $1.value) }
    let correlation = Self.correlation(pairs)
    // Measured when this was written: 0.9973.
    #expect(correlation > 0.99)
    #expect(pairs.allSatisfy { $0.0 > $0.1 })
    #expect(throws: SeriesError.mixedKinds(.averageLifecycle, .averageDirect)) {
      try ours.series.checkSameMeaning(as: direct)
    }
    // The built-in trace is a part of this file.
    let trace = try BuiltInTrace.ciso.intensity(factors: exactFactors).series
    #expect(trace.slots.map(\.value) == ours.series.slice(try #require(trace.extent)).slots.map(\.value))
  }

  @Test("our interval for Germany holds the value of others, who gave 'other' fuels a factor, in every quarter hour")
  func smard() throws {
    let file = try SeriesFile(SharedData.bytes("smard_DE_2020_15min.csv.gz"), name: "smard_DE")
    let theirs = try file.series(column: "ci_lifecycle_computed_g_per_kwh", region: Region("DE"))
    let region = try Region("DE")
    let ours = try GenerationImport(factors: exactFactors).intensity(of: file, region: region, source: Source("SMARD"))
    #expect(ours.series.slots.map(\.validity) == theirs.slots.map(\.validity))
    let outside = zip(ours.series.slots, theirs.slots).filter { ours, theirs in
      theirs.value < (ours.low ?? ours.value) - 0.005 || theirs.value > (ours.high ?? ours.value) + 0.005
    }
    #expect(outside.isEmpty)
    // With their two factors ours is theirs, to the last printed digit.
    var factors = exactFactors
    factors["theirs: other renewable"] = exactFactor("other renewable", 38)
    factors["theirs: other conventional"] = exactFactor("other conventional", 700)
    let same = try GenerationImport(
      factors: factors,
      columns: [
        "other_renewable_mwh": .fuel("theirs: other renewable"),
        "other_conventional_mwh": .fuel("theirs: other conventional"),
      ]
    ).intensity(of: file, region: region, source: Source("SMARD"))
    #expect(zip(same.series.slots, theirs.slots).allSatisfy { abs($0.value - $1.value) < 0.00501 })
  }

  @Test("every accounting vector comes out of its series to a millionth")
  func vectors() throws {
    let data = try Data(contentsOf: SharedData.folder.appendingPathComponent("vectors.json"))
    let all = try JSONDecoder().decode(Vectors.self, from: data).vectors.filter { $0.kind == "account_constant_power" }
    #expect(!all.isEmpty)
    var files: [String: SeriesFile] = [:]
    for vector in all {
      guard let source = vector.series, let start = vector.start, let minutes = vector.duration_min,
        let power = vector.power_kw, let expected = vector.expected
      else {
        Issue.record("\(vector.id) lacks a field")
        continue
      }
      let file = try files[source.file] ?? SeriesFile(SharedData.bytes(source.file), name: source.file)
      files[source.file] = file
      let series = try file.series(column: source.column)
      let range = at(start)..<(at(start) + .seconds(minutes * 60))
      #expect(series.coverage(over: range) == 1, "\(vector.id)")
      let grams = power * series.integral(over: range)
      #expect(abs(grams - expected.emissions_g) <= 1e-6 * max(1, expected.emissions_g), "\(vector.id)")
    }
  }

  @Test("the forecast's correction earns its place: on CISO 2021 it beats plain yesterday up to six hours ahead")
  func skill() throws {
    let series = try Series(
      csv: SharedData.bytes("dacf_CISO_2021H2_dayahead_forecast_vs_actual.csv.gz"), file: "dacf_CISO",
      column: "actual_direct_g_per_kwh", region: Region("US-CAL-CISO"))
    let start = try #require(series.extent).lowerBound
    var errors = (corrected: 0.0, plain: 0.0)
    var count = 0
    for step in stride(from: 24, to: 4400 - 7, by: 11) {
      let now = start + .hours(Double(step))
      let forecast = PersistenceForecast().forecast(
        from: series.asIssued(by: now), over: (now + .hours(1))..<(now + .hours(7)))
      for slot in forecast.slots {
        let truth = try #require(series.value(at: slot.validity.lowerBound))
        errors.corrected += abs(try #require(slot.value) - truth)
        errors.plain += abs(try #require(series.value(at: slot.validity.lowerBound - .hours(24))) - truth)
        count += 1
      }
    }
    // Over all hours, computed apart from this code: 13.9 g/kWh corrected, 20.0 g/kWh plain.
    #expect(errors.corrected < 0.8 * errors.plain)
    #expect(errors.corrected / Double(count) < 20)
  }

  @Test("the unaligned New York prices keep their gaps")
  func newYork() throws {
    let series = try Series(
      csv: SharedData.bytes("nyiso_NYC_lmp_realtime_15min_gappy.csv.gz"), file: "nyiso", column: "lmp_usd_per_mwh")
    #expect(series.slots.count == 6229)
    let extent = try #require(series.extent)
    #expect(series.coverage(over: extent) < 0.2)
    #expect(series.slots.allSatisfy { $0.validity.span == .seconds(900) })
  }

  private static func correlation(_ pairs: [(Double, Double)]) -> Double {
    let n = Double(pairs.count)
    let x = pairs.map(\.0).reduce(0, +) / n
    let y = pairs.map(\.1).reduce(0, +) / n
    var xy = 0.0
    var xx = 0.0
    var yy = 0.0
    for (a, b) in pairs {
      xy += (a - x) * (b - y)
      xx += (a - x) * (a - x)
      yy += (b - y) * (b - y)
    }
    return xy / (xx * yy).squareRoot()
  }

  private struct Vectors: Decodable {
    struct Vector: Decodable {
      struct SeriesName: Decodable {
        let file: String
        let column: String
      }
      struct Expected: Decodable {
        let emissions_g: Double
        private enum CodingKeys: String, CodingKey { case emissions_g }
        init(from decoder: any Decoder) throws {
          emissions_g =
            try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Double.self, forKey: .emissions_g) ?? .nan
        }
      }
      let id: String
      let kind: String
      let series: SeriesName?
      let start: String?
      let duration_min: Double?
      let power_kw: Double?
      let expected: Expected?
    }
    let vectors: [Vector]
  }
}
