import Factors
import Methods
import MethodsConformance
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
    let withCards = Machine(
      threads: 8, parts: machine.parts, isGuest: true,
      cards: [.init(name: "NVIDIA H100 80GB HBM3", extent: .slices(2, of: 7)), .init(name: nil)])
    let cut = try MachineCarbon(tables).account(of: withCards)
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
      cut.total.receipt,
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

  /// Methods that none of these figures carries, and why.
  private static let excused: [MethodID: String] = [
    "run-carbon@1": earlier, "sci@1": earlier, "water@1": earlier,
    "machine-embodied@1": earlier,
    "meter-share@1": shares, "step-share@1": shares, "work-weight@1": shares,
    "impact-framework-server@1": "the other tool's server, to be compared with; an account of a machine is ccf-server",
    "card-embodied@1": "it puts embodied-of-models together for a card by name; figures carry embodied-of-models",
    "token-fit@1": "a variant's calibration carries it; the room Service makes and walks it",
    "request-carbon@1": "both parts by name at once; a request's figures carry operational-carbon and embodied-by-time",
  ]
  private static let earlier = "the version before; only a ledger that was written by it has it"
  private static let shares = "it shares out whole microjoules; what they amount to stands in a variant's token-fit"

  private static let examples: [(MethodID, [String: MethodValue])] = [
    ("run-carbon@1", ["operational_grams": .number(3), "embodied_grams": .number(2)]),
    ("machine-embodied@1", ["server_grams": .number(1e6), "share": .number(0.5)]),
    (
      "sci@1",
      [
        "energy_joules": .number(3.6e6), "intensity_grams_per_kwh": .number(100), "embodied_grams": .number(30),
        "units": .number(10),
      ]
    ),
    (
      "water@1",
      [
        "energy_joules": .number(3.6e6), "wue_litres_per_kwh": .number(0.57), "pue": .number(1.2),
        "ewif_litres_per_kwh": .number(3),
      ]
    ),
    (
      "meter-share@1",
      [
        "dynamic_joules": .number(9), "idle_joules": .number(4), "weights": .numbers([1, 2]),
        "times_seconds": .numbers([1, 1]),
      ]
    ),
    (
      "step-share@1",
      ["steps_joules": .numbers([5]), "steps": .table([["work": .numbers([1, 3])]])]
    ),
    ("impact-framework-server@1", ["memory_gigabytes": .number(64)]), ("card-embodied@1", ["card": .text("H100")]),
    ("work-weight@1", ["tokens_out": .number(7), "b_out": .number(1)]),
    ("token-fit@1", ["energies_joules": .numbers([2, 2.1, 1.9, 2])]),
    (
      "request-carbon@1",
      ["energy_joules": .number(3.6e6), "pue": .number(1.2), "intensity_grams_per_kwh": .number(300)]
    ),
  ]

  @Test("The law of receipts holds in every one")
  func lawful() throws {
    let all = try receipts()
    #expect(all.flatMap(\.flattened).count > 400)
    #expect(ReceiptLaw(registry).breaches(in: all) == [])
  }

  @Test("Every method of this room is among them, or says why no figure carries it")
  func complete() throws {
    var coverage = MethodCoverage()
    coverage.walk(try receipts())
    for (id, inputs) in Self.examples {
      let method = try #require(registry[id])
      let faults = coverage.exercise(method, on: inputs)
      #expect(faults == [])
    }
    let peers = Set(PeerMethods.all.map(\.id))
    let own = AccountingMethods.all.filter { !peers.contains($0.id) }
    #expect(coverage.gaps(in: own, excused: Self.excused) == [])
    #expect(coverage.exercised == Set(Self.excused.keys), "what no figure carries is run by name")
  }
}
