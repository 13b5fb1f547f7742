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
    guard value.isFinite else { return value.isNaN ? "unknown" : value > 0 ? "infinite" : "-infinite" }
    guard value != 0 else { return "0" }
    let magnitude = Int(floor(log10(abs(value))))
    let places = digits - 1 - magnitude
    let text = fixed(value, places: max(places, 0), roundingTo: places)
    return text
  }

  /// `value` with at most `places` digits behind the point, trailing zeros left out.
  public static func fixed(_ value: Double, places: Int) -> String { fixed(value, places: places, roundingTo: places) }

  private static func fixed(_ value: Double, places: Int, roundingTo roundingPlaces: Int) -> String {
    let scale = pow(10, Double(abs(roundingPlaces)))
    let rounded = roundingPlaces >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
    guard abs(rounded) < 9e18 else { return "\(rounded)" }
    guard places > 0 else { return "\(Int64(rounded))" }
    guard places <= 18 else { return "\(rounded)" }
    let negative = rounded < 0
    let whole = abs(rounded).rounded(.towardZero)
    let unit = pow(10, Double(places))
    var fraction = UInt64(((abs(rounded) - whole) * unit).rounded())
    var integer = UInt64(whole)
    if Double(fraction) >= unit {
      integer += 1
      fraction = 0
    }
    var digits = String(fraction)
    digits = String(repeating: "0", count: max(0, places - digits.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    let sign = negative && (integer > 0 || !digits.isEmpty) ? "-" : ""
    return digits.isEmpty ? "\(sign)\(integer)" : "\(sign)\(integer).\(digits)"
  }
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
