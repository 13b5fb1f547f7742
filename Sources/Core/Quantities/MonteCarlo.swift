#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The interval of a formula by drawing its inputs many times: the check of the closed form that estimates use.
///
/// Each uncertain thing is drawn once in a draw, whatever number of inputs rests on it: a normal number whose 95 % ends
/// are the thing's low and high end, on the logarithm where a value and its ends are positive (an interval of "a
/// factor of three" is then lognormal), else on the value; either side has its own width.
public struct MonteCarlo: Hashable, Sendable {
  /// The middle of the draws.
  public let median: Double
  /// The 2.5 % quantile.
  public let low: Double
  /// The 97.5 % quantile.
  public let high: Double
  /// How many draws.
  public let draws: Int

  /// Draws a formula of estimates.
  ///
  /// - Parameters:
  ///   - inputs: the inputs' base values, see ``Estimate/plain``.
  ///   - draws: how many, at least 1000; 10 000 give an end to within about 3 % of the interval's half-width.
  ///   - generator: where the numbers come from; the same seed gives the same interval.
  ///   - operation: the formula on base values; must be pure.
  public init(
    _ inputs: [Estimate<Ratio>], draws: Int = 10_000, using generator: inout some RandomNumberGenerator,
    _ operation: ([Double]) -> Double
  ) {
    precondition(draws >= 1000, "fewer than 1000 draws have no 2.5 % quantile to speak of")
    let names = Set(inputs.flatMap(\.deviations.keys)).sorted()
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let models = inputs.map { input in
      Input(input, input.deviations.map { (index[$0.key] ?? 0, $0.value) }.sorted { $0.0 < $1.0 })
    }
    var places = [Double](repeating: 0, count: names.count)
    var results: [Double] = []
    results.reserveCapacity(draws)
    for _ in 0..<draws {
      for source in places.indices { places[source] = MonteCarlo.normal(&generator) / Comparison.normalEnd }
      results.append(operation(models.map { $0.value(at: places) }))
    }
    results.sort()
    self.draws = draws
    median = results[draws / 2]
    low = results[Int(0.025 * Double(draws))]
    high = results[min(draws - 1, Int(0.975 * Double(draws)))]
  }

  /// One input: how its value follows from where its sources stand.
  private struct Input {
    let value: Double
    let sources: [(index: Int, deviation: Deviation)]
    let isPositive: Bool
    let additivity: Additivity

    init(_ estimate: Estimate<Ratio>, _ sources: [(Int, Deviation)]) {
      let value = estimate.value.baseValue
      self.value = value
      self.sources = sources
      isPositive = value > 0 && sources.allSatisfy { value + min($0.1.atLow, $0.1.atHigh) > 0 }
      additivity = estimate.additivity ?? .product
    }

    /// The value when each source stands at that many of its 95 % ends: -1 is its low end, 1 its high end.
    func value(at places: [Double]) -> Double {
      guard isPositive else {
        return sources.reduce(value) { sum, source in
          let place = places[source.index]
          return sum + abs(place) * (place < 0 ? source.deviation.atLow : source.deviation.atHigh)
        }
      }
      let changes = sources.map { source in
        let place = places[source.index]
        let end = place < 0 ? source.deviation.atLow : source.deviation.atHigh
        return value * (exp(abs(place) * log((value + end) / value)) - 1)
      }
      return Interval.moved(value, by: changes, additivity)
    }
  }

  /// A number of the standard normal distribution (Box and Muller, 1958).
  private static func normal(_ generator: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }
}
