import Accounting
import Factors
import Foundation
import Ledger
import Methods
import Quantities
import Testing

@testable import Telemetry

@Suite("CodeCarbon's emissions.csv")
struct CodeCarbonTests {
  static let header =
    "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,"
    + "cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,"
    + "cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,"
    + "longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,"
    + "ram_utilization_percent,ram_used_gb,on_cloud,pue,wue"

  private func row(_ run: ActivityAccount, zone: Int = 0) throws -> CodeCarbonRow {
    CodeCarbonRow(
      run, regions: try FactorTables.embedded().regions, timeZone: try #require(TimeZone(secondsFromGMT: zone)),
      version: "1.2")
  }

  private func relative(_ value: Double?, _ expected: Double) -> Double {
    value.map { abs($0 / expected - 1) } ?? .infinity
  }

  @Test("a new file has the 38 columns of 3.3.2 in their order, LF, and reads back unchanged")
  func header() throws {
    let rows = [try row(Sample.run(name: "a, \"b\"\nc"))]
    let text = CodeCarbonFile.text(rows)
    #expect(text.hasPrefix(Self.header + "\n") && !text.utf8.contains(13))
    let file = try CodeCarbonFile(parsing: Array(text.utf8))
    #expect(file.columns.count == 38)
    #expect(file.rows == rows)
    #expect(rows[0][.projectName] == "a, \"b\"\nc")
  }

  @Test("energies are kWh, carbon kg, powers means over the run, times local; what is unknown is empty")
  func units() throws {
    let row = try row(Sample.run(), zone: 3600)
    #expect(relative(row.number(.energyConsumed), 40 / 3.6e6) < 1e-12)
    #expect(relative(row.number(.cpuEnergy), 30 / 3.6e6) < 1e-12)
    #expect(relative(row.number(.ramPower), 0.1) < 1e-12)
    #expect(row.number(.emissions) == 0.005)
    #expect(relative(row.number(.emissionsRate), 0.00005) < 1e-12)
    #expect(row.number(.duration) == 100)
    #expect(row.number(.cpuUtilization) == 25)
    #expect(row[.timestamp] == "2023-11-14T23:15:00")
    #expect([row[.countryName], row[.countryISOCode]] == ["Germany", "DEU"])
    for column in [CodeCarbonColumn.gpuEnergy, .gpuPower, .waterConsumed, .pue, .wue, .os, .onCloud] {
      #expect(row[column] == nil, "\(column.rawValue)")
    }
    let unknown = try self.row(Sample.run(grams: nil))
    #expect(unknown[.emissions] == nil && unknown[.emissionsRate] == nil)
    #expect(row[.runID] == UUID(uuidString: row[.runID] ?? "")?.uuidString.lowercased())
  }

  @Test("a cloud region is a provider and its region; a zone keeps its country")
  func places() throws {
    var run = Sample.run()
    run.activity.region = "aws:us-east-1"
    let cloud = try row(run)
    #expect([cloud[.cloudProvider], cloud[.cloudRegion], cloud[.onCloud]] == ["aws", "us-east-1", "Y"])
    run.activity.region = "US-CAL-CISO"
    let zone = try row(run)
    #expect([zone[.region], zone[.countryISOCode]] == ["us-cal-ciso", "USA"])
    run.activity.region = "Atlantis"
    #expect(try row(run)[.countryName] == nil)
  }

  @Test(
    "T47: 1.2 kWh in France are 0.0672468 kg, with a PUE of 1.5 applied once 0.1008702 kg",
    arguments: [(nil, 1.2, 0.0672468), (1.5, 1.8, 0.1008702)] as [(Double?, Double, Double)])
  func overheadOnce(_ pue: Double?, _ kilowattHours: Double, _ kilograms: Double) throws {
    let energy = Figure(
      "energy", Estimate<Energy>.exact(.kilowattHours(1.2), origin: .measured, method: "rapl-powercap@1"))
    var inputs = RunFootprint.Inputs(energy: energy, duration: .hours(1))
    inputs.intensity = .figure(DeclaredValue.figure("intensity", CarbonIntensity.gramsPerKilowattHour(56.039)))
    if let pue { try inputs.take(statedPUE: pue) }
    var run = Sample.run(pue: pue)
    let id = run.activity.id
    run.figures = run.figures.filter { $0.id.name == .pue }
    run.figures += [
      FigureRecord(id, .energy, energy),
      FigureRecord(id, .carbon, RunFootprint(inputs).carbon, label: "operational carbon"),
    ]
    let row = try row(run)
    #expect(relative(row.number(.energyConsumed), kilowattHours) < 1e-9)
    #expect(relative(row.number(.emissions), kilograms) < 1e-9)
    // What CodeCarbon's readers compute the intensity from.
    #expect(relative(row.number(.emissions).map { $0 / kilowattHours }, 0.056039) < 1e-9)
  }

  /// Duration, carbon and energies as CodeCarbon 3.3.2 wrote them for a run in France; the other fields are made up.
  static let observed =
    "2025-01-02T03:04:05,codecarbon,8f2c,e1,60.01367770500008,2.6149240432701248e-05,4.3572134607778933e-07,8.0,0,20.0,"
    + "0.00013325904833548266,0,0.0003333667021722217,0.00046662575050770435,0.0,France,FRA,,,,Linux,3.11,3.3.2,2,"
    + "\"Xeon, 2\",0,,,,23.5,machine,12.5,0,40,9.4,N,1.0,0.0"

  /// A run of 3.6 MJ on a processor's counter and 0.36 MJ by a model of memory.
  private func counted(memory method: MethodID) -> ActivityAccount {
    var run = Sample.run()
    let id = run.activity.id
    let energy = { (joules: Double, origin: Origin, method: MethodID) in
      Estimate<Energy>.exact(.joules(joules), origin: origin, method: method)
    }
    run.components = [
      Component(activity: id, name: "cpu", energy(3_600_000, .measured, "rapl-counter@1")),
      Component(activity: id, name: "memory", energy(360_000, .modelled, method)),
    ]
    run.figures = run.figures.filter { $0.id.name != .energy }
    run.figures.append(FigureRecord(id, .energy, Figure("energy of the run", energy(3_960_000, .modelled, "sum@2"))))
    return run
  }

  @Test(
    "T46: 3 600 000 J are written as 1 kWh, and with CodeCarbon's constant for a run by its models as 1.0000008 kWh")
  func countedJoules() throws {
    let exact = try row(counted(memory: "memory-power@1"))
    #expect(exact.number(.cpuEnergy) == 1)
    #expect(relative(exact.number(.energyConsumed), 1.1) < 1e-12)
    let compatible = try row(counted(memory: "codecarbon-memory@1"))
    #expect(relative(compatible.number(.cpuEnergy), 1.0000008) < 1e-9)
    // Power times time has no constant.
    #expect(relative(compatible.number(.ramEnergy), 0.1) < 1e-12)
    #expect(relative(compatible.number(.energyConsumed), 1.1000008) < 1e-9)
    #expect(relative(compatible.number(.cpuPower), 36_000) < 1e-12)
    // The intensity that its readers compute from it is the same.
    let intensity = { (row: CodeCarbonRow) in row.number(.emissions)! / row.number(.energyConsumed)! }
    #expect(relative(intensity(compatible), intensity(exact)) < 1e-12)
    // A file does not say what was counted: it is read as it is, within a millionth.
    let file = try CodeCarbonFile(parsing: Array(CodeCarbonFile.text([compatible]).utf8))
    let joules = try #require(file.rows.first?.energy).joules
    #expect(joules != 3_960_000 && abs(joules / 3_960_000 - 1) < 1e-6)
  }

  @Test("T48: figures that CodeCarbon wrote are read to the last digit, and its own sums hold")
  func observedRow() throws {
    let file = try CodeCarbonFile(parsing: Array("\(Self.header)\r\n\(Self.observed)\r\n".utf8))
    let row = try #require(file.rows.first)
    let sum = try #require(row.number(.cpuEnergy)) + (try #require(row.number(.ramEnergy)))
    #expect(abs(sum - 0.00046662575050770435) < 1e-15)
    #expect(row.number(.energyConsumed) == 0.00046662575050770435)
    let rate = try #require(row.emissions).grams / 1000 / (try #require(row.duration)).seconds
    #expect(abs(rate / 4.3572134607778933e-07 - 1) < 1e-9)
    #expect(relative(row.energy.map { row.number(.emissions)! / $0.kilowattHours }, 0.056039) < 1e-6)
    #expect(row[.cpuModel] == "Xeon, 2")
    #expect(row[.gpuModel] == nil)
  }

  @Test("T49: appended values follow the file's own column order and line ends")
  func otherOrder() throws {
    let columns = Array(CodeCarbonColumn.allCases.map(\.rawValue).reversed())
    let existing = columns.joined(separator: ",") + ",mine\r\n" + String(repeating: ",", count: 38) + "\r\n"
    let new = try row(Sample.run())
    let addition = try CodeCarbonFile.appending([new], to: Array(existing.utf8))
    #expect(addition.text.hasSuffix(",train,2023-11-14T22:15:00,\r\n"))
    let file = try CodeCarbonFile(parsing: Array((existing + addition.text).utf8))
    #expect(file.columns.dropLast() == columns[...])
    #expect(file.rows == [CodeCarbonRow(), new])
  }

  @Test("T49: a 31-column file of version 2 is read, and what it does not have is unknown")
  func versionTwo() throws {
    let missing: Set<CodeCarbonColumn> = [
      .experimentID, .waterConsumed, .cpuUtilization, .gpuUtilization, .ramUtilization, .ramUsed, .wue,
    ]
    let columns = CodeCarbonColumn.allCases.filter { !missing.contains($0) }
    #expect(columns.count == 31)
    let fields = columns.map { $0.isNumber ? "1.5" : "x" }
    let text = columns.map(\.rawValue).joined(separator: ",") + "\n" + fields.joined(separator: ",")
    let row = try #require(try CodeCarbonFile(parsing: Array(text.utf8)).rows.first)
    #expect(columns.allSatisfy { row[$0] != nil } && missing.allSatisfy { row[$0] == nil })
    // Writing there would lose a value, so it is refused with the column's name.
    let error = #expect(throws: CSVError.self) {
      try CodeCarbonFile.appending([try self.row(Sample.run())], to: Array(text.utf8))
    }
    #expect(error?.description.contains("cpu_utilization_percent") == true)
  }

  @Test("a run that is in the file already is not added again, and an open last line is closed first")
  func appendTwice() throws {
    let first = try row(Sample.run(1))
    let second = try row(Sample.run(2))
    let existing = String(CodeCarbonFile.text([first]).dropLast())
    let addition = try CodeCarbonFile.appending([first, second], to: Array(existing.utf8))
    #expect(addition.repeated == [first])
    #expect(try CodeCarbonFile(parsing: Array((existing + addition.text).utf8)).rows == [first, second])
    let nothing = try CodeCarbonFile.appending([first], to: Array(existing.utf8))
    #expect(nothing.text.isEmpty)
    #expect(try CodeCarbonFile.appending([first], to: []).text == CodeCarbonFile.text([first]))
  }

  @Test(
    "what is wrong in a file is named with line and column",
    arguments: [
      ("", "line 1, column 1"), ("timestamp,emissions\n2025,x1\n", "line 2, column 6"),
      ("timestamp,emissions\n2025,0.1\n2025,nan\n", "line 3, column 6"), ("timestamp,emissions\n2025\n", "line 2"),
      ("a,b\n1,2\n", "no column 'timestamp'"), ("timestamp,emissions,emissions\n", "line 1, column 21"),
      ("timestamp,emissions\n\"2025,1\n", "line 2, column 1"),
    ])
  func wrong(_ text: String, _ expected: String) {
    let error = #expect(throws: CSVError.self) { try CodeCarbonFile(parsing: Array(text.utf8)) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("no bytes make the reader crash, and what it accepts can be written and read again")
  func fuzz() throws {
    var numbers = RepeatableNumbers(state: 42)
    let good = Array("\(Self.header)\n\(Self.observed)\n\(Self.observed)\n".utf8)
    let alphabet = Array(",\"\r\n0.eE+-nx".utf8) + [0, 0xEF, 0xBB, 0xBF, 0xC3, 0xFF]
    var accepted = 0
    for round in 0..<3000 {
      var bytes = good
      if round % 10 == 0 {
        bytes = (0..<Int.random(in: 0...80, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      }
      for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: bytes[place] = alphabet.randomElement(using: &numbers) ?? 0
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(alphabet.randomElement(using: &numbers) ?? 0, at: place)
        default: bytes.removeLast(min(bytes.count, place / 4))
        }
      }
      guard let file = try? CodeCarbonFile(parsing: bytes) else { continue }
      accepted += 1
      #expect(try CodeCarbonFile(parsing: Array(CodeCarbonFile.text(file.rows).utf8)).rows == file.rows)
      _ = try? CodeCarbonFile.appending([try row(Sample.run())], to: bytes)
    }
    #expect(accepted > 100)
  }
}
