import ArgumentParser
import Comparing
import Factors
import Methods
import Reporting

/// `dimmer why`: why two figures differ, step by step.
struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Why two figures differ: boundary, batch, tokens, hardware, grid, scope, version, unit.",
    discussion: """
      Each figure is one of
        an id of a published figure   mit-llama31-8b, gpt3, gemini-median-text
        an id of the record           run_01k....carbon, req_01k....energy
        a formula with its inputs     'calc:ecologits.formula active_b=70 ...'
        a formula, inputs in a file   kind:ecologits.llm@request.json
        an estimate that was kept     estimate.json (dimmer estimate ... --json)
        an amount in words            '0.34 Wh boundary=facility pue=1.1 tokens=500'

      The steps multiply from the first figure to the second, exactly; what no
      published figure explains is told as what is left. Of what only one of them
      counts, the step is the middle of a published range, with its ends.

      Keys of an amount in words: unit (reply, token, image, video, training or
      any word), boundary (board, node, facility, unknown), pue, node-factor, idle
      (yes, no), tokens, input-tokens, steps, batch, gpu, device-hours,
      device-watts, it-energy (J), model, active and parameters (billions),
      intensity (g/kWh) or region, basis (location, market), scope (operational,
      with-embodied, life-cycle), embodied-share, water (on-site, with-plants,
      life-cycle), per (units the amount is for), tool (NAME@VERSION), work, name.
      An amount may be a range: 4.53..5.51 Wh.

      Examples:
        dimmer why aiindex-gpt3 gpt3
        dimmer why gemini-median-text openai-chatgpt-average
        dimmer why mistral-large2-400-tokens gemini-median-text --quantity water
        dimmer why '126000 lb unit=car' '63 t unit=car'
        dimmer why run_01kaaa run_01kbbb --quantity carbon --html why.html

      Unlike things (an image and a reply) are refused with the reason (65).
      """)

  @Argument(help: "The figure to begin from.")
  var from: String

  @Argument(help: "The figure to explain beside it.")
  var to: String

  @Option(
    help: ArgumentHelp(
      "energy, carbon or water; without it the first that both state and differ in.", valueName: "QUANTITY"))
  var quantity: ClaimQuantity?

  @Flag(help: "One JSON document instead of the table.")
  var json = false

  @Option(help: ArgumentHelp("Write the waterfall as a page, too.", valueName: "FILE"))
  var html: String?

  func run() async throws {
    let reader = try ClaimReader(quantity: quantity)
    let first = try await reader.claim(from)
    let second = try await reader.claim(to)
    let waterfall = try Waterfall(from: first, to: second, in: quantity, bounds: reader.tables)
    if let html { try Files.write(waterfall.page(), to: html) }
    if json { Output.result(waterfall.json) } else { Output.result(waterfall.text(style: Output.style)) }
    if let html { Output.progress("wrote \(html)") }
  }
}
