import ArgumentParser
import Factors
import Foundation
import Ledger
import Quantities
import Reporting
import Telemetry

/// `dimmer export`: measured runs in the formats of other tools.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write measured runs in the formats of other tools.",
    discussion: """
      Formats:
        codecarbon    CodeCarbon's emissions.csv, 38 columns; energies and powers with the site's PUE, as there
        jsonl         JSON lines, one run a line, as 'dimmer run --summary' writes it
        prometheus    text exposition 0.0.4, for example for a textfile collector
        otlp          a metrics document of OpenTelemetry's protocol over HTTP, JSON
        huggingface   the block co2_eq_emissions for a model card, the runs' carbon added up

      Without --run: all runs that have ended, oldest first. What is unknown is an empty field, null or a comment with
      the reason, never 0.

      Examples:
        dimmer export codecarbon --output emissions.csv --append
        dimmer export huggingface --run run_01k3xj... --training-type fine-tuning
        dimmer export otlp | curl -H 'Content-Type: application/json' --data-binary @- http://collector:4318/v1/metrics
      """)

  /// The formats.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case codecarbon, jsonl, prometheus, otlp, huggingface
  }

  @Argument(help: "Format: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Only this run, by its id or a unique beginning; may be repeated.", valueName: "ID"))
  var ids: [String] = []

  @Option(help: ArgumentHelp("Write to FILE instead of standard output.", valueName: "FILE"))
  var output: String?

  @Flag(help: "Add to FILE (codecarbon, jsonl); runs that are in an emissions.csv already are not added again.")
  var append = false

  @Option(help: "For huggingface: pre-training or fine-tuning.")
  var trainingType: String?

  @Option(help: "For huggingface: where it was trained; the runs' region without it.")
  var location: String?

  @Option(help: "For huggingface: on what hardware.")
  var hardware: String?

  func validate() throws {
    if append, output == nil { throw ValidationError("--append needs --output FILE") }
    if append, format != .codecarbon, format != .jsonl {
      throw ValidationError("--append is for codecarbon and jsonl; a \(format.rawValue) document is written whole")
    }
    let isStated = [trainingType, location, hardware].contains { $0 != nil }
    if isStated, format != .huggingface {
      throw ValidationError("--training-type, --location and --hardware are for huggingface")
    }
  }

  func run() async throws {
    let store = try await Record.openTakingInJournals()
    let runs = try await accounts(in: store)
    guard !runs.isEmpty else {
      throw Failure(.noInput, "there is no measured run that has ended; measure one with: dimmer run -- CMD")
    }
    let existing = append ? try present() : []
    let text = try self.text(runs, behind: existing)
    guard let output else {
      Output.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      return
    }
    guard let before = String(validating: existing, as: UTF8.self) else {
      throw Failure(.data, "\(output): the text is not UTF-8; convert the file, or write to a new one")
    }
    try Files.write(before + text, to: output)
  }

  /// The runs to write, oldest first; one that goes on is left out, since it would be written twice.
  private func accounts(in store: any LedgerStore) async throws -> [ActivityAccount] {
    var activities: [Activity] = []
    if ids.isEmpty {
      var query = ActivityQuery(kinds: [.run])
      while true {
        let page = try await store.activities(query)
        activities += page
        guard page.count == query.limit, let last = page.last else { break }
        query.after = last.id
      }
      activities.reverse()
    } else {
      for id in ids {
        let activity = try await store.activity(matching: id)
        guard activity.kind == .run else { throw Failure(.usage, "\(activity.id) is no run; only runs are exported") }
        if !activities.contains(where: { $0.id == activity.id }) { activities.append(activity) }
      }
    }
    var accounts: [ActivityAccount] = []
    for activity in activities {
      guard activity.status != .running else {
        Output.progress("left out \(activity.id) (\(activity.name)): it has not ended")
        continue
      }
      if let account = try await store.account(of: activity.id) { accounts.append(account) }
    }
    return accounts
  }

  /// What the output file holds; nothing when there is none yet.
  private func present() throws -> [UInt8] {
    guard let output, FileManager.default.fileExists(atPath: output) else { return [] }
    return try Files.read(output)
  }

  private func text(_ runs: [ActivityAccount], behind existing: [UInt8]) throws -> String {
    switch format {
    case .codecarbon:
      let regions = try FactorTables.embedded().regions
      let rows = runs.map {
        CodeCarbonRow($0, regions: regions, timeZone: .current, version: Version.current)
      }
      do {
        let addition = try CodeCarbonFile.appending(rows, to: existing)
        if !addition.repeated.isEmpty {
          Output.progress("\(addition.repeated.count) of \(rows.count) runs are in the file already")
        }
        return addition.text
      } catch { throw Failure(.data, "\(output ?? "standard input"): \(error)") }
    case .jsonl: return RunLines.text(runs, behind: existing)
    case .prometheus: return PrometheusText.text(MeterSnapshot(runs: runs))
    case .otlp:
      return OTLPMetrics.document(MeterSnapshot(runs: runs), version: Version.current).text(indent: true) + "\n"
    case .huggingface:
      let statement = ModelCard.Statement(trainingType: trainingType, location: location, hardware: hardware)
      return ModelCard.text(runs, statement, version: Version.current)
    }
  }
}
