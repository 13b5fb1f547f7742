import Quantities
import TestSupport
import Testing

@Suite("Printing")
struct PrintingTests {
  @Test(
    "Significant digits are rounded, trailing zeros left out",
    arguments: [
      (1.2, 3, "1.2"), (1.234, 3, "1.23"), (1.235, 2, "1.2"), (999.6, 3, "1000"), (0.001234, 2, "0.0012"),
      (123_456, 3, "123000"), (0, 3, "0"), (-1.25, 2, "-1.3"), (99.95, 3, "100"), (0.9999, 3, "1"), (1000, 1, "1000"),
    ])
  func significant(_ value: Double, _ digits: Int, _ text: String) {
    #expect(Decimals.significant(value, digits: digits) == text)
  }

  @Test(
    "Fixed places are a limit, not a filler",
    arguments: [
      (1.5, 2, "1.5"), (1.005, 1, "1"), (2.675, 0, "3"), (-0.001, 2, "0"), (0.1 + 0.2, 3, "0.3"), (1234, 2, "1234"),
      (0.05, 1, "0.1"), (1e15, 3, "1000000000000000"),
    ])
  func fixed(_ value: Double, _ places: Int, _ text: String) { #expect(Decimals.fixed(value, places: places) == text) }

  @Test("What is no number prints as a word")
  func notNumbers() {
    #expect(Decimals.significant(.nan, digits: 3) == "unknown")
    #expect(Decimals.significant(.infinity, digits: 3) == "infinite")
    #expect(Decimals.significant(-.infinity, digits: 3) == "-infinite")
    #expect(Decimals.fixed(.nan, places: 1) == "unknown")
    #expect(Energy.joules(.infinity).formatted() == "infinite")
  }

  @Test("No number of any size prints with an exponent, and each is read back to the digits that were asked for")
  func anySize() {
    var random = Seeded(1)
    let extremes = [Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 9e18, 1e22, 1e-19]
    for value in extremes + (0..<4000).map({ _ in random.magnitude(-300...300) }) {
      let digits = Int.random(in: 1...9, using: &random)
      let text = Decimals.significant(value, digits: digits)
      #expect(text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }, "\(value) printed as \(text)")
      let back = Double(text) ?? .nan
      // Half a unit in the last digit, and a little for the doubles; a subnormal has fewer digits to begin with.
      let slack = value < .leastNormalMagnitude ? 1.0 : 0.5000001 * power(of: 10, 1 - digits)
      #expect(abs(back - value) <= value * slack, "\(value) printed as \(text)")
      #expect(Decimals.significant(-value, digits: digits) == "-" + text)
    }
  }

  @Test("The unit is the largest that leaves at least 1 before the point, after rounding")
  func unitChoice() {
    #expect(Carbon.grams(0.9999).formatted() == "1 g")
    #expect(Carbon.grams(0.9994).formatted() == "999 mg")
    #expect(Carbon.grams(12_345).formatted() == "12.3 kg")
    #expect(Carbon.grams(0).formatted() == "0 g")
    #expect(Energy.joules(4_320_000).formatted() == "1.2 kWh")
    #expect(Energy.joules(3599).formatted() == "1 Wh")
    #expect(Energy.joules(-7200).formatted() == "-2 Wh")
    #expect(Span.seconds(59.99).formatted() == "1 min")
    #expect(Ratio(0.12345).formatted() == "0.123")
    #expect(CarbonIntensity.gramsPerKilowattHour(342.06).formatted() == "342 g/kWh")
  }

  @Test("An estimate prints its interval, an exact one only its value")
  func estimates() {
    let wide = Estimate(
      Energy.kilowattHours(1.2), low: .kilowattHours(1), high: .kilowattHours(1.4), origin: .measured,
      method: "test@1", source: "meter")
    #expect(wide.formatted() == "1.2 kWh (1 kWh to 1.4 kWh)")
    #expect(Estimate.exact(Energy.kilowattHours(1.2), origin: .measured, method: "test@1").formatted() == "1.2 kWh")
  }

  @Test("What is printed can be read, to the digits that were printed", arguments: Everything.quantities)
  func roundTrip(_ quantity: any Quantity.Type) throws { try checkRoundTrip(quantity) }

  private func checkRoundTrip<Q: Quantity>(_: Q.Type) throws {
    var random = Seeded(2)
    for _ in 0..<500 {
      let value = Q(baseValue: random.magnitude(-12...15))
      let text = value.formatted(significantDigits: 6)
      let back = try Q(parsing: text)
      #expect(abs(back.baseValue - value.baseValue) <= 1e-5 * value.baseValue, "\(value.baseValue) printed as \(text)")
    }
  }

  private func power(of base: Double, _ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { result, _ in exponent < 0 ? result / base : result * base }
  }
}
