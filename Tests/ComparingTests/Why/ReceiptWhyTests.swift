import Accounting
import Comparing
import Factors
import Methods
import Quantities
import Testing

@Suite("Why figures of the record differ")
struct ReceiptWhyTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func run(joules: Double, region: String, pue: Double?) throws -> RunFootprint {
    let energy = Figure(
      "energy of the run", Estimate.exact(Energy.joules(joules), origin: .measured, method: "declared-value@1"),
      note: "by a test")
    var inputs = RunFootprint.Inputs(energy: energy, duration: .hours(1))
    try inputs.take(region: region, from: tables.regions)
    if let pue { try inputs.take(statedPUE: pue) }
    return RunFootprint(inputs)
  }

  private func claim(_ id: String, _ finding: Finding<Carbon>) throws -> Claim {
    try #require(Claim(id, receipt: try finding.get().receipt))
  }

  @Test("Two runs differ by energy, PUE and grid, read from their receipts")
  func runs() throws {
    let fall = try Waterfall(
      from: try claim("run_a.carbon", run(joules: 1e6, region: "DE", pue: 1.2).carbon),
      to: try claim("run_b.carbon", run(joules: 3e6, region: "FR", pue: nil).carbon), bounds: tables)
    #expect(fall.quantity == .energy || fall.quantity == .carbon)
    let carbon = try Waterfall(from: fall.from, to: fall.to, in: .carbon, bounds: tables)
    #expect(carbon.steps.map(\.key) == ["it-energy", "pue", "intensity"])
    #expect(agrees(carbon.steps[0].ratio.value.value, 3) && agrees(carbon.steps[1].ratio.value.value, 1 / 1.2))
    #expect(carbon.isExplained && abs(carbon.remainder.value.value - 1) < 1e-9)
    #expect(carbon.open.isEmpty, "\(carbon.open.map(\.text))")
  }

  @Test("The part of making is read from a total's receipt")
  func making() throws {
    let used = Figure(
      "operational carbon", Estimate.exact(Carbon.grams(80), origin: .declared, method: "declared-value@1"),
      note: "test")
    let made = Figure(
      "embodied", Estimate.exact(Carbon.grams(20), origin: .declared, method: "declared-value@1"), note: "test")
    let whole = Figure(
      "both", Estimate.exact(Carbon.grams(100), origin: .declared, method: "run-carbon@1"),
      inputs: [used.receipt, made.receipt])
    let total = try #require(Claim("run_a.total", receipt: whole.receipt))
    #expect(total.carbonScope == .withEmbodied)
    #expect(agrees(try #require(total.embodiedShare?.value), 0.2))
    let plain = try #require(Claim("run_b.carbon", receipt: used.receipt))
    let fall = try Waterfall(from: plain, to: total, bounds: tables)
    #expect(fall.steps.map(\.key) == ["scope"] && fall.isExplained && agrees(fall.ratio.value.value, 1.25))
  }

  @Test("A figure that is none of the three, or not known, is no claim")
  func none() {
    #expect(Claim("x", receipt: Receipt(label: "PUE", value: 1.2, unit: "1", origin: .declared)) == nil)
    #expect(Claim("x", receipt: Receipt(label: "carbon", value: nil, unit: "g", origin: .assumed)) == nil)
  }
}
