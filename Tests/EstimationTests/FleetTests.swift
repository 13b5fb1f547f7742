import Estimation
import Factors
import Methods
import Quantities
import Testing

@Suite("Fleets and the world over the years")
struct FleetTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func scenario(
    years: Int = 5, growth: Figure<Ratio>? = nil, gain: Figure<Ratio>? = nil, grid: Figure<Ratio>? = nil
  ) throws -> FleetScenario {
    var site = try Site(region: "US", year: 2024, from: tables.regions)
    site.pue = .figure(stated("PUE", Ratio(1.2)))
    return try FleetScenario(
      "a service",
      firstYear: FleetScenario.firstYear(
        queriesPerDay: stated("queries", Ratio(1e8)), energyPerQuery: stated("query", .joules(1080))),
      boundary: .machines, start: 2026, years: years, growth: growth ?? stated("growth", Ratio(0.4)),
      efficiencyGain: gain ?? stated("gain", Ratio(0.2)), gridChange: grid ?? stated("grid", Ratio(-0.03)), site: site)
  }

  @Test(
    "A first year of 100 million queries a day at 0.3 Wh is 10.95 GWh at the machines; the fifth has grown by 1.12^4")
  func years() throws {
    let outcome = try scenario().outcome()
    #expect(outcome.years.map(\.year) == [2026, 2027, 2028, 2029, 2030])
    #expect(abs(outcome.years[0].energy.value.kilowattHours - 10_950_000 * 1.2) < 1)
    #expect(abs(outcome.years[4].energy.value / outcome.years[0].energy.value - 1.12 * 1.12 * 1.12 * 1.12) < 1e-9)
    let grid = try outcome.years[4].intensity.get().value / outcome.years[0].intensity.get().value
    #expect(abs(grid - 0.97 * 0.97 * 0.97 * 0.97) < 1e-9)
    let sum = outcome.years.reduce(0) { $0 + $1.energy.value.joules }
    #expect(abs(outcome.energy.value.joules - sum) < 1e-6 * sum)
  }

  @Test("What is uncertain moves all years at once: the years' ends add up, and the first year cancels in the change")
  func correlated() throws {
    let growth = stated("growth", Ratio(0.4), Ratio(0.2), Ratio(0.8))
    let outcome = try scenario(growth: growth).outcome()
    let high = outcome.years.reduce(0) { $0 + $1.energy.estimate.high.joules }
    #expect(abs(outcome.energy.estimate.high.joules - high) < 1e-6 * high)
    var wide = try scenario(growth: growth)
    wide.firstYear = stated("first", .kilowattHours(1e7), .kilowattHours(1e6), .kilowattHours(1e8))
    let change = wide.outcome().change
    #expect(change.deviations.keys.sorted() == ["test:growth"])
  }

  @Test("More growth takes more in every later year, more gain less, a cleaner grid changes no energy")
  func monotone() throws {
    let base = try scenario().outcome()
    let grown = try scenario(growth: stated("growth", Ratio(0.5))).outcome()
    let leaner = try scenario(gain: stated("gain", Ratio(0.3))).outcome()
    let cleaner = try scenario(grid: stated("grid", Ratio(-0.1))).outcome()
    for year in 1..<5 {
      #expect(grown.years[year].energy.value > base.years[year].energy.value)
      #expect(leaner.years[year].energy.value < base.years[year].energy.value)
      #expect(cleaner.years[year].energy == base.years[year].energy)
      #expect(try cleaner.years[year].carbon.get().value < base.years[year].carbon.get().value)
    }
  }

  @Test(
    "The world: 415 TWh in 2024 grow to 945 TWh in 2030, 14.7 % a year, and the interval of the end is the source's")
  func world() throws {
    let grid = stated("grid", Ratio(0))
    let outcome = try WorldScenario.scenario(
      years: 7, gridChange: grid, isIntelligence: false, from: tables.regions
    ).outcome()
    #expect(abs(outcome.years[0].energy.value.kilowattHours / 415e9 - 1) < 1e-12)
    let end = outcome.years[6].energy.estimate
    #expect(abs(end.value.kilowattHours / 945e9 - 1) < 1e-9)
    // The first year's error cancels in growth fitted to both ends: only the last printed number is left.
    #expect(end.deviations.keys.sorted() == ["world:data-centres:945"])
    #expect(abs(WorldScenario.growth2030.value.value - 0.147) < 0.0005)
    let part = try WorldScenario.scenario(years: 1, gridChange: grid, isIntelligence: true, from: tables.regions)
    #expect(abs(part.firstYear.value.kilowattHours / 62.25e9 - 1) < 1e-9)
    for year in outcome.years { expectExplained(try year.carbon.get().receipt, "\(year.year)") }
  }

  @Test("Inputs out of range are refused with the range")
  func refused() throws {
    #expect(throws: Unknown.self) { try scenario(years: 0) }
    #expect(throws: Unknown.self) { try scenario(years: 51) }
    #expect(throws: Unknown.self) { try scenario(growth: stated("growth", Ratio(-1))) }
    #expect(throws: Unknown.self) { try scenario(growth: stated("growth", Ratio(.nan))) }
    #expect(throws: Unknown.self) { try scenario(gain: stated("gain", Ratio(0.2), Ratio(-0.1), Ratio(0.3))) }
    #expect(throws: Unknown.self) { try scenario(grid: stated("grid", Ratio(1.5))) }
  }
}
