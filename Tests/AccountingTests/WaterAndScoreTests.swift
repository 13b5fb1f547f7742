import Accounting
import Factors
import Methods
import Quantities
import Testing

@Suite("Water")
struct WaterTests {
  private func litres(_ value: Double) -> Finding<WaterIntensity> {
    .figure(Given.exact(WaterIntensity.litresPerKilowattHour(value)))
  }

  private func use(onSite: Finding<WaterIntensity>, offSite: Finding<WaterIntensity>) -> WaterUse {
    let energy = ITEnergy(Given.energy(.kilowattHours(1)))
    return WaterUse(
      energy: energy, facility: FacilityEnergy(energy, pue: Given.exact(Ratio(1.2))), onSite: onSite, offSite: offSite)
  }

  @Test("1 kWh with WUE 0.57, PUE 1.2 and 3.1321 L/kWh at the plants is 4.32852 L, both scopes apart")
  func both() throws {
    let water = use(onSite: litres(0.57), offSite: litres(3.1321))
    #expect(agrees(try water.total.get().value.litres, 4.32852))
    #expect(agrees(try water.onSite.get().value.litres, 0.57))
    #expect(agrees(try water.offSite.get().value.litres, 1.2 * 3.1321))
    #expect(try water.total.get().estimate.method == "water@2")
  }

  @Test("Missing one of the two, the total is missing with its reason, and the other is still there")
  func missing() throws {
    let noSite = use(onSite: .unknown("no WUE"), offSite: litres(3))
    #expect(noSite.total.reason == "no WUE")
    #expect(agrees(try noSite.offSite.get().value.litres, 3.6))
    let noPlants = use(onSite: litres(0.5), offSite: .unknown("no EWIF"))
    #expect(noPlants.total.reason == "no EWIF")
    #expect(try noPlants.onSite.get().value == .litres(0.5))
    #expect(use(onSite: .unknown("no WUE"), offSite: .unknown("no EWIF")).total.reason == "no WUE; and no EWIF")
  }
}

@Suite("Scores and comparisons")
struct ScoreTests {
  @Test("SCI for AI: 6500 kg over 50e9 tokens is 130 g per million tokens")
  func sciForAI() {
    let score = SoftwareCarbonIntensity.score(
      operational: Given.exact(Carbon.kilograms(5000)), embodied: Given.exact(Carbon.kilograms(1500)),
      units: Given.exact(Ratio(50e9 / 1e6)), unit: "million tokens")
    #expect(agrees(score.value.grams, 130))
    #expect(score.receipt.label == "SCI, carbon per million tokens")
    #expect(score.estimate.method == "sci@2")
  }

  @Test("Impact Framework's pipeline: 50 % of a 100 W processor for a second, 2 of 8 threads")
  func pipeline() throws {
    // Their processor curve gives 75 % of the design power at half load; the network takes 1e-6 kWh.
    let processor = Power.watts(100 * 0.75) * Span.seconds(1) * (2.0 / 8)
    #expect(agrees(processor.kilowattHours, 5.208333333333333e-6, to: 1e-12))
    let operational = OperationalCarbon.carbon(
      of: Given.facility(processor + .kilowattHours(1e-6)), at: Given.intensity(800))
    #expect(agrees(operational.value.grams, 4.966666666666667e-3))
    let server = ServerCarbon(try FactorTables.embedded().embodied, model: .impactFramework)
    let embodied = EmbodiedCarbon.byTime(
      total: try server.embodied(in: .init(memory: .bytes(16e9))), reserved: Given.exact(Span.seconds(1)),
      life: try server.life(), share: Given.exact(Ratio(1)))
    #expect(agrees(embodied.value.grams, 7.927447995941146e-3))
    let score = SoftwareCarbonIntensity.score(
      operational: operational, embodied: embodied, units: Given.exact(Ratio(1)), unit: "second")
    #expect(agrees(score.value.grams, 1.2894114662607812e-2))
  }

  @Test("A flight Zurich to San Francisco: 572.8 kg an economy seat, of which 476.3 from burning")
  func flight() {
    let seat = { (scope: FlightSeat.Scope) in
      FlightSeat.economy(
        fuelKilograms: Given.exact(Ratio(56440)), cargoShare: Given.exact(Ratio(0.08)),
        equivalentSeats: Given.exact(Ratio(411.5)), loadFactor: Given.exact(Ratio(0.845)), scope: scope
      ).value.grams / 1000
    }
    #expect(agrees(seat(.wellToWake), 572.815, to: 0.002))
    #expect(agrees(seat(.wellToTank), 96.541, to: 0.002))
    #expect(agrees(seat(.tankToWake), 476.275, to: 0.002))
    #expect(agrees(seat(.wellToTank) + seat(.tankToWake), seat(.wellToWake), to: 1e-12))
  }

  @Test("A phone charge goes by energy and does not ask for the carbon; a car goes by carbon")
  func equivalences() throws {
    let table = try FactorTables.embedded().equivalences
    let energy = Given.energy(.kilowattHours(1.2))
    let phone = try Equivalence(
      table.entry("phone-charge-energy"), energy: energy, carbon: .unknown("no region was given"))
    #expect(agrees(phone.count.value.value, 100))
    #expect(phone.sentence.hasPrefix("100 smartphone charges (1.2 kWh, by energy at 12 Wh each; EPA"))
    #expect(throws: Unknown("no region was given")) {
      try Equivalence(table.entry("car-km-eu"), energy: energy, carbon: .unknown("no region was given"))
    }
    let car = try Equivalence(
      table.entry("car-km-eu"), energy: energy, carbon: .figure(Given.exact(Carbon.grams(350))))
    #expect(agrees(car.count.value.value, 2))
    #expect(
      car.sentence == "2 kilometres in an EU car (350 g, by carbon at 175 g CO2 only each; Green Algorithms v3.0, 2019)"
    )
  }

  @Test("The same joules are different numbers of charges by energy and by carbon, and each says which it is")
  func twoBases() throws {
    let table = try FactorTables.embedded().equivalences
    let energy = Given.energy(.kilowattHours(1.2))
    let carbon = OperationalCarbon.carbon(of: Given.facility(.kilowattHours(1.2)), at: Given.intensity(100))
    let byEnergy = try Equivalence(table.entry("phone-charge-energy"), energy: energy, carbon: .figure(carbon))
    let byCarbon = try Equivalence(table.entry("phone-charge-carbon"), energy: energy, carbon: .figure(carbon))
    #expect(byEnergy.count.value > byCarbon.count.value)
    #expect(byEnergy.count.receipt.note == "Compared by energy.")
    #expect(byCarbon.count.receipt.note == "Compared by carbon.")
  }

  @Test("Comparisons that fit are those with counts a person can picture; without carbon only those by energy")
  func fitting() throws {
    let table = try FactorTables.embedded().equivalences
    let energy = Given.energy(.kilowattHours(0.05))
    let byEnergy = Equivalence.fitting(table, energy: energy, carbon: .unknown("no region was given"))
    #expect(byEnergy.map(\.entry.id) == ["phone-charge-energy", "electric-car-mile"])
    let all = Equivalence.fitting(table, energy: energy, carbon: .figure(Given.exact(Carbon.grams(20))), limit: 2)
    #expect(all.count == 2)
    for comparison in all { #expect((0.1...1000).contains(comparison.count.value.value)) }
    #expect(Equivalence.fitting(table, energy: Given.energy(.joules(1)), carbon: .unknown("none")).isEmpty)
  }

  @Test("Every comparison in the table makes a sentence with its source and year")
  func everySentence() throws {
    for entry in try FactorTables.embedded().equivalences.entries {
      let comparison = try Equivalence(
        entry, energy: Given.energy(.kilowattHours(5)), carbon: .figure(Given.exact(Carbon.kilograms(2))))
      #expect(comparison.count.value.value > 0)
      #expect(comparison.sentence.contains(entry.source.citation))
      #expect(comparison.sentence.contains("\(entry.source.year ?? 0)"))
    }
  }
}
