import ArgumentParser
import Ledger
import Quantities
import Reporting
import Service

/// `dimmer savings`: what switching saved of what was served.
struct SavingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "savings", abstract: "What was saved by switching, day by day, in terms that add up.",
    discussion: """
      Tells the newest service or demo from the record: against always the best variant, sizing (smaller variants on
      average), directives, placing (which grid, where variants stand on several), timing (which hours), callers who
      left, hedging; the regret to the plan that knew each day; and whether the floor was met. Days are UTC days of grid
      time, at most the last \(SavingsReader.longest).

      Examples:
        dimmer savings
        dimmer savings --day 2021-03-20 --json
        dimmer savings srv_01k3xj...
      """)

  @Argument(help: "A serve or demo, or a unique beginning of its id; the newest without it.")
  var id: String?

  @Option(help: ArgumentHelp("Only this UTC day of grid time.", valueName: "DATE"))
  var day: String?

  @Flag(help: "One JSON document instead of tables.")
  var json = false

  func run() async throws {
    let moment = try day.map { text in
      guard let moment = Timestamp(iso8601: text) else {
        throw Failure(.usage, "--day '\(text)' is not a date; write it like 2021-03-20")
      }
      return moment
    }
    let store = try await Record.openTakingInJournals()
    let reader = SavingsReader(store: store)
    let accounts =
      if let id { try await reader.accounts(of: try await store.activity(matching: id).id, day: moment) } else {
        try await reader.newest(day: moment)
      }
    if json {
      Output.result(["aliases": .array(accounts.map(\.statement.json))])
      return
    }
    guard !accounts.isEmpty else {
      Output.progress(
        day.map { "nothing was decided on \($0)" } ?? "nothing was served yet; try: dimmer demo, or dimmer serve")
      return
    }
    Output.result(accounts.map { $0.statement.text(style: Output.style) }.joined(separator: "\n\n"))
  }
}
