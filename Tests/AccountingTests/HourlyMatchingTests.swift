import Accounting
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Scope 2 by the hour, losses, primary energy and SCI for AI")
struct HourlyMatchingTests {
  private func hours(_ used: [Double], _ contracted: [Double], grid: Double = 400) -> [HourlyMatching.Hour] {
    zip(used, contracted).map {
      HourlyMatching.Hour(
        used: .kilowattHours($0), contracted: .kilowattHours($1), grid: .gramsPerKilowattHour(grid))
    }
  }

  private let residual = Finding.figure(Given.intensity(500, relative: -0.05...0.05, source: "residual"))

  @Test("Solar at noon covers the night by the year and not by the hour: the gap is what annual matching leaves out")
  func gap() throws {
    let matching = try HourlyMatching(
      hours([1, 1, 1, 1], [0, 4, 0, 0]), contract: Given.intensity(0), residual: residual)
    #expect(agrees(matching.locationBased.value.grams, 1600))
    #expect(matching.marketAnnual.value.grams == 0)
    #expect(agrees(matching.marketHourly.value.grams, 1500) && agrees(matching.gap.value.grams, 1500))
    #expect(matching.matchedInTheHour.value.value == 0.25)
    #expect(matching.marketHourly.receipt.note?.contains("beside the location-based") == true)
  }

  @Test("Random hours: by the hour is never less than by the year, and both lie between contract and residual alone")
  func ordered() throws {
    var random = Seeded(330)
    for _ in 0..<100 {
      let count = Int.random(in: 1...48, using: &random)
      let used = (0..<count).map { _ in Double.random(in: 0.01...5, using: &random) }
      let contracted = (0..<count).map { _ in Double.random(in: 0...8, using: &random) }
      let matching = try HourlyMatching(hours(used, contracted), contract: Given.intensity(20), residual: residual)
      let energy = used.reduce(0, +)
      #expect(matching.marketHourly.value.grams >= matching.marketAnnual.value.grams - 1e-9)
      #expect(matching.marketAnnual.value.grams >= 20 * energy * (1 - 1e-9))
      #expect(matching.marketHourly.value.grams <= 500 * energy * (1 + 1e-9))
      let byHand = zip(used, contracted).reduce(0) { $0 + 20 * min($1.0, $1.1) + 500 * max(0, $1.0 - $1.1) }
      #expect(agrees(matching.marketHourly.value.grams, byHand))
    }
  }

  @Test("Unmatched energy without a residual mix is unknown, not the grid's average and not zero")
  func unknown() throws {
    #expect(throws: Unknown("no residual mix")) {
      try HourlyMatching(hours([1], [0.5]), contract: Given.intensity(0), residual: .unknown("no residual mix"))
    }
    let all = try HourlyMatching(hours([1], [2]), contract: Given.intensity(0), residual: .unknown("no residual mix"))
    #expect(all.marketHourly.value.grams == 0 && agrees(all.locationBased.value.grams, 400))
    #expect(throws: Unknown.self) { try HourlyMatching([], contract: Given.intensity(0), residual: residual) }
    #expect(throws: Unknown.self) {
      try HourlyMatching(hours([-1], [0]), contract: Given.intensity(0), residual: residual)
    }
    #expect(throws: Unknown.self) {
      try HourlyMatching(hours([0], [0]), contract: Given.intensity(0), residual: residual)
    }
  }

  @Test("The meter's error is in it once, and cancels in the matched part")
  func interval() throws {
    let matching = try HourlyMatching(
      hours([2, 2], [1, 1]), contract: Given.intensity(0), residual: residual, measured: (-0.1...0.1, "meter"))
    #expect(Set(matching.marketHourly.estimate.deviations.keys) == ["meter", "residual"])
    #expect(agrees(matching.locationBased.estimate.high.grams, 1600 * 1.1))
  }

  @Test("5 % lost on the lines: 400 g/kWh generated are 421 delivered")
  func losses() {
    let delivered = GridLosses.delivered(Given.intensity(400), loss: Given.exact(Ratio(0.05)))
    #expect(agrees(delivered.value.gramsPerKilowattHour, 421.0526315789474))
  }

  @Test("Primary energy is the factor's, of a mix its parts', and unknown without one")
  func primary() throws {
    let energy = Given.facility(.kilowattHours(1), pue: 1.2)
    #expect(
      agrees(
        PrimaryEnergy.figure(of: energy, factor: .figure(Given.exact(Ratio(1.8)))).figure?.value.joules ?? 0, 7.776e6))
    #expect(
      PrimaryEnergy.figure(of: energy, factor: .unknown(PrimaryEnergy.noFactor)).reason?.contains("factor") == true)
    let mix = try PrimaryEnergy.factor(ofMix: [
      (Given.exact(Ratio(0.6)), Given.exact(Ratio(1))), (Given.exact(Ratio(0.4)), Given.exact(Ratio(2.5))),
    ])
    #expect(agrees(mix.value.value, 1.6))
    #expect(throws: Unknown.self) {
      try PrimaryEnergy.factor(ofMix: [(Given.exact(Ratio(0.6)), Given.exact(Ratio(1)))])
    }
  }

  @Test("SCI for AI: 6500 kg over 50e9 tokens are 130 g a million; the provider's score stands apart, water beside")
  func scores() {
    let consumer = IntelligenceScores.Account(
      carbon: .figure(Given.exact(Carbon.kilograms(6500))), water: .figure(Given.exact(Water.litres(20_000))),
      units: Given.exact(Ratio(50e9)), unit: IntelligenceScores.ConsumerUnit.token)
    let provider = IntelligenceScores.Account(
      carbon: .figure(Given.exact(Carbon.kilograms(500_000))), water: .unknown("not told"),
      units: Given.exact(Ratio(15e12)), unit: IntelligenceScores.ProviderUnit.trainingToken)
    let both = IntelligenceScores(consumer: consumer, provider: provider)
    #expect(agrees((both.consumer.figure?.value.grams ?? 0) * 1e6, 130))
    #expect(agrees((both.water.figure?.value.litres ?? 0) * 1e6, 0.4))
    #expect(agrees((both.provider.figure?.value.grams ?? 0) * 15e12, 5e8))
    let alone = IntelligenceScores(consumer: consumer, provider: nil)
    #expect(alone.provider.reason?.contains("provider") == true)
  }
}
