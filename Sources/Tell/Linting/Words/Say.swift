import Quantities

/// Numbers in messages.
enum Say {
  /// At most `digits` significant digits, without an exponent where that reads well.
  static func number(_ value: Double, digits: Int = 4) -> String {
    let magnitude = abs(value)
    guard value != 0, magnitude < 1e-6 || magnitude >= 1e12 else { return Decimals.significant(value, digits: digits) }
    let power = Decimals.powerOfTen(below: magnitude)
    return "\(Decimals.significant(value / power.scale, digits: digits))e\(power.exponent)"
  }
  static func energy(_ joules: Double) -> String { Energy.joules(joules).formatted(significantDigits: 4) }
  static func carbon(_ grams: Double) -> String { Carbon.grams(grams).formatted(significantDigits: 4) }
  static func intensity(_ grams: Double) -> String { "\(number(grams, digits: 3)) g/kWh" }
  /// "1000 times too small", "2.2 times too large".
  static func times(_ ratio: Double) -> String {
    ratio < 1 ? "\(number(1 / ratio, digits: 3)) times too small" : "\(number(ratio, digits: 3)) times too large"
  }
}

extension Decimals {
  /// The power of ten at or below a magnitude.
  fileprivate static func powerOfTen(below magnitude: Double) -> (scale: Double, exponent: Int) {
    var exponent = 0
    var scale = 1.0
    while magnitude / scale >= 10, exponent < 300 {
      scale *= 10
      exponent += 1
    }
    while magnitude / scale < 1, exponent > -300 {
      scale /= 10
      exponent -= 1
    }
    return (scale, exponent)
  }
}
