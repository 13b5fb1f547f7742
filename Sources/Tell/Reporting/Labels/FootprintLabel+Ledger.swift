public import Ledger
import Methods
import Quantities

extension FootprintLabel {
  /// The label of a run from its account.
  ///
  /// - Parameters:
  ///   - work: how much of what it did, if somebody said so.
  ///   - supply: what somebody states of its electricity; without it there is no market-based carbon.
  public init(run account: ActivityAccount, work: LabelWork?, supply: StatedSupply? = nil) {
    let run = account.activity
    let known = { (name: FigureName, label: String, unit: String) in
      account.figure(name)?.receipt ?? Receipt.unknown(label, unit: unit, because: "\(label) was not recorded")
    }
    let water = account.figure(.water)?.receipt
    let market = supply.map { supply in
      supply.marketBased(
        energy: account.figure(.energy)?.figure(of: Energy.self), pue: account.figure(.pue)?.figure(of: Ratio.self),
        intensity: account.figure(.intensity)?.figure(of: CarbonIntensity.self))
    }
    let figures = Figures(
      energy: known(.energy, "energy", Energy.baseUnit), carbon: known(.carbon, "carbon", Carbon.baseUnit),
      marketCarbon: market ?? Figures.noContracts, embodied: known(.embodied, "embodied carbon", Carbon.baseUnit),
      waterOnSite: Self.part(of: water, madeBy: "water-on-site"),
      waterOffSite: Self.part(of: water, madeBy: "water-off-site"))
    let unread = account.components.filter { $0.microjoules == nil }
    let missing =
      unread.isEmpty
      ? nil : "unread: \(unread.map { "\($0.name) (\($0.detail ?? "no reason was kept"))" }.joined(separator: ", "))"
    let read = account.components.filter { $0.microjoules != nil }.map(\.name)
    let parts = read.isEmpty ? "" : " (\(read.joined(separator: ", ")))"
    let pue = account.figure(.pue)?.value
    let intensity = known(.intensity, "carbon intensity", CarbonIntensity.baseUnit)
    let gridYear = Self.yearOfMean(intensity)
    let hardware = run.detail.imported.map { "as \($0.tool) recorded it" } ?? Self.machine(of: run)
    let load = run.detail.cpuSeconds.flatMap(Self.load)
    self.init(
      kind: .run, subject: run.name, link: run.id.description, work: work, figures: figures,
      boundary: "this run's share of its machine\(parts), before overhead of the building"
        + (pue.map { "; carbon counts a PUE of \(Decimals.significant($0, digits: 3))" } ?? ""),
      missingFromEnergy: missing, intensity: intensity, region: run.region, gridYear: gridYear, hardware: hardware,
      load: load, maker: Self.maker(run.detail.imported?.tool ?? "dimmer-meter", figures.energy),
      quality: Pedigree(
        of: figures, intensity: intensity, region: run.region, gridYear: gridYear,
        workYear: (run.ended ?? run.started).year, isOwnHardware: run.detail.imported == nil, hardware: hardware,
        load: load, missing: missing),
      date: run.ended ?? run.started, evidence: Evidence(Self.evidence(account, supply)))
  }

  /// What a run's label is made of: its record, and what was stated of its electricity.
  private static func evidence(_ account: ActivityAccount, _ supply: StatedSupply?) -> JSONValue {
    let record = RunSummary.json(account)
    return supply.map { ["run": record, "electricity": $0.json] } ?? record
  }

  /// The label of a request; without stated work it is counted by the tokens that its answer had.
  public init(request explained: RequestExplanation, work: LabelWork?) {
    let request = explained.request
    let noWater = { Receipt.unknown($0, unit: Water.baseUnit, because: "water is not kept for single requests") }
    let figures = Figures(
      energy: explained.energy, carbon: explained.carbon, embodied: explained.embodied,
      waterOnSite: noWater("water on site"), waterOffSite: noWater("water at power plants"))
    let intensity = explained.intensity
    let region = explained.signal?.region
    let gridYear = Self.yearOfMean(explained.signal)
    let tokens = request.tokensOut.flatMap { LabelWork(.text, count: Double($0)) }
    self.init(
      kind: .request, subject: "one request to \(request.variant) (\(request.alias))",
      link: request.id.description, work: work ?? tokens, figures: figures,
      boundary: "what the answer took at the model's server, before overhead of the building",
      intensity: intensity, region: region, gridYear: gridYear, hardware: explained.variant?.receipt.label,
      load: nil, maker: Self.maker("dimmer", figures.energy),
      quality: Pedigree(
        of: figures, intensity: intensity, region: region, gridYear: gridYear, workYear: request.grid.year,
        isOwnHardware: explained.variant != nil, hardware: explained.variant?.receipt.label, load: nil, missing: nil),
      date: request.received, evidence: Evidence(RequestDocument.json(explained)))
  }

  /// The label of a model's variant as it was calibrated: energy of a functional unit, and nothing that needs a place.
  ///
  /// - Parameter task: what it is counted by; without one by tokens where its calibration has a price for them, else by
  ///   answers.
  public init(model variant: VariantRecord, task: LabelTask?) {
    let task = task ?? (variant.perOutputToken != nil ? .text : .classification)
    // Tokens are of one request; images and answers are a request each.
    let isByToken = task == .text || task == .embedding
    let count = isByToken ? task.unitSize : 1
    let tokens = Int64(task.unitSize)
    let asked =
      switch task {
      case .text: RequestWork(units: 1, uncachedTokensIn: 0, tokensOut: tokens)
      case .embedding: RequestWork(units: 1, uncachedTokensIn: tokens, tokensOut: 0)
      case .image, .video, .speech, .classification: RequestWork(units: 1, uncachedTokensIn: 0, tokensOut: 0)
      }
    let energy =
      RequestEnergy.figure(variant, asked)?.receipt
      ?? .unknown("energy", unit: Energy.baseUnit, because: "its calibration charges for what was not counted")
    let noPlace = { (what: String, unit: String) in
      Receipt.unknown(what, unit: unit, because: "a model alone has no place; label a run or a request of it")
    }
    let figures = Figures(
      energy: energy, carbon: noPlace("carbon", Carbon.baseUnit), embodied: noPlace("embodied", Carbon.baseUnit),
      waterOnSite: noPlace("water on site", Water.baseUnit),
      waterOffSite: noPlace("water at power plants", Water.baseUnit))
    let intensity = noPlace("carbon intensity", CarbonIntensity.baseUnit)
    self.init(
      kind: .model, subject: "\(variant.name) (\(variant.alias))", link: variant.id.description,
      work: LabelWork(task, count: count), figures: figures,
      boundary: (isByToken ? "one request, its prompt left out," : "each in a request of its own,")
        + " at the model's server, before overhead of the building",
      intensity: intensity, region: nil, gridYear: nil, hardware: variant.receipt.label, load: nil,
      maker: Self.maker("dimmer", variant.receipt),
      quality: Pedigree(
        of: figures, intensity: intensity, region: nil, gridYear: nil, workYear: variant.calibrated.year,
        isOwnHardware: true, hardware: variant.receipt.label, load: nil, missing: nil),
      date: variant.calibrated, evidence: Evidence(.receipt(energy)))
  }

  // MARK: Parts

  /// One of the two terms of a water figure, which keeps what it knows of them among its inputs.
  private static func part(of water: Receipt?, madeBy method: String) -> Receipt {
    let label = method == "water-on-site" ? "water on site" : "water at power plants"
    if let term = water?.first(where: { $0.method?.name == method }) { return term }
    return .unknown(label, unit: Water.baseUnit, because: water?.note ?? "water was not recorded")
  }

  /// The year of a yearly mean; `nil` for a value of some hour, and for none.
  private static func yearOfMean(_ intensity: Receipt) -> Int? {
    intensity.first { $0.source?.year != nil }?.source?.year
  }

  private static func yearOfMean(_ signal: SignalRecord?) -> Int? {
    guard let signal, (signal.validTo - signal.validFrom).seconds > 86_400 * 31 else { return nil }
    return signal.validFrom.year
  }

  /// The machine by name and by what its meter saw of its processors.
  private static func machine(of run: Activity) -> String? {
    guard let meter = run.meter else { return nil }
    let name = meter.split(separator: " ").last.map(String.init) ?? meter
    // What the meter says of a source ends with why there is no better one; the hardware comes before.
    let seen = run.detail.components["cpu"]?.split(separator: ",").first
    return seen.map { "\(name): \($0)" } ?? name
  }

  private static func load(_ cpu: CPUSeconds) -> String? {
    guard cpu.capacity > 0 else { return nil }
    let share = { (seconds: Double) in "\(Decimals.significant(100 * seconds / cpu.capacity, digits: 2)) %" }
    return "processors \(share(cpu.busy)) busy, \(share(cpu.run)) by this run"
  }

  /// What made a figure: a tool, and the methods with their versions.
  private static func maker(_ tool: String, _ energy: Receipt) -> String {
    var methods: [String] = []
    for method in energy.flattened.compactMap(\.method) where !methods.contains(method.description) {
      methods.append(method.description)
    }
    return methods.isEmpty ? tool : "\(tool), by \(methods.prefix(3).joined(separator: ", "))"
  }
}
