import Methods
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How often each option is below the median of all when every uncertain thing takes a place at once.
///
/// The closed form moves one thing at a time, and with several moved the order of the options, and with it the median,
/// can change. So a claim must hold in drawn worlds, too. The seed is fixed: the same board gives the same answer.
enum DrawnBoard {
  static let seed: UInt64 = 2021
  static let worlds = 2000

  /// The share of worlds in which each value is below the median of all.
  static func shareBelowMedian(_ values: [Estimate<Ratio>]) -> [Double] {
    shares(of: values, below: BoardFormulas.median)
  }

  /// The share of worlds in which each value is below a mark that the world sets.
  ///
  /// - Parameter mark: of the values as they are in one world.
  static func shares(of values: [Estimate<Ratio>], below mark: ([Double]) -> Double) -> [Double] {
    let sources = Set(values.flatMap(\.deviations.keys)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($0.element, $0.offset) })
    let options = values.map { Option($0, numbers) }
    var draws = Uniform(state: seed)
    var places = [Double](repeating: 0, count: sources.count)
    var drawn = [Double](repeating: 0, count: options.count)
    var below = [Int](repeating: 0, count: options.count)
    for _ in 0..<worlds {
      for index in places.indices { places[index] = draws.normal() / Uniform.normalEnd }
      for index in options.indices { drawn[index] = options[index].value(at: places) }
      let bound = mark(drawn)
      for index in drawn.indices where drawn[index] < bound { below[index] += 1 }
    }
    return below.map { Double($0) / Double(worlds) }
  }

  /// A value ready to be drawn: steps on the logarithm where all ends are positive, else on the value itself, as
  /// intervals are made.
  private struct Option {
    let best: Double
    let isLogarithmic: Bool
    let steps: [(source: Int, low: Double, high: Double)]

    init(_ estimate: Estimate<Ratio>, _ numbers: [UncertaintySource: Int]) {
      let value = estimate.value.value
      let isLogarithmic =
        value > 0 && estimate.deviations.values.allSatisfy { value + min($0.atLow, $0.atHigh) > 0 }
      self.isLogarithmic = isLogarithmic
      best = isLogarithmic ? log(value) : value
      steps = estimate.deviations.compactMap { source, deviation in
        numbers[source].map { number in
          isLogarithmic
            ? (number, log((value + deviation.atLow) / value), log((value + deviation.atHigh) / value))
            : (number, deviation.atLow, deviation.atHigh)
        }
      }.sorted { $0.source < $1.source }
    }

    func value(at places: [Double]) -> Double {
      var sum = best
      for step in steps {
        let place = places[step.source]
        sum += place < 0 ? -place * step.low : place * step.high
      }
      return isLogarithmic ? exp(sum) : sum
    }
  }

  /// Reproducible draws (SplitMix64).
  private struct Uniform {
    var state: UInt64
    /// Where a normal distribution's 95 % interval ends, in standard deviations.
    static let normalEnd = 1.959963984540054

    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return (Double((mixed ^ (mixed >> 31)) >> 11) + 0.5) / 9_007_199_254_740_992
    }

    /// From a normal distribution with unit width (Box and Muller).
    mutating func normal() -> Double { (-2 * log(next())).squareRoot() * cos(2 * Double.pi * next()) }
  }
}
