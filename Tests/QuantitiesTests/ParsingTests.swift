import Quantities
import TestSupport
import Testing

@Suite("Reading amounts")
struct ParsingTests {
  @Test(
    "A number with a unit is read, with or without a space between",
    arguments: [
      ("1.2 kWh", 4_320_000), ("350J", 350), ("1e3 J", 1000), ("2e-3kWh", 7200), (" 5 Wh ", 18000), ("-1 J", -1),
    ])
  func energy(_ text: String, _ joules: Double) throws { #expect(try Energy(parsing: text) == .joules(joules)) }

  @Test("Minutes, hours and days", arguments: [("90min", 5400.0), ("1.5 h", 5400), ("2 d", 172_800), ("250 ms", 0.25)])
  func spans(_ text: String, _ seconds: Double) throws { #expect(try Span(parsing: text) == .seconds(seconds)) }

  @Test("A ratio may stand without a unit, or in per cent")
  func ratios() throws {
    #expect(try Ratio(parsing: "1.2") == Ratio(1.2))
    #expect(try Ratio(parsing: "50 %") == Ratio(0.5))
  }

  @Test(
    "What is no amount of the quantity is refused, and the error says what would be",
    arguments: [
      "", "kWh", "12", "12 g", "1,2 kWh", "nan J", "inf J", "0x10 J", "5-3 J", "1e400 J", "1e308 TWh", "1 kwh", "1 J J",
      "++1 J", "1e J", "½ J",
    ])
  func refused(_ text: String) {
    #expect {
      _ = try Energy(parsing: text)
    } throws: { error in
      guard let error = error as? QuantityParseError else { return false }
      return error.text == text && error.description.contains("kWh") && error.description.contains("1.5 J")
    }
  }

  @Test("No text of any kind stops the program")
  func anyText() {
    var random = Seeded(3)
    let alphabet = Array("0123456789.-+eE kWhJµ%g/²\u{0}\u{301}½١")
    var read = 0
    for _ in 0..<5000 {
      let text = String(
        (0..<Int.random(in: 0...9, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "0" })
      if let energy = try? Energy(parsing: text) {
        read += 1
        #expect(energy.joules.isFinite)
      }
      if let ratio = try? Ratio(parsing: text) { #expect(ratio.value.isFinite) }
    }
    #expect(read > 0)
  }

  @Test("Space around a text is taken off, of any kind")
  func trimming() {
    #expect(" \t\n1 J\r\n".trimmedOfSpace == "1 J")
    #expect("   ".trimmedOfSpace == "")
    #expect("a b".trimmedOfSpace == "a b")
  }
}
