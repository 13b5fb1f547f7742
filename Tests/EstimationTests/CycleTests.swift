import Accounting
import Estimation
import Factors
import Methods
import Quantities
import Testing

@Suite("Development cycles and their levers")
struct CycleTests {
  let site: Site
  init() throws {
    var site = try Site(region: "PL", from: try FactorTables.embedded().regions)
    site.pue = .figure(stated("PUE", Ratio(1.2)))
    self.site = site
  }

  private func cycle(_ site: Site? = nil) throws -> DevelopmentCycle {
    let phases: [(DevelopmentPhase, Double, Double)] = [
      (.inference, 2000, 9), (.data, 120, 1), (.experimentation, 500, 4), (.offlineTraining, 433, 11),
    ]
    return try DevelopmentCycle(
      "a model",
      phases: phases.map { phase, megawattHours, tonnes in
        PhaseWork(
          phase,
          energy: stated(
            "energy \(phase)", .kilowattHours(megawattHours * 1000), .kilowattHours(megawattHours * 800),
            .kilowattHours(megawattHours * 1300)),
          embodied: .figure(stated("made \(phase)", .kilograms(tonnes * 1000))))
      }, site: site ?? self.site, requests: stated("requests", Ratio(5e9)), life: stated("life", .years(4)))
  }

  private func levers() throws -> [CycleLever] {
    try [
      "carbon-free=0.5", "utilisation=0.8", "caching=6.7", "longer-life=6", "early-stopping=0.3",
      "low-precision=2.4:1:3",
      "acceleration=2", "algorithm=1.5", "data-sampling=0.5",
    ].map { try CycleLever(parsing: $0) }
  }

  @Test("Phases come in the order of the life, and what is not stated is named, not zero")
  func phases() throws {
    let cycle = try cycle()
    #expect(cycle.phases.map(\.phase) == [.data, .experimentation, .offlineTraining, .inference])
    #expect(cycle.notCounted == [.onlineTraining, .evaluation, .deployment, .retirement])
    let balance = try CycleBalance(cycle, levers: [])
    #expect(abs(balance.before.energy.value.kilowattHours - 3_053_000 * 1.2) < 1e-3)
    #expect(balance.before.energy.estimate == balance.after.energy.estimate)
  }

  @Test("No lever raises any term of any phase, alone or with others")
  func neverRaise() throws {
    for lever in try levers() {
      let balance = try CycleBalance(try cycle(), levers: [lever])
      let carbon = (before: try balance.before.total.get().value, after: try balance.after.total.get().value)
      #expect(
        balance.after.energy.value < balance.before.energy.value || carbon.after < carbon.before, "\(lever.kind)")
      #expect(balance.after.energy.value <= balance.before.energy.value && carbon.after <= carbon.before)
    }
    let balance = try CycleBalance(try cycle(), levers: try levers())
    for row in balance.rows {
      #expect(row.after.energy.value <= row.before.energy.value)
      #expect(try row.after.operational.get().value <= row.before.operational.get().value)
      #expect(try row.after.embodied.get().value <= row.before.embodied.get().value)
    }
    for step in balance.steps {
      #expect(step.savedEnergy.value.joules >= 0 && step.savedEnergy.low.joules >= -1e-3, "\(step.lever.kind)")
      let saved = try #require(step.savedCarbon)
      #expect(saved.value.grams >= 0 && saved.low.grams >= -1e-3, "\(step.lever.kind)")
    }
  }

  @Test("Levers act in one order whatever order they were stated in, and their savings add up to the difference")
  func order() throws {
    let levers = try levers()
    let once = try CycleBalance(try cycle(), levers: levers)
    #expect(try CycleBalance(try cycle(), levers: levers.reversed()) == once)
    #expect(once.steps.map(\.lever.kind) == CycleLever.Kind.allCases)
    let saved = once.steps.reduce(0) { $0 + $1.savedEnergy.value.joules }
    #expect(abs(saved - (once.before.energy.value - once.after.energy.value).joules) < 1e-3 * saved)
    let carbon = once.steps.reduce(0) { $0 + ($1.savedCarbon?.value.grams ?? .nan) }
    #expect(
      abs(carbon - (try once.before.total.get().value - once.after.total.get().value).grams) < 1e-6 * abs(carbon))
  }

  @Test("Gains multiply and are never added: two of 50 % leave a quarter")
  func compounds() throws {
    let balance = try CycleBalance(
      try cycle(), levers: try ["algorithm=2", "caching=2"].map { try CycleLever(parsing: $0) })
    let inference = try #require(balance.rows.first { $0.phase == .inference })
    #expect(abs(inference.after.energy.value / inference.before.energy.value - 0.25) < 1e-12)
    let data = try #require(balance.rows.first { $0.phase == .data })
    #expect(data.after == data.before)
  }

  @Test("Busier machines: embodied carbon by the ratio of shares, energy by the idle part alone")
  func utilisation() throws {
    var cycle = try cycle()
    cycle.utilisation = stated("now", Ratio(0.4))
    let balance = try CycleBalance(cycle, levers: [try CycleLever(parsing: "utilisation=0.8")])
    let training = try #require(balance.rows.first { $0.phase == .offlineTraining })
    #expect(abs(try training.after.embodied.get().value / training.before.embodied.get().value - 0.5) < 1e-12)
    // Idle at a quarter of full power: (0.25/0.8 + 0.75) / (0.25/0.4 + 0.75).
    #expect(abs(training.after.energy.value / training.before.energy.value - 1.0625 / 1.375) < 1e-12)
    #expect(throws: Unknown.self) { try CycleBalance(cycle, levers: [try CycleLever(parsing: "utilisation=0.3")]) }
  }

  @Test("Carbon-free supply takes carbon of use alone, and leaves the life cycle of the supply")
  func supply() throws {
    let cycle = try cycle()
    let balance = try CycleBalance(cycle, levers: [try CycleLever(parsing: "carbon-free=1")])
    #expect(balance.after.energy.value == balance.before.energy.value)
    #expect(try balance.after.embodied.get().value == balance.before.embodied.get().value)
    let grid = try cycle.site.intensity.get().value.gramsPerKilowattHour
    let left = try balance.after.operational.get().value / balance.before.operational.get().value
    #expect(abs(left - 30 / grid) < 1e-9)
    let unplaced = try CycleBalance(
      try self.cycle(Site(name: "nowhere")), levers: [try CycleLever(parsing: "carbon-free=1")])
    #expect(unplaced.after.operational.reason?.contains("--region") == true)
  }

  @Test("A longer life takes embodied carbon alone, by the ratio of lives")
  func longerLife() throws {
    let balance = try CycleBalance(try cycle(), levers: [try CycleLever(parsing: "longer-life=8")])
    #expect(abs(try balance.after.embodied.get().value / balance.before.embodied.get().value - 0.5) < 1e-12)
    #expect(throws: Unknown.self) { try CycleBalance(try cycle(), levers: [try CycleLever(parsing: "longer-life=3")]) }
  }

  @Test("The shared grid cancels in what a lever saves: the relative saving does not depend on where it is")
  func cancels() throws {
    let lever = try CycleLever(parsing: "algorithm=2")
    for region in ["PL", "FR"] {
      var here = try Site(region: region, from: try FactorTables.embedded().regions)
      here.pue = .figure(stated("PUE", Ratio(1.2)))
      let balance = try CycleBalance(try cycle(here), levers: [lever])
      let ratio = try balance.after.operational.get().estimate / balance.before.operational.get().estimate
      #expect(!ratio.deviations.keys.contains { $0.hasPrefix("grid-year") }, "\(region)")
    }
  }

  @Test("BLOOMz-7B breaks even after 592.57 million inferences; 1900 t over 10^11 requests are 0.019 g each")
  func breakEven() throws {
    let requests = CycleCost.breakEven(
      development: stated("built", .kilowattHours(51_686 + 7_571)), perRequest: stated("request", .kilowattHours(1e-4)))
    #expect(abs(requests.value.value - 592_570_000) < 1)
    let share = CycleCost.amortised(stated("training", .kilograms(1_900_000)), over: stated("requests", Ratio(1e11)))
    #expect(abs(share.value.grams - 0.019) < 1e-12)
    let cost = CycleCost(try CycleBalance(try cycle(), levers: []), requests: stated("requests", Ratio(5e9)))
    let each = try cost.requestEnergy.get()
    #expect(abs(each.value.joules - 2_000_000 * 3.6e6 * 1.2 / 5e9) < 1e-6)
    // What development costs a request is beside it: the request itself does not change with it.
    var cheap = try cycle()
    cheap.phases[0].energy = stated("energy data", .kilowattHours(1))
    #expect(
      try CycleCost(try CycleBalance(cheap, levers: []), requests: cheap.requests).requestEnergy.get() == each)
    #expect(
      abs(try cost.breakEvenByEnergy.get().value.value * each.value.joules - cost.developmentEnergy.value.joules) < 1)
  }

  @Test("SCI for AI: 5000 and 1500 kg over 50 000 million tokens are 130 g, not the 0.13 g that the draft prints")
  func sciForAI() {
    let score = SoftwareCarbonIntensity.score(
      operational: stated("used", .kilograms(5000)), embodied: stated("made", .kilograms(1500)),
      units: stated("tokens", Ratio(50_000)), unit: "million tokens")
    #expect(abs(score.value.grams - 130) < 1e-9)
  }

  @Test(
    "Levers out of range, unknown or twice are refused with the range or near names",
    arguments: [
      "caching=0.5", "caching=nan", "caching", "cashing=2", "data-sampling=0", "data-sampling=1.5", "early-stopping=1",
      "carbon-free=1.2", "utilisation=2", "caching=6:7:8", "carbon-free=published", "caching=-3",
      "low-precision=2:0.5:3",
    ])
  func badLevers(_ text: String) {
    let error = #expect(throws: Unknown.self) { try CycleLever(parsing: text) }
    #expect((error?.reason.count ?? 0) > 20)
  }

  @Test("Published numbers of levers are cited and reach down to no effect")
  func published() throws {
    let caching = try CycleLever(parsing: "caching=published")
    #expect(caching.effect.value.value == 6.7 && abs(caching.effect.estimate.low.value - 1) < 1e-12)
    #expect(caching.effect.receipt.source?.citation.contains("Sustainable AI") == true)
    let balance = try CycleBalance(
      try cycle(), levers: try ["caching=published", "utilisation=published"].map { try CycleLever(parsing: $0) })
    expectExplained(balance.after.energy.receipt, "energy")
    expectExplained(try balance.after.total.get().receipt, "carbon")
    let cost = CycleCost(balance, requests: stated("requests", Ratio(1e9)))
    expectExplained(try cost.breakEvenByCarbon.get().receipt, "break-even")
  }

  @Test("A cycle without phases, with one twice, or with a lever twice is refused")
  func refused() throws {
    let phase = PhaseWork(.data, energy: stated("energy", .kilowattHours(1)))
    for phases in [[], [phase, phase]] {
      #expect(throws: Unknown.self) {
        try DevelopmentCycle("x", phases: phases, site: site, life: stated("life", .years(4)))
      }
    }
    let twice = try ["caching=2", "caching=3"].map { try CycleLever(parsing: $0) }
    #expect(throws: Unknown.self) { try CycleBalance(try cycle(), levers: twice) }
    #expect(throws: Unknown.self) { try DevelopmentPhase(named: "trianing") }
    #expect(try DevelopmentPhase(named: "training") == .offlineTraining)
  }
}
