import ArgumentParser
import Ledger
import Reporting

/// `dimmer explain`: where a figure comes from.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show how a figure came about, down to its sources.",
    discussion: """
      Examples:
        dimmer explain run_01k3xj...          all figures of a run
        dimmer explain run_01k3xj....carbon   one figure
        dimmer explain dec_01k...             a decision: what it saw and why
        dimmer explain req_01k...             a request: energy, grid value, carbon

      A unique beginning of an id is enough.
      """)

  @Argument(help: "The id of a run, figure, request, decision, grid value or variant.")
  var id: String

  @Flag(help: "One JSON document instead of a tree.")
  var json = false

  func run() async throws {
    let store = try await Record.openTakingInJournals()
    let explanation = try await store.explain(id)
    if json {
      Output.result(JSONValue.explanation(explanation))
    } else {
      Output.result(ExplanationText.text(explanation, style: Output.style))
    }
  }
}
