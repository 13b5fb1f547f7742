import Accounting
import Estimation
import Factors
import Methods
import Quantities
import Testing

@Suite("The footprint of work at a site")
struct WorkFootprintTests {
  private let energy = DeclaredValue.figure("energy of the work", Energy.kilowattHours(10))

  @Test("Energy with overhead, carbon, water and cost follow from one amount of energy")
  func all() throws {
    var site = try Site(region: "DE", from: FactorTables.embedded().regions)
    site.pue = .figure(DeclaredValue.figure("PUE", Ratio(1.2)))
    site.price = .figure(DeclaredValue.figure("price", Ratio(0.25)))
    let work = WorkFootprint(
      of: "some work", energy: energy, embodied: .figure(DeclaredValue.figure("making", Carbon.grams(5))),
      duration: .unknown("not asked"), at: site)
    let intensity = try site.intensity.get().value.gramsPerKilowattHour
    #expect(abs(work.facilityEnergy.figure.value.kilowattHours - 12) < 1e-9)
    #expect(abs(try work.carbon.get().value.grams - 12 * intensity) < 1e-6)
    #expect(abs(try work.totalCarbon.get().value.grams - 12 * intensity - 5) < 1e-6)
    #expect(abs(try work.cost.get().value.value - 3) < 1e-9)
  }

  @Test("What is not stated is unknown with its reason, and not zero")
  func unknown() {
    let work = WorkFootprint(
      of: "some work", energy: energy, embodied: .unknown("nothing known of the machine"),
      duration: .unknown("not asked"), at: Site(name: "nowhere"))
    #expect(work.carbon.reason?.contains("--region") == true)
    #expect(work.cost.reason?.contains("--price") == true)
    #expect(work.totalCarbon.figure == nil && work.water.total.figure == nil)
    #expect(work.facilityEnergy.boundary == .informationTechnologyOnly)
  }
}
