import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer estimate text`: one request to a text model.
struct EstimateText: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "One answer of a text model.",
    discussion: """
      The energy follows from the model's size, the accelerators' data sheet, how
      many requests they serve together and the tokens; five constants are fitted
      to measured servers. A model whose size nobody published needs a range.

      Examples:
        dimmer estimate text --model "Llama 3.1 8B" --output-tokens 400 --region DE
        dimmer estimate text --model "Qwen3 235B-A22B" --precision fp8 --gpu B200 \\
          --batch 256 --input-tokens 200 --output-tokens 900
        dimmer estimate text --model GPT-4o --parameters 100:400 \\
          --active-parameters 40:100 --output-tokens 500 --reasoning-tokens 2000
        dimmer estimate text --parameters 8 --precision int4 --gpu L4 --batch 1 \\
          --output-tokens 300 --region FR --pue 1.2 --wue 0.3 --json
      """)

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(help: ArgumentHelp("Tokens of the answer.", valueName: "COUNT"))
  var outputTokens: Double

  @Option(help: ArgumentHelp("Tokens of the prompt; without it 250 (50 to 1250), assumed.", valueName: "COUNT"))
  var inputTokens: Double?

  @Option(help: ArgumentHelp("Tokens of the prompt beside these that a cache holds.", valueName: "COUNT"))
  var cachedTokens = 0.0

  @Option(help: ArgumentHelp("Tokens of reasoning before the answer.", valueName: "COUNT"))
  var reasoningTokens = 0.0

  @Option(help: ArgumentHelp("Mean context in tokens; without it from the other counts.", valueName: "COUNT"))
  var context: Double?

  @Option(help: ArgumentHelp("Requests served together; without it 32 (16 to 64), assumed.", valueName: "COUNT"))
  var batch: Double?

  @OptionGroup var serving: TextServingOptions

  func run() throws {
    let tables = try FactorTables.embedded()
    try serving.tell("text", try described(from: tables), from: tables)
  }

  /// The request that was described.
  func described(from tables: FactorTables) throws -> TextWork {
    var work = TextWork(
      model: try model.served(from: tables.openModels), outputTokens: outputTokens, inputTokens: inputTokens)
    work.cachedTokens = cachedTokens
    work.reasoningTokens = reasoningTokens
    work.contextTokens = context
    work.batch = batch
    serving.server.describe(&work)
    return work
  }
}

extension FootprintOutput {
  /// The output of served work, with the factors of its energy.
  init(_ answer: ServedFootprint, asked: [(key: String, value: JSONValue)]) {
    let energy = answer.energy
    var members =
      asked + [
        ("accelerator", .string(energy.machine.kind.name)),
        ("accelerators", .number(energy.machine.count.value.value)),
      ]
    if let batch = energy.batch { members.append(("batch", .figure(batch))) }
    if let tokens = energy.outputTokens { members.append(("output_tokens", .figure(tokens))) }
    if let tokens = energy.inputTokens { members.append(("input_tokens", .figure(tokens))) }
    members.append(("accelerator_energy_joules", .figure(energy.accelerators)))
    if let token = energy.outputToken { members.append(("output_token_joules", .figure(token))) }
    if let token = energy.inputToken { members.append(("input_token_joules", .figure(token))) }
    members += [("node_factor", .figure(energy.nodeFactor)), ("idle_factor", .figure(energy.idleFactor))]
    let alone = "accelerators alone: \(energy.accelerators.estimate.formatted()); the machine around them is the rest"
    self.init(work: answer.work, notes: [alone] + answer.notes, asked: members)
  }
}
