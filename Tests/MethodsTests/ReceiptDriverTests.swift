import Methods
import Quantities
import Testing

@Suite("What drives a receipt's interval")
struct ReceiptDriverTests {
  @Test("A driver is told by the figure that it came in by, with its source")
  func labels() {
    let grid = Figure(
      "grid carbon intensity, Germany",
      Estimate(
        CarbonIntensity.gramsPerKilowattHour(342), relative: -0.5...0.5, origin: .published,
        method: "published-factor@1",
        source: "grid-hour:DE"), source: Source("Ember", year: 2024))
    let energy = Figure(
      "energy",
      Estimate(Energy.joules(3.6e6), relative: -0.05...0.05, origin: .measured, method: "meter@1", source: "meter"))
    let carbon = Figure(
      "operational carbon",
      Estimate<Carbon>.combining(energy.estimate, grid.estimate, method: "operational-carbon@1") { $0 / 3.6e6 * $1 },
      inputs: [energy.receipt, grid.receipt])
    let drivers = carbon.receipt.drivers()
    #expect(drivers.map(\.label) == ["grid carbon intensity, Germany", "energy"])
    #expect(drivers.first?.source?.citation == "Ember")
    #expect((drivers.first?.driver.share ?? 0) > 0.9)
  }

  @Test("An unknown value and an exact one have no drivers")
  func none() {
    #expect(Receipt(label: "x", value: nil, unit: "g", origin: .assumed, note: "why").drivers().isEmpty)
    #expect(Receipt(label: "x", value: 1, unit: "g", origin: .declared).drivers().isEmpty)
  }
}
