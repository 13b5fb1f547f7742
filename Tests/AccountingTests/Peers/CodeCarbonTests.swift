import Accounting
import Factors
import Methods
import Testing

@Suite("CodeCarbon's grids")
struct CodeCarbonTests {
  let table: CodeCarbonTable
  init() throws { table = try CodeCarbonTable.embedded() }

  private func country(_ code: String, _ energy: Double = 1) throws -> [String: MethodValue] {
    try Peer.run("codecarbon-country", ["iso": .text(code), "kWh": .number(energy)])
  }

  private func region(_ code: String, _ name: String) throws -> [String: MethodValue] {
    try Peer.run("codecarbon-region", ["iso": .text(code), "region": .text(name), "kWh": .number(1)])
  }

  private func cloud(_ provider: String, _ name: String) throws -> [String: MethodValue] {
    try Peer.run("codecarbon-cloud", ["provider": .text(provider), "region": .text(name), "kWh": .number(1)])
  }

  @Test("Carbon is energy times the country's figure, in kilograms, and says where the figure stands")
  func countries() throws {
    for grid in table.grids where grid.kind == .country {
      guard let grams = grid.gramsPerKilowattHour else { continue }
      let result = try country(grid.area, 3)
      #expect(agrees(result.number("kgco2e"), 3 * grams / 1000), "\(grid.name)")
      #expect(result.text("source").contains("Our World in Data"))
      #expect(result["note"] == nil)
    }
    #expect(try country("DEU", 0).number("kgco2e") == 0)
  }

  @Test("A code without a figure gets the world's mean, as in CodeCarbon, and the result says so")
  func fallback() throws {
    let nowhere = try country("QQQ")
    #expect(nowhere.number("g_per_kwh") == (try table.world().gramsPerKilowattHour))
    #expect(nowhere.text("note").contains("takes the world's mean"))
    #expect(try country("DEX").text("note").contains("DEU"))
  }

  @Test(
    "What is no code of three capitals is a slip, and refused with the code it may mean",
    arguments: [("Germany", "'DEU'"), ("deu", "'DEU'"), ("DE", "'DEU'"), ("United States", "'USA'"), ("", "code ''")])
  func slips(_ text: String, _ meant: String) {
    let error = Peer.error("codecarbon-country", ["iso": .text(text), "kWh": .number(1)])
    #expect(error?.description.contains(meant) == true, "\(String(describing: error))")
  }

  @Test(
    "A country whose figure CodeCarbon has and Dimmer does not carry is refused: the world's mean does not stand in",
    arguments: ["CAN", "CHN", "FRA", "GBR", "JPN", "NOR", "SWE", "XKX", "ZAF"])
  func notCarried(_ code: String) {
    let error = Peer.error("codecarbon-country", ["iso": .text(code), "kWh": .number(1)])
    #expect(error?.description.contains("does not carry") == true, "\(String(describing: error))")
    #expect(error?.description.contains("derived.operational") == true, "the way out is named")
  }

  @Test("A figure of 0 in the source is not taken for one")
  func zero() {
    let error = Peer.error("codecarbon-country", ["iso": .text("CAF"), "kWh": .number(1)])
    #expect(error?.description.contains("prints 0") == true)
  }

  @Test("States, provinces and bidding zones are found by any of their names")
  func regions() throws {
    #expect(agrees(try region("USA", "california").number("g_per_kwh"), 394.769 * 0.45359237))
    #expect(try region("USA", "CA") == region("USA", "California"))
    #expect(try region("CHN", "CN-NM") == region("CHN", "Inner Mongolia"))
    #expect(try region("SWE", "se3").number("g_per_kwh") > 0)
    for grid in table.grids where grid.kind == .region {
      #expect(try region(grid.area, grid.name).number("kgco2e") > 0, "\(grid.area) \(grid.name)")
    }
  }

  @Test("A province by its fuels counts coal, petroleum and gas by their shares of the printed total")
  func mixes() throws {
    // Nunavut burns petroleum for 99.8 of 100 parts.
    #expect(agrees(try region("CAN", "nunavut").number("g_per_kwh"), 816.6885263 * 0.998))
    #expect(try region("CAN", "quebec").number("g_per_kwh") < 10)
    #expect(try region("CAN", "alberta").text("note").contains("coal, petroleum and gas"))
  }

  @Test("An unknown region is refused with near ones: the country does not stand in unsaid")
  func unknownRegions() {
    let call: [String: MethodValue] = ["iso": .text("USA"), "region": .text("califronia"), "kWh": .number(1)]
    #expect(Peer.error("codecarbon-region", call)?.description.contains("'california'") == true)
    let german = Peer.error("codecarbon-region", call.with("iso", .text("DEU")))
    #expect(german?.description.contains("'USA'") == true, "countries with regions are listed")
  }

  @Test("Google's regions have figures; of AWS and Azure CodeCarbon has none, takes the world's mean, and it is said")
  func clouds() throws {
    for grid in table.grids where grid.kind == .cloud {
      #expect(try cloud(grid.area, grid.name).number("g_per_kwh") == grid.gramsPerKilowattHour)
    }
    for provider in ["aws", "azure"] {
      let result = try cloud(provider, "somewhere")
      #expect(result.number("g_per_kwh") == (try table.world().gramsPerKilowattHour))
      #expect(result.text("note").contains("no figures of \(provider)'s regions"))
    }
    let misspelt = Peer.error(
      "codecarbon-cloud", ["provider": .text("gcp"), "region": .text("us-centrl1"), "kWh": .number(1)])
    #expect(misspelt?.description.contains("us-central1") == true)
    let provider = Peer.error(
      "codecarbon-cloud", ["provider": .text("gpc"), "region": .text("us-central1"), "kWh": .number(1)])
    #expect(provider?.description.contains("gcp") == true)
  }

  @Test("Negative and impossible energy is refused", arguments: [-1, .nan, .infinity, 1e30] as [Double])
  func energy(_ value: Double) {
    guard
      case .outOfRange("kWh", _, _) = Peer.error("codecarbon-country", ["iso": .text("DEU"), "kWh": .number(value)])
    else {
      Issue.record("\(value) kWh was taken")
      return
    }
  }
}
