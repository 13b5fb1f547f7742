#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a formula does when several parts of what goes into it move at once.
///
/// A part is one uncertain thing that several inputs share, or all that is uncertain about one input alone: what only
/// one input rests on reaches the result through that input's value, whatever it is made of.
struct Interplay {
  /// The best value.
  let value: Double
  /// What each part does alone.
  let parts: [Response]
  /// The value with one part at a place.
  let single: (_ part: Int, _ place: Double) -> Double
  /// The value with several parts at their places and all others at their best.
  let joint: ([(part: Int, place: Double)]) -> Double

  /// The parts moved towards one side, each in proportion to its width, and all together as far as an end.
  private func moves(_ group: [Int], isUp: Bool) -> (places: [(part: Int, place: Double)], length: Double) {
    var widths: [(part: Int, width: Double, sign: Double)] = []
    for part in group {
      let response = parts[part]
      let change = isUp ? max(response.low, response.high, 0) : min(response.low, response.high, 0)
      guard change != 0, value + change > 0 else { continue }
      widths.append((part, abs(log((value + change) / value)), change == response.high ? 1 : -1))
    }
    let length = widths.map { $0.width * $0.width }.sorted().reduce(0, +).squareRoot()
    return (widths.map { ($0.part, $0.sign * $0.width / length) }, length)
  }

  private func power(_ group: [Int], isUp: Bool) -> Double {
    let places = moves(group, isUp: isUp).places
    guard places.count > 1 else { return 0 }
    return Additivity.power(adding: places.map { single($0.part, $0.place) / value }, to: joint(places) / value)
  }

  /// The scale on which the parts of a group add.
  func additivity(of group: [Int]) -> Additivity {
    Additivity(down: power(group, isUp: false), up: power(group, isUp: true))
  }

  /// Up to how many parts are put together pair by pair.
  static let pairwise = 8

  /// All parts together.
  ///
  /// Few are put together pair by pair (``pairByPair()``). Many are put together at once: those of inputs alone, those
  /// that inputs share, then both.
  func spread(shared: [Int], own: [Int]) -> Spread? {
    let isPositive = value > 0 && parts.allSatisfy { value + min($0.low, $0.middle, $0.high) > 0 }
    let all: Response
    if !isPositive {
      all = Response.together(value, parts, .sum)
    } else if parts.count <= Interplay.pairwise {
      all = pairByPair()
    } else {
      let both = [shared, own].map { group in
        Group(
          members: group,
          response: Response.together(
            value, group.map { parts[$0] }, group.count > 1 ? additivity(of: group) : .product))
      }.filter { !$0.response.isNothing }
      all = Response.together(value, both.map(\.response), both.count > 1 ? additivity(of: both[0], both[1]) : .product)
    }
    let ends = [all.low, all.halfLow, all.middle, all.halfHigh, all.high]
    return ends.allSatisfy(\.isFinite) ? Spread(all) : nil
  }

  /// Parts that have been put together.
  private struct Group {
    let members: [Int]
    let response: Response
  }

  /// All parts, put together pair by pair, first those that go alike with every other one: the terms of a sum before what
  /// the sum is multiplied by, factors before what their product is added to. All at once where all go alike.
  private func pairByPair() -> Response {
    var groups = parts.indices.filter { !parts[$0].isNothing }.map { Group(members: [$0], response: parts[$0].rising) }
    while groups.count > 1 {
      let scales = groups.indices.map { first in
        groups.indices.map { first < $0 ? additivity(of: groups[first], groups[$0]) : .product }
      }
      func scale(_ a: Int, _ b: Int) -> Additivity { scales[min(a, b)][max(a, b)] }
      func unlike(_ a: Additivity, _ b: Additivity) -> Double { max(abs(a.down - b.down), abs(a.up - b.up)) }
      var best = (first: 0, second: 1, unlike: Double.infinity)
      var isAlike = true
      for first in groups.indices {
        for second in groups.indices where second > first {
          if unlike(scale(first, second), scale(0, 1)) > 0.01 { isAlike = false }
          let others = groups.indices.filter { $0 != first && $0 != second }
          let most = others.map { unlike(scale(first, $0), scale(second, $0)) }.max() ?? 0
          if most < best.unlike { best = (first, second, most) }
        }
      }
      if isAlike { return Response.together(value, groups.map(\.response), scale(0, 1)) }
      let pair = [groups[best.first], groups[best.second]]
      let merged = Group(
        members: pair.flatMap(\.members),
        response: Response.together(value, pair.map(\.response), scale(best.first, best.second)))
      groups.remove(at: best.second)
      groups[best.first] = merged
    }
    return groups.first?.response ?? Response(0, 0, 0, 0, 0)
  }

  /// The scale on which two groups add.
  private func additivity(of first: Group, _ second: Group) -> Additivity {
    func power(isUp: Bool) -> Double {
      func width(_ group: Group) -> Double {
        let change = isUp ? max(group.response.high, 0) : min(group.response.low, 0)
        return value + change > 0 ? abs(log((value + change) / value)) : 0
      }
      let widths = (width(first), width(second))
      let length = (widths.0 * widths.0 + widths.1 * widths.1).squareRoot()
      guard widths.0 > 0, widths.1 > 0 else { return 0 }
      let towards = { (group: Group, width: Double) in
        moves(group.members, isUp: isUp).places.map { (part: $0.part, place: $0.place * width / length) }
      }
      let (a, b) = (towards(first, widths.0), towards(second, widths.1))
      guard !a.isEmpty, !b.isEmpty else { return 0 }
      return Additivity.power(adding: [joint(a) / value, joint(b) / value], to: joint(a + b) / value)
    }
    return Additivity(down: power(isUp: false), up: power(isUp: true))
  }
}
