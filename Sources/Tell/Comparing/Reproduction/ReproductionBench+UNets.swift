import Estimation
import Factors
import Methods
import Quantities

/// Published images of U-Nets by Dimmer's estimator, with the settings that the sources' own programs take.
extension ReproductionBench {
  /// A row for an image of a known U-Net; none for everything else.
  func imageOfUNet(_ query: PublishedQuery, _ energy: Figure<Energy>) throws -> ReproducedRow? {
    guard let made = try unetImage(query) else { return nil }
    let isBenchmark = isOfAIEnergyScore(query)
    return row(
      "\(query.id).estimate", .queries, "\(query.task), \(query.model), estimated", published: energy,
      computed: query.boundary == .board ? made.energy.accelerators : made.work.energy, within: 0.1, own: false,
      how: "'dimmer estimate image --gpu \(query.hardware ?? "")' at the model's own size"
        + (isBenchmark ? ", with 30 steps of two passes; GPUs alone, as the source counts" : ", steps and passes"),
      remark: isBenchmark
        ? "The benchmark's own program takes 30 steps and the pipeline's guidance for every model, for those made for one "
          + "step, too, one picture at a time. It states neither size nor number format: each model then makes its own size, "
          + "and the library loads 32 bits. The estimate is of 16 bits. All four models were measured at 4 to 5 times it, so "
          + "that their ratios hold (see the rows of one over another)."
        : "The study's own script states no number format, so that the library loads 32 bits, makes one picture at a time, "
          + "and gives CodeCarbon no list of GPUs, so that it counts every GPU of the machine beside processors and "
          + "memory. The estimate is of 16 bits on one GPU and its share of a machine.")
  }

  /// How the benchmark's models stand to each other, in which a number format that is the same for all cancels.
  func ratiosOfUNets() throws -> [ReproducedRow] {
    let pairs = [
      ("aies-2024-sdxl", "aies-2024-sdxl-turbo", "an image of SDXL of 1024 x 1024 over one of 512 x 512"),
      ("aies-2024-sdxl", "aies-2024-stable-diffusion-2-1", "an image of SDXL over one of Stable Diffusion 2.1"),
      ("aies-2024-stable-diffusion-2-1", "aies-2024-sd-turbo", "Stable Diffusion 2.1 at 768 x 768 over 512 x 512"),
    ]
    return try pairs.map { above, below, what in
      let queries = try (tables.published.query(above), tables.published.query(below))
      let published = try ratio(what, queries.0.energyFigure.get(), queries.1.energyFigure.get())
      guard let one = try unetImage(queries.0), let other = try unetImage(queries.1) else {
        return row(
          "\(above)-over-\(below.dropFirst("aies-2024-".count))", .queries, what,
          published: published.receipt, because: "One of the models is not known.")
      }
      return row(
        "\(above)-over-\(below.dropFirst("aies-2024-".count))", .queries, "\(what), times", published: published,
        computed: ratio(what, one.energy.accelerators, other.energy.accelerators), within: 0.1, own: false,
        how: "one estimate over the other, both with 30 steps of two passes on one H100",
        remark: "Measured in 32 bits and estimated in 16, which is the same in both and cancels for the most part.")
    }
  }

  /// What the estimator makes of a published image of a U-Net, as its source's program made it.
  private func unetImage(_ query: PublishedQuery) throws -> ServedFootprint? {
    guard let entry = try? tables.diffusionModels.model(query.model, making: .image), case .unet = entry.network else {
      return nil
    }
    var work = DiffusionWork(entry)
    work.accelerator = query.hardware
    if isOfAIEnergyScore(query) { work.take(steps: benchmarkSteps, passes: benchmarkPasses) }
    return try DiffusionEstimator(tables).footprint(of: work, at: Site(name: "unstated site"))
  }

  private func isOfAIEnergyScore(_ query: PublishedQuery) -> Bool { query.source.citation.hasPrefix("AI Energy Score") }

  private var benchmarkSteps: Figure<Ratio> { setting("denoising steps", 30) }
  private var benchmarkPasses: Figure<Ratio> { setting("passes of a step", 2) }

  private func setting(_ label: String, _ value: Double) -> Figure<Ratio> {
    PublishedFactor.figure(
      label, Ratio(value), uncertainty: "ai-energy-score:\(label)",
      source: Source(
        "Hugging Face, optimum-benchmark, scenario energy_star, as the AI Energy Score runs it", year: 2024,
        licence: "facts, cited"))
  }
}
