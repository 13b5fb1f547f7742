import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer estimate training`.
struct EstimateTraining: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training", abstract: "A training run: from parameters and tokens, hours, or metered energy.",
    discussion: """
      Three ways in, one answer: floating point operations (6 x parameters x tokens)
      over what the accelerators reach; hours of accelerators; metered energy.
      What is not stated is assumed with an interval, and said: the share of the
      peak speed (0.38, 0.2 to 0.55), of the design power (0.85, 0.5 to 1), the
      machine around the accelerators (1.4, 1.15 to 2).

      Examples:
        dimmer estimate training --parameters 70B --tokens 15T --device "H100 SXM" \\
          --region US --pue 1.1
        dimmer estimate training --device-hours 1082990 --device "A100 SXM4 80 GB" \\
          --region FR --research-factor published
        dimmer estimate training --energy 1287MWh --metered-at facility --region US
      """)

  @Option(
    help: ArgumentHelp("Parameters that work on a token, 70B; the active ones of a sparse model.", valueName: "COUNT"))
  var parameters: Magnitude?

  @Option(help: ArgumentHelp("Tokens trained on, 15T; repeats counted.", valueName: "COUNT"))
  var tokens: Magnitude?

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var site: SiteOptions
  @OptionGroup var output: FootprintOutputOptions

  func validate() throws {
    try Plausible.check("--parameters", parameters, in: 1e3...1e14, "1000 to 100 000 billion; 7 billion is 7B")
    try Plausible.check("--tokens", tokens, in: 1...1e17, "1 to 10^17 tokens")
    guard (parameters == nil) == (tokens == nil) else {
      throw ValidationError("--parameters and --tokens are needed together: operations are 6 x parameters x tokens")
    }
    if parameters != nil, compute.flop != nil || compute.deviceHours != nil || compute.energy != nil {
      throw ValidationError(
        "--parameters and --tokens are turned into operations: leave out --flop, --device-hours and --energy")
    }
  }

  func run() throws {
    var operations: Figure<Ratio>?
    var label = "a training run"
    if let parameters, let tokens {
      operations = TrainingRun.operations(
        parameters: parameters.figure("parameters that work on a token", option: "--parameters"),
        tokens: tokens.figure("tokens trained on", option: "--tokens"))
      label = "training of a model of \(parameters.text) parameters on \(tokens.text) tokens"
    }
    let run = try compute.run(label, operations: operations)
    let place = try site.site(for: run.intensityUse)
    TrainingOutput(
      work: try run.footprint(at: place), research: try compute.research.map { try run.research($0, at: place) },
      notes: ["The run alone: failed runs and experiments are a line of their own (--research-factor)."],
      asked: [
        (key: "task", value: "training"), (key: "region", value: .optional(site.region)),
        (key: "device", value: .string(run.device.name)),
      ]
    ).print(json: output.json, explain: output.explain)
  }
}

/// `dimmer estimate finetuning`.
struct EstimateFineTuning: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetuning", abstract: "Fine-tuning of a model: full, or of added weights such as LoRA.",
    discussion: """
      Operations are (4 x parameters + 2 x trained parameters) x tokens x epochs:
      all of the model works forward and back, gradients are made only of what is
      trained. The base model is inherited: its own training is cited with --base,
      never added.

      Examples:
        dimmer estimate finetuning --parameters 8B --tokens 50M --epochs 3 \\
          --device "A100 SXM4 80 GB" --region DE
        dimmer estimate finetuning --parameters 70B --trained 400M --tokens 20M \\
          --device "H100 SXM" --region SE --base llama3-70b
      """)

  @Option(help: ArgumentHelp("Parameters of the base model that work on a token, 8B.", valueName: "COUNT"))
  var parameters: Magnitude

  @Option(help: ArgumentHelp("Parameters that are trained, 40M for LoRA; all of them without it.", valueName: "COUNT"))
  var trained: Magnitude?

  @Option(help: ArgumentHelp("Tokens of the data set, 50M.", valueName: "COUNT"))
  var tokens: Magnitude

  @Option(help: ArgumentHelp("How often the data is gone through.", valueName: "COUNT"))
  var epochs: Double = 1

  @Option(
    help: ArgumentHelp("The base model's published training run, cited beside the figures: gpt3.", valueName: "ID"))
  var base: String?

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var site: SiteOptions
  @OptionGroup var output: FootprintOutputOptions

  func validate() throws {
    try Plausible.check("--parameters", parameters, in: 1e3...1e14, "1000 to 100 000 billion; 7 billion is 7B")
    try Plausible.check("--trained", trained, in: 1...1e14, "1 to 100 000 billion; 7 billion is 7B")
    try Plausible.check("--tokens", tokens, in: 1...1e17, "1 to 10^17 tokens")
    guard (1e-3...1e4).contains(epochs) else {
      throw ValidationError("--epochs \(epochs) is out of range: 0.001 to 10 000 times through the data")
    }
    if compute.flop != nil {
      throw ValidationError("--flop is what --parameters and --tokens are turned into: state one of them")
    }
  }

  func run() throws {
    let all = parameters.figure("parameters of the base model", option: "--parameters")
    let learnt = trained?.figure("parameters that are trained", option: "--trained") ?? all
    let seen = Figure(
      "tokens trained on, epochs counted",
      Estimate<Ratio>.exact(Ratio(tokens.value * epochs), origin: .declared, method: "declared-value@1"),
      note: "Stated by --tokens \(tokens.text) and --epochs \(Decimals.significant(epochs, digits: 4)).")
    let kind = trained == nil ? "full fine-tuning" : "fine-tuning of \(trained?.text ?? "") parameters"
    let run = try compute.run(
      "\(kind) of a model of \(parameters.text) parameters",
      operations: TrainingRun.fineTuning(parameters: all, trained: learnt, tokens: seen))
    let place = try site.site(for: run.intensityUse)
    let inherited = try InheritedModel(base)
    TrainingOutput(
      work: try run.footprint(at: place), research: try compute.research.map { try run.research($0, at: place) },
      notes: inherited.notes,
      asked: [
        (key: "task", value: "fine-tuning"), (key: "region", value: .optional(site.region)),
        (key: "device", value: .string(run.device.name)),
      ]
        + inherited.members
    ).print(json: output.json, explain: output.explain)
  }
}

extension TrainingRun {
  /// Which mean of the grid fits: a run of a month or more sees the year's, a shorter one may lie far from it.
  var intensityUse: IntensityUse {
    guard let devices, case .figure(let time) = deviceTime else { return .shorter }
    return time.value.hours / devices.value.value >= 30 * 24 ? .wholeYear : .shorter
  }
}
