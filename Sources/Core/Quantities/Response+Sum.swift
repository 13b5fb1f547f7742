#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Response {
  /// How many are added one by one; those less wide go together by their moments, as many small things nearly make a
  /// normal one.
  static let addedOneByOne = 4

  /// The sum of independent things, for any order of them the same.
  static func sum(_ all: [Response]) -> Response {
    let wide = all.filter { !$0.isNothing }.map(\.rising).map { ($0, $0.moments) }.sorted {
      ($0.1.variance, $0.0.low, $0.0.high, $0.0.middle) < ($1.1.variance, $1.0.low, $1.0.high, $1.0.middle)
    }
    guard var (sum, moments) = wide.first else { return Response(0, 0, 0, 0, 0) }
    var next = 1
    if wide.count > addedOneByOne + 1 {
      next = wide.count - addedOneByOne
      moments = wide[..<next].reduce(Moments()) { $0 + $1.1 }
      sum = Response(moments)
    }
    for (response, own) in wide[next...] {
      sum = own.variance >= moments.variance ? response.adding(sum, own, moments) : sum.adding(response, moments, own)
      moments = moments + own
    }
    return sum
  }

  /// A response with these moments.
  private init(_ moments: Moments) {
    self.init(
      moments.change(at: -1), moments.change(at: -0.5), moments.change(at: 0), moments.change(at: 0.5),
      moments.change(at: 1))
  }

  /// The sum with something independent and not wider.
  ///
  /// For each place of the other the probability that this one is below what is left is exact; these are added up over
  /// the other's places, and Newton's steps find where they reach the probability of the place that is asked for.
  private func adding(_ other: Response, _ mine: Moments, _ others: Moments) -> Response {
    var shifts: [(weight: Double, change: Double)] = []
    shifts.reserveCapacity(2 * HalfNormal.nodes.count)
    for node in HalfNormal.nodes {
      shifts.append((node.weight, other.change(at: node.place)))
      shifts.append((node.weight, other.change(at: -node.place)))
    }
    let both = mine + others
    func below(_ change: Double) -> (probability: Double, density: Double) {
      var probability = 0.0
      var density = 0.0
      for (weight, shift) in shifts {
        let (place, slope) = place(of: change - shift)
        let normal = place * Comparison.normalEnd
        probability += weight * 0.5 * erfc(-normal / 2.0.squareRoot())
        if place.isFinite { density += weight * slope * exp(-normal * normal / 2) }
      }
      return (probability, density * Comparison.normalEnd / (2 * .pi).squareRoot())
    }
    func change(at place: Double) -> Double {
      let wanted = 0.5 * erfc(-place * Comparison.normalEnd / 2.0.squareRoot())
      let deviation = both.variance.squareRoot()
      var best = both.change(at: place)
      var low = best - deviation
      var high = best + deviation
      while below(low).probability > wanted, low > -.greatestFiniteMagnitude { low -= 2 * (high - low) }
      while below(high).probability < wanted, high < .greatestFiniteMagnitude { high += 2 * (high - low) }
      for _ in 0..<60 {
        let (probability, density) = below(best)
        if probability < wanted { low = best } else { high = best }
        let step = density > 0 ? best - (probability - wanted) / density : .nan
        let next = step > low && step < high ? step : (low + high) / 2
        if abs(next - best) <= 1e-13 * deviation { return next }
        best = next
      }
      return best
    }
    let ends = (change(at: -1), change(at: -0.5), change(at: 0), change(at: 0.5), change(at: 1))
    return Response(ends.0, ends.1, ends.2, ends.3, ends.4)
  }
}
