import ArgumentParser
import Ledger
import Quantities
import Reporting

/// `dimmer runs`: what was measured.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List measured runs, or show one.",
    discussion: """
      Examples:
        dimmer runs                            the last 20
        dimmer runs show run_01k3xj...         one of them, with its label
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// `dimmer runs list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List runs, newest first.",
      discussion: """
        Examples:
          dimmer runs list
          dimmer runs list --json | jq '.runs[0].energy_joules.value'
        """)

    @Option(help: "How many at most.")
    var limit = 20

    @Flag(help: "One JSON document instead of a table.")
    var json = false

    func run() async throws {
      guard limit > 0 else { throw Failure(.usage, "--limit must be at least 1") }
      let store = try await Record.openTakingInJournals()
      var accounts: [ActivityAccount] = []
      for run in try await store.latest(.run, limit: limit) {
        if let account = try await store.account(of: run.id) { accounts.append(account) }
      }
      if json {
        Output.result(["runs": .array(accounts.map(RunDocument.json))])
        return
      }
      guard !accounts.isEmpty else {
        Output.progress("nothing was measured yet; try: dimmer run -- CMD")
        return
      }
      Output.result(RunTable.text(accounts, style: Output.style))
    }
  }

  /// `dimmer runs show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one run with its label.",
      discussion: """
        Examples:
          dimmer runs show run_01k3xj...
          dimmer runs show run_01k3xj... --json
        """)

    @Argument(help: "A run's id, or a unique beginning of one.")
    var id: String

    @Flag(help: "The run's JSON record instead of its label.")
    var json = false

    func run() async throws {
      let store = try await Record.openTakingInJournals()
      let activity = try await store.activity(matching: id)
      guard let account = try await store.account(of: activity.id) else { throw LedgerError.notFound(id, near: []) }
      Output.result(
        json ? RunSummary.json(account).text(indent: true) : RunLabel.text(account, style: Output.style))
    }
  }
}

/// Runs as a table for people.
enum RunTable {
  static func text(_ accounts: [ActivityAccount], style: TextStyle) -> String {
    var table = TextTable([
      .init("RUN"), .init("NAME"), .init("STARTED"), .init("TOOK", numeric: true), .init("ENERGY", numeric: true),
      .init("CARBON", numeric: true), .init("STATUS"),
    ])
    for account in accounts {
      let run = account.activity
      let text = { (name: FigureName) in account.figure(name).map { ReceiptText.value($0.receipt) } ?? "unknown" }
      table.add([
        run.id.description, run.name, run.started.startOfSecond.description,
        RunDocument.duration(of: run).map { Span.seconds($0).formatted() } ?? "", text(.energy), text(.carbon),
        run.status.description,
      ])
    }
    return table.text(style: style)
  }
}

extension Timestamp {
  /// The second it lies in.
  fileprivate var startOfSecond: Timestamp { Timestamp(milliseconds: milliseconds - milliseconds % 1000) }
}
