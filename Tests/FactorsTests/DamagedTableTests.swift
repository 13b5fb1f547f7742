import Methods
import Quantities
import Testing

@testable import Factors

@Suite("Damaged tables")
struct DamagedTableTests {
  private let regionHeader =
    "level,iso2,iso3,name,aliases,grams_per_kwh,year,source,licence,litres_per_kwh,water_year,water_source,"
    + "water_licence,note\n"
  private let cloudHeader = "provider,region,place,grams_per_kwh,year,source,licence,note\n"

  private func regions(_ row: String, clouds: String = "") throws(FactorError) -> RegionTable {
    try RegionTable(
      regions: Array((regionHeader + row + "\n").utf8), clouds: Array((cloudHeader + clouds + "\n").utf8.dropLast()),
      zones: Array("zone,year,source,licence\nDE-LU,2025,ENTSO-E,facts\n".utf8))
  }

  @Test("A good row is read")
  func good() throws {
    let table = try regions("country,DE,DEU,Germany,,342.06,2024,Ember,CC-BY-4.0,1.9,2020,WRI,CC-BY-4.0,")
    #expect(try table.intensity(of: "DE").value.gramsPerKilowattHour == 342.06)
  }

  @Test("Several years of one country are one entry: the newest by default, each by its number")
  func years() throws {
    let table = try regions(
      "country,DE,DEU,Germany,,380.95,2023,Ember,CC-BY-4.0,,,,,\n"
        + "country,DE,DEU,Germany,,342.06,2024,Ember,CC-BY-4.0,,,,,"
    )
    #expect(table.entries.count == 1)
    #expect(try table.intensity(of: "DE").value.gramsPerKilowattHour == 342.06)
    #expect(try table.intensity(of: "DE", year: 2023).value.gramsPerKilowattHour == 380.95)
    #expect(throws: FactorError.unknownYear(2020, of: "Germany", available: [2024, 2023])) {
      try table.intensity(of: "DE", year: 2020)
    }
  }

  @Test(
    "A row that cannot be right is refused with its place",
    arguments: [
      ("country,DE,DEU,Germany,,0,2024,Ember,CC-BY-4.0,,,,,", 25, "above 0"),
      ("country,DE,DEU,Germany,,,2024,Ember,CC-BY-4.0,,,,,", 25, "missing with a note"),
      ("country,DE,DEU,Germany,,-5,2024,Ember,CC-BY-4.0,,,,,", 25, "above 0"),
      ("country,DE,DEU,Germany,,342,,Ember,CC-BY-4.0,,,,,", 29, "needs its year"),
      ("country,DE,DEU,Germany,,342,2024,,CC-BY-4.0,,,,,", 34, "name its source"),
      ("country,DE,DEU,Germany,,342,2024,Ember,,,,,,", 40, "name its licence"),
      ("country,D,DEU,Germany,,342,2024,Ember,CC-BY-4.0,,,,,", 9, "two and three letters"),
      ("group,DE,DEU,Germany,,342,2024,Ember,CC-BY-4.0,,,,,", 7, "a group has none"),
      ("planet,,,Mars,,342,2024,Ember,CC-BY-4.0,,,,,", 1, "neither country nor group"),
      ("country,DE,DEU,Germany,,x,2024,Ember,CC-BY-4.0,,,,,", 25, "not a number"),
      ("country,DE,DEU,Germany,,342,24.5,Ember,CC-BY-4.0,,,,,", 29, "not a whole number"),
    ])
  func refused(_ row: String, _ column: Int, _ reason: String) {
    let error = #expect(throws: FactorError.self) { try regions(row) }
    guard case .damaged(table: "regions", let place) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == 2 && place.column == column, "\(place)")
    #expect(place.description.contains(reason), "\(place)")
  }

  @Test("A cloud region's intensity beyond every grid is a slip of unit", arguments: ["77000000", "0", ""])
  func impossibleCloud(_ grams: String) {
    #expect(throws: FactorError.self) {
      try regions(
        "country,DE,DEU,Germany,,342.06,2024,Ember,CC-BY-4.0,,,,,", clouds: "azure,North,Here,\(grams),,CCF,Apache-2.0,"
      )
    }
  }

  @Test("Other tables refuse what cannot be: a PUE below 1, idle above full power, a comparison of nothing")
  func others() {
    #expect(throws: FactorError.self) {
      try FacilityTable(Array("operator,aliases,pue,year,source,licence\nA,,0.9,2024,S,MIT\n".utf8))
    }
    #expect(throws: FactorError.self) {
      try HardwareTable(
        gpus: Array("name,vendor,watts,power,memory_gigabytes,year,source,licence,note\n".utf8),
        cpus: Array(
          "name,watts,idle_watts_per_thread,full_watts_per_thread,year,source,licence,note\nA,,5,2,,S,MIT,\n".utf8))
    }
    let superseded = Array("id,instead,activity,basis,value,unit,gas,year,source,licence\n".utf8)
    let tasks = Array("id,task,kind,wh,boundary,year,source,licence\n".utf8)
    #expect(throws: FactorError.self) {
      try EquivalenceTable(
        Array("id,activity,basis,value,unit,gas,year,source,licence\na,b,energy,1,kg,,,S,MIT\n".utf8),
        superseded: superseded,
        tasks: tasks)
    }
    #expect(throws: FactorError.self) {
      try EquivalenceTable(
        Array("id,activity,basis,value,unit,gas,year,source,licence\na,b,carbon,0,kg,,,S,MIT\n".utf8),
        superseded: superseded,
        tasks: tasks)
    }
    #expect(throws: FactorError.self) {
      try EmbodiedTable(Array("category,item,value,unit,year,source,licence,note\nhats,x,1,kg,,S,MIT,\n".utf8))
    }
  }

  @Test(
    "A U-Net has two to four levels with as many counts of layers as of channels, or is refused with its place",
    arguments: [
      ("320;640", "1;1", true), ("320;640;1280;1280", "1;1;1;0", true), ("320", "1", false), ("320;640", "1", false),
      ("320;0", "1;1", false), ("320;wide", "1;1", false), ("320;640;1280;1280;1280", "1;1;1;1;1", false),
      ("", "", false),
    ])
  func unets(_ channels: String, _ layers: String, _ isGood: Bool) throws {
    let header =
      "name,aliases,billions,width_pixels,height_pixels,steps,passes,channels,layers,middle_layers,residual_blocks,"
      + "text_channels,text_tokens,vector_channels,latent_pixels,year,source,licence,note\n"
    let row = "Drawn,,1,512,512,50,2,\(channels),\(layers),1,2,768,77,0,8,2022,somebody,facts,\n"
    let table = Result { () throws(FactorError) in
      try DiffusionModelTable(Array("name\n".utf8), unets: Array((header + row).utf8))
    }
    guard case .failure(let error) = table else {
      #expect(isGood)
      return
    }
    #expect(!isGood && "\(error)".contains("unet_models") && "\(error)".contains("line 2"), "\(error)")
  }
}
