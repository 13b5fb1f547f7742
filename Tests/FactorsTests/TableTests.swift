import Factors
import Methods
import Quantities
import Testing

@Suite("Factor tables")
struct TableTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  /// Every row's source, of every table.
  private var sources: [Source] {
    tables.regions.entries.flatMap { $0.years.map(\.source) + [$0.water?.source].compactMap(\.self) }
      + tables.regions.clouds.map(\.source) + tables.fuels.entries.map(\.source) + tables.hardware.gpus.map(\.source)
      + tables.hardware.cpus.map(\.source) + tables.embodied.entries.map(\.source)
      + tables.equivalences.entries.map(\.source) + tables.facilities.entries.map(\.source)
      + tables.places.clouds.map(\.source) + tables.parts.processors.map(\.source)
      + tables.parts.cards.map(\.source) + tables.parts.servers.map(\.source) + tables.parts.instances.map(\.source)
      + tables.accelerators.entries.map(\.source) + tables.openModels.entries.map(\.source)
      + tables.diffusionModels.entries.map(\.source)
  }

  @Test("Every row has a source, and a licence under which it may be handed on")
  func licences() {
    let allowed: Set = [
      "CC-BY-4.0", "MIT", "Apache-2.0", "US public domain", "facts, cited", "facts, cited; BoaviztAPI's data is ODbL",
      "AGPL-3.0 software; numeric facts",
    ]
    #expect(sources.count > 450)
    for source in sources {
      #expect(!source.citation.isEmpty)
      #expect(allowed.contains(source.licence ?? ""), "\(source)")
    }
  }

  @Test("The attribution names every source that asks for it")
  func attribution() {
    let names = [
      "Ember", "WRI 2020", "Green Algorithms", "Cloud Carbon Footprint", "Meta ACT", "LLMCarbon", "ML CO2 Impact",
      "Travel Impact Model", "Impact Framework", "EPA", "US DOE", "IPCC AR5", "BoaviztAPI",
    ]
    for source in sources where source.licence != "facts, cited" {
      #expect(names.contains { source.citation.contains($0) }, "\(source.citation) is in no attribution")
    }
    for name in names { #expect(FactorTables.attribution.contains(name), "\(name)") }
  }

  @Test(
    "Fuels have the IPCC medians",
    arguments: [
      ("coal", 820.0), ("gas", 490), ("wind", 11), ("Hydropower", 24), ("nuclear", 12), ("solar_pv_rooftop", 41),
    ])
  func fuels(_ name: String, _ grams: Double) throws {
    let figure = try tables.fuels.intensity(of: name)
    #expect(figure.value.gramsPerKilowattHour == grams)
    #expect(figure.receipt.source?.year == 2014)
    #expect(figure.estimate.low < figure.value && figure.value < figure.estimate.high)
  }

  @Test("A fuel's interval reaches the other source's value")
  func fuelBounds() throws {
    #expect(try tables.fuels.intensity(of: "gas").estimate.high.gramsPerKilowattHour >= 743 - 1e-9)
    #expect(try tables.fuels.intensity(of: "biomass").estimate.high.gramsPerKilowattHour < 277)
  }

  @Test("Oil has no median in the source, and none is made up")
  func oil() {
    let error = #expect(throws: FactorError.self) { try tables.fuels.intensity(of: "oil") }
    #expect(error == .noValue(of: "oil", reason: "the table has no life cycle median for oil"))
    #expect(throws: FactorError.unknown(kind: "fuel", name: "coall", near: ["coal"])) {
      try tables.fuels.intensity(of: "coall")
    }
  }

  @Test("GPUs give their design power; a name that is near is offered, not taken")
  func gpus() throws {
    #expect(try tables.hardware.gpuPower(of: "H100 SXM").value == .watts(700))
    #expect(try tables.hardware.gpu("a100 sxm4 80gb").memoryGigabytes == 80)
    #expect(try tables.hardware.gpuPower(of: "TPUv3 Chip").receipt.label.hasPrefix("average power"))
    let error = #expect(throws: FactorError.self) { try tables.hardware.gpu("H100 SMX") }
    #expect(error == .unknown(kind: "GPU", name: "H100 SMX", near: ["H100 SXM"]))
  }

  @Test(
    "Rows that were suspect or from memory are not there",
    arguments: [
      "GTX 750", "Tesla V100-PCIE-16GB", "Tesla V100-SXM2-16GB", "H200 SXM", "B300 SXM", "MI300X",
    ])
  func leftOut(_ name: String) { #expect(throws: FactorError.self) { try tables.hardware.gpu(name) } }

  @Test("CPU models have a design power, architectures watts per thread")
  func cpus() throws {
    #expect(try tables.hardware.cpuPower(of: "AMD EPYC 7763").value == .watts(280))
    #expect(try tables.hardware.cpu("Ice Lake").wattsPerThread == 0.7668...3.7582)
    #expect(throws: FactorError.self) { try tables.hardware.cpuPower(of: "Ice Lake") }
    #expect(try tables.hardware.cpu("EPYC 5th Gen").wattsPerThread == nil)
    #expect(try tables.hardware.cpu("Xeon L5640").designWatts == 60)
  }

  @Test("Embodied coefficients are there by category and item")
  func embodied() throws {
    #expect(try tables.embodied.entry(.logicEnergy, "7nm").value == 2.15)
    #expect(try tables.embodied.entry(.dram, "DDR4_10nm").unit == "g/GB")
    #expect(try tables.embodied.gpuCard("any GPU").value == .kilograms(150))
    let card = try tables.embodied.gpuCard("H100 80GB")
    #expect(card.estimate.low.grams == 82_000 && card.estimate.high.grams == 656_000)
    let error = #expect(throws: FactorError.self) { try tables.embodied.entry(.dram, "hbm9") }
    #expect(error?.description.contains("ddr4_10nm") == true)
  }

  @Test("Every process has its four logic factors, and gases fall with abatement")
  func logic() throws {
    let nodes = tables.embodied.entries.filter { $0.category == .logicEnergy }.map(\.item)
    #expect(nodes.count == 8)
    for node in nodes {
      let worse = try tables.embodied.entry(.logicGas95, node).value
      #expect(try tables.embodied.entry(.logicGas99, node).value < worse)
      #expect(try tables.embodied.entry(.logicMaterial, node).value == 500)
    }
  }

  @Test("A comparison is by energy or by carbon, and says which gases it counts")
  func equivalences() throws {
    #expect(try tables.equivalences.entry("phone-charge-energy").amount == .energy(.kilowattHours(0.012)))
    let car = try tables.equivalences.entry("car-km-eu")
    #expect(car.amount == .carbon(.kilograms(0.175)) && car.gases == "CO2 only")
    #expect(try tables.equivalences.entry("video-hour").amount == .carbon(.grams(36)))
    #expect(throws: FactorError.unknown(kind: "equivalence", name: "car-km-eo", near: ["car-km-eu", "car-km-us"])) {
      try tables.equivalences.entry("car-km-eo")
    }
    for entry in tables.equivalences.entries { #expect(entry.source.year != nil, "\(entry.id)") }
  }

  @Test("An operator's PUE is the newest, with an interval over all that is published for it")
  func pue() throws {
    let aws = try tables.facilities.pue(of: "aws")
    #expect(aws.value == Ratio(1.2) && aws.receipt.source?.year == 2023)
    #expect(aws.estimate.low.value <= 1.135)
    #expect(try tables.facilities.pue(of: "AWS", year: 2022).value == Ratio(1.135))
    #expect(throws: FactorError.unknownYear(1999, of: "AWS", available: [2022, 2023])) {
      try tables.facilities.pue(of: "AWS", year: 1999)
    }
    #expect(throws: FactorError.self) { try tables.facilities.pue(of: "Acme") }
  }

  @Test("The average of unnamed sites is only given when asked for, and is the least certain")
  func unknownSite() throws {
    let unknown = try tables.facilities.pue(of: "unknown")
    #expect(unknown.value == Ratio(1.56))
    #expect(abs(unknown.estimate.high.value - 1.56 * 1.2) < 1e-9)
    for entry in tables.facilities.entries {
      #expect(try tables.facilities.pue(of: entry.operatorName).estimate.low.value >= 1)
    }
  }

  @Test("A lookup by the registry gives the same as the typed one")
  func registry() throws {
    let method = try MethodRegistry(FactorsMethods.all).method(named: "published-factor")
    let result = try method.calculate(["table": .text("region"), "name": .text("DE")])
    #expect(result["value"] == .number(342.06) && result["unit"] == .text("g/kWh"))
    #expect(try method.calculate(["table": .text("fuel"), "name": .text("coal")])["value"] == .number(820))
    #expect(
      try method.calculate(["table": .text("pue"), "name": .text("AWS"), "year": .number(2022)])["value"]
        == .number(1.135))
    for (table, name) in [("water", "DE"), ("gpu", "T4"), ("cpu", "AMD EPYC 7763"), ("gpu-card", "any GPU")] {
      #expect(try method.calculate(["table": .text(table), "name": .text(name)])["value"] != nil)
    }
    let error = #expect(throws: MethodError.self) {
      try method.calculate(["table": .text("region"), "name": .text("Gemany")])
    }
    #expect(error?.description.contains("Germany") == true)
    #expect(throws: MethodError.self) { try method.calculate(["table": .text("water"), "name": .text("KE")]) }
    #expect(throws: MethodError.self) { try method.calculate(["table": .text("regions"), "name": .text("DE")]) }
  }

  @Test("Whatever a server or an instance is made of is in the tables, and none has more than its server")
  func parts() throws {
    let parts = tables.parts
    for server in parts.servers {
      if let processor = server.processor { #expect(try parts.processor(processor).dieSquareMillimetres > 100) }
      #expect((server.processor == nil) == (server.dieSquareMillimetres != nil), "\(server.name)")
      #expect((server.card == nil) == (server.cards == 0), "\(server.name)")
      if let card = server.card { #expect(try parts.card(card).memoryGigabytes > 0) }
      #expect((server.disks > 0) == (server.diskGigabytes != nil), "\(server.name)")
    }
    for instance in parts.instances {
      let server = try parts.server(instance.server)
      #expect(instance.threads <= server.threads ?? 0, "\(instance.name)")
      #expect(instance.memoryGigabytes <= server.modules * server.moduleGigabytes, "\(instance.name)")
      #expect(instance.diskGigabytes ?? 0 <= server.disks * (server.diskGigabytes ?? 0), "\(instance.name)")
      #expect(instance.cards <= server.cards, "\(instance.name)")
    }
    #expect(Set(parts.instances.map(\.name)).count == parts.instances.count)
    #expect(throws: FactorError.unknown(kind: "cloud with instance types", name: "ibm", near: ["aws"])) {
      try parts.instance("m5.large", of: "ibm")
    }
  }
}
