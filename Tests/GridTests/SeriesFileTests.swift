import Factors
import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("A file of series") struct SeriesFileTests {
  static let plain = """
    datetime_utc,ci_direct_g_per_kwh,ci_lca_g_per_kwh,price_usd_per_mwh,temp_c,estimated
    2023-01-01T00:00Z,140.51,185.8,-3.36,11.2,0
    2023-01-01T01:00Z,140.44,,-1.37,10.7,1
    2023-01-01T02:00Z,139,184,0,10.1,0

    """

  @Test("gives a column as a series; an empty cell is a gap and never zero")
  func column() throws {
    let series = try file(Self.plain).series(column: "ci_lca_g_per_kwh", region: Region("DE"))
    #expect(series.slots.map(\.value) == [185.8, 184])
    #expect(series.slots.map(\.start) == [at("2023-01-01T00:00Z"), at("2023-01-01T02:00Z")])
    #expect(series.slots.allSatisfy { $0.validity.span == .hours(1) })
    #expect(series.value(at: at("2023-01-01T01:30Z")) == nil)
    #expect(series.region.name == "DE")
    #expect(series.provider == "test.csv")
    #expect(series.source.citation == "test.csv, column ci_lca_g_per_kwh")
  }

  @Test(
    "tells kind and unit from a column's name",
    arguments: [
      ("ci_direct_g_per_kwh", SignalKind.averageDirect, "g/kWh"), ("ci_lca_g_per_kwh", .averageLifecycle, "g/kWh"),
      ("price_usd_per_mwh", .price, "USD/MWh"), ("temp_c", .temperature, "°C"), ("estimated", .unstated, ""),
    ])
  func meaning(column: String, kind: SignalKind, unit: String) throws {
    let series = try file(Self.plain).series(column: column)
    #expect(series.kind == kind)
    #expect(series.unit == unit)
    #expect(series.region == .unstated)
  }

  @Test("converts units at the edge: 1000 lb/MWh are 453.59237 g/kWh")
  func units() throws {
    let series = try file("time,moer_lb_per_mwh\n2021-01-01T00:00Z,1000\n2021-01-01T01:00Z,0\n")
      .series(column: "moer_lb_per_mwh")
    #expect(series.kind == .marginal)
    #expect(abs(try #require(series.slots.first).value - 453.59237) < 1e-9)
    let tonnes = try file("time,ci_t_per_mwh\n2021-01-01T00:00Z,0.5\n2021-01-01T01:00Z,1\n").series(
      column: "ci_t_per_mwh")
    #expect(tonnes.slots.map(\.value) == [500, 1000])
    let stated = try file("time,ci_t_per_mwh\n2021-01-01T00:00Z,0.5\n2021-01-01T01:00Z,1\n")
      .series(column: "ci_t_per_mwh", kind: .average, unit: "g/kWh")
    #expect(stated.slots.map(\.value) == [0.5, 1])
  }

  @Test("keeps rows that their source estimated, and marks them")
  func estimated() throws {
    let series = try file(Self.plain).series(column: "ci_direct_g_per_kwh")
    #expect(series.slots.map(\.isEstimated) == [false, true, false])
    #expect(throws: SeriesFileError(file: "test.csv", line: 2, column: "estimated", .notANumber("maybe"))) {
      try file("time,g,estimated\n2021-01-01T00:00Z,1,maybe\n2021-01-01T01:00Z,1,0\n").series(column: "g")
    }
  }

  @Test(
    "finds the time column by name, else takes the first",
    arguments: [
      "g,datetime_utc", "g,datetime", "g,timestamp", "g,time", "when,g",
    ])
  func timeColumn(header: String) throws {
    let rows =
      header.hasPrefix("g")
      ? ["1,2021-01-01T00:00Z", "2,2021-01-01T01:00Z"] : ["2021-01-01T00:00Z,1", "2021-01-01T01:00Z,2"]
    let series = try file(([header] + rows).joined(separator: "\n")).series(column: "g")
    #expect(series.slots.map(\.value) == [1, 2])
  }

  @Test("takes a time without a zone as UTC only where the column says so")
  func zones() throws {
    let rows = "2021-01-01 00:00,1\n2021-01-01 01:00,2\n"
    #expect(try file("datetime_utc,g\n" + rows).series(column: "g").slots.map(\.start).first == at("2021-01-01"))
    #expect(throws: SeriesFileError(file: "test.csv", line: 2, column: "time", .noZone("2021-01-01 00:00"))) {
      try file("time,g\n" + rows).series(column: "g")
    }
    let local = "time,g\n2020-10-25T02:00+02:00,1\n2020-10-25T02:00+01:00,2\n2020-10-25T03:00+01:00,3\n"
    let series = try file(local).series(column: "g")
    #expect(series.slots.map(\.validity) == (0..<3).map { hour(at("2020-10-25T00:00Z") + .hours(Double($0))) })
  }

  @Test("labelled by interval ends begins an interval one step before its time")
  func endLabels() throws {
    let text = "time,g\n2021-01-01T01:00Z,1\n2021-01-01T02:00Z,2\n2021-01-01T05:00Z,3\n"
    let series = try file(text).series(column: "g", layout: TimeLayout(label: .end))
    #expect(series.slots.map(\.start) == [at("2021-01-01T00:00Z"), at("2021-01-01T01:00Z"), at("2021-01-01T04:00Z")])
  }

  @Test("notices missing and irregular steps, and leaves open what a longer distance leaves open")
  func cadence() throws {
    let text =
      "time,g\n2021-01-01T00:10Z,1\n2021-01-01T00:25Z,2\n2021-01-01T00:40Z,3\n2021-01-01T01:10Z,4\n2021-01-01T01:17Z,5\n"
    let cadence = try file(text).cadence()
    #expect(cadence == (try file(text).cadence()))
    #expect(cadence.step == .seconds(900))
    #expect(cadence.missingSteps == 1)
    #expect(cadence.irregularSteps == 1)
    #expect(!cadence.isRegular)
    let series = try file(text).series(column: "g")
    #expect(series.gaps(over: try #require(series.extent)) == [at("2021-01-01T00:55Z")..<at("2021-01-01T01:10Z")])
    #expect(series.slot(at: at("2021-01-01T01:10Z"))?.end == at("2021-01-01T01:17Z"))
    #expect(try file(Self.plain).cadence().isRegular)
  }

  @Test("believes a column that states the ends of intervals")
  func statedEnds() throws {
    let text =
      "interval_start_utc,interval_end_utc,lmp_usd_per_mwh\n2024-02-13T01:40Z,2024-02-13T01:55Z,26.01\n2024-02-13T02:10Z,2024-02-13T02:20Z,26.54\n"
    let series = try file(text).series(column: "lmp_usd_per_mwh")
    #expect(series.slots.map(\.end) == [at("2024-02-13T01:55Z"), at("2024-02-13T02:20Z")])
    #expect(
      throws: SeriesFileError(file: "test.csv", line: 2, column: "valid_to", .endsBeforeStart(at("2024-02-13T01:40Z")))
    ) {
      try file("time,valid_to,g\n2024-02-13T01:40Z,2024-02-13T01:40Z,1\n").series(column: "g")
    }
  }

  @Test("names line and column of what is wrong")
  func errors() throws {
    func problem(_ text: String, column: String = "g") -> SeriesFileError? {
      do { _ = try file(text).series(column: column) } catch { return error as? SeriesFileError }
      return nil
    }
    let day = "2021-01-01T"
    #expect(
      problem("time,g\n\(day)00:00Z,1\n\(day)01:00Z,x\n")
        == SeriesFileError(file: "test.csv", line: 3, column: "g", .notANumber("x")))
    #expect(problem("time,g\n\(day)00:00Z,1\n\(day)01:00Z,nan\n")?.problem == .notANumber("nan"))
    #expect(
      problem("time,g\n\(day)00:00Z,1\n\(day)00:00Z,2\n")
        == SeriesFileError(file: "test.csv", line: 3, column: "time", .repeatedTime(at("\(day)00:00Z"), firstLine: 2)))
    #expect(
      problem("time,g\n\(day)02:00Z,1\n\(day)00:00Z,2\n")
        == SeriesFileError(
          file: "test.csv", line: 3, column: "time",
          .descendingTime(at("\(day)00:00Z"), previous: at("\(day)02:00Z"))))
    #expect(problem("time,g\nyesterday,1\n")?.problem == .notATime("yesterday"))
    #expect(problem("time,g\n\(day)00:00Z,1\n")?.problem == .unknownStep)
    #expect(problem("time,g\n")?.problem == .noValues)
    #expect(problem("time,g\n\(day)00:00Z,\n\(day)01:00Z,\n")?.problem == .noValues)
    #expect(
      problem("time,g\n\(day)00:00Z\n")
        == SeriesFileError(file: "test.csv", line: 2, column: "1", .csv(.fieldCount(found: 1, expected: 2))))
    #expect(problem("")?.problem == .csv(.noHeader))
    #expect(
      problem("time,price_usd_per_mwh\n\(day)00:00Z,1\n", column: "price_usd_per_mhw")?.problem
        == .noColumn(near: ["price_usd_per_mwh"], columns: ["time", "price_usd_per_mwh"]))
  }

  @Test("writes errors on one line, with file, line, column and fix")
  func errorText() {
    let error = SeriesFileError(file: "a.csv", line: 3, column: "g", .notANumber("x"))
    #expect(
      error.description == "a.csv, line 3, column 'g': 'x' is not a number; leave the cell empty to say 'missing'")
    #expect(
      SeriesFileError(file: "a.csv", line: 2, column: "1", .csv(.fieldCount(found: 1, expected: 2))).description
        == "a.csv, line 2, character 1: the record has 1 field, the header 2")
    #expect(
      SeriesFileError(file: "a.csv", column: "h", .noColumn(near: [], columns: ["time", "g"])).description
        == "a.csv, column 'h': there is no such column; the file has time, g")
  }

  @Test("can be gzipped; a damaged one is an error that says so")
  func gzipped() throws {
    let series = try Series(csv: GzipTests.dynamic, file: "day.csv.gz", column: "g")
    #expect(series.slots.count == 24)
    #expect(try Series(csv: Array(GzipTests.table.utf8), file: "day.csv.gz", column: "g") == series)
    #expect(throws: SeriesFileError(file: "day.csv.gz", .compression(.cutOff(atByte: 100)))) {
      try SeriesFile(Array(GzipTests.dynamic.prefix(100)), name: "day.csv.gz")
    }
    #expect(throws: SeriesFileError(file: "day.csv.gz", .compression(.tooLarge(limit: 100)))) {
      try SeriesFile(GzipTests.dynamic, name: "day.csv.gz", limit: 100)
    }
  }

  @Test("damaged anywhere is an error or a series that keeps its laws, and never a crash", arguments: 0..<30)
  func fuzz(seed: UInt64) throws {
    var random = Seeded(seed)
    for _ in 0..<40 {
      var bytes = Array(Self.plain.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(Array("0123456789-:TZ,.\n\"".utf8).randomElement(using: &random) ?? 48, at: place)
        }
      }
      let result = Result { try Series(csv: bytes, file: "fuzz.csv", column: "ci_direct_g_per_kwh") }
      switch result {
      case .success(let series):
        #expect(!series.slots.isEmpty && series.slots.allSatisfy { $0.value.isFinite && !$0.validity.isEmpty })
        #expect(zip(series.slots, series.slots.dropFirst()).allSatisfy { $0.end <= $1.start })
      case .failure(let error): #expect("\(error)".hasPrefix("fuzz.csv"))
      }
    }
  }
}
