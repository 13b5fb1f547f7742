import Accounting
import Comparing
import Estimation
import Factors
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Why formulas differ")
struct FormulaWhyTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private let registry = MethodRegistry(AccountingMethods.all)

  private func claim(_ kind: String, _ inputs: [String: MethodValue]) throws -> Claim {
    try Claim(method: try registry.method(ofKind: kind), inputs: inputs, id: kind)
  }

  private static func inputs(_ random: inout Seeded) -> [String: MethodValue] {
    let active = random.magnitude(0...2)
    return [
      "active_b": .number(active), "total_b": .number(active * Double.random(in: 1...10, using: &random)),
      "output_tokens": .number(random.magnitude(1...4)),
      "datacenter_pue": .number(Double.random(in: 1...2, using: &random)),
      "if_electricity_mix_gwp": .number(Double.random(in: 0.01...1, using: &random)),
    ]
  }

  private static let rest: [String: MethodValue] = [
    "if_electricity_mix_adpe": .number(0), "if_electricity_mix_pe": .number(0), "if_electricity_mix_wue": .number(3),
    "datacenter_wue": .number(0.5),
  ]

  @Test("Changed one after the other, a formula's inputs make all of the difference, both ways")
  func telescoping() throws {
    var random = Seeded(7)
    for round in 0..<60 {
      var (first, second) = (Self.inputs(&random), Self.inputs(&random))
      first["batch"] = .number(random.magnitude(0...2))
      second["batch"] = .number(random.magnitude(0...2))
      let (from, to) = (
        try claim("ecologits.formula", first.merging(Self.rest) { one, _ in one }),
        try claim("ecologits.formula", second.merging(Self.rest) { one, _ in one })
      )
      for quantity in [ClaimQuantity.energy, .carbon] {
        let fall = try Waterfall(from: from, to: to, in: quantity, bounds: tables)
        #expect(agrees(whole(fall), fall.ratio.value.value))
        #expect(fall.isExplained && abs(fall.remainder.value.value - 1) < 1e-9, "round \(round)")
        #expect(!fall.steps.contains { $0.key == "inputs" }, "round \(round): \(fall.steps.map(\.key))")
        let back = try Waterfall(from: to, to: from, in: quantity, bounds: tables)
        for (step, way) in zip(fall.steps, back.steps) {
          #expect(agrees(step.ratio.value.value * way.ratio.value.value, 1), "round \(round): \(step.key)")
        }
      }
    }
  }

  @Test("EcoLogits' two formulas differ twentyfold at the same inputs: by the batch, and by the version")
  func versions() throws {
    let inputs: [String: MethodValue] = [
      "active_b": .number(70), "total_b": .number(70), "output_tokens": .number(400), "datacenter_pue": .number(1.2),
      "if_electricity_mix_gwp": .number(0.4),
    ]
    let fall = try Waterfall(
      from: try claim("ecologits.formula_earlier", inputs),
      to: try claim("ecologits.formula", inputs.merging(Self.rest) { one, _ in one }), bounds: tables)
    // The older versions printed 4.53 to 5.51 Wh for this request, 0.11 prints a twentieth (reference of the project).
    let old = try #require(fall.start.value) / 3600
    #expect((4.53...5.51).contains(old), "\(old)")
    #expect((0.04...0.06).contains(fall.ratio.value.value))
    #expect(fall.steps.map(\.key) == ["batch", "formula"] && fall.isExplained)
    #expect(fall.steps.last?.name == "version of EcoLogits")
  }

  @Test("The earlier formula by hand: 8 billion parameters, 100 tokens, one card")
  func earlier() throws {
    let claim = try claim(
      "ecologits.formula_earlier",
      [
        "active_b": .number(8), "total_b": .number(8), "output_tokens": .number(100), "datacenter_pue": .number(1.2),
        "if_electricity_mix_gwp": .number(0.5),
      ])
    let seconds = 100 * (8.02e-4 * 8 + 2.23e-2)
    let kilowattHours = 1.2 * (seconds / 3600 / 8 + 100 * (8.91e-8 * 8 + 1.43e-6))
    #expect(agrees(try #require(claim.amounts[.energy]?.value), kilowattHours * 3.6e6))
    let embodied = seconds / (5 * 365 * 86_400) * (3000.0 / 8 + 143)
    #expect(agrees(try #require(claim.amounts[.carbon]?.value), (kilowattHours * 0.5 + embodied) * 1000))
  }

  @Test("A provider's name is taken apart into its PUE and grid, and the figure stays the same")
  func provider() throws {
    let inputs: [String: MethodValue] = [
      "provider": .text("openai"), "output_tokens": .number(300),
      "arch": .table([["total_b": .number(100), "active_b": .numbers([10, 30]), "tps": .number(50)]]),
    ]
    let claim = try claim("ecologits.llm", inputs)
    #expect(claim.factors[.pue] != nil && claim.factors[.intensity] != nil)
    let own = try PeerMethods.run(kind: "ecologits.llm", inputs: inputs)
    #expect(agrees(try #require(claim.amounts[.energy]?.value), try #require(own.energy).value.joules))
    #expect(agrees(try #require(claim.amounts[.carbon]?.value), try #require(own.carbon).value.grams))
    #expect(agrees(try #require(claim.amounts[.water]?.value), try #require(own.water).value.litres))
  }

  @Test("Dimmer's estimate beside EcoLogits': what both take is substituted, the rest is the formula")
  func ours() throws {
    let model = try ServedModel(named: "a model", billions: 70...70)
    var work = TextWork(model: model, outputTokens: 400, inputTokens: 100)
    work.batch = 32
    work.accelerator = "H100"
    var site = try Site(region: "DE", from: tables.regions)
    site.pue = .figure(DeclaredValue.figure("PUE", Ratio(1.1), note: "by a test"))
    let mine = try Claim(estimating: work, at: site, from: tables, id: "ours")
    let theirs = try claim(
      "ecologits.formula",
      [
        "active_b": .number(8), "total_b": .number(8), "output_tokens": .number(300), "datacenter_pue": .number(1.2),
        "if_electricity_mix_gwp": .number(0.4),
      ].merging(Self.rest) { one, _ in one })
    let fall = try Waterfall(from: mine, to: theirs, in: .carbon, bounds: tables)
    #expect(fall.steps.map(\.key) == ["batch", "tokens", "active", "pue", "intensity", "formula"])
    #expect(fall.isExplained && agrees(whole(fall), fall.ratio.value.value))
    for key in ["tokens", "batch", "active"] {
      let ratio = try #require(fall.steps.first { $0.key == key }).ratio.value.value
      #expect(ratio < 1, "fewer tokens, more at once, a smaller model: \(key) \(ratio)")
    }
    let back = try Waterfall(from: theirs, to: mine, in: .carbon, bounds: tables)
    for (step, way) in zip(fall.steps, back.steps) {
      #expect(agrees(step.ratio.value.value * way.ratio.value.value, 1), "\(step.key)")
    }
  }

  @Test("A published reply beside Dimmer's estimate: the machine is counted the same, and the rest lies within it")
  func published() throws {
    let model = ServedModel(try tables.openModels.model("Llama 3.1 8B"))
    var work = TextWork(model: model, outputTokens: 400)
    work.accelerator = "H100"
    let mine = try Claim(estimating: work, at: Site(name: "nowhere"), from: tables, id: "ours")
    let fall = try Waterfall(from: try tables.published.claim("mit-llama31-8b"), to: mine, bounds: tables)
    #expect(fall.open.contains { $0.key == "tokens" && $0.text.contains("mit-llama31-8b does not say") })
    let left = fall.remainder.estimate
    #expect(left.low.value < 1 && left.high.value > 1)
  }

  @Test("CodeCarbon's country beside Dimmer's differs by the grid alone")
  func codeCarbon() throws {
    let theirs = try claim("codecarbon.country", ["iso": .text("DEU"), "kWh": .number(2)])
    let ours = try Claim(parsing: "2 kWh region=DE boundary=facility", regions: tables.regions)
    let fall = try Waterfall(from: theirs, to: ours, bounds: tables)
    #expect(fall.quantity == .carbon && fall.steps.map(\.key) == ["intensity"])
    #expect(agrees(try #require(fall.steps.first).ratio.value.value, 342.06 / 380.95, to: 1e-3))
    #expect(fall.isExplained)
  }

  @Test("A method without energy, carbon or water is refused, and so are inputs it refuses")
  func refused() throws {
    #expect(throws: MethodError.self) { try claim("ecologits.formula_earlier", ["active_b": .number(8)]) }
    #expect(throws: MethodError.self) {
      try claim(
        "ecologits.formula_earlier",
        [
          "active_b": .number(9), "total_b": .number(8), "output_tokens": .number(100),
          "if_electricity_mix_gwp": .number(0.5),
        ])
    }
  }
}
