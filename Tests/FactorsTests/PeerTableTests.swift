import Methods
import Testing

@testable import Factors

@Suite("Peers' own tables")
struct PeerTableTests {
  let ecologits: EcoLogitsTable
  let codecarbon: CodeCarbonTable
  init() throws {
    ecologits = try EcoLogitsTable.embedded()
    codecarbon = try CodeCarbonTable.embedded()
  }

  private var sources: [Source] {
    ecologits.zones.flatMap { [$0.source] + $0.otherSources } + ecologits.providers.map(\.source)
      + ecologits.servers.map(\.source) + ecologits.videos.map(\.source) + codecarbon.grids.map(\.source)
  }

  @Test("Every row has a source, and a licence under which it may be handed on")
  func licences() {
    let allowed: Set = ["CC-BY-4.0", "MIT", "Apache-2.0", "US public domain", "facts, cited", "MPL-2.0; numeric facts"]
    #expect(sources.count > 550)
    for source in sources {
      #expect(!source.citation.isEmpty)
      #expect(allowed.contains(source.licence ?? ""), "\(source)")
    }
  }

  @Test("The attribution names every source that asks for it")
  func attribution() {
    let names = [
      "Our World in Data", "WRI 2020", "CodeCarbon", "Google Cloud", "EPA eGRID", "MEE and NBS", "IEA", "EcoLogits",
    ]
    for source in sources where source.licence != "facts, cited" {
      #expect(names.contains { source.citation.contains($0) }, "\(source.citation) is in no attribution")
    }
    for name in names { #expect(FactorTables.attribution.contains(name), "\(name)") }
  }

  @Test("Names are there once, and rows refer to rows that are there")
  func references() throws {
    #expect(Set(ecologits.zones.map(\.code)).count == ecologits.zones.count)
    #expect(Set(ecologits.videos.map(\.name)).count == ecologits.videos.count)
    for provider in ecologits.providers { #expect(try ecologits.zone(provider.zone).gramsPerKilowattHour != nil) }
    for video in ecologits.videos {
      #expect(try ecologits.server(video.server).watts.lowerBound > 0)
      #expect(try ecologits.provider(video.provider, of: .video).pue.lowerBound >= 1)
    }
    let keys = codecarbon.grids.map { "\($0.kind) \($0.area) \($0.name)" }
    #expect(Set(keys).count == keys.count)
  }

  @Test("Water is a zone's own or the world's; primary energy and elements are there for every provider's place")
  func criteria() throws {
    for zone in ecologits.zones {
      #expect((zone.litresPerKilowattHour == nil) == zone.worldStandsInFor.contains(.water), "\(zone.code)")
    }
    let world = try ecologits.zone(EcoLogitsTable.world)
    #expect(world.worldStandsInFor.isEmpty)
    for zone in try ecologits.providers.map({ try ecologits.zone($0.zone) }) + [world] {
      #expect(zone.megajoulesPerKilowattHour != nil && zone.antimonyKilogramsPerKilowattHour != nil, "\(zone.code)")
    }
  }

  @Test(
    "A row that cannot be right is refused",
    arguments: [
      ("country,DEU,Germany,,0,g/kWh,2023,x,MIT,", "between 0 and 2000"),
      ("country,DEU,Germany,,,g/kWh,2023,x,MIT,", "missing with a note"),
      ("country,DEU,Germany,,380,kg/kWh,2023,x,MIT,", "g/kWh or lb/MWh"),
      ("planet,,Mars,,380,g/kWh,2023,x,MIT,", "no kind"), ("country,DEU,Germany,,380,g/kWh,2023,,MIT,", "its source"),
    ])
  func refused(_ row: String, _ reason: String) throws {
    let text = "kind,area,name,aliases,value,unit,year,source,licence,note\n\(row)\n"
    let error = #expect(throws: FactorError.self) {
      try readTable("codecarbon_grids", Array(text.utf8)) { row throws(CSVError) in try CodeCarbonTable.Grid(row) }
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }
}
