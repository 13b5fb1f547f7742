#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Logarithms and roots of ratios, without Foundation.
enum Logarithm {
  /// The natural logarithm.
  static func natural(_ value: Double) -> Double { log(value) }
  /// e to the power of `exponent`.
  static func exponential(_ exponent: Double) -> Double { exp(exponent) }
  /// `base` to the power of `exponent`.
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
