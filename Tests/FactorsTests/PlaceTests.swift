import Factors
import Testing

@Suite("Places and their grids")
struct PlaceTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  @Test(
    "A cloud region is found with its provider or without, and has the grid that feeds it",
    arguments: [
      ("aws:us-east-1", "US-MIDA-PJM"), ("us-east-1", "US-MIDA-PJM"), ("westeurope", "NL"), ("West Europe", "NL"),
      ("azure:West Europe", "NL"), ("gcp:europe-west1", "BE"), ("US-WEST1", "US-NW-BPAT"), ("eu-central-1", "DE"),
    ])
  func clouds(_ name: String, _ zone: String) throws { #expect(try tables.places.place(name).zone == zone) }

  @Test(
    "Countries go by code and name, zones by their name",
    arguments: [
      ("DE", "DE"), ("DEU", "DE"), ("Germany", "DE"), ("UK", "GB"), ("US-CAL-CISO", "US-CAL-CISO"),
      ("au-vic", "AU-VIC"),
      ("Singapore", "SG"), ("GA", "GA"), ("US-NE-ISNE", "US-NE-ISNE"), ("US-CENT-SWPP", "US-CENT-SWPP"),
      ("DE-LU", "DE-LU"), ("DK-DK1", "DK-DK1"), ("NO-NO4", "NO-NO4"), ("IN-EA", "IN-EA"), ("US-NW-PACW", "US-NW-PACW"),
      ("CA-AB", "CA-AB"), ("US-MIDW-LGEE", "US-MIDW-LGEE"), ("AU-TAS", "AU-TAS"),
    ])
  func countries(_ name: String, _ zone: String) throws { #expect(try tables.places.place(name).zone == zone) }

  @Test("A place with several cloud regions on one grid is that grid")
  func shared() throws {
    #expect(try tables.places.place("Frankfurt").zone == "DE")
    #expect(try tables.places.place("Montreal").zone == "CA-QC")
  }

  @Test(
    "A name of places on different grids is refused with what it can be", arguments: ["Georgia", "Tokyo", "Oregon"])
  func ambiguous(_ name: String) throws {
    if name == "Oregon" {
      // All of them are fed by the same authority: nothing to choose.
      #expect(try tables.places.place(name).zone == "US-NW-BPAT")
      return
    }
    let error = #expect(throws: FactorError.self) { try tables.places.place(name) }
    guard case .ambiguous(_, let candidates) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(candidates.count > 1)
  }

  @Test("What is not known is refused with near names", arguments: [("us-east-9", "us-east-"), ("Germny", "Germany")])
  func unknown(_ name: String, _ near: String) {
    let error = #expect(throws: FactorError.self) { try tables.places.place(name) }
    #expect(error?.description.contains(near) == true, "\(String(describing: error))")
  }

  @Test("Every cloud region that has a factor has a grid, and each grid is a country's or inside one that is known")
  func complete() throws {
    #expect(tables.places.clouds.count >= 100)
    for cloud in tables.regions.clouds { _ = try tables.places.place(cloud.region.code) }
    for cloud in tables.places.clouds { _ = try tables.regions.region(cloud.zone) }
    #expect(Set(tables.places.clouds.map(\.code)).count == tables.places.clouds.count)
  }

  @Test("More than two hundred countries and territories have a yearly intensity")
  func world() { #expect(tables.regions.entries.filter { $0.region.kind == .country }.count >= 200) }
}
