import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("Text for people")
struct TextTests {
  @Test("a table is as wide as it must be and has numbers at the right edge")
  func table() {
    var table = TextTable([.init("NAME"), .init("ENERGY", numeric: true)])
    table.add(["train", "1.2 kWh"])
    table.add(["evaluation", "3 J"])
    #expect(
      table.text() == """
        NAME         ENERGY
        train       1.2 kWh
        evaluation      3 J
        """)
  }

  @Test("without colour no escape sequence is written")
  func plain() {
    #expect(!TextStyle.plain.bold("x").contains("\u{1B}"))
    #expect(TextStyle(isColoured: true).bold("x") == "\u{1B}[1mx\u{1B}[0m")
  }

  @Test("a receipt prints down to the cited source, with unit, interval, origin and method on the way")
  func receipt() {
    let intensity = Figure(
      "grid carbon intensity, Germany",
      Estimate(
        CarbonIntensity.gramsPerKilowattHour(342.06), relative: -0.05...0.05, origin: .published,
        method: "published-factor@1", source: "ember:DE:2024"),
      source: Source("Ember, Yearly Electricity Data", year: 2024, licence: "CC-BY-4.0"))
    let carbon = Figure(
      "operational carbon",
      Estimate(
        Carbon.grams(342.06), relative: -0.05...0.05, origin: .modelled, method: "operational-carbon@1", source: "x"),
      inputs: [intensity.receipt])
    let text = ReceiptText.tree(carbon.receipt)
    #expect(
      text == """
        operational carbon: 342 g (325 g to 359 g)
        │  modelled, by operational-carbon@1
        └─ grid carbon intensity, Germany: 342 g/kWh (325 g/kWh to 359 g/kWh)
              published, by published-factor@1
              source: Ember, Yearly Electricity Data (valid for 2024, CC-BY-4.0)
        """)
  }

  @Test("an unknown figure says why")
  func unknownReceipt() {
    let receipt = Receipt(label: "carbon", value: nil, unit: "g", origin: .assumed, note: "no region was given")
    #expect(ReceiptText.tree(receipt).contains("carbon: not known"))
    #expect(ReceiptText.tree(receipt).contains("because no region was given"))
  }
}
