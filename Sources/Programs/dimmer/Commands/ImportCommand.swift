import ArgumentParser
import Factors
import Foundation
import Ledger
import Quantities
import Reporting
import Telemetry

/// `dimmer import`: runs that other tools wrote down.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take runs that other tools wrote down into the record.",
    discussion: """
      Example:
        dimmer import codecarbon emissions.csv
      """,
    subcommands: [CodeCarbon.self])

  /// `dimmer import codecarbon`.
  struct CodeCarbon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "codecarbon", abstract: "Take the runs of CodeCarbon's emissions.csv into the record.",
      discussion: """
        Each run keeps its row whole, with file and line; 'dimmer export codecarbon' gives it back as it was. Imported
        twice, a run is in the record once; a longer row of a run that is there already takes its place. All rows are
        checked before the first is taken.

        What CodeCarbon means otherwise, and what becomes of it:
          its energies hold the site's PUE           taken out again; the receipts show both
          tracking_mode machine counts the machine   said on the energy: idle and other work are in it
          its CPU may be a model, its RAM is one     said on each component: the row does not tell which
          0 for what it could not read               unknown, not zero
          its carbon rests on a factor not in it     taken as declared; the grid's intensity stays unknown
          local time without a zone                  this machine's zone, or --time-zone

        Examples:
          dimmer import codecarbon emissions.csv
          dimmer import codecarbon emissions.csv --time-zone Europe/Paris --json | jq -r '.runs[].run_id'

        Exit status: 0 done, 65 a row is wrong (file, line and column named, nothing taken), 66 no such file.
        """)

    @Argument(help: ArgumentHelp("The file; '-' is standard input.", valueName: "FILE"))
    var file: String

    @Option(help: ArgumentHelp("The zone of its times, for example Europe/Paris.", valueName: "ZONE"))
    var timeZone: String?

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() async throws {
      let zone = try timeZone.map { name in
        guard let zone = TimeZone(identifier: name) else {
          throw Failure(.usage, "no time zone '\(name)'; names are as in Europe/Paris, or UTC")
        }
        return zone
      }
      let name = file == "-" ? "standard input" : URL(fileURLWithPath: file).standardizedFileURL.path
      let bytes = try Files.read(file)
      let file: CodeCarbonImport
      do throws(CSVError) {
        file = try CodeCarbonImport(try CodeCarbonFile(parsing: bytes), timeZone: zone ?? .current)
      } catch {
        throw Failure(.data, "\(name): \(error)")
      }
      guard !file.runs.isEmpty else { throw Failure(.noInput, "\(name): there is no row in it") }
      let store = try await Record.openTakingInJournals()
      let taking = try await Taking(file.runs, from: name, into: store)
      for entry in taking.entries { try await store.commit(entry) }
      try await report(file, taking, store)
    }

    private func report(_ file: CodeCarbonImport, _ taking: Taking, _ store: any LedgerStore) async throws {
      var accounts: [ActivityAccount] = []
      for entry in taking.entries {
        if let id = entry.activity?.id, let account = try await store.account(of: id) { accounts.append(account) }
      }
      if json {
        Output.result([
          "imported": .count(taking.entries.count - taking.grown), "grown": .count(taking.grown),
          "present": .count(taking.present), "earlier_states": .count(file.earlierStates),
          "runs": .array(accounts.map(RunDocument.json)),
        ])
        return
      }
      var words = ["\(taking.entries.count - taking.grown) of \(file.runs.count) runs taken in"]
      if taking.grown > 0 { words.append("\(taking.grown) went on since they were taken in, and are up to date now") }
      if taking.present > 0 { words.append("\(taking.present) were there already") }
      if file.earlierStates > 0 { words.append("\(file.earlierStates) rows are earlier states of the same runs") }
      Output.progress(words.joined(separator: "; "))
      if !accounts.isEmpty { Output.result(RunTable.text(accounts, style: Output.style)) }
    }
  }
}

/// What of a file's runs is new to the ledger.
private struct Taking {
  /// What to write.
  private(set) var entries: [LedgerEntry] = []
  /// How many runs of these the ledger knows in an earlier state.
  private(set) var grown = 0
  /// How many runs it has already.
  private(set) var present = 0

  init(_ runs: [CodeCarbonRun], from file: String, into store: any LedgerStore) async throws {
    let regions = try FactorTables.embedded().regions
    let known = try await Self.imported(in: store)
    for run in runs {
      let earlier = run.runID.flatMap { known[$0] }
      guard try await store.account(of: run.id) == nil, !(earlier.map { run.isNoMore(than: $0) } ?? false) else {
        present += 1
        continue
      }
      let entry = run.entry(as: earlier?.id, from: file, regions: regions)
      try entry.validate()
      entries.append(entry)
      if earlier != nil { grown += 1 }
    }
  }

  /// Runs that came from an emissions.csv, by the id that CodeCarbon gave them.
  private static func imported(in store: any LedgerStore) async throws -> [String: Activity] {
    var known: [String: Activity] = [:]
    var query = ActivityQuery(kinds: [.run], limit: 1000)
    while true {
      let page = try await store.activities(query)
      for activity in page {
        if let run = activity.detail.imported?.fields[CodeCarbonColumn.runID.rawValue] { known[run] = activity }
      }
      guard page.count == query.limit, let last = page.last else { return known }
      query.after = last.id
    }
  }
}
