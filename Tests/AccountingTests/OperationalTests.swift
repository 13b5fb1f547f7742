import Accounting
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Operational carbon")
struct OperationalTests {
  @Test("Energy times PUE times intensity: 1000 kWh at 1.2 and 383.55 g/kWh is 460.26 kg")
  func product() {
    let carbon = OperationalCarbon.carbon(
      of: Given.facility(.kilowattHours(1000), pue: 1.2), at: Given.intensity(383.55))
    #expect(agrees(carbon.value.grams, 460_260))
    #expect(carbon.estimate.method == "operational-carbon@1")
    #expect(
      carbon.receipt.flattened.map(\.method) == [
        "operational-carbon@1", "pue@1", "test-meter@1", "declared-value@1", "test-grid@1",
      ])
  }

  @Test("A published training: 1287 MWh at 0.429 kg/kWh is 552.1 t; a PUE already in it is not applied again")
  func training() {
    let metered = FacilityEnergy(meteredAtFacility: Given.energy(.kilowattHours(1_287_000)))
    let carbon = OperationalCarbon.carbon(of: metered, at: Given.intensity(429))
    #expect(agrees(carbon.value.grams, 552.123e6))
    #expect(metered.boundary == .meteredAtFacility)
    #expect(carbon.receipt.flattened.contains { $0.note?.contains("no PUE is applied") == true })
    let without = OperationalCarbon.carbon(
      of: Given.facility(.kilowattHours(1_287_000 / 1.1)), at: Given.intensity(429))
    #expect(agrees(without.value.grams, 501.93e6, to: 1e-4))
  }

  @Test("PUE is applied once, whatever it is: carbon over IT energy and intensity is the PUE")
  func pueOnce() {
    var random = Seeded(40)
    for _ in 0..<300 {
      let pue = Double.random(in: 1...3, using: &random)
      let energy = Energy.joules(random.magnitude(-2...12))
      let carbon = OperationalCarbon.carbon(of: Given.facility(energy, pue: pue), at: Given.intensity(500))
      #expect(agrees(carbon.value.grams / (energy * CarbonIntensity.gramsPerKilowattHour(500)).grams, pue))
      #expect(carbon.receipt.flattened.filter { $0.method == "pue@1" }.count == 1)
    }
  }

  @Test("Without a PUE the boundary is IT energy, and both figure and receipt say so")
  func noOverhead() {
    let energy = FacilityEnergy(withoutOverhead: ITEnergy(Given.energy(.kilowattHours(1))))
    #expect(energy.boundary == .informationTechnologyOnly)
    let carbon = OperationalCarbon.carbon(of: energy, at: Given.intensity(400))
    #expect(carbon.value == .grams(400))
    #expect(carbon.receipt.note == "IT energy only: facility overhead (PUE) is not counted.")
    #expect(carbon.receipt.flattened.contains { $0.note?.contains("--pue") == true })
    #expect(Given.facility(.kilowattHours(1)).boundary == .facility)
  }

  @Test("Two runs on one grid: the ratio of their carbon has no grid uncertainty left")
  func gridCancels() {
    let grid = Given.intensity(400, relative: -0.5...0.5)
    let pue = Figure(
      "PUE", Estimate(Ratio(1.2), relative: -0.03...0.03, origin: .published, method: "test@1", source: "pue"))
    let carbon = { (kilowattHours: Double, meter: String) in
      let energy = Given.energy(.kilowattHours(kilowattHours), relative: -0.05...0.05, source: meter)
      return OperationalCarbon.carbon(of: FacilityEnergy(ITEnergy(energy), pue: pue), at: grid).estimate
    }
    let sameMeter = carbon(3, "rapl") / carbon(2, "rapl")
    #expect(agrees(sameMeter.value.value, 1.5))
    #expect(sameMeter.deviations.isEmpty)
    let otherMeter = carbon(3, "rapl") / carbon(2, "nvml")
    #expect(Set(otherMeter.deviations.keys) == ["rapl", "nvml"])
    let alone = carbon(3, "rapl")
    #expect(alone.high / alone.value > 1.5)
  }

  @Test("Independent errors: 10 kWh ± 5 %, PUE 1.2 ± 3 %, 400 g/kWh ± 10 % is 4800 g ± 11.6 %")
  func uncertainProduct() {
    let pue = Figure(
      "PUE", Estimate(Ratio(1.2), relative: -0.03...0.03, origin: .published, method: "test@1", source: "pue"))
    let energy = ITEnergy(Given.energy(.kilowattHours(10), relative: -0.05...0.05))
    let carbon = OperationalCarbon.carbon(
      of: FacilityEnergy(energy, pue: pue), at: Given.intensity(400, relative: -0.1...0.1)
    ).estimate
    #expect(agrees(carbon.value.grams, 4800))
    // Squares are added on the logarithm, which shifts both ends up a little and keeps the width.
    let halfWidth = (carbon.high - carbon.low).grams / 2 / 4800
    #expect(abs(halfWidth - 0.11575836902790226) < 0.0005)
  }

  @Test("A series sums interval by interval, and its effective intensity is weighted by energy")
  func series() throws {
    let intervals = [(1.0, 600.0), (3, 200), (0, 1000)].map { energy, grams in
      OperationalCarbon.Interval(energy: Given.facility(.kilowattHours(energy)), intensity: Given.intensity(grams))
    }
    let carbon = try #require(OperationalCarbon.carbon(of: intervals))
    #expect(agrees(carbon.value.grams, 1200))
    #expect(carbon.estimate.method == "operational-carbon-series@1")
    #expect(carbon.receipt.inputs.count == 3)
    let effective = OperationalCarbon.effectiveIntensity(carbon: carbon, energy: Given.facility(.kilowattHours(4)))
    #expect(agrees(effective.value.gramsPerKilowattHour, 300))
    #expect(OperationalCarbon.carbon(of: []) == nil)
  }

  @Test("A series at one intensity is the one product, with the same uncertainty")
  func constantSeries() throws {
    let grid = Given.intensity(400, relative: -0.1...0.1)
    let once = OperationalCarbon.carbon(of: Given.facility(.kilowattHours(30)), at: grid)
    let interval = OperationalCarbon.Interval(energy: Given.facility(.kilowattHours(1)), intensity: grid)
    let series = try #require(OperationalCarbon.carbon(of: Array(repeating: interval, count: 30)))
    #expect(agrees(series.value.grams, once.value.grams))
    #expect(agrees(series.estimate.high.grams, once.estimate.high.grams))
    #expect(agrees(series.estimate.low.grams, once.estimate.low.grams))
    #expect(series.receipt.flattened.count < 10, "a long series keeps its sums, not every interval")
  }

  @Test("The implied intensity of a published training: 11,390 t over 39.3 million GPU hours at 700 W")
  func impliedIntensity() {
    let energy = FacilityEnergy(meteredAtFacility: Given.energy(Power.watts(700) * Span.hours(39.3e6)))
    let implied = OperationalCarbon.effectiveIntensity(
      carbon: Given.exact(Carbon.kilograms(11_390_000)), energy: energy)
    #expect(agrees(implied.value.gramsPerKilowattHour, 414.0312613595056))
  }

  @Test("Market-based: contracts first, the residual mix for the rest, and never without the location-based figure")
  func marketBased() throws {
    let contract = MarketBasedCarbon.Contract(energy: Given.energy(.kilowattHours(6)), factor: Given.intensity(0))
    let scope2 = try MarketBasedCarbon.scope2(
      of: Given.facility(.kilowattHours(10)), at: Given.intensity(300), contracts: [contract],
      residualMix: .figure(Given.intensity(500)))
    #expect(agrees(scope2.marketBased.value.grams, 2000))
    #expect(agrees(scope2.locationBased.value.grams, 3000))
    #expect(scope2.marketBased.receipt.note?.contains("beside the location-based") == true)
  }

  @Test("All matched at zero is zero by market, while the grid behind it is not")
  func allMatched() throws {
    let contract = MarketBasedCarbon.Contract(energy: Given.energy(.kilowattHours(10)), factor: Given.intensity(0))
    let scope2 = try MarketBasedCarbon.scope2(
      of: Given.facility(.kilowattHours(10)), at: Given.intensity(300), contracts: [contract],
      residualMix: .unknown("not needed"))
    #expect(scope2.marketBased.value == .zero)
    #expect(agrees(scope2.locationBased.value.grams, 3000))
  }

  @Test("What no contract covers is not counted at the grid's average for want of a residual mix")
  func noResidual() {
    #expect(throws: Unknown("no residual mix")) {
      try MarketBasedCarbon.scope2(
        of: Given.facility(.kilowattHours(10)), at: Given.intensity(300), contracts: [],
        residualMix: .unknown("no residual mix"))
    }
    let tooMuch = MarketBasedCarbon.Contract(energy: Given.energy(.kilowattHours(11)), factor: Given.intensity(0))
    let error = #expect(throws: Unknown.self) {
      try MarketBasedCarbon.scope2(
        of: Given.facility(.kilowattHours(10)), at: Given.intensity(300), contracts: [tooMuch],
        residualMix: .unknown("none"))
    }
    #expect(error?.reason == "the contracts cover 11 kWh, more than the 10 kWh that were used")
  }
}
