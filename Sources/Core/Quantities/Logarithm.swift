#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Logarithms and powers, for rooms that do without Foundation.
package enum Logarithm {
  /// The natural logarithm.
  package static func natural(_ value: Double) -> Double { log(value) }
  /// e to the power of `exponent`.
  package static func exponential(_ exponent: Double) -> Double { exp(exponent) }
  /// `base` to the power of `exponent`.
  package static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
