import Factors
import Methods
import Quantities
import Testing

@testable import Accounting

/// One figure of every typed function of the room, from published tables and stated values as commands make them.
@Suite("Every figure reaches its sources")
struct LeafTests {
  let tables: FactorTables
  let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)
  init() throws { tables = try FactorTables.embedded() }

  private func stated<Q: Quantity>(_ label: String, _ value: Q) -> Figure<Q> { DeclaredValue.figure(label, value) }

  private func receipts() throws -> [Receipt] {
    let energy = ITEnergy(stated("energy", Energy.kilowattHours(3)))
    let grid = try tables.regions.intensity(of: "DE", for: .shorter)
    let facility = FacilityEnergy(energy, pue: try tables.facilities.pue(of: "AWS"))
    let carbon = OperationalCarbon.carbon(of: facility, at: grid)
    let many = OperationalCarbon.carbon(
      of: (0..<30).map { _ in OperationalCarbon.Interval(energy: facility, intensity: grid) })
    let chips = ChipCarbon(tables.embodied)
    let perArea = try chips.perArea(process: "7nm")
    let die = try chips.die(area: stated("area", Area.squareMillimetres(826)), perArea: perArea)
    let memory = try chips.memory(.dram, "ddr4_10nm", capacity: stated("memory", Bits.bytes(64e9)))
    let disk = try chips.memory(.disk, "Exosx16", capacity: stated("disk", Bits.bytes(16e12)))
    let machine = Machine(threads: 8, parts: .init(cpus: 1, memory: .bytes(64e9), gpus: 1), isGuest: true)
    let account = try MachineCarbon(tables).account(of: machine)
    let hosted = Machine(
      threads: 8, parts: machine.parts, isGuest: true,
      host: .init(threads: 96, parts: .init(cpus: 2, memory: .bytes(384e9))))
    let host = try MachineCarbon(tables).account(of: hosted)
    let both = Amortisation(
      total: account.total, reserved: stated("time", Span.hours(1)), life: account.life, share: MachineShare.whole,
      work: stated("work", Ratio(10)), lifetimeWork: .figure(stated("work of its life", Ratio(1e6))))
    let water = WaterUse(
      energy: energy, facility: facility, onSite: .figure(stated("WUE", WaterIntensity.litresPerKilowattHour(0.5))),
      offSite: try tables.regions.waterIntensity(of: "DE"))
    let request = RequestCarbon(
      energy: facility, intensity: grid, duration: stated("time", Span.seconds(2)), machine: host)
    let scope2 = try MarketBasedCarbon.scope2(
      of: facility, at: grid,
      contracts: [
        .init(energy: stated("contract", Energy.kilowattHours(1)), factor: stated("its factor", .zero)),
        .init(energy: MarketBasedCarbon.contracted(Ratio(0.1), of: facility), factor: stated("its factor", .zero)),
      ],
      residualMix: .figure(stated("residual mix", CarbonIntensity.gramsPerKilowattHour(600))))
    let matching = try HourlyMatching(
      [
        .init(used: .kilowattHours(1), contracted: .kilowattHours(3), grid: grid.value),
        .init(used: .kilowattHours(1), contracted: .zero, grid: grid.value),
      ], contract: stated("its factor", .zero),
      residual: .figure(stated("residual mix", CarbonIntensity.gramsPerKilowattHour(600))))
    let run = RunFootprint(
      .init(
        energy: energy.figure, duration: .hours(1), intensity: .figure(grid),
        pue: .figure(stated("PUE", Ratio(1.2))), onSiteWater: .figure(stated("WUE", .litresPerKilowattHour(1))),
        offSiteWater: try tables.regions.waterIntensity(of: "DE"), machine: .success(account)))
    let scores = IntelligenceScores(
      consumer: .init(
        carbon: run.totalCarbon, water: run.water.total, units: stated("tokens", Ratio(1e6)), unit: .token),
      provider: .init(
        carbon: .figure(carbon), water: .unknown("not told"), units: stated("tokens", Ratio(1e9)), unit: .trainingToken)
    )
    let tenant = TenantShare(
      active: Microjoules(5), idle: Microjoules(5), among: [.init(reserved: 1, held: .seconds(1), used: 1)])
    let everyday = EverydayComparison(
      energy: .figure(energy.figure), carbon: .figure(carbon), battery: EverydayComparison.battery(stated: nil),
      table: tables.equivalences)
    let forms = try EverydayForms(
      grid: grid, battery: EverydayComparison.battery(stated: nil), table: tables.equivalences)
    let seat = FlightSeat.economy(
      fuelKilograms: stated("fuel", Ratio(56440)), cargoShare: stated("cargo", Ratio(0.08)),
      equivalentSeats: stated("seats", Ratio(411.5)), loadFactor: stated("load", Ratio(0.845)))
    var all: [Receipt] = [
      facility.figure.receipt, carbon.receipt, die.receipt, memory.receipt, disk.receipt, account.total.receipt,
      host.total.receipt, account.life.receipt, both.byTime.receipt, request.operational.receipt,
      scope2.marketBased.receipt, scope2.locationBased.receipt, matching.marketHourly.receipt,
      matching.marketAnnual.receipt, matching.gap.receipt, matching.locationBased.receipt,
      matching.matchedInTheHour.receipt, forms.energyOfTheClaim.receipt,
      OperationalCarbon.effectiveIntensity(carbon: carbon, energy: facility).receipt,
      SoftwareCarbonIntensity.score(
        operational: carbon, embodied: account.total, units: stated("requests", Ratio(10)), unit: "request"
      ).receipt,
      GridLosses.delivered(grid, loss: stated("loss", Ratio(0.05))).receipt,
      Amortisation.perUsefulHour(total: account.total, life: account.life, utilisation: stated("use", Ratio(0.4)))
        .receipt,
      tenant.figure(of: 0, metered: energy.figure, labelled: "tenant").receipt,
      RequestCarbon.embodiedPerSecond(of: account).receipt,
      try HostCarbon.embodied(tables: tables).receipt,
      try PrimaryEnergy.factor(ofMix: [(stated("share", Ratio(1)), stated("factor", Ratio(2)))]).receipt,
      seat.receipt,
    ]
    all += try tables.cardModels.cards.map { try CardCarbon.embodied(of: $0.name, tables: tables).receipt }
    all += forms.images.flatMap { [$0.miles.receipt, $0.images.receipt] } + forms.charges.map(\.texts.receipt)
    all += everyday.rows.compactMap(\.count.figure?.receipt)
    all += [run.carbon, run.embodied, run.totalCarbon, scores.consumer, scores.provider, both.byUse].compactMap {
      $0.figure?.receipt
    }
    all += [water.onSite, water.offSite, water.total, scores.water].compactMap { $0.figure?.receipt }
    all += [many, request.embodied].compactMap { $0?.receipt }
    all += [PrimaryEnergy.figure(of: facility, factor: .figure(stated("factor", Ratio(2)))).figure?.receipt].compactMap(
      \.self)
    return all
  }

  @Test(
    "Each leaf has a source, or is stated, assumed or measured and says by whom or how; each method is in the registry")
  func leaves() throws {
    let all = try receipts().flatMap(\.flattened)
    #expect(all.count > 400)
    for receipt in all {
      let method = receipt.method.flatMap { registry[$0] }
      #expect(receipt.method == nil || method != nil, "\(receipt.label): \(String(describing: receipt.method))")
      guard receipt.inputs.isEmpty, receipt.source == nil else { continue }
      switch receipt.origin {
      case .published: Issue.record("a published value without its source: \(receipt.label)")
      case .declared, .assumed: #expect(receipt.note?.isEmpty == false, "nobody says who chose it: \(receipt.label)")
      case .measured, .modelled:
        let isArithmetic = ["sum", "difference", "ratio"].contains(receipt.method?.name)
        #expect(receipt.note != nil || (method != nil && !isArithmetic), "\(receipt.label) comes from nowhere")
      }
    }
  }

  @Test("Every formula that makes figures in this room is among them")
  func complete() throws {
    let made = Set(try receipts().flatMap(\.flattened).compactMap(\.method))
    let wanted =
      AccountingMethods.formulas.map(\.id)
      + [
        "operational-carbon-series@1", "market-based-carbon@1", "hourly-matching@1", "embodied-of-models@1",
        "ccf-server@1", "guest-slice@1", "machine-share@1", "boavizta-embodied@1", "sci-ai-consumption@1",
        "sci-ai-provision@1", "water-intensity-score@1", "tenant-share@1", "primary-energy-of-mix@1", "flight-seat@1",
      ]
    for id in wanted { #expect(made.contains(id), "no figure by \(id)") }
  }

  @Test("Intervals are in order and hold their value, in every receipt")
  func ordered() throws {
    for receipt in try receipts().flatMap(\.flattened) {
      guard let value = receipt.value, let low = receipt.low, let high = receipt.high else { continue }
      #expect(low <= value && value <= high && value.isFinite, "\(receipt.label): \(low) \(value) \(high)")
    }
  }
}
