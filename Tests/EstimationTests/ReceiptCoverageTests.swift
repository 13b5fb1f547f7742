import Accounting
import Estimation
import Factors
import Methods
import MethodsConformance
import Quantities
import Testing

/// One estimate of every kind, with every option that brings a formula of its own.
@Suite("Every formula of estimates is in a receipt that keeps the law")
struct ReceiptCoverageTests {
  let tables: FactorTables
  let site: Site
  init() throws {
    tables = try FactorTables.embedded()
    var site = try Site(region: "DE", from: tables.regions)
    site.pue = .figure(stated("PUE", Ratio(1.2)))
    site.onSiteWater = .figure(stated("WUE", .litresPerKilowattHour(0.5)))
    site.price = .figure(stated("price", Ratio(0.2)))
    self.site = site
  }

  private func served() throws -> [Receipt] {
    let text = TextEstimator(tables)
    let images = DiffusionEstimator(tables)
    let size = try ServedModel(named: "closed", billions: 1...3)
    var busy = TextWork(
      model: ServedModel(try tables.openModels.model("Llama 3.1 8B")), outputTokens: 400, inputTokens: 100)
    (busy.accelerator, busy.utilisation) = ("H100", 0.4)
    var works = [
      try text.footprint(of: busy, at: site), try text.footprint(of: .embedding(of: 512, by: size), at: site),
      try text.footprint(of: TextWork(model: size, outputTokens: 400, inputTokens: nil), at: site),
      try images.footprint(of: try DiffusionWork(.video, named: "closed", billions: 5...30), at: site),
    ]
    for direction in SpeechWork.Direction.allCases {
      works.append(try text.footprint(of: try SpeechWork.work(direction, audioSeconds: 60, model: size), at: site))
    }
    works += try tables.diffusionModels.entries.map { try images.footprint(of: DiffusionWork($0), at: site) }
    return try works.flatMap { served in
      [
        served.work.energy.receipt, try served.work.totalCarbon.get().receipt,
        try served.work.water.total.get().receipt, try served.work.cost.get().receipt,
        try served.work.duration.get().receipt,
      ]
    }
  }

  private func trained() throws -> [Receipt] {
    let (parameters, tokens) = (stated("parameters", Ratio(70e9)), stated("tokens", Ratio(1e12)))
    let device = try TrainingDevice(named: "H100 SXM", from: tables)
    let efforts: [TrainingRun.Effort] = [
      .operations(TrainingRun.operations(parameters: parameters, tokens: tokens)),
      .operations(
        TrainingRun.fineTuning(parameters: parameters, trained: stated("trained", Ratio(1e9)), tokens: tokens)),
      .facilityEnergy(stated("energy", .kilowattHours(1e6))),
    ]
    var receipts: [Receipt] = []
    for effort in efforts {
      var run = TrainingRun("a run", effort: effort, device: device)
      run.devices = stated("devices", Ratio(1000))
      let (work, around) = (try run.footprint(at: site), try run.research(at: site))
      receipts += [work.energy.receipt, try work.carbon.get().receipt, around.energy.receipt]
      receipts += [work.duration, around.duration].compactMap { $0.figure?.receipt }
      receipts += [around.embodied, work.embodied].compactMap { $0.figure?.receipt }
    }
    let data = stated("data", Bits.bytes(1e12))
    return receipts + [
      DataWork.movement(of: data, on: .internet).receipt,
      DataWork.storage(of: data, copies: stated("copies", Ratio(2)), for: stated("time", .years(1)), on: .ssd).receipt,
      DataWork.synthetic(tokens: tokens, energyPerToken: stated("token", .joules(0.4))).receipt,
    ]
  }

  private func developed() throws -> [Receipt] {
    let phases: [DevelopmentPhase] = [.inference, .data, .experimentation, .offlineTraining]
    let cycle = try DevelopmentCycle(
      "a model",
      phases: phases.map { phase in
        PhaseWork(
          phase, energy: stated("energy \(phase)", .kilowattHours(1e6)),
          embodied: .figure(stated("made \(phase)", .kilograms(1e4))))
      }, site: site, requests: stated("requests", Ratio(5e9)), life: stated("life", .years(4)))
    let levers = try [
      "carbon-free=0.5", "utilisation=0.8", "caching=6.7", "longer-life=6", "early-stopping=0.3", "algorithm=1.5",
      "low-precision=2.4:1:3", "acceleration=2", "data-sampling=0.5",
    ].map { try CycleLever(parsing: $0) }
    let balance = try CycleBalance(cycle, levers: levers)
    let cost = CycleCost(balance, requests: stated("requests", Ratio(1e9)))
    return [
      balance.before.energy.receipt, balance.after.energy.receipt, try balance.after.total.get().receipt,
      try cost.breakEvenByCarbon.get().receipt, try cost.breakEvenByEnergy.get().receipt,
      CycleCost.amortised(stated("training", .kilograms(1900)), over: stated("requests", Ratio(1e11))).receipt,
    ]
  }

  private func fleets() throws -> [Receipt] {
    let share = { (label: String, value: Double) in stated(label, Ratio(value)) }
    let fleet = try FleetScenario(
      "a service",
      firstYear: FleetScenario.firstYear(
        queriesPerDay: share("queries", 1e8), energyPerQuery: stated("query", .joules(1080))),
      boundary: .machines, start: 2026, years: 3, growth: share("growth", 0.4), efficiencyGain: share("gain", 0.2),
      gridChange: share("grid", -0.03), site: site)
    let worlds = try [true, false].map {
      try WorldScenario.scenario(years: 3, gridChange: share("grid", -0.03), isIntelligence: $0, from: tables.regions)
    }
    return try ([fleet] + worlds).flatMap { scenario in
      let outcome = scenario.outcome()
      return [outcome.energy.receipt] + (try outcome.years.map { try $0.carbon.get().receipt })
        + outcome.years.compactMap { $0.intensity.figure?.receipt }
    }
  }

  @Test("All estimates together carry each of them")
  func complete() throws {
    let receipts = try served() + trained() + developed() + fleets()
    for receipt in receipts { expectExplained(receipt, receipt.label) }
    var coverage = MethodCoverage()
    coverage.walk(receipts)
    #expect(coverage.gaps(in: EstimationMethods.all, excused: Self.earlier) == [])
  }

  /// The versions before, which only figures of then carry; `dimmer restate` computes them, and its tests run them.
  private static let earlier: [MethodID: String] = [
    "denoising-operations@1": "superseded by @2", "denoising-energy@1": "superseded by @2",
    "denoising-latency@1": "superseded by @2",
  ]
}
