import Accounting
import Estimation
import Factors
import Methods
import Quantities
import Testing

@Suite("Training runs that nobody measured")
struct TrainingTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func run(parameters: Double = 70e9, tokens: Double = 15e12, _ device: String = "H100 SXM") throws
    -> TrainingRun
  {
    TrainingRun(
      "a run",
      effort: .operations(
        TrainingRun.operations(
          parameters: stated("parameters", Ratio(parameters)), tokens: stated("tokens", Ratio(tokens)))),
      device: try TrainingDevice(named: device, from: tables))
  }

  @Test("1287 MWh at 429 g/kWh are 552.1 t with the overhead in the energy, 501.9 t without it")
  func gpt3() throws {
    var site = Site(
      name: "as printed", intensity: .figure(stated("grid", .gramsPerKilowattHour(429))),
      pue: .figure(stated("PUE", Ratio(1.1))))
    let metered = TrainingRun(
      "GPT-3", effort: .facilityEnergy(stated("energy", .kilowattHours(1_287_000))),
      device: TrainingDevice(name: "V100"))
    let work = try metered.footprint(at: site)
    #expect(abs(try work.carbon.get().value.grams / 552.123e6 - 1) < 1e-9)
    #expect(abs(work.energy.value.kilowattHours / 1_170_000 - 1) < 1e-9)
    site.pue = .figure(stated("PUE", Ratio(1)))
    let machines = TrainingRun(
      "GPT-3", effort: .machineEnergy(work.energy), device: TrainingDevice(name: "V100"))
    #expect(abs(try machines.footprint(at: site).carbon.get().value.grams / 501.93e6 - 1) < 1e-9)
  }

  @Test("Energy metered at the facility is not given the overhead again, known or not")
  func noDoubleOverhead() throws {
    let metered = stated("energy", Energy.kilowattHours(100))
    let run = TrainingRun("x", effort: .facilityEnergy(metered), device: TrainingDevice(name: "any"))
    for pue in [1.0, 1.2, 2.0] {
      let site = Site(name: "s", pue: .figure(stated("PUE", Ratio(pue))))
      #expect(abs(try run.footprint(at: site).facilityEnergy.figure.value.kilowattHours - 100) < 1e-9)
    }
    let work = try run.footprint(
      at: Site(name: "s", onSiteWater: .figure(stated("WUE", .litresPerKilowattHour(1)))))
    #expect(abs(work.facilityEnergy.figure.value.kilowattHours - 100) < 1e-9)
    #expect(work.water.onSite.reason?.contains("--pue") == true)
  }

  @Test("T5 by its operations at LLMCarbon's inputs: 83.92 MWh and 45.74 t")
  func t5() throws {
    var run = try run(parameters: 11e9, tokens: 600e9, "TPUv3 Chip")
    run.device.power = .figure(stated("system power", .watts(310)))
    run.speedShare = stated("efficiency", Ratio(0.37))
    run.powerShare = stated("power share", Ratio(1))
    run.nodeFactor = stated("node", Ratio(1))
    let work = try run.footprint(
      at: Site(
        name: "as printed", intensity: .figure(stated("grid", .gramsPerKilowattHour(545))),
        pue: .figure(stated("PUE", Ratio(1.12)))))
    #expect(abs(work.facilityEnergy.figure.value.kilowattHours / 83_920.01757855418 - 1) < 1e-9)
    #expect(abs(try work.carbon.get().value.grams / 45.736409580312035e6 - 1) < 1e-9)
  }

  @Test("Hours at the design power, nothing else: 39.3 million h of 700 W and 11 390 t are 414.03 g/kWh")
  func impliedGrid() throws {
    var device = TrainingDevice(name: "H100")
    device.power = .figure(stated("power", .watts(700)))
    var run = TrainingRun("Llama 3.1", effort: .deviceTime(stated("hours", .hours(39.3e6))), device: device)
    run.powerShare = stated("share", Ratio(1))
    run.nodeFactor = stated("node", Ratio(1))
    let energy = try run.footprint(at: Site(name: "unstated")).energy
    let implied = OperationalCarbon.effectiveIntensity(
      carbon: stated("carbon", .kilograms(11_390_000)), energy: FacilityEnergy(meteredAtFacility: energy))
    #expect(abs(implied.value.gramsPerKilowattHour - 414.03) < 0.005)
  }

  @Test("More tokens or more parameters take more of everything; a faster chip or a better share takes less")
  func monotone() throws {
    let base = try run().footprint(at: Site(region: "US", from: tables.regions))
    for more in [try run(tokens: 16e12), try run(parameters: 71e9)] {
      let work = try more.footprint(at: Site(region: "US", from: tables.regions))
      #expect(work.energy.value > base.energy.value)
      #expect(try work.carbon.get().value > base.carbon.get().value)
      #expect(try work.embodied.get().value > base.embodied.get().value)
    }
    var faster = try run()
    faster.speedShare = stated("share", Ratio(0.5))
    #expect(try faster.footprint(at: Site(name: "s")).energy.value < base.energy.value)
    var wider = try run()
    wider.nodeFactor = stated("node", Ratio(2))
    #expect(try wider.footprint(at: Site(name: "s")).energy.value > base.energy.value)
  }

  @Test("Three ways in, one answer: operations, the hours they come to, and the energy these come to")
  func threeWays() throws {
    let site = try Site(region: "DE", from: tables.regions)
    let byOperations = try run()
    let answer = try byOperations.footprint(at: site)
    let hours = TrainingRun(
      "a run", effort: .deviceTime(try byOperations.deviceTime.get()), device: byOperations.device)
    let metered = TrainingRun("a run", effort: .machineEnergy(answer.energy), device: byOperations.device)
    #expect(try hours.footprint(at: site).carbon.get().estimate == answer.carbon.get().estimate)
    #expect(try metered.footprint(at: site).carbon.get().value == answer.carbon.get().value)
  }

  @Test("The runs around a final one are a footprint of their own: the final one stays as it is")
  func research() throws {
    let site = try Site(region: "FR", from: tables.regions)
    let run = try run()
    let final = try run.footprint(at: site)
    let around = try run.research(stated("factor", Ratio(2.7)), at: site)
    #expect(abs(around.energy.value / final.energy.value - 1.7) < 1e-9)
    #expect(abs(try around.embodied.get().value / final.embodied.get().value - 1.7) < 1e-9)
    #expect(try run.footprint(at: site).energy == final.energy)
    let none = try run.research(stated("factor", Ratio(1)), at: site)
    #expect(none.energy.value.joules == 0)
  }

  @Test("Full fine-tuning is training; trained parts alone take two thirds of it and a little")
  func fineTuning() {
    let all = stated("parameters", Ratio(8e9))
    let tokens = stated("tokens", Ratio(1e9))
    let full = TrainingRun.fineTuning(parameters: all, trained: all, tokens: tokens)
    #expect(full.value == TrainingRun.operations(parameters: all, tokens: tokens).value)
    let adapters = TrainingRun.fineTuning(parameters: all, trained: stated("trained", Ratio(20e6)), tokens: tokens)
    #expect(abs(adapters.value / full.value - (2.0 / 3 + 20e6 / 8e9 / 3)) < 1e-9)
  }

  @Test("Without an accelerator the energy is unknown with what would make it known, and nothing is filled in")
  func unknown() {
    let nameless = TrainingRun(
      "x", effort: .deviceTime(stated("hours", .hours(10))), device: TrainingDevice(name: "unnamed"))
    let error = #expect(throws: Unknown.self) { try nameless.footprint(at: Site(name: "s")) }
    #expect(error?.reason.contains("--device") == true && error?.reason.contains("--power") == true)
    #expect(throws: FactorError.self) { try TrainingDevice(named: "H1000 SXM", from: tables) }
  }

  @Test("The tables' cards without a printed speed say how to state one")
  func noSpeed() throws {
    let device = try TrainingDevice(named: "Titan RTX", from: tables)
    #expect(device.speed.reason?.contains("--peak") == true)
    #expect(device.embodied.figure != nil && device.power.figure != nil)
  }

  @Test("Every figure of a run goes down to sources, or to who stated or assumed it")
  func explained() throws {
    for device in ["H100 SXM", "A100 SXM4 80 GB", "TPUv3 Chip"] {
      var site = try Site(region: "US", from: tables.regions)
      site.pue = .figure(try tables.facilities.pue(of: "AWS"))
      var run = try run(device)
      run.devices = stated("devices", Ratio(1000))
      let work = try run.footprint(at: site)
      let around = try run.research(at: site)
      for receipt in [
        work.energy.receipt, work.facilityEnergy.figure.receipt, try work.carbon.get().receipt,
        try work.embodied.get().receipt, try work.duration.get().receipt, around.energy.receipt,
        try around.embodied.get().receipt,
      ] { expectExplained(receipt, "\(device): \(receipt.label)") }
    }
  }

  private func run(_ device: String) throws -> TrainingRun { try run(parameters: 70e9, tokens: 15e12, device) }

  @Test("The prior interval of a run without any stated share reaches a factor of two either way, as published runs do")
  func width() throws {
    let estimate = try run().footprint(at: Site(name: "s")).energy.estimate
    #expect((1.7...2.3).contains(estimate.value / estimate.low) && (1.7...2.4).contains(estimate.high / estimate.value))
  }
}
