#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers as decimal text, written without Foundation so that the meter can use it.
public enum Decimals {
  /// `value` rounded to `digits` significant digits, without an exponent.
  ///
  /// Trailing zeros behind the point are kept out: `1.20` is `1.2`. Not-a-number and infinities print as words.
  public static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return words(for: value) }
    guard value != 0 else { return "0" }
    let digits = min(max(digits, 1), 15)
    let places = digits - 1 - Int(floor(log10(abs(value))))
    // Rounding can reach the next power of ten, as 999.6 does; the number is right then too, with one digit more.
    let mantissa = scaled(abs(value), byTenTo: places).rounded()
    return signed(value, placed(String(UInt64(mantissa)), behindPoint: places))
  }

  /// `value` with at most `places` digits behind the point (15 at most), trailing zeros left out.
  public static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return words(for: value) }
    let places = min(max(places, 0), 15)
    let units = (abs(value) * pow(10, Double(places))).rounded()
    // Beyond 2^53 units the number has no digits left there to round.
    guard units < 9_007_199_254_740_992 else { return significant(value, digits: 15) }
    return signed(value, placed(String(UInt64(units)), behindPoint: places))
  }

  private static func words(for value: Double) -> String {
    value.isNaN ? "unknown" : value > 0 ? "infinite" : "-infinite"
  }

  /// `value` times ten to the `power`, in two steps where one would leave the range of a double.
  private static func scaled(_ value: Double, byTenTo power: Int) -> Double {
    guard power > 300 else { return power < 0 ? value / pow(10, Double(-power)) : value * pow(10, Double(power)) }
    return value * pow(10, 300) * pow(10, Double(power - 300))
  }

  /// `digits` with the point so many places from the right, padded with zeros where needed.
  private static func placed(_ digits: String, behindPoint places: Int) -> String {
    guard places > 0 else { return digits == "0" ? digits : digits + String(repeating: "0", count: -places) }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = String(padded.dropLast(places))
    return fraction.isEmpty ? whole : "\(whole).\(fraction)"
  }

  private static func signed(_ value: Double, _ text: String) -> String { value < 0 && text != "0" ? "-" + text : text }
}

extension Quantity {
  /// The amount for people: the largest display unit that leaves at least 1 before the point, for example `1.2 kWh`.
  public func formatted(significantDigits: Int = 3) -> String {
    guard baseValue.isFinite else { return Decimals.significant(baseValue, digits: 1) }
    let units = Self.displayUnits
    let magnitude = abs(baseValue)
    // A value that rounds up to the next unit belongs there: 999.9 mg is 1 g.
    let reach = 1 - 0.5 / pow(10, Double(significantDigits))
    let base = units.first { $0.scale == 1 } ?? units[0]
    let unit = baseValue == 0 ? base : units.last { magnitude >= $0.scale * reach } ?? units[0]
    let number = Decimals.significant(baseValue / unit.scale, digits: significantDigits)
    return unit.symbol.isEmpty ? number : "\(number) \(unit.symbol)"
  }
}
