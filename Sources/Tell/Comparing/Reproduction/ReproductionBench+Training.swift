import Accounting
import Estimation
import Factors
import Methods
import Quantities

/// Published training runs by Dimmer's methods.
extension ReproductionBench {
  func trainings() throws -> [ReproducedRow] {
    try tables.published.trainings.flatMap(rows) + estimates()
  }

  private func rows(_ run: PublishedTraining) throws -> [ReproducedRow] {
    var rows: [ReproducedRow] = []
    if let carbon = run.carbonFigure.figure {
      let what = "carbon of training \(run.model)"
      if let energy = run.energyFigure.figure, let intensity = run.intensity {
        rows.append(ownGrid(run, what, carbon, energy, intensity))
      } else if let hours = run.deviceHours, let power = run.devicePower, run.source.citation.hasPrefix("Meta,") {
        rows.append(try statedHours(run, what, carbon, hours, power))
      } else if run.id == "bloom-total" {
        rows.append(try partsOfBloom(run, what, carbon))
      } else if let pounds = try? tables.quantities.entry("\(run.id)-pounds"),
        let printed: Figure<Carbon> = try? pounds.figure()
      {
        rows.append(
          row(
            run.id, .training, what, published: carbon, computed: printed, within: 0.001, own: true,
            how: "626,155 lb in tonnes, at 0.45359237 kg a pound",
            remark:
              "The conversion alone: the source's energy is not in the tables. Patterson and others (2021) found the "
              + "search to have taken far less."))
      } else {
        rows.append(
          row(run.id, .training, what, published: carbon.receipt, because: missing(in: run)))
      }
    }
    if let energy = run.energyFigure.figure, let hours = run.deviceHours, let power = run.devicePower {
      let used = TrainingRun("", effort: .deviceTime(run.published("GPU hours", hours)), device: device(run, power))
      rows.append(
        try boards(run, used, published: energy))
    }
    if let water = run.water, run.carbon == nil { rows.append(try onSite(run, water)) }
    return rows
  }

  /// Carbon from the energy and the grid that stand in the same row.
  private func ownGrid(
    _ run: PublishedTraining, _ what: String, _ carbon: Figure<Carbon>, _ energy: Figure<Energy>,
    _ intensity: CarbonIntensity
  ) -> ReproducedRow {
    let facility =
      run.boundary == .facility
      ? FacilityEnergy(meteredAtFacility: energy) : FacilityEnergy(withoutOverhead: ITEnergy(energy))
    let found = OperationalCarbon.carbon(of: facility, at: run.published("grid as the source takes it", intensity))
    var remark = run.note
    if let pue = run.pue, abs(carbon.value * pue / found.value - 1) < 0.01, pue > 1.01 {
      remark =
        "The energy holds the site's overhead, the emissions do not: \(carbon.value.formatted()) times the PUE of "
        + "\(Decimals.significant(pue, digits: 3)) is \((carbon.value * pue).formatted())."
    }
    return row(
      run.id, .training, what, published: carbon, computed: found, within: 0.015, own: true,
      how: "\(energy.value.formatted()) x \(intensity.formatted())", remark: remark)
  }

  /// Carbon from hours and power, with the grid and the overhead that the source leaves out.
  private func statedHours(
    _ run: PublishedTraining, _ what: String, _ carbon: Figure<Carbon>, _ hours: Span, _ power: Power
  ) throws -> ReproducedRow {
    var site = try Site(region: "US", year: run.source.year, from: tables.regions)
    site.pue = .figure(try printed("wu-pue"))
    let training = TrainingRun(
      what, effort: .deviceTime(run.published("GPU hours", hours)), device: device(run, power))
    var plain = training
    plain.powerShare = whole("share of the design power, as the source takes it")
    plain.nodeFactor = whole("machines beside the GPUs, left out as in the source")
    let found = try plain.footprint(at: site).carbon.get()
    return row(
      run.id, .training, what, published: carbon, computed: found, within: 0.05, own: false,
      how:
        "\(Decimals.significant(hours.hours / 1e6, digits: 3)) million h x \(power.formatted()) x PUE 1.1 x the US grid",
      remark:
        "Grid and PUE are not printed; taken are the US average of the year and the PUE that the company's own paper "
        + "states (Wu and others 2022). Machines beside the GPUs are in neither number.")
  }

  private func boards(
    _ run: PublishedTraining, _ used: TrainingRun, published energy: Figure<Energy>
  ) throws -> ReproducedRow {
    var plain = used
    plain.powerShare = whole("share of the design power, as the source takes it")
    plain.nodeFactor = whole("machines beside the GPUs, left out as in the source")
    let found = try plain.footprint(at: Site(name: "unstated site")).energy
    return row(
      "\(run.id).energy", .training, "energy of training \(run.model)", published: energy, computed: found,
      within: 0.01, own: true, how: "GPU hours x design power", remark: nil)
  }

  /// What BLOOM's total is made of.
  private func partsOfBloom(
    _ run: PublishedTraining, _ what: String, _ carbon: Figure<Carbon>
  ) throws -> ReproducedRow {
    let grid = try tables.published.training("bloom-dynamic")
    let idle = OperationalCarbon.carbon(
      of: FacilityEnergy(withoutOverhead: ITEnergy(try printed("bloom-idle-energy"))),
      at: grid.published("grid as the source takes it", grid.intensity ?? .zero))
    let all = sum(
      "computing, idle machines and manufacturing",
      [
        try printed("bloom-dynamic-carbon"), idle, try printed("bloom-embodied"),
      ])
    return row(
      run.id, .training, what, published: carbon, computed: all, within: 0.01, own: true,
      how: "24.69 t of computing + 256.6 MWh of idle machines x 57 g/kWh + 11.2 t of manufacturing", remark: run.note)
  }

  /// Water on the site from energy and a water intensity.
  private func onSite(_ run: PublishedTraining, _ water: Water) throws -> ReproducedRow {
    let pue = try tables.published.training("gpt3").pue ?? 1
    let energy = run.published("energy with overhead", run.energy ?? .zero)
    var site = Site(name: "Microsoft")
    site.pue = .figure(run.published("PUE of the run", Ratio(pue)))
    site.onSiteWater = .figure(try printed("microsoft-wue"))
    let training = TrainingRun("", effort: .facilityEnergy(energy), device: TrainingDevice(name: "V100"))
    let found = try training.footprint(at: site).water.onSite.get()
    return row(
      run.id, .training, "water on the site for training \(run.model)",
      published: run.published("water on the site", water), computed: found, within: 0.1, own: false,
      how: "1287 MWh / PUE 1.1 x 0.569 L/kWh",
      remark:
        "The source's own water intensity is not in the tables; taken is that of the operator as EcoLogits has it. "
        + "Water at the power plants is in neither number.")
  }

  /// Runs estimated from parameters and tokens alone, as if nothing else were known.
  private func estimates() throws -> [ReproducedRow] {
    let t5 = try tables.published.training("t5-11b")
    var known = try estimate("t5-11b", tokens: "t5-11b-tokens", device: "TPUv3 Chip")
    known.device.power = .figure(try printed("t5-11b-system-power"))
    known.speedShare = try printed("t5-11b-efficiency")
    known.powerShare = whole("share of the system's power, as LLMCarbon takes it")
    known.nodeFactor = whole("the rest of the system, already in its power")
    var site = Site(name: "as printed")
    site.pue = .figure(t5.published("PUE of the run", Ratio(t5.pue ?? 1)))
    let t5Energy = try t5.energyFigure.get()
    var rows = [
      row(
        "t5-11b.operations", .training, "energy of training T5 11B from its operations", published: t5Energy,
        computed: try known.footprint(at: site).facilityEnergy.figure, within: 0.05, own: false,
        how: "6 x 11 B x 600 B operations / (123 TFLOPS x 0.37) x 310 W x PUE 1.12",
        remark: "Speed, power and efficiency as LLMCarbon takes them.")
    ]
    let gpt = try tables.published.training("gpt3")
    site.pue = .figure(gpt.published("PUE of the run", Ratio(gpt.pue ?? 1)))
    rows.append(
      row(
        "gpt3.estimate", .training, "energy of training GPT-3 from parameters and tokens",
        published: try gpt.energyFigure.get(),
        computed: try estimate("gpt3", tokens: "gpt3-tokens", device: "Tesla V100-SXM2-32GB").footprint(at: site)
          .facilityEnergy.figure, within: 0.1, own: false,
        how: "6 x 175 B x 300 B operations, all else assumed as 'dimmer estimate training' does",
        remark: "GPT-3 reached 21 % of the printed speed, which is the low end of what is assumed."))
    let llama = try tables.published.training("llama3-70b")
    rows.append(
      row(
        "llama3-70b.estimate", .training, "GPU time of training Llama 3 70B from parameters and tokens",
        published: llama.published("GPU hours", llama.deviceHours ?? .zero),
        computed: try estimate("llama3-70b", tokens: "llama3-70b-tokens", device: "H100 SXM").deviceTime.get(),
        within: 0.1, own: false, how: "6 x 70 B x 15 T operations, the share of the peak speed assumed",
        remark: "The printed hours may hold more than the final run."))
    return rows
  }

  private func estimate(_ id: String, tokens: String, device name: String) throws -> TrainingRun {
    let run = try tables.published.training(id)
    return TrainingRun(
      run.model,
      effort: .operations(
        TrainingRun.operations(
          parameters: run.published("parameters", Ratio((run.parametersBillions ?? 0) * 1e9)),
          tokens: try printed(tokens))), device: try TrainingDevice(named: name, from: tables))
  }

  private func device(_ run: PublishedTraining, _ power: Power) -> TrainingDevice {
    var device = TrainingDevice(name: run.hardware ?? "unstated accelerator")
    device.power = .figure(run.published("design power", power))
    return device
  }

  private func whole(_ label: String) -> Figure<Ratio> {
    DeclaredValue.figure(label, Ratio(1), note: "To compute what the source computed.")
  }

  private func missing(in run: PublishedTraining) -> String {
    if run.boundary == .lifeCycle {
      return "It is one number of a \(run.carbonScope ?? "life cycle") together, and no energy is printed."
    }
    return "The source prints neither its energy nor its hours and grid, so there is nothing to compute it from."
  }
}
