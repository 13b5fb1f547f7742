import Factors
import Foundation
import Grid
import Testing

@Suite("A region") struct RegionTests {
  @Test(
    "is a country or a zone, in any case",
    arguments: ["DE", "de", "DEU", "US-CAL-CISO", "us-cal-ciso", "DK-DK1", "AU-TAS-KI"])
  func wellFormed(text: String) throws {
    #expect(try Region(text).name == text.uppercased())
  }

  @Test(
    "of another form is refused with an example",
    arguments: ["", "D", "ABCD", "DE-", "-DE", "DE--X", "D3", "Germany", "DE-BAYERNX", "DÄ", "DE X", "DE-A-B-C-D"])
  func malformed(text: String) {
    #expect(throws: RegionError.malformed(text)) { try Region(text) }
    #expect(RegionError.malformed(text).description.contains("US-CAL-CISO"))
  }

  @Test("that must be known is refused with the nearest known names")
  func unknown() {
    let known = Zone.all.map(\.region.name)
    #expect(throws: RegionError.unknown("US-CAL-CSIO", near: ["US-CAL-CISO"])) {
      try Region("US-CAL-CSIO", among: known)
    }
    #expect(throws: RegionError.unknown("QQ", near: [])) { try Region("QQ", among: ["US-CAL-CISO"]) }
    #expect(RegionError.unknown("X", near: ["DE"]).description == "no region 'X'; did you mean DE?")
  }

  @Test("is kept as its plain name, and a malformed one is not read")
  func coding() throws {
    let data = try JSONEncoder().encode([Region("us-cal-ciso")])
    #expect(String(decoding: data, as: UTF8.self) == #"["US-CAL-CISO"]"#)
    #expect(try JSONDecoder().decode([Region].self, from: data) == [Region("US-CAL-CISO")])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Region].self, from: Data(#"["Germany"]"#.utf8)) }
  }

  @Test("has its country")
  func country() throws {
    #expect(try Region("US-CAL-CISO").country == "US")
    #expect(try Region("DE").country == "DE")
  }

  @Test("comes from the factor tables under its two letters; the world is none")
  func fromFactors() throws {
    let table = try FactorTables.embedded().regions
    #expect(try Region(table.region("DEU")).name == "DE")
    #expect(try Region(table.region("US-CAL-CISO")).name == "US-CAL-CISO")
    #expect(throws: RegionError.self) { try Region(table.region("World")) }
  }

  @Test("of a US balancing authority is found by the authority's code")
  func authority() {
    #expect(Zone.named("ciso")?.region.name == "US-CAL-CISO")
    #expect(Zone.named("US-NE-ISNE")?.balancingAuthority == "ISNE")
    #expect(Zone.named("XXXX") == nil)
    #expect(Set(Zone.all.map(\.region)).count == Zone.all.count)
  }
}
