import Factors
import Methods
import Quantities
import TestSupport
import Testing

@testable import Grid

@Suite("Generation by fuel") struct GenerationImportTests {
  static let header =
    "datetime_utc,net_generation_mwh,coal_mwh,nat_gas_mwh,nuclear_mwh,oil_mwh,hydro_mwh,solar_mwh,wind_mwh,other_mwh"

  func imported(
    _ rows: [String], header: String = Self.header, factors: [String: Figure<CarbonIntensity>] = exactFactors,
    columns: [String: GenerationColumn] = [:]
  ) throws -> ImportedIntensity {
    try GenerationImport(factors: factors, columns: columns).intensity(
      of: file(([header] + rows).joined(separator: "\n")), region: Region("US-CAL-CISO"), source: Source("EIA-930"))
  }

  func mix(_ imported: ImportedIntensity, row: Int = 0) throws -> IntensityByFuel.Mix {
    guard case .mix(let mix) = imported.rows[row].result else {
      throw TestFailure("row \(row) is a gap: \(imported.rows[row].result)")
    }
    return mix
  }

  struct TestFailure: Error { let text: String; init(_ text: String) { self.text = text } }

  @Test("gives the mean of the factors, weighted by generation: a row worked out by hand")
  func byHand() throws {
    // 10 coal, 60 gas, 10 nuclear, 5 hydro, 10 solar, 5 wind:
    // (10 x 820 + 60 x 490 + 10 x 12 + 5 x 24 + 10 x 48 + 5 x 11) / 100 = 38375 / 100
    let result = try imported(["2021-03-01T00:00Z,100,10,60,10,0,5,10,5,0", "2021-03-01T01:00Z,100,0,0,100,0,0,0,0,0"])
    let mix = try mix(result)
    #expect(abs(mix.intensity.value.gramsPerKilowattHour - 383.75) < 1e-9)
    #expect(mix.intensity.low == mix.intensity.value && mix.intensity.high == mix.intensity.value)
    #expect(mix.unknownShare == 0)
    #expect(result.series.slots.map { ($0.value * 100).rounded() / 100 } == [383.75, 12])
    #expect(result.series.kind == .averageLifecycle)
    #expect(result.series.provider == "intensity-by-fuel@1")
  }

  @Test(
    "counts fuels without a factor as unknown: value of the known mix, interval from the lowest to the highest factor")
  func unknownShare() throws {
    // 80 gas and 20 unknown (15 oil, 5 other): value 490; ends 0.8 x 490 + 0.2 x 11 and 0.8 x 490 + 0.2 x 820.
    let mix = try mix(imported(["2021-03-01T00:00Z,100,0,80,0,15,0,0,0,5", "2021-03-01T01:00Z,100,0,80,0,15,0,0,0,5"]))
    #expect(mix.unknownShare == 0.2)
    #expect(abs(mix.intensity.value.gramsPerKilowattHour - 490) < 1e-9)
    #expect(abs(mix.intensity.low.gramsPerKilowattHour - 394.2) < 1e-9)
    #expect(abs(mix.intensity.high.gramsPerKilowattHour - 556) < 1e-9)
  }

  @Test("carries the factors' own uncertainty, by share and under the factor's name")
  func factorUncertainty() throws {
    var factors = exactFactors
    factors["gas_combined_cycle"] = Figure(
      "gas",
      Estimate(
        CarbonIntensity.gramsPerKilowattHour(490), low: .gramsPerKilowattHour(400), high: .gramsPerKilowattHour(600),
        origin: .published, method: "published-factor@1", source: "fuel:gas"), source: Source("a test"))
    let mix = try mix(
      imported(["2021-03-01T00:00Z,100,0,50,50,0,0,0,0,0", "2021-03-01T01:00Z,,,,,,,,,"], factors: factors))
    #expect(mix.intensity.deviations == ["fuel:gas": Deviation(atLow: -45, atHigh: 55)])
  }

  @Test("keeps an empty row and a missing row as gaps, never as zero")
  func gaps() throws {
    let result = try imported([
      "2021-03-01T00:00Z,100,0,100,0,0,0,0,0,0", "2021-03-01T01:00Z,,,,,,,,,",
      "2021-03-01T02:00Z,100,0,100,0,0,0,0,0,0",
      "2021-03-01T05:00Z,100,0,100,0,0,0,0,0,0",
    ])
    #expect(result.rows[1].result == .gap(.emptyRow))
    #expect(result.series.slots.map(\.value) == [490, 490, 490])
    #expect(result.series.value(at: at("2021-03-01T01:30Z")) == nil)
    #expect(result.series.value(at: at("2021-03-01T03:30Z")) == nil)
    #expect(result.cadence.missingSteps == 2)
    #expect(result.receipt.note?.contains("2 intervals have no row and are gaps") == true)
  }

  @Test("takes a missing fuel from the stated total as unknown and marks the hour, or leaves a gap without a total")
  func missingFuel() throws {
    let result = try imported([
      "2021-03-01T00:00Z,100,0,80,0,0,0,,0,0", "2021-03-01T01:00Z,,0,80,0,0,0,,0,0",
      "2021-03-01T02:00Z,70,0,80,0,0,0,,0,0", "2021-03-01T03:00Z,80,0,80,0,0,0,0,0,0",
    ])
    #expect(try mix(result).unknownShare == 0.2)
    #expect(result.series.slots.first?.isEstimated == true)
    #expect(result.rows[1].result == .gap(.missingFuels(["solar_mwh"])))
    #expect(result.rows[2].result == .gap(.totalBelowSum))
    #expect(result.series.slots.last?.isEstimated == false)
  }

  @Test("takes storage off a stated total before it tells what is missing")
  func missingFuelBesideStorage() throws {
    let header = "datetime_utc,net_generation_mwh,nat_gas_mwh,solar_mwh,battery_mwh"
    let result = try imported(
      ["2021-03-01T00:00Z,100,60,,20", "2021-03-01T01:00Z,60,80,,-20"], header: header)
    #expect(try mix(result, row: 0).unknownShare == 0.25)
    #expect(try mix(result, row: 1).unknownShare == 0)
  }

  @Test("counts negative generation as none and says how often; storage counts neither way")
  func negatives() throws {
    let header = "datetime_utc,nat_gas_mwh,solar_mwh,battery_mwh"
    let result = try imported(
      ["2021-03-01T00:00Z,100,-3,-50", "2021-03-01T01:00Z,100,-1,70", "2021-03-01T02:00Z,50,50,"], header: header)
    #expect(result.series.slots.map(\.value) == [490, 490, 269])
    #expect(result.receipt.note?.contains("solar_mwh is negative in 2 rows (down to -3)") == true)
  }

  @Test("gives no intensity where nothing known was generated or most of it has no factor")
  func noIntensity() throws {
    let result = try imported([
      "2021-03-01T00:00Z,0,0,0,0,0,0,0,0,0", "2021-03-01T01:00Z,100,0,40,0,60,0,0,0,0",
      "2021-03-01T02:00Z,100,0,50,0,50,0,0,0,0",
    ])
    #expect(result.rows.map(\.result).prefix(2) == [.gap(.noKnownGeneration), .gap(.mostlyUnknown)])
    #expect(result.series.slots.count == 1)
    #expect(throws: SeriesFileError(file: "test.csv", .noValues)) {
      try imported(["2021-03-01T00:00Z,0,0,0,0,0,0,0,0,0", "2021-03-01T01:00Z,,,,,,,,,"])
    }
  }

  @Test("is the same whatever the order of its columns", arguments: 0..<10)
  func columnOrder(seed: UInt64) throws {
    var random = Seeded(seed)
    let header = Self.header.split(separator: ",").map(String.init)
    let rows = (0..<5).map { row in
      ["2021-03-01T0\(row):00Z"] + (1..<header.count).map { _ in "\(Int.random(in: 1...100, using: &random))" }
    }
    let order = header.indices.shuffled(using: &random)
    let straight = try imported(rows.map { $0.joined(separator: ",") })
    let shuffled = try imported(
      rows.map { row in order.map { row[$0] }.joined(separator: ",") },
      header: order.map { header[$0] }.joined(separator: ","))
    for (left, right) in zip(straight.series.slots, shuffled.series.slots) {
      #expect(abs(left.value - right.value) < 1e-9)
    }
    #expect(straight.series.slots.count == shuffled.series.slots.count)
  }

  @Test("never leaves the range of its factors, nor its own interval", arguments: 0..<20)
  func bounds(seed: UInt64) throws {
    var random = Seeded(seed)
    let rows = (0..<9).map { row in
      let cells = (0..<9).map { _ -> String in
        Int.random(in: 0..<12, using: &random) == 0 ? "" : "\(Int.random(in: -5...9000, using: &random))"
      }
      return "2021-03-01T0\(row):00Z,\(cells.joined(separator: ","))"
    }
    guard let result = try? imported(rows) else { return }
    #expect(result.rows.count == 9)
    for slot in result.series.slots {
      let low = try #require(slot.low)
      let high = try #require(slot.high)
      #expect(11 - 1e-9 <= low && low <= slot.value && slot.value <= high && high <= 820 + 1e-9)
    }
  }

  @Test("damaged anywhere is an error with its file or an import, and never a crash", arguments: 0..<20)
  func fuzz(seed: UInt64) throws {
    var random = Seeded(seed)
    let plain = Array("\(Self.header)\n2021-03-01T00:00Z,9,1,2,3,0,1,1,1,0\n2021-03-01T01:00Z,9,1,2,3,0,1,1,1,\n".utf8)
    for _ in 0..<40 {
      var bytes = plain
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(Array("0123456789-:TZ,.\ne\"".utf8).randomElement(using: &random) ?? 48, at: place)
        }
      }
      let result = Result {
        try GenerationImport(factors: exactFactors).intensity(
          of: SeriesFile(bytes, name: "fuzz.csv"), region: .unstated, source: Source("fuzz"))
      }
      switch result {
      case .success(let imported):
        #expect(imported.series.slots.allSatisfy { $0.value >= 11 && $0.value <= 820.000_001 })
      case .failure(let error): #expect("\(error)".hasPrefix("fuzz.csv"))
      }
    }
  }

  @Test("refuses a fuel it does not know, with near names, unless told what it is")
  func unknownColumn() throws {
    let header = "datetime_utc,nat_gas_mwh,geotermal_mwh"
    let rows = ["2021-03-01T00:00Z,50,50", "2021-03-01T01:00Z,50,50"]
    #expect(
      throws: SeriesFileError(
        file: "test.csv", line: 1, column: "geotermal_mwh", .unknownFuel(near: ["geothermal_mwh"]))
    ) {
      try imported(rows, header: header)
    }
    #expect(
      try imported(rows, header: header, columns: ["geotermal_mwh": .fuel("geothermal")]).series.slots.first?.value
        == 264)
    #expect(try imported(rows, header: header, columns: ["geotermal_mwh": .ignored]).series.slots.first?.value == 490)
    #expect(throws: SeriesFileError.self) { try imported(rows, header: header, columns: ["nosuch": .ignored]) }
  }

  @Test("refuses rows of another unit's size, up or down, and takes plants that start and suns that rise")
  func sizes() throws {
    func slip(_ rows: [[Double?]]) -> GenerationSizes.Slip? {
      GenerationSizes.slip(in: rows.enumerated().map { .init(line: $0.offset + 2, amounts: $0.element) })
    }
    let usual: [[Double?]] = [[100, 50, 3], [110, 55, 2], [90, 60, 4], [95, 52, 3]]
    #expect(slip(usual) == nil)
    #expect(slip(usual + [[100_000, 50, 3]])?.line == 6)
    #expect(slip(usual + [[100, 50_000, 3]])?.column == 1)
    #expect(slip(usual + [[0.1, 0.05, 0.003]])?.line == 6)
    // From kilowatt-hours to megawatt-hours in the middle of a file.
    let inKilowattHours: [[Double?]] = [[100_000, 50_000, 3000], [110_000, 55_000, 2000], [90_000, 60_000, 4000]]
    #expect(slip(inKilowattHours + usual)?.line == 5)
    // An oil plant starts; a missing cell; night and noon of a file of sun and wind.
    #expect(slip(usual + [[100, 50, 900]]) == nil)
    #expect(slip(usual + [[nil, 50, 3], [100, 50, nil]]) == nil)
    #expect(slip([[0, 5], [0, 4], [2, 5], [900, 6], [2500, 4], [2, 5], [0, 3]]) == nil)
  }

  @Test("refuses mixed units, a file without fuels and factors for none of them")
  func refusals() throws {
    let row = ["2021-03-01T00:00Z,50,50", "2021-03-01T01:00Z,50,50"]
    #expect(throws: SeriesFileError(file: "test.csv", line: 1, column: "solar_mw", .mixedUnits("mwh", "mw"))) {
      try imported(row, header: "datetime_utc,nat_gas_mwh,solar_mw")
    }
    #expect(
      throws: SeriesFileError(file: "test.csv", line: 1, .noGeneration(columns: ["datetime_utc", "ci_g_per_kwh", "x"]))
    ) {
      try imported(row, header: "datetime_utc,ci_g_per_kwh,x")
    }
    #expect(throws: SeriesFileError(file: "test.csv", .noFactors(fuels: ["gas_combined_cycle", "oil"]))) {
      try imported(row, header: "datetime_utc,nat_gas_mwh,oil_mwh", factors: ["coal": exactFactor("coal", 820)])
    }
    #expect(throws: SeriesFileError(file: "test.csv", line: 3, column: "oil_mwh", .notANumber("n/a"))) {
      try imported(["2021-03-01T00:00Z,5,5", "2021-03-01T01:00Z,5,n/a"], header: "datetime_utc,nat_gas_mwh,oil_mwh")
    }
  }

  @Test("writes CSV that reads back as the same series, gaps and method included")
  func csvRoundTrip() throws {
    let result = try imported([
      "2021-03-01T00:00Z,100,10,60,10,1,5,10,5,0", "2021-03-01T01:00Z,,,,,,,,,",
      "2021-03-01T02:00Z,100,0,80,0,20,0,0,0,0",
    ])
    let lines = result.csv.split(separator: "\n")
    #expect(lines.first == "datetime_utc,intensity_g_per_kwh,low,high,unknown_share,method")
    #expect(lines[2] == "2021-03-01T01:00:00Z,,,,,")
    #expect(lines[3] == "2021-03-01T02:00:00Z,490,394.2,556,0.2,intensity-by-fuel@1")
    let back = try file(result.csv).series(column: ImportedIntensity.valueColumn, region: Region("US-CAL-CISO"))
    #expect(back.kind == .averageLifecycle)
    #expect(back.provider == "intensity-by-fuel@1")
    #expect(back.slots.map(\.validity) == result.series.slots.map(\.validity))
    for (read, made) in zip(back.slots, result.series.slots) {
      #expect(abs(read.value - made.value) <= 0.0005)
      #expect(abs(try #require(read.low) - (try #require(made.low))) <= 0.0005)
      #expect(abs(try #require(read.high) - (try #require(made.high))) <= 0.0005)
    }
  }

  @Test("has a receipt that names the generation, each factor used and what has none")
  func receipt() throws {
    let receipt = try imported(["2021-03-01T00:00Z,100,0,60,20,20,0,0,0,0", "2021-03-01T01:00Z,100,0,60,20,20,0,0,0,0"])
      .receipt
    #expect(receipt.method == GridMethods.intensityByFuel)
    #expect(receipt.source?.citation == "EIA-930")
    #expect(
      receipt.inputs.map(\.label) == [
        "generation by fuel, US-CAL-CISO, 2021-03-01T00:00:00Z to 2021-03-01T02:00:00Z", "factor of gas_combined_cycle",
        "factor of nuclear", "intensity factor of oil_mwh",
      ])
    #expect(receipt.inputs.first?.value == 200)
    #expect(receipt.inputs.first?.unit == "MWh")
    #expect(receipt.inputs.last?.value == nil)
    #expect(receipt.inputs.last?.note == "no factor is known; 20 % of the generation counts as unknown")
    #expect(abs(try #require(receipt.value) - 370.5) < 1e-9)
  }

  @Test("takes its factors from the fuel table; oil has none there")
  func fuelTable() throws {
    let table = try FactorTables.embedded().fuels
    let factors = try GenerationImport(fuels: table).factors
    #expect(factors["oil"] == nil)
    #expect(factors["gas_combined_cycle"]?.value == .gramsPerKilowattHour(490))
    let fuels = FuelColumns.known.values.compactMap { if case .fuel(let fuel) = $0 { fuel } else { nil } }
    #expect(Set(fuels).subtracting(factors.keys) == ["oil"])
  }
}
