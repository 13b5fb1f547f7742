import ArgumentParser
import Estimation
import Factors
import Quantities
import Reporting

/// What `dimmer estimate image` and `video` share: the model and the settings both have.
struct DiffusionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("An open model by name, or any name beside --parameters.", valueName: "NAME"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Billions of parameters of a model that is not known by name, as a number or a range (12, 5:20).",
      valueName: "BILLIONS"))
  var parameters: NumberRange?

  @Option(help: ArgumentHelp("Width in pixels; without it that of the model.", valueName: "PIXELS"))
  var width: Double?

  @Option(help: ArgumentHelp("Height in pixels; without it that of the model.", valueName: "PIXELS"))
  var height: Double?

  @Option(help: ArgumentHelp("Denoising steps; without them those of the model.", valueName: "COUNT"))
  var steps: Double?

  @Option(help: ArgumentHelp("How many are made.", valueName: "COUNT"))
  var count = 1.0

  @OptionGroup(title: "Server") var machine: MachineOptions

  @Option(
    help: ArgumentHelp(
      "Accelerators that work together on one piece, 1 to 8; without it 2 (1 to 8), for a U-Net 1.", valueName: "COUNT")
  )
  var gpus: Int?

  /// The answer of the estimator.
  func answer(
    _ medium: DiffusionModelTable.Medium, frames: Double? = nil, at site: SiteOptions
  ) throws -> ServedFootprint {
    let tables = try FactorTables.embedded()
    var work = try described(medium, in: tables.diffusionModels)
    try work.take(width: width, height: height, frames: frames, steps: steps, count: count)
    work.accelerator = machine.gpu
    work.accelerators = gpus
    work.utilisation = machine.utilisation
    work.nodeFactor = machine.nodeFactor
    return try DiffusionEstimator(tables).footprint(of: work, at: try site.site())
  }

  private func described(
    _ medium: DiffusionModelTable.Medium, in table: DiffusionModelTable
  ) throws -> DiffusionWork {
    if let parameters {
      if let model, let known = try? table.model(model, making: medium) {
        throw Failure(
          .usage,
          "--parameters and a published model contradict each other: \(known.name) has "
            + "\(Decimals.significant(known.billions, digits: 4)) billion; leave one of them out")
      }
      return try DiffusionWork(medium, named: model ?? "a model of stated size", billions: parameters.bounds)
    }
    let known = table.entries.filter { $0.medium == medium }.map(\.name)
    guard let model else { throw ServingError.noDiffusionParameters(known: known) }
    do throws(FactorError) { return DiffusionWork(try table.model(model, making: medium)) } catch {
      throw ServingError.noDiffusionModel(error, known: known)
    }
  }
}

/// `dimmer estimate image`: images of a diffusion model.
struct EstimateImage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "One image of a diffusion model.",
    discussion: """
      The energy follows from resolution, steps and the network's shape; four
      constants are fitted to measured servers. How many accelerators work on one
      image matters most: one alone takes the least, and --gpus says it. U-Nets
      (Stable Diffusion 1 and 2, SDXL) are counted for one accelerator, in 16 bits.

      Examples:
        dimmer estimate image --model "FLUX.1 dev" --region SE
        dimmer estimate image --model SDXL --gpu H100 --steps 30
        dimmer estimate image --model "Stable Diffusion 3.5 Large" --gpu H100 \\
          --gpus 1
        dimmer estimate image --model "an image service" --parameters 5:20 \\
          --count 100
      """)

  @OptionGroup(title: "Image") var options: DiffusionOptions
  @OptionGroup(title: "Site") var site: SiteOptions
  @OptionGroup(title: "Output") var output: FootprintOutputOptions

  func run() throws {
    let answer = try options.answer(.image, at: site)
    FootprintOutput(
      answer,
      asked: [
        ("task", "image"), ("images", .number(options.count)), ("region", .optional(site.region)),
      ]
    ).print(
      json: output.json, explain: output.explain)
  }
}

/// `dimmer estimate video`: videos of a diffusion model.
struct EstimateVideo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "video", abstract: "One video of a diffusion model.",
    discussion: """
      The energy follows from resolution, frames, steps and the network's shape;
      attention makes it grow faster than the number of frames. Four constants are
      fitted to measured servers.

      Examples:
        dimmer estimate video --model "CogVideoX 1.5 5B" --region US
        dimmer estimate video --model HunyuanVideo --width 1280 --height 720 \\
          --frames 129
        dimmer estimate video --model "a video service" --parameters 5:30 \\
          --frames 121
      """)

  @OptionGroup(title: "Video") var options: DiffusionOptions
  @Option(help: ArgumentHelp("Frames; without them those of the model.", valueName: "COUNT"))
  var frames: Double?
  @OptionGroup(title: "Site") var site: SiteOptions
  @OptionGroup(title: "Output") var output: FootprintOutputOptions

  func run() throws {
    let answer = try options.answer(.video, frames: frames, at: site)
    FootprintOutput(
      answer, asked: [("task", "video"), ("count", .number(options.count)), ("region", .optional(site.region))]
    ).print(
      json: output.json, explain: output.explain)
  }
}
