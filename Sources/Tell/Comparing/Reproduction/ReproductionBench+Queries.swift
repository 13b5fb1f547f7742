import Accounting
import Estimation
import Factors
import Methods
import Quantities

/// Published replies, images and videos by Dimmer's methods.
extension ReproductionBench {
  func queries() throws -> [ReproducedRow] {
    let table = tables.published
    return try table.queries.flatMap { query in
      let rows = try rows(query)
      guard rows.isEmpty else { return rows }
      let printed =
        query.energyFigure.figure?.receipt ?? query.carbonFigure.receipt(labelled: "carbon of one \(query.task)")
      return [row(query.id, .queries, what(query), published: printed, because: missing(in: query))]
    } + relations() + ratiosOfUNets()
  }

  private func what(_ query: PublishedQuery) -> String { "\(query.task), \(query.model)" }

  private func rows(_ query: PublishedQuery) throws -> [ReproducedRow] {
    var rows: [ReproducedRow] = []
    guard let energy = query.energyFigure.figure else { return rows }
    if let gpu = query.gpuEnergy {
      let metered = PublishedFactor.figure(
        "GPU energy", gpu, uncertainty: "published-query:\(query.id):gpu", source: query.source)
      var run = TrainingRun("", effort: .acceleratorEnergy(metered), device: TrainingDevice(name: "unstated"))
      run.nodeFactor = DeclaredValue.figure(
        "energy of the machine over that of its GPUs", Ratio(2), note: "As the source takes it.")
      rows.append(
        row(
          query.id, .queries, what(query), published: energy,
          computed: try run.footprint(at: Site(name: "unstated site")).energy, within: 0.001, own: true,
          how: "2 x the metered \(gpu.formatted()) of the GPUs",
          remark: "The source's own doubling; the GPUs' part is what was measured."))
    }
    if let estimate = try estimated(query, energy) { rows.append(estimate) }
    if let alone = try estimatedAlone(query, energy) { rows.append(alone) }
    if let image = try imageOfUNet(query, energy) { rows.append(image) }
    switch query.id {
    case "mit-day": rows.append(try day(query, energy))
    case "gemini-median-text":
      let parts = try ["gemini-accelerator", "gemini-host", "gemini-idle", "gemini-overhead"].map {
        try printed($0, as: Energy.self)
      }
      rows.append(
        row(
          query.id, .queries, what(query), published: energy,
          computed: sum("accelerators, host, idle, overhead", parts),
          within: 0.01, own: true, how: "0.14 + 0.06 + 0.02 + 0.02 Wh",
          remark: "Its parts; the tokens of the prompt are not printed, so it cannot be estimated."))
      rows.append(try water(query, parts))
    case "jegham-gpt4o-short-v6":
      var site = Site(name: "Azure")
      site.pue = .figure(try tables.facilities.pue(of: "Azure"))
      let run = TrainingRun(
        "", effort: .machineEnergy(try printed("jegham-gpt4o-it")), device: TrainingDevice(name: "unstated"))
      rows.append(
        row(
          query.id, .queries, what(query), published: energy,
          computed: try run.footprint(at: site).facilityEnergy.figure, within: 0.05, own: false,
          how: "0.37 Wh without overhead x the PUE of Azure", remark: "0.37 Wh is itself modelled from latency."))
    default: break
    }
    return rows
  }

  /// The same work by Dimmer's estimators, from the model's shape alone.
  private func estimated(_ query: PublishedQuery, _ energy: Figure<Energy>) throws -> ReproducedRow? {
    let site = Site(name: "unstated site")
    let isMachine = query.boundary != .board
    let work: ServedFootprint
    let how: String
    let remark: String
    if let entry = try? tables.openModels.model(query.model) {
      // The length of the reply is not printed; one of usual length stands for it.
      work = try TextEstimator(tables).footprint(
        of: TextWork(model: ServedModel(entry), outputTokens: ReproductionBench.usualReply), at: site)
      remark = "batch and accelerator are not printed, and the interval is over both"
      how = "'dimmer estimate text' with \(Int(ReproductionBench.usualReply)) output tokens, which are not printed"
    } else if let entry = diffusionModel(query.model) {
      work = try DiffusionEstimator(tables).footprint(of: DiffusionWork(entry), at: site)
      remark =
        "steps and accelerators are not printed, and 2 accelerators (1 to 8) are taken to work on a piece together. "
        + "The next row takes one"
      how = "'dimmer estimate \(entry.medium.rawValue)' at the model's own resolution and steps"
    } else {
      return nil
    }
    return row(
      "\(query.id).estimate", .queries, what(query) + ", estimated", published: energy,
      computed: isMachine ? work.work.energy : work.energy.accelerators, within: 0.1, own: false, how: how,
      remark:
        "Nothing of the source goes in but the model's name\(isMachine ? "" : "; GPUs alone, as the source counts"): "
        + "\(remark).")
  }

  /// An image or a video by one accelerator alone, which takes the least: what a benchmark of one model mostly is.
  private func estimatedAlone(_ query: PublishedQuery, _ energy: Figure<Energy>) throws -> ReproducedRow? {
    guard let entry = diffusionModel(query.model) else { return nil }
    var work = DiffusionWork(entry)
    work.accelerators = 1
    let made = try DiffusionEstimator(tables).footprint(of: work, at: Site(name: "unstated site"))
    return row(
      "\(query.id).estimate-alone", .queries, what(query) + ", estimated on one accelerator", published: energy,
      computed: query.boundary != .board ? made.work.energy : made.energy.accelerators, within: 0.1, own: false,
      how: "'dimmer estimate \(entry.medium.rawValue) --gpus 1' at the model's own resolution and steps",
      remark:
        "Nothing of the source goes in but the model's name, and that one accelerator works on a piece, which the "
        + "source does not print either; what it ran on and with how many steps is not known.")
  }

  /// The diffusion model of that name, or the only one whose name goes on from it with its size.
  private func diffusionModel(_ name: String) -> DiffusionModelTable.Entry? {
    let near = tables.diffusionModels.entries.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
    return near.count == 1 ? near.first : nil
  }

  /// Tokens of a reply where a source prints none.
  private static let usualReply = 300.0

  /// The article's day: 15 questions, 10 images and three videos.
  private func day(_ day: PublishedQuery, _ energy: Figure<Energy>) throws -> ReproducedRow {
    let small = try tables.published.query("mit-llama31-8b").energyFigure.get()
    let large = try tables.published.query("mit-llama31-405b").energyFigure.get()
    // Which model answered is not printed: the reply lies between the smallest and the largest.
    let reply = Figure(
      "a reply of some model",
      Estimate(
        Energy.joules((small.value.joules * large.value.joules).squareRoot()), low: small.value, high: large.value,
        origin: .published, method: "published-factor@1", source: "mit-day:model"),
      inputs: [small.receipt, large.receipt],
      note: "Between the smallest and the largest model; which one answered is not printed.")
    let image = try tables.published.query("mit-sd3-medium").energyFigure.get()
    let video = try tables.published.query("mit-cogvideox15-16fps").energyFigure.get()
    func times(_ count: Double, _ figure: Figure<Energy>, _ what: String) -> Figure<Energy> {
      product(
        what, figure, DeclaredValue.figure("how many", Ratio(count), note: "As the source counts."))
    }
    return row(
      day.id, .queries, what(day), published: energy,
      computed: sum(
        "the day", [times(15, reply, "15 replies"), times(10, image, "10 images"), times(3, video, "three videos")]),
      within: 0.03, own: true, how: "15 replies + 10 images + three videos of 3.4 MJ",
      remark: "The videos are 98 % of it.")
  }

  private func water(_ query: PublishedQuery, _ parts: [Figure<Energy>]) throws -> ReproducedRow {
    let machines = sum("accelerators, host and idle", Array(parts.prefix(3)))
    var site = Site(name: "Google")
    site.onSiteWater = .figure(try printed("google-wue"))
    let run = TrainingRun("", effort: .machineEnergy(machines), device: TrainingDevice(name: "TPU"))
    let found = try run.footprint(at: site).water.onSite.get()
    let volume = PublishedFactor.figure(
      "water on the site", query.water ?? .zero, uncertainty: "published-query:\(query.id)", source: query.source)
    return row(
      "\(query.id).water", .queries, "water on the site for a \(query.task), \(query.model)", published: volume,
      computed: found, within: 0.1, own: false, how: "0.22 Wh x 0.999 L/kWh",
      remark:
        "The source's own water intensity is not in the tables; EcoLogits' 0.999 L/kWh for Google gives a sixth less.")
  }

  /// What the article says of its numbers to each other.
  private func relations() throws -> [ReproducedRow] {
    let table = tables.published
    let video = try table.query("mit-cogvideox15-16fps").energyFigure.get()
    let older = try table.query("mit-cogvideox-8fps").energyFigure.get()
    let image = try table.query("mit-sd3-medium").energyFigure.get()
    let small = try table.query("mit-llama31-8b").energyFigure.get()
    let large = try table.query("mit-llama31-405b").energyFigure.get()
    let day = try table.query("mit-day").energyFigure.get()
    let microwave = power("power of the microwave, by the largest reply", large, try printed("mit-long-reply-seconds"))
    return [
      row(
        "mit-video-growth", .queries, "the newer video over the older, times",
        published: try printed("mit-video-growth"),
        computed: ratio("newer over older", video, older), within: 0.05, own: true, how: "3.4 MJ / 109 kJ",
        remark: "Printed as more than 30 times."),
      row(
        "mit-video-over-image", .queries, "a video over a high-quality image, times",
        published: try printed("mit-video-over-image"), computed: ratio("video over image", video, image),
        within: 0.1, own: false, how: "3.4 MJ / 2282 J",
        remark:
          "Printed as more than 700 times, which fits an image of about 4.4 kJ: one of twice the steps, whose energy "
          + "is not in the tables because no copy of it was checked."),
      row(
        "mit-microwave", .queries, "microwave power behind the smallest reply (114 J in 0.1 s)",
        published: power(
          "power of the microwave, by the smallest reply", small, try printed("mit-short-reply-seconds")),
        computed: microwave, within: 0.1, own: true, how: "6706 J / 8 s",
        remark: "One article, three microwaves: 1140 W by the smallest reply, 838 W by the largest, 829 W by the day."),
      row(
        "mit-microwave-day", .queries, "microwave power behind the day (2.9 kWh in 3.5 h)",
        published: power("power of the microwave, by the day", day, try printed("mit-day-microwave")),
        computed: microwave, within: 0.1, own: true, how: "6706 J / 8 s", remark: nil),
    ]
  }

  private func power(_ label: String, _ energy: Figure<Energy>, _ time: Figure<Span>) -> Figure<Power> {
    Figure(
      label, Estimate<Power>.combining(energy.estimate, time.estimate, method: "ratio@1", /),
      inputs: [energy.receipt, time.receipt], source: energy.receipt.source)
  }

  private func missing(in query: PublishedQuery) -> String {
    if query.boundary == .lifeCycle {
      return "It is a life cycle with upstream manufacturing; the study prints no energy and no factors of it."
    }
    switch query.how {
    case .stated: return "No boundary, no tokens and no method were stated with the number."
    case .modelled: return "It is itself a model's output, and the tokens and parameters that went in are not printed."
    case .measured:
      return query.model.hasPrefix("mean")
        ? "A mean over models of very different size; what each of them took is not in the row."
        : "The source measured it; steps, size of the picture, tokens or batch that an estimate needs are not printed."
    }
  }
}
