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
        dimmer savings --from 2021-03-20T18:00Z --until 2021-03-21T06:00Z
        dimmer savings srv_01k3xj...
      """)

  @Argument(help: "A serve or demo, or a unique beginning of its id; the newest without it.")
  var id: String?

  @Option(help: ArgumentHelp("Only this UTC day of grid time.", valueName: "DATE"))
  var day: String?

  @Option(help: ArgumentHelp("Only hours that end after this moment of grid time.", valueName: "TIME"))
  var from: String?

  @Option(help: ArgumentHelp("Only hours that begin before this moment of grid time.", valueName: "TIME"))
  var until: String?

  @Flag(help: "One JSON document instead of tables.")
  var json = false

  func run() async throws {
    let time = try time
    let store = try await Record.openTakingInJournals()
    let reader = SavingsReader(store: store)
    let accounts =
      if let id { try await reader.accounts(of: try await store.activity(matching: id).id, in: time) } else {
        try await reader.newest(in: time)
      }
    if json {
      Output.result(["aliases": .array(accounts.map(\.statement.json))])
      return
    }
    guard !accounts.isEmpty else {
      Output.progress(
        time == nil
          ? "nothing was served yet; try: dimmer demo, or dimmer serve"
          : "nothing was decided in the hours asked for; dimmer savings without a time tells all")
      return
    }
    Output.result(accounts.map { $0.statement.text(style: Output.style) }.joined(separator: "\n\n"))
  }

  /// The grid time asked for; `nil` for all.
  private var time: Range<Timestamp>? {
    get throws {
      if let day { return try moment(day, of: "--day").day }
      guard from != nil || until != nil else { return nil }
      let begin = try from.map { try moment($0, of: "--from") } ?? Timestamp(milliseconds: 0)
      // A moment after all that is recorded, with room for the hour it is rounded up to.
      let end = try until.map { try moment($0, of: "--until") } ?? Timestamp(milliseconds: 1 << 52)
      guard begin < end else { throw Failure(.usage, "--from must be before --until") }
      return begin..<end
    }
  }

  private func moment(_ text: String, of option: String) throws -> Timestamp {
    guard let moment = Timestamp(iso8601: text) else {
      throw Failure(.usage, "\(option) '\(text)' is not a date or time; write it like 2021-03-20 or 2021-03-20T18:00Z")
    }
    return moment
  }

  func validate() throws {
    guard day == nil || (from == nil && until == nil) else {
      throw ValidationError("--day says a whole day; leave out --from and --until, or --day")
    }
  }
}
