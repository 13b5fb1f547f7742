import ArgumentParser
import Comparing
import Factors
import Foundation
import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service

/// `dimmer compare`: options for one task side by side.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Options side by side: model, place, time, precision, cache, with what each costs.",
    discussion: """
      Every combination of the values given is an option. Each is set beside what
      is typical, the median of all of them: lower or higher only when the
      difference is at least 5 % and sure with 95 %, shared factors cancelled.
      Energies are estimated, or measured where --alias names calibrated variants.

      Examples:
        dimmer compare --task chat --model "Llama 3.1 8B" --model "Llama 3.3 70B" \\
          --region DE --region FR
        dimmer compare --task summarize --model "Llama 3.1 8B" --region DE \\
          --cached 0 --cached 0.9 --sort energy --filter "latency<10s"
        dimmer compare --task chat --model "GPT-4o=100:400" --model "Qwen3 32B" \\
          --region US --pue 1.2 --wue 0.3 --price 0.12 --html board.html
        dimmer compare --task chat --model "Llama 3.1 8B" --region DE --time now \\
          --time +3h --series intensity.csv --column ci_lca_g_per_kwh
        dimmer compare --alias digits --region DE --json
      """)

  @OptionGroup(title: "Task") var work: CompareTaskOptions
  @OptionGroup(title: "Axes, each as often as there are values") var axes: CompareAxes
  @OptionGroup(title: "Site") var site: CompareSiteOptions
  @OptionGroup(title: "The grid at different times") var grid: CompareGridOptions

  @Option(
    help: ArgumentHelp("Quality of a model, as a share of right answers 0 to 1.", valueName: "NAME=SHARE"))
  var quality: [String] = []

  @Option(help: ArgumentHelp("Best first by carbon, energy, water, cost, latency or quality.", valueName: "MEASURE"))
  var sort = "carbon"

  @Option(help: ArgumentHelp("Only options within a bound: \"latency<2s\", \"quality>=0.7\".", valueName: "BOUND"))
  var filter: [String] = []

  @Option(help: ArgumentHelp("At most so many options.", valueName: "COUNT"))
  var limit: Int?

  @Option(help: ArgumentHelp("Write the board as one page to FILE, too.", valueName: "FILE"))
  var html: String?

  @Flag(help: "One JSON document instead of a table.")
  var json = false

  func run() async throws {
    let tables = try FactorTables.embedded()
    let query = try BoardQuery(items: items)
    var variants: [VariantRecord] = []
    if !query.aliases.isEmpty { variants = try await Record.openTakingInJournals().variants(alias: nil) }
    let signals = try await grid.intensities(query, tables: tables)
    let board = try BoardMaker(tables).board(query, signals: signals, variants: variants)
    if let html {
      try Files.write(BoardPage(board).html(), to: html)
      Output.progress("the board is in \(html)")
    }
    json ? Output.result(board.json) : Output.result(board.text(style: Output.style))
  }

  /// The options as the items of a board's address, which is read in one place.
  private var items: [QueryText.Item] {
    work.items + axes.items + site.items + quality.map { ("quality", $0) } + [("sort", sort)]
      + filter.map { ("filter", $0) } + (limit.map { [("limit", "\($0)")] } ?? [])
  }
}
