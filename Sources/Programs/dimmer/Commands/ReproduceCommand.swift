import ArgumentParser
import Comparing
import Factors
import Reporting

/// `dimmer reproduce`: published tables beside Dimmer's methods.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Published tables beside ours: published, computed, tolerance, verdict, source.",
    discussion: """
      Tables: queries (replies, images, videos), training (runs), lifecycle (phases,
      levers, break-evens), equivalences (cars, flights, phones), or all.

      A row is reproduced when the two agree within its tolerance, within the
      interval when the computed figure's 95 % interval holds the published one,
      contradicts itself when the source's own inputs give another number than the
      source, and not computable when what is published is not enough; each says
      why.

      Examples:
        dimmer reproduce training
        dimmer reproduce all --json
        dimmer reproduce --markdown > docs/reproduction.md
      """)

  /// Which tables.
  enum Table: String, ExpressibleByArgument, CaseIterable { case queries, training, lifecycle, equivalences, all }

  @Argument(help: "Which table: queries, training, lifecycle, equivalences or all.")
  var table: Table = .all

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(help: "The page docs/reproduction.md.")
  var markdown = false

  func validate() throws {
    if json, markdown { throw ValidationError("--json and --markdown are two forms of one thing: choose one") }
  }

  func run() throws {
    let groups = ReproducedRow.Group(rawValue: table.rawValue).map { [$0] } ?? ReproducedRow.Group.allCases
    let reproduction = try Reproduction(groups, from: try FactorTables.embedded())
    if json { return Output.result(reproduction.json) }
    if markdown {
      var text = reproduction.markdown
      if text.hasSuffix("\n") { text.removeLast() }
      return Output.result(text)
    }
    Output.result(reproduction.text(style: Output.style))
  }
}
