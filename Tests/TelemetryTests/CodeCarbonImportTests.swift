import Factors
import Foundation
import Ledger
import Methods
import Quantities
import Reporting
import Testing

@testable import Telemetry

@Suite("Runs from CodeCarbon's emissions.csv")
struct CodeCarbonImportTests {
  private let utc = TimeZone(secondsFromGMT: 0)!

  /// A file of CodeCarbon's observed row with other values in some fields.
  private func file(_ changes: [CodeCarbonColumn: String]...) throws -> CodeCarbonFile {
    let text = "\(CodeCarbonTests.header)\n\(CodeCarbonTests.observed)\n"
    let row = try #require(try CodeCarbonFile(parsing: Array(text.utf8)).rows.first)
    let rows = changes.map { changes in
      var row = row
      for (column, value) in changes { row[column] = value }
      return row
    }
    return try CodeCarbonFile(parsing: Array(CodeCarbonFile.text(rows).utf8))
  }

  private func runs(_ changes: [CodeCarbonColumn: String]...) throws -> [CodeCarbonRun] {
    var runs: [CodeCarbonRun] = []
    for change in changes { runs += try CodeCarbonImport(try file(change), timeZone: utc).runs }
    return runs
  }

  private func account(_ changes: [CodeCarbonColumn: String] = [:]) throws -> ActivityAccount {
    let run = try #require(try runs(changes).first)
    let entry = run.entry(from: "emissions.csv", regions: try FactorTables.embedded().regions)
    try entry.validate()
    return ActivityAccount(
      activity: try #require(entry.activity), components: entry.components, figures: entry.figures)
  }

  @Test("energies become joules by component, carbon is as CodeCarbon has it, all declared, with file and line")
  func observed() throws {
    let account = try account()
    let run = account.activity
    #expect(account.components.map(\.name) == ["cpu", "memory"], "a machine without cards has no card of 0 J")
    // 0.00013325904833548266 kWh and 0.0003333667021722217 kWh, reckoned by hand.
    #expect(account.components.map(\.microjoules) == [Microjoules(479_732_574), Microjoules(1_200_120_128)])
    #expect(account.figure(.carbon)?.value == 2.6149240432701248e-05 * 1000)
    #expect(account.components.allSatisfy { $0.origin == .declared } && account.figure(.carbon)?.origin == .declared)
    #expect(account.figure(.energy)?.method == "codecarbon-energy@1")
    #expect(account.figure(.energy)?.receipt.source?.citation == "CodeCarbon 3.3.2, emissions.csv, line 2")
    #expect([run.name, run.region, run.meter] == ["codecarbon", "FR", "CodeCarbon 3.3.2"])
    #expect(run.ended == Timestamp(iso8601: "2025-01-02T03:04:05Z"))
    #expect(RunDocument.duration(of: run) == 60.014)
    #expect(run.status == .notObserved(after: try #require(run.ended)))
    #expect(run.detail.imported?.line == 2 && run.detail.tags["experiment"] == "e1")
  }

  @Test("the site's overhead is taken out of energies and kept in carbon; both stand in the receipt")
  func overhead() throws {
    let account = try account([.pue: "1.5", .energyConsumed: "3"])
    #expect(account.figure(.energy)?.value == 7_200_000)
    #expect(account.figure(.pue)?.value == 1.5)
    #expect(account.figure(.energy)?.receipt.inputs.map(\.value) == [10_800_000, 1.5])
    #expect(account.figure(.carbon)?.value == 2.6149240432701248e-05 * 1000)
  }

  @Test("what the row means otherwise than Dimmer is said where it stands")
  func meaning() throws {
    let account = try account([.gpuCount: "2", .gpuEnergy: "0.001"])
    let note = { (name: FigureName) in account.figure(name)?.receipt.note ?? "" }
    #expect(note(.energy).contains("the whole machine's, idle") && note(.energy).contains("8e-7"))
    #expect(note(.energyCPU).contains("model") && note(.energyMemory).contains("a constant"))
    #expect(note(.carbon).contains("own factor for France"))
    for name in [FigureName.intensity, .embodied, .water] {
      #expect(account.figure(name)?.value == nil && account.figure(name)?.reason?.isEmpty == false)
    }
    #expect(RunLabel.text(account).contains("not measured by Dimmer: CodeCarbon 3.3.2 wrote it, emissions.csv, line 2"))
  }

  @Test("a 0 that CodeCarbon writes for what it could not read is unknown; without energy there is no 0 of carbon")
  func zeros() throws {
    let card = try account([.gpuCount: "2", .gpuModel: "2 x A100"])
    #expect(card.components.first { $0.name == "gpu" }?.microjoules == nil)
    let short = try account([.energyConsumed: "0", .emissions: "0", .cpuEnergy: "0", .ramEnergy: ""])
    for name in [FigureName.energy, .carbon, .energyCPU, .energyMemory] {
      #expect(short.figure(name)?.value == nil && short.figure(name)?.reason?.isEmpty == false, "\(name)")
    }
    #expect(short.components.map(\.microjoules) == [nil, nil])
  }

  @Test(
    "the place is the cloud's region, the zone or the country, or unknown",
    arguments: [
      ([.cloudProvider: "aws", .cloudRegion: "us-east-1"], "aws:us-east-1"),
      ([.countryISOCode: "USA", .region: "us-cal-ciso"], "US-CAL-CISO"),
      ([.countryISOCode: "USA", .region: "california"], "US"),
      ([.countryISOCode: "FRA", .region: "us-cal-ciso"], "FR"), ([.countryISOCode: "QQQ"], nil),
      ([.countryISOCode: "", .countryName: ""], nil),
    ] as [([CodeCarbonColumn: String], String?)])
  func places(_ changes: [CodeCarbonColumn: String], _ region: String?) throws {
    #expect(try account(changes).activity.region == region)
  }

  @Test("local times are of the zone that is told, summer time too; a time that says its zone is taken at its word")
  func zones() throws {
    let paris = try #require(TimeZone(identifier: "Europe/Paris"))
    let moments = [
      ("2025-01-02T03:04:05", "2025-01-02T02:04:05Z"), ("2025-07-02T03:04:05", "2025-07-02T01:04:05Z"),
      ("2025-03-30T03:00:00", "2025-03-30T01:00:00Z"), ("2025-07-02T03:04:05+00:00", "2025-07-02T03:04:05Z"),
    ]
    for (text, expected) in moments {
      #expect(CodeCarbonRun.moment(text, in: paris)?.description == expected, "\(text)")
    }
    #expect(CodeCarbonRun.moment("2025-07-02", in: paris) == nil)
  }

  @Test("rows of one run are states of it, in any order, and only the last counts; two runs of one id are refused")
  func states() throws {
    let first: [CodeCarbonColumn: String] = [.duration: "10", .emissions: "1e-6", .energyConsumed: "1e-5"]
    for rows in [[first, [:]], [[:], first], [first, [:], first]] {
      var all: [CodeCarbonRow] = []
      for row in rows { all += try file(row).rows }
      let file = try CodeCarbonFile(parsing: Array(CodeCarbonFile.text(all).utf8))
      let imported = try CodeCarbonImport(file, timeZone: utc)
      #expect(imported.runs.count == 1 && imported.earlierStates == rows.count - 1)
      #expect(imported.runs.first?.row[.duration] == "60.01367770500008")
    }
    let other: [CodeCarbonColumn: String] = [.duration: "10", .energyConsumed: "1"]
    let both = try file([:], other)
    let error = #expect(throws: CSVError.self) { try CodeCarbonImport(both, timeZone: utc) }
    #expect(error?.line == 3 && error?.description.contains("line 2") == true)
    #expect(try CodeCarbonImport(try file([:], [.runID: "9"]), timeZone: utc).runs.count == 2)
  }

  @Test("the same record is the same run, any other is another; one that Dimmer exported keeps its own id")
  func identity() throws {
    let ids = try runs([:], [:], [.emissions: "1"], [.runID: "other"]).map(\.id)
    #expect(ids[0] == ids[1] && Set(ids).count == 3)
    let exported = CodeCarbonRow(
      Sample.run(7), regions: try FactorTables.embedded().regions, timeZone: utc, version: "0.1.0")
    let file = try CodeCarbonFile(parsing: Array(CodeCarbonFile.text([exported]).utf8))
    #expect(try CodeCarbonImport(file, timeZone: utc).runs.map(\.id) == [Sample.id(7)])
  }

  @Test("out, in and out again: each field of each row is as it was", arguments: [nil, 1.2])
  func roundTrip(_ pue: Double?) throws {
    let regions = try FactorTables.embedded().regions
    let before = [1, 2].map { number in
      CodeCarbonRow(Sample.run(number, pue: pue), regions: regions, timeZone: utc, version: "0.1.0")
    }
    let file = try CodeCarbonFile(parsing: Array(CodeCarbonFile.text(before).utf8))
    let accounts = try CodeCarbonImport(file, timeZone: utc).runs.map { run in
      let entry = run.entry(from: "e.csv", regions: regions)
      return ActivityAccount(
        activity: try #require(entry.activity), components: entry.components, figures: entry.figures)
    }
    let after = accounts.map { CodeCarbonRow($0, regions: regions, timeZone: utc, version: "9") }
    #expect(after == before)
    // And the ledger has the figures that the first run had, without the row.
    #expect(accounts[0].components.first { $0.name == "cpu" }?.microjoules == Microjoules(30_000_000))
    #expect(abs(try #require(accounts[0].figure(.energy)?.value) - 40) < 1e-9)
    #expect(accounts[0].figure(.carbon)?.value == 5)
    #expect(accounts[0].activity.started == Sample.start && accounts[0].activity.region == "DE")
    #expect(accounts[0].components.first { $0.name == "gpu" }?.microjoules == nil)
  }

  @Test(
    "a record that no run can have is refused with its place",
    arguments: [
      ([.cpuEnergy: "-1e-9"], "cpu_energy"), ([.emissions: "-1"], "emissions"), ([.pue: "0.5"], "pue"),
      ([.duration: ""], "duration"), ([.duration: "-1"], "duration"), ([.timestamp: "yesterday"], "timestamp"),
      ([.energyConsumed: "1e9"], "energy_consumed"),
    ] as [([CodeCarbonColumn: String], String)])
  func wrong(_ changes: [CodeCarbonColumn: String], _ column: String) throws {
    let file = try file([:], changes)
    let error = try #require(#expect(throws: CSVError.self) { try CodeCarbonImport(file, timeZone: utc) })
    #expect(error.line == 3 && error.description.contains(" in \(column):"), "\(error)")
    // The column is where the field begins, not only its name.
    let place = CodeCarbonTests.observed.utf8.count
    #expect(error.column >= 1 && error.column <= place + 200)
    if column == "timestamp" { #expect(error.column == 1) } else { #expect(error.column > 1) }
  }

  @Test("the energy of a field is a registered method")
  func method() throws {
    let method = try #require(TelemetryMethods.all.first { $0.id == "codecarbon-energy@1" })
    let result = try method.calculate(["energy_kwh": .number(1.8), "pue": .number(1.5)])
    #expect(result["energy_joules"] == .number(4_320_000))
  }
}
