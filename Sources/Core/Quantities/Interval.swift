#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How deviations become an interval, and how several uncertain things move a value together.
enum Interval {
  /// The 95 % interval of a value by its deviations; the value is in it. Without a spread they add by squares.
  static func ends(
    of value: Double, deviations: [Deviation], _ additivity: Additivity
  ) -> (low: Double, high: Double) {
    if let spread = additivity.spread { return (min(value, value + spread.low), max(value, value + spread.high)) }
    return squares(value, deviations, additivity).ends
  }

  /// The interval of things that add by squares, and about how far it is off as a part of what is allowed.
  ///
  /// It is exact for a product whose factors are known within a factor either way, and for a sum of terms known within
  /// an amount either way. Where things are lopsided the middle moves, and the ends with it, unless one thing decides.
  private static func squares(
    _ value: Double, _ deviations: [Deviation], _ additivity: Additivity
  ) -> (ends: (low: Double, high: Double), isClose: Bool) {
    let sides = deviations.map { (down: min($0.atLow, $0.atHigh, 0), up: max($0.atLow, $0.atHigh, 0)) }
    guard value > 0, sides.allSatisfy({ value + $0.down > 0 }) else {
      let (downs, ups) = (sides.map(\.down), sides.map(\.up))
      let straight = (low: value - length(downs), high: value + length(ups))
      let slack = Lopsidedness.allowed * (straight.high - straight.low) / 2
      return (straight, Lopsidedness.error(downs, ups) <= slack && deviations.allSatisfy(\.isStraight))
    }
    let downs = sides.map { Additivity.scaled((value + $0.down) / value, additivity.down) }
    let ups = sides.map { Additivity.scaled((value + $0.up) / value, additivity.up) }
    let (down, up) = (length(downs), length(ups))
    let low = down == 0 ? value : value * Additivity.unscaled(-down, additivity.down)
    let high = up == 0 ? value : value * Additivity.unscaled(up, additivity.up)
    let isPure = additivity == .product || additivity == .sum
    let slack = Lopsidedness.allowed * (additivity == .product ? 1 : low / value)
    return (
      (low, high), (isPure || down + up <= Lopsidedness.widestMixed) && Lopsidedness.error(downs, ups) <= slack
    )
  }

  /// Whether adding by squares is right to about a percent.
  static func isBySquares(_ value: Double, _ deviations: [Deviation], _ additivity: Additivity) -> Bool {
    deviations.count < 2 || squares(value, deviations, additivity).isClose
  }

  /// All deviations together: by squares where that is close or asked for, else as they are likely
  /// (``Response/sum(_:)``).
  static func together(
    _ value: Double, _ deviations: [Deviation], _ additivity: Additivity, bySquares: Bool
  ) -> Response {
    let isPositive = value > 0 && deviations.allSatisfy { value + min($0.atLow, $0.atHigh) > 0 }
    let responses = deviations.map { $0.response(of: value, isPositive: isPositive) }
    if responses.count == 1 { return responses[0] }
    let (ends, isClose) = squares(value, deviations, additivity)
    if bySquares || isClose {
      let rising = responses.map(\.rising)
      func half(_ part: KeyPath<Response, Double>, _ power: Double, _ sign: Double) -> Double {
        guard isPositive else { return sign * length(rising.map { $0[keyPath: part] }) }
        let place = length(rising.map { Additivity.scaled((value + $0[keyPath: part]) / value, power) })
        return value * Additivity.unscaled(sign * place, power) - value
      }
      return Response(
        ends.low - value, half(\.halfLow, additivity.down, -1), 0, half(\.halfHigh, additivity.up, 1),
        ends.high - value)
    }
    return Response.together(value, responses, additivity)
  }

  /// The root of the sum of squares. Sources come in the order of a dictionary, which differs from run to run; adding
  /// in the order of size makes equal estimates equal to the last bit, and with them the ids made from their ends.
  private static func length(_ terms: [Double]) -> Double {
    terms.map { $0 * $0 }.sorted().reduce(0, +).squareRoot()
  }

  /// The value when several uncertain things move it at once, each by so much alone.
  static func moved(_ value: Double, by changes: [Double], _ additivity: Additivity) -> Double {
    if changes.isEmpty { return value }
    if changes.count == 1 { return value + changes[0] }
    guard value > 0, changes.allSatisfy({ value + $0 > 0 }) else { return value + changes.sorted().reduce(0, +) }
    let sum = changes.map { change in
      Additivity.scaled((value + change) / value, change > 0 ? additivity.up : additivity.down)
    }.sorted().reduce(0, +)
    let power = sum > 0 ? additivity.up : additivity.down
    guard Additivity.reaches(sum, power) else { return moved(value, by: changes, .product) }
    return value * Additivity.unscaled(sum, power)
  }
}

/// How wrong it is to add lopsided things by squares.
package struct Lopsidedness {
  /// How far an end may be off, as a part of it (for a product) or of the half-width (where zero is reached).
  package static let allowed = 0.008
  /// How wide a value of factors and terms may be, from end to end on its scale, to be added by squares.
  static let widestMixed = 0.1

  private var all = 0.0
  private var widest = 0.0
  private var lop = 0.0
  private var others = 0.0

  /// Nothing yet.
  package init() {}

  /// One more thing, which reaches so far down and up on the scale.
  package mutating func add(down: Double, up: Double) {
    let square = down * down + up * up
    let own = abs(abs(up) - abs(down))
    all += square
    if square > widest {
      others += lop
      (widest, lop) = (square, own)
    } else {
      others += own
    }
  }

  /// About how far an end is off when these are added by squares, on their scale.
  ///
  /// A thing that reaches up by u and down by d has its mean (u - d) / 2 x 0.407 from its middle (0.407 is the mean of
  /// a normal number without its sign, in 95 % ends). The widest one's own shape is kept by squares as far as it
  /// decides alone.
  package var error: Double {
    widest > 0 ? 0.2035 * (others + lop * min(1, (all - widest) / widest)) : 0
  }

  static func error(_ downs: [Double], _ ups: [Double]) -> Double {
    var lopsidedness = Lopsidedness()
    for (down, up) in zip(downs, ups) { lopsidedness.add(down: down, up: up) }
    return lopsidedness.error
  }
}

extension Deviation {
  /// Whether the changes half-way are half the changes.
  var isStraight: Bool {
    abs((halfLow ?? atLow / 2) - atLow / 2) <= 0.02 * abs(atLow)
      && abs((halfHigh ?? atHigh / 2) - atHigh / 2) <= 0.02 * abs(atHigh)
  }

  /// The change at every place, of a value that all its things leave positive or not.
  func response(of value: Double, isPositive: Bool) -> Response {
    func half(_ change: Double) -> Double {
      isPositive ? value * ((value + change) / value).squareRoot() - value : change / 2
    }
    return Response(atLow, halfLow ?? half(atLow), 0, halfHigh ?? half(atHigh), atHigh)
  }
}
