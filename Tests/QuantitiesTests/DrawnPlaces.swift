import Quantities
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Common random numbers: for each of many uncertain things its places in all draws, the same for every formula.
///
/// Each thing's draws are the middles of as many equally likely parts of a normal number, shuffled (McKay and others,
/// 1979). One thing alone has then no noise at all, a sum nearly none, and formulas that mix things far less than free
/// draws would have.
struct DrawnPlaces {
  let count: Int
  private let places: [[Double]]

  init(things: Int, draws: Int, seed: UInt64) {
    var random = Seeded(seed)
    let even = (0..<draws).map { DrawnPlaces.place(of: (Double($0) + 0.5) / Double(draws)) }
    places = (0..<things).map { _ in even.shuffled(using: &random) }
    count = draws
  }

  /// The 2.5 % and the 97.5 % quantile of a formula of things with a value and ends, lognormal on either side.
  func ends(_ things: [(value: Double, low: Double, high: Double)], _ formula: ([Double]) -> Double) -> (Double, Double)
  {
    let widths = things.map { (down: -log($0.low / $0.value), up: log($0.high / $0.value)) }
    var inputs = [Double](repeating: 0, count: things.count)
    var results = [Double](repeating: 0, count: count)
    for draw in 0..<count {
      for thing in things.indices {
        let place = places[thing][draw]
        inputs[thing] = things[thing].value * exp(place * (place < 0 ? widths[thing].down : widths[thing].up))
      }
      results[draw] = formula(inputs)
    }
    results.sort()
    func quantile(_ part: Double) -> Double {
      let at = part * Double(count) - 0.5
      let index = Int(at)
      return results[index] + (at - Double(index)) * (results[index + 1] - results[index])
    }
    return (quantile(0.025), quantile(0.975))
  }

  /// Where a probability lies in a normal number, in 95 % ends: Newton's steps from Hastings' formula.
  private static func place(of probability: Double) -> Double {
    let tail = (-2 * log(min(probability, 1 - probability))).squareRoot()
    var x =
      tail - (2.515517 + tail * (0.802853 + tail * 0.010328))
      / (1 + tail * (1.432788 + tail * (0.189269 + tail * 0.001308)))
    if probability < 0.5 { x = -x }
    for _ in 0..<3 {
      x -= (0.5 * erfc(-x / 2.0.squareRoot()) - probability) / (exp(-x * x / 2) / (2 * .pi).squareRoot())
    }
    return x / 1.959963984540054
  }
}
