import Foundation
import Methods
import Quantities
import Testing

@Suite("Receipts and findings")
struct ReceiptTests {
  private let intensity = Figure(
    "grid carbon intensity, Germany",
    Estimate(
      CarbonIntensity.gramsPerKilowattHour(342.06), relative: -0.05...0.05, origin: .published, method: "lookup@1",
      source: "grid"), source: Source("Ember", year: 2024, licence: "CC-BY-4.0"), note: "yearly")

  private var carbon: Figure<Carbon> {
    let energy = Figure("energy", Estimate.exact(Energy.kilowattHours(2), origin: .measured, method: "meter@1"))
    let estimate = Estimate<Carbon>.combining(energy.estimate, intensity.estimate, method: "carbon@1") {
      $0 / 3.6e6 * $1
    }
    return Figure("carbon", estimate, inputs: [energy.receipt, intensity.receipt]).identified(as: "run_1.carbon")
  }

  @Test("A receipt holds value, interval, unit, origin and method, and what went in down to the source")
  func receipt() {
    let receipt = carbon.receipt
    #expect(receipt.id == "run_1.carbon")
    #expect(receipt.unit == "g")
    #expect(receipt.value == 684.12)
    #expect(receipt.low ?? 0 < 684 && receipt.high ?? 0 > 684)
    #expect(receipt.origin == .modelled)
    #expect(receipt.flattened.map(\.label) == ["carbon", "energy", "grid carbon intensity, Germany"])
    #expect(receipt.flattened.last?.source?.year == 2024)
  }

  @Test("A figure kept as a receipt and read back is the same figure, and still cancels")
  func roundTrip() throws {
    let data = try JSONEncoder().encode(carbon.receipt)
    let receipt = try JSONDecoder().decode(Receipt.self, from: data)
    #expect(receipt == carbon.receipt)
    let back = try #require(receipt.figure(of: Carbon.self))
    #expect(back == carbon)
    #expect((back.estimate / carbon.estimate).deviations.isEmpty)
  }

  @Test("A receipt of another unit, or without a value, is no figure of the quantity")
  func otherUnit() {
    #expect(carbon.receipt.figure(of: Water.self) == nil)
    var unknown = carbon.receipt
    unknown.value = nil
    #expect(unknown.figure(of: Carbon.self) == nil)
  }

  @Test("An unknown has a reason where a figure has a value, and keeps it through whatever is made from it")
  func unknown() {
    let finding = Finding<Carbon>.unknown("no region was given")
    #expect(finding.figure == nil)
    #expect(finding.reason == "no region was given")
    #expect(throws: Unknown("no region was given")) { try finding.get() }
    let doubled: Finding<Carbon> = finding.map { Figure("twice", $0.estimate * 2) }
    #expect(doubled.reason == "no region was given")
    let receipt = finding.identified(as: "run_1.carbon").receipt(labelled: "carbon")
    #expect(receipt.value == nil && receipt.low == nil && receipt.high == nil)
    #expect(receipt.note == "no region was given")
    #expect(receipt.unit == "g")
  }

  @Test("A known finding is its figure")
  func known() throws {
    let finding = Finding.figure(carbon)
    #expect(finding.reason == nil)
    #expect(try finding.get() == carbon)
    #expect(finding.receipt(labelled: "ignored") == carbon.receipt)
    #expect(finding.identified(as: "run_2.carbon").figure?.receipt.id == "run_2.carbon")
  }
}
