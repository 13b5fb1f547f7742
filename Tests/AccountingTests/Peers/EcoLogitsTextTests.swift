import Accounting
import Factors
import Methods
import TestSupport
import Testing

@Suite("EcoLogits' estimate of text")
struct EcoLogitsTextTests {
  private let dense: [String: MethodValue] = [
    "active_b": .number(70), "total_b": .number(70), "output_tokens": .number(170),
    "if_electricity_mix_adpe": .number(0), "if_electricity_mix_pe": .number(10),
    "if_electricity_mix_gwp": .number(0.4), "if_electricity_mix_wue": .number(3.1), "datacenter_pue": .number(1.2),
    "datacenter_wue": .number(0.57),
  ]
  private let named: [String: MethodValue] = [
    "provider": .text("openai"), "model": .text("any"), "output_tokens": .number(300),
    "arch": .table([["total_b": .number(100), "active_b": .numbers([10, 30]), "tps": .number(50)]]),
  ]
  private static let outputs = [
    "energy_kWh", "gwp_kg", "adpe_kgSb", "pe_MJ", "wcf_L", "usage_gwp_kg", "embodied_gwp_kg", "embodied_adpe_kgSb",
    "embodied_pe_MJ",
  ]

  @Test("The worked example: 70 billion parameters, 170 tokens, 64 at once")
  func workedExample() throws {
    let result = try Peer.run("ecologits-formula", dense)
    #expect(agrees(result.number("energy_kWh"), 1.1177993e-4, to: 1e-6))
    #expect(agrees(result.number("usage_gwp_kg"), 4.471197e-5, to: 1e-6))
    #expect(agrees(result.number("embodied_gwp_kg"), 9.621482e-6, to: 1e-6))
    #expect(agrees(result.number("gwp_kg"), 5.433345e-5, to: 1e-6))
    #expect(agrees(result.number("wcf_L"), 3.996132e-4, to: 1e-6))
  }

  @Test("Alone on its server a request costs many times what it costs among 64")
  func batch() throws {
    var inputs = dense.with("active_b", .number(8)).with("total_b", .number(8))
    inputs["output_tokens"] = .number(400)
    let alone = try Peer.run("ecologits-formula", inputs.with("batch", .number(1)))
    #expect(agrees(alone.number("energy_kWh"), 5.281580e-4, to: 1e-6))
    #expect(agrees(alone.number("embodied_gwp_kg"), 1.050572e-4, to: 1e-6))
    let among = try Peer.run("ecologits-formula", inputs)
    #expect(alone.number("energy_kWh") > 10 * among.number("energy_kWh"))
  }

  @Test(
    "Cards are a power of two that holds the weights with a fifth to spare",
    arguments: [(1.0, 1.0), (33, 1), (34, 2), (66, 2), (67, 4), (440, 16), (671, 32), (100_000, 4096)])
  func cards(_ billions: Double, _ cards: Double) throws {
    // With a fixed time, what making the hardware costs tells how much of it there is.
    let inputs = dense.with("active_b", .number(1e-6)).with("total_b", .number(billions))
    let result = try Peer.run("ecologits-formula", inputs.with("tps", .number(17)))
    let seconds = 170.0 / 17
    let expected = seconds / (3 * 365 * 86_400 * 64) * cards * (5700.0 / 8 + 273)
    #expect(agrees(result.number("embodied_gwp_kg"), expected))
  }

  @Test(
    "For any model more tokens never cost less, nothing is negative, ends are in order, and the parts make the whole")
  func properties() throws {
    var random = Seeded(6)
    for _ in 0..<300 {
      let total = random.magnitude(-1...3.2)
      let active = total * Double.random(in: 0.05...1, using: &random)
      let spread = Double.random(in: 1...4, using: &random)
      let tokens = random.magnitude(0...5)
      var inputs = dense.with("total_b", .numbers([total, total * spread]))
      inputs["active_b"] = .numbers([active, active * spread])
      inputs["datacenter_pue"] = .numbers([1.05, 1.3])
      inputs["datacenter_wue"] = .numbers([0.1, 1])
      inputs["batch"] = .number(Double(Int.random(in: 1...256, using: &random)))
      let less = try Peer.run("ecologits-formula", inputs.with("output_tokens", .number(tokens)))
      let more = try Peer.run("ecologits-formula", inputs.with("output_tokens", .number(tokens * 1.5)))
      for key in Self.outputs {
        #expect(less.ends(key).low >= 0, "\(key)")
        #expect(less.ends(key).low <= less.ends(key).high, "\(key)")
        #expect(less.ends(key).low <= more.ends(key).low && less.ends(key).high <= more.ends(key).high, "\(key)")
      }
      let whole = less.ends("usage_gwp_kg").high + less.ends("embodied_gwp_kg").high
      #expect(agrees(less.ends("gwp_kg").high, whole))
    }
  }

  @Test("A range of parameters is the formula at both ends")
  func bothEnds() throws {
    let range = dense.with("active_b", .numbers([20, 60])).with("total_b", .numbers([200, 600]))
    let both = try Peer.run("ecologits-formula", range)
    let low = try Peer.run("ecologits-formula", dense.with("active_b", .number(20)).with("total_b", .number(200)))
    let high = try Peer.run("ecologits-formula", dense.with("active_b", .number(60)).with("total_b", .number(600)))
    for key in Self.outputs {
      #expect(both[key] == .numbers([low.number(key), high.number(key)]), "\(key)")
      #expect(low[key] == .number(low.number(key)), "one model at one site has one value")
    }
  }

  @Test("A range of the site alone leaves what making the hardware costs a single value")
  func siteRange() throws {
    let result = try Peer.run("ecologits-formula", dense.with("datacenter_pue", .numbers([1.1, 1.2])))
    #expect(result["embodied_gwp_kg"] == .number(result.number("embodied_gwp_kg")))
    #expect(agrees(result.ends("energy_kWh").high / result.ends("energy_kWh").low, 1.2 / 1.1))
    let water = try Peer.run("ecologits-formula", dense.with("datacenter_wue", .numbers([0.1, 1])))
    #expect(water["energy_kWh"] == .number(water.number("energy_kWh")))
    #expect(water.ends("wcf_L").low < water.ends("wcf_L").high)
  }

  @Test("The caller's wait caps the time, and with it the server's part")
  func cap() throws {
    let free = try Peer.run("ecologits-formula", dense)
    let capped = try Peer.run("ecologits-formula", dense.with("request_latency_s", .number(5)))
    let instant = try Peer.run("ecologits-formula", dense.with("request_latency_s", .number(0)))
    #expect(capped.number("energy_kWh") < free.number("energy_kWh"))
    #expect(instant.number("embodied_gwp_kg") == 0 && instant.number("energy_kWh") > 0)
    let generous = try Peer.run("ecologits-formula", dense.with("request_latency_s", .number(1000)))
    #expect(generous == free)
  }

  @Test("A provider's request is the formula at the provider's site")
  func providers() throws {
    let zone = try EcoLogitsTable.embedded().zone("USA")
    let provider = try EcoLogitsTable.embedded().provider("openai", of: .text)
    #expect(provider.pue.lowerBound == provider.pue.upperBound)
    var inputs = dense.with("active_b", .numbers([10, 30])).with("total_b", .number(100))
    inputs["output_tokens"] = .number(300)
    inputs["tps"] = .number(50)
    inputs["datacenter_pue"] = .number(provider.pue.lowerBound)
    inputs["datacenter_wue"] = .number(provider.litresPerKilowattHour.lowerBound)
    inputs["if_electricity_mix_gwp"] = .number(try #require(zone.gramsPerKilowattHour) / 1000)
    inputs["if_electricity_mix_wue"] = .number(try #require(zone.litresPerKilowattHour))
    inputs["if_electricity_mix_pe"] = .number(try #require(zone.megajoulesPerKilowattHour))
    inputs["if_electricity_mix_adpe"] = .number(try #require(zone.antimonyKilogramsPerKilowattHour))
    let formula = try Peer.run("ecologits-formula", inputs)
    let byName = try Peer.run("ecologits-llm", named)
    #expect(byName == formula)
    #expect(try Peer.run("ecologits-llm", named.with("zone", .text("USA"))) == formula)
    #expect(try Peer.run("ecologits-llm", named.with("zone", .text("wor"))) != formula)
  }

  @Test("What EcoLogits has no factor of is left out and said, not zero")
  func unknown() throws {
    let german = try Peer.run("ecologits-llm", named.with("zone", .text("DEU")))
    #expect(german["pe_MJ"] == nil && german["adpe_kgSb"] == nil)
    #expect(german["gwp_kg"] != nil && german["embodied_pe_MJ"] != nil)
    #expect(german.text("note").contains("pe_MJ are unknown"))
    let aruban = try Peer.run("ecologits-llm", named.with("zone", .text("ABW")))
    #expect(aruban.text("note").contains("takes the world's value for water, primary-energy, antimony"))
    #expect(aruban["pe_MJ"] != nil)
    // The source prints 0 g/kWh for it.
    #expect(Peer.error("ecologits-llm", named.with("zone", .text("CAF")))?.description.contains("prints 0") == true)
  }

  @Test(
    "Names that are not known are refused with what they may mean",
    arguments: [
      ("provider", "opnai", "'openai'"), ("provider", "acme", "'mistralai'"), ("zone", "FRX", "'FRA'"),
      ("zone", "Germany", "'DEU'"), ("zone", "World", "'WOR'"),
    ])
  func names(_ key: String, _ name: String, _ meant: String) {
    let error = Peer.error("ecologits-llm", named.with(key, .text(name)))
    #expect(error?.description.contains(meant) == true, "\(String(describing: error))")
  }

  private static let impossible: [([String: MethodValue], String)] = [
    (["total_b": .number(10), "active_b": .number(20)], "swapped"),
    (["total_b": .number(10)], "active_b"),
    (["total_b": .number(1e6), "active_b": .number(10)], "arch.total_b"),
    (["total_b": .number(10), "active_b": .number(-1)], "arch.active_b"),
    (["total_b": .numbers([30, 10]), "active_b": .number(5)], "the lower first"),
    (["total_b": .numbers([1, 2, 3]), "active_b": .number(1)], "two numbers"),
    (["total_b": .text("ten"), "active_b": .number(1)], "total_b"),
    (["total_b": .number(10), "active_b": .number(10), "tps": .number(0)], "arch.tps"),
    (["total_b": .number(10), "active_b": .number(10), "layers": .number(3)], "arch.layers"),
    (["total_b": .number(10), "active_b": .number(.nan)], "finite"),
  ]

  @Test("An architecture that cannot be is refused with its place", arguments: impossible)
  func architectures(_ architecture: [String: MethodValue], _ reason: String) {
    let error = Peer.error("ecologits-llm", named.with("arch", .table([architecture])))
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("Without an architecture it says what to state; there is no model by default")
  func noArchitecture() {
    let error = Peer.error("ecologits-llm", named.filter { $0.key != "arch" })
    #expect(error?.description.contains("'arch' is missing") == true)
    #expect(error?.description.contains("total_b") == true)
  }

  @Test(
    "Absurd numbers are refused",
    arguments: [
      ("output_tokens", -1), ("output_tokens", .infinity), ("datacenter_pue", 0.9), ("batch", 0),
      ("if_electricity_mix_gwp", 400), ("request_latency_s", -1), ("total_b", 0), ("total_b", 1e15),
    ] as [(String, Double)])
  func absurd(_ key: String, _ value: Double) {
    guard case .outOfRange(let named, _, _) = Peer.error("ecologits-formula", dense.with(key, .number(value))) else {
      Issue.record("\(key) of \(value) was taken")
      return
    }
    #expect(named == key)
  }
}
