#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The scale on which the uncertain things of a positive value add, below and above it.
///
/// The scale is that of (x^k - 1) / k, x being the value when one thing is moved over the best value. At 0 it is the
/// logarithm: the factors of a product add on it. At 1 it is the value: the terms of a sum do. A formula of both lies
/// between; which scale it is follows from one look at the formula with everything at its end at once.
public struct Additivity: Hashable, Sendable, Codable {
  /// Below the value, 0 to 1.
  public var down: Double
  /// Above the value, 0 to 1.
  public var up: Double

  /// A scale below the value and one above it.
  public init(down: Double, up: Double) {
    self.down = down
    self.up = up
  }

  /// Of a product: the logarithm.
  public static let product = Additivity(down: 0, up: 0)
  /// Of a sum: the value.
  public static let sum = Additivity(down: 1, up: 1)

  /// A ratio to the best value on the scale.
  static func scaled(_ ratio: Double, _ power: Double) -> Double {
    if power == 0 { return log(ratio) }
    return power == 1 ? ratio - 1 : (pow(ratio, power) - 1) / power
  }

  /// The ratio to the best value at a place on the scale.
  static func unscaled(_ place: Double, _ power: Double) -> Double {
    if power == 0 { return exp(place) }
    let base = max(1 + power * place, .leastNormalMagnitude)
    return power == 1 ? base : pow(base, 1 / power)
  }

  /// The scale on which single moves, as ratios to the best value, add up to the ratio of all of them together.
  ///
  /// - Returns: 0 to 1, in steps of 1/1024, so that the last bit of a sum does not matter.
  static func power(adding ratios: [Double], to together: Double) -> Double {
    let moves = ratios.filter { $0 != 1 && $0 > 0 }.sorted()
    guard moves.count > 1, together.isFinite, together > 0 else { return 0 }
    // The sum falls as the power rises, on either side of the value.
    func sum(_ power: Double) -> Double { unscaled(moves.map { scaled($0, power) }.reduce(0, +), power) }
    let slack = 1e-9 * together
    if together >= sum(0) - slack { return 0 }
    if together <= sum(1) + slack { return 1 }
    var (low, high) = (0.0, 1.0)
    while high - low > 1.0 / 2048 {
      let middle = (low + high) / 2
      if sum(middle) > together { low = middle } else { high = middle }
    }
    return ((low + high) / 2 * 1024).rounded() / 1024
  }
}
