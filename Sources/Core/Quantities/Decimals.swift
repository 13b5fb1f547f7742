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
    return signed(value, placed(UInt64(mantissa), behindPoint: places))
  }

  /// `value` with at most `places` digits behind the point (15 at most), trailing zeros left out.
  public static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return words(for: value) }
    let places = min(max(places, 0), 15)
    let units = (abs(value) * pow(10, Double(places))).rounded()
    // Beyond 2^53 units the number has no digits left there to round.
    guard units < 9_007_199_254_740_992 else { return significant(value, digits: 15) }
    return signed(value, placed(UInt64(units), behindPoint: places))
  }

  private static func words(for value: Double) -> String {
    value.isNaN ? "unknown" : value > 0 ? "infinite" : "-infinite"
  }

  /// `value` times ten to the `power`, in two steps where one would leave the range of a double.
  private static func scaled(_ value: Double, byTenTo power: Int) -> Double {
    guard power > 300 else { return power < 0 ? value / pow(10, Double(-power)) : value * pow(10, Double(power)) }
    return value * pow(10, 300) * pow(10, Double(power - 300))
  }

  /// `number` with the point so many places from the right, padded with zeros where needed, none left at the end behind the
  /// point. Written from its end into one buffer: a gateway writes several a request.
  private static func placed(_ number: UInt64, behindPoint places: Int) -> String {
    guard places > 0 else { return number == 0 ? "0" : String(number) + String(repeating: "0", count: -places) }
    // Twenty digits and the point before so many behind it.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: places + 21) { buffer in
      var left = number
      var start = buffer.count
      func put(_ byte: UInt8) {
        start -= 1
        buffer[start] = byte
      }
      for _ in 0..<places {
        let digit = UInt8(left % 10)
        left /= 10
        if digit != 0 || start < buffer.count { put(UInt8(ascii: "0") + digit) }
      }
      if start < buffer.count { put(UInt8(ascii: ".")) }
      repeat {
        put(UInt8(ascii: "0") + UInt8(left % 10))
        left /= 10
      } while left > 0
      return String(decoding: UnsafeMutableBufferPointer(rebasing: buffer[start...]), as: UTF8.self)
    }
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
