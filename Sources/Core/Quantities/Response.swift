#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far something uncertain moves a value, for every place between its 95 % ends and beyond.
///
/// A place counts in ends of a normal number: -1 is the low end (2.5 %), 0 the middle, 1 the high end (97.5 %). Five
/// places are known; each side runs through its three of them as a x (e^(b t) - 1), which is exact for a lognormal term
/// of any sum and, with b = 0, for a normal one.
struct Response {
  let low: Double
  let halfLow: Double
  let middle: Double
  let halfHigh: Double
  let high: Double
  private let up: Side
  private let down: Side

  /// The changes at -1, -1/2, 0, 1/2 and 1.
  init(_ low: Double, _ halfLow: Double, _ middle: Double, _ halfHigh: Double, _ high: Double) {
    self.low = low
    self.halfLow = halfLow
    self.middle = middle
    self.halfHigh = halfHigh
    self.high = high
    up = Side(half: halfHigh - middle, full: high - middle)
    down = Side(half: halfLow - middle, full: low - middle)
  }

  /// The same with the lower end first, for how likely its changes are; what turns on its way is taken as straight
  /// lines from the middle to the lowest and the highest of its ends.
  var rising: Response {
    if low <= halfLow, halfLow <= middle, middle <= halfHigh, halfHigh <= high { return self }
    if low >= halfLow, halfLow >= middle, middle >= halfHigh, halfHigh >= high {
      return Response(high, halfHigh, middle, halfLow, low)
    }
    let ends = (min(low, high, middle), max(low, high, middle))
    return Response(ends.0, (ends.0 + middle) / 2, middle, (middle + ends.1) / 2, ends.1)
  }

  /// The same on another scale.
  func mapped(_ change: (Double) -> Double) -> Response {
    Response(change(low), change(halfLow), change(middle), change(halfHigh), change(high))
  }

  var isNothing: Bool { low == 0 && high == 0 && middle == 0 }

  /// The change at a place.
  func change(at place: Double) -> Double {
    if place == 1 { return high }
    if place == -1 { return low }
    return middle + (place > 0 ? up.change(at: place) : down.change(at: -place))
  }

  /// The place of a change, and how fast it moves with the change; infinite past what can be reached.
  func place(of change: Double) -> (place: Double, slope: Double) {
    let way = change - middle
    let side = way >= 0 ? up : down
    let place = side.place(of: way)
    return (way >= 0 ? place.place : -place.place, abs(place.slope))
  }

  /// Mean, variance and third central moment.
  var moments: Moments {
    var all = Moments()
    var changes: [(weight: Double, change: Double)] = []
    changes.reserveCapacity(2 * HalfNormal.nodes.count)
    for node in HalfNormal.nodes {
      changes.append((node.weight, middle + up.change(at: node.place)))
      changes.append((node.weight, middle + down.change(at: node.place)))
    }
    for (weight, change) in changes { all.mean += weight * change }
    for (weight, change) in changes {
      let off = change - all.mean
      all.variance += weight * off * off
      all.third += weight * off * off * off
    }
    return all
  }

  /// One side of the middle.
  private struct Side {
    let reach: Double
    let rate: Double

    init(half: Double, full: Double) {
      let growth = half == 0 ? 1 : full / half - 1
      if growth > 0.02, growth < 50, abs(growth - 1) > 1e-6 {
        reach = half / (growth - 1)
        rate = 2 * log(growth)
      } else {
        reach = full
        rate = 0
      }
    }

    func change(at place: Double) -> Double { rate == 0 ? reach * place : reach * expm1(rate * place) }

    func place(of change: Double) -> (place: Double, slope: Double) {
      if change == 0 { return (0, reach == 0 ? 0 : 1 / (rate == 0 ? reach : reach * rate)) }
      guard reach != 0 else { return (.infinity, 0) }
      if rate == 0 { return (change / reach, 1 / reach) }
      let ratio = 1 + change / reach
      return ratio > 0 ? (log(ratio) / rate, 1 / (reach * rate * ratio)) : (.infinity, 0)
    }
  }
}

/// Places of one half of a normal number with their weights: Gauss and Legendre's eight points up to 4.5 deviations.
enum HalfNormal {
  static let nodes: [(place: Double, weight: Double)] = {
    let points = [
      (0.1834346424956498, 0.3626837833783620), (0.5255324099163290, 0.3137066458778873),
      (0.7966664774136267, 0.2223810344533745), (0.9602898564975363, 0.1012285362903763),
    ]
    let reach = 4.5
    let raw = (points.map { (-$0.0, $0.1) } + points).map { point, weight in
      let deviations = (point + 1) * reach / 2
      return (place: deviations / Comparison.normalEnd, weight: weight * exp(-deviations * deviations / 2))
    }.sorted { $0.place < $1.place }
    let sum = raw.map(\.weight).reduce(0, +)
    return raw.map { ($0.place, $0.weight / (2 * sum)) }
  }()
}

/// Mean, variance and third central moment; those of independent things add.
struct Moments {
  var mean = 0.0
  var variance = 0.0
  var third = 0.0

  static func + (left: Moments, right: Moments) -> Moments {
    Moments(mean: left.mean + right.mean, variance: left.variance + right.variance, third: left.third + right.third)
  }

  /// The change at a place of the shifted lognormal with these moments (a normal one where nothing is skew).
  func change(at place: Double) -> Double {
    let deviation = variance.squareRoot()
    guard deviation > 0 else { return mean }
    let skew = third / (variance * deviation)
    let normal = place * Comparison.normalEnd
    guard abs(skew) > 1e-6 else { return mean + deviation * normal }
    // (w + 2) sqrt(w - 1) = skew, w being e to the square of the width on the logarithm.
    let size = min(abs(skew), 1e3)
    let root = cbrt(1 + size * size / 2 + size * (1 + size * size / 4).squareRoot())
    let w = root + 1 / root - 1
    let width = log(w).squareRoot()
    let centre = 1 / (w - 1).squareRoot()
    let way = skew < 0 ? -1.0 : 1
    return mean + way * deviation * centre * expm1(width * way * normal - width * width / 2)
  }
}
