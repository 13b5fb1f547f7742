import Quantities

/// Dynamic programming over sets of loaded variants, one bit a variant.
///
/// At a price of quality each interval's serving cost under a set is that of its best loaded variant, n*(c*e - price*q).
/// Keeping a set costs c*length*sum P, loading a variant c*E. From the last interval back, the best successor of every set
/// is found by one pass a bit: dropping a bit is free, adding it costs its load, and bits do not depend on each other.
struct ResidencySolver {
  private let problem: Problem
  private let first: Int
  private let powers: [Double]
  private let usable: [Bool]
  private let isPlaced: Bool

  init(problem: Problem, loaded: Set<String>) {
    self.problem = problem
    isPlaced = problem.ladder.isPlaced
    let variants = problem.ladder.variants
    first = variants.indices.reduce(0) { loaded.contains(variants[$1].name) ? $0 | 1 << $1 : $0 }
    let watts = variants.map { ($0.residentPower ?? .zero).watts }
    powers = (0..<(1 << variants.count)).map { set in
      variants.indices.reduce(0.0) { set & 1 << $1 != 0 ? $0 + watts[$1] : $0 }
    }
    // Where no variant reaches the instant floor, the best one has to do.
    let qualities = variants.map { $0.quality(on: problem.basis) }
    let least = min(problem.instantFloor ?? 0, qualities.max() ?? 0)
    usable = qualities.map { $0 >= least - 1e-9 }
  }

  func solve() -> ResidencyPlan {
    let (price, paths) = priced()
    let total = problem.intervals.reduce(0) { $0 + $1.requests }
    let bound = path(atPrice: price).value + price * problem.floor * total
    // A price reaches only some plans, because loading is all or nothing: sets that stay the same are tried beside them,
    // and in the best of all one variant more or less in each interval.
    let bits = variants.indices
    let constant = Set(bits.flatMap { one in bits.map { 1 << one | 1 << $0 } }).sorted()
    let starts = paths + constant.map { [Int](repeating: $0, count: problem.intervals.count) }
    let plans = starts.map { plan($0, price: price, bound: bound) }
    let order = starts.indices.sorted {
      (plans[$0].isFeasible ? 0 : 1, plans[$0].carbon, $0) < (plans[$1].isFeasible ? 0 : 1, plans[$1].carbon, $1)
    }
    let refined = order.prefix(3).map { improved(starts[$0], price: price, bound: bound) }
    return refined.dropFirst().reduce(refined[0]) { best, other in
      (other.isFeasible ? 0 : 1, other.carbon) < (best.isFeasible ? 0 : 1, best.carbon) ? other : best
    }
  }

  /// The least price at which whole variants meet the floor, and the different paths that were met on the way to it.
  private func priced() -> (price: Double, paths: [[Int]]) {
    let wanted = min(problem.floor, highest) - 1e-9
    var paths: [[Int]] = []
    func isMet(at price: Double) -> Bool {
      let path = path(atPrice: price)
      if !paths.contains(path.sets) { paths.append(path.sets) }
      return quality(path) >= wanted
    }
    guard !isMet(at: 0) else { return (0, paths) }
    // Doubled until quality is met: at some price a point is dearer than everything else.
    var (low, high) = (0.0, 1.0)
    while !isMet(at: high), high < 1e30 { (low, high) = (high, high * 2) }
    for _ in 0..<60 where high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if isMet(at: middle) { high = middle } else { low = middle }
    }
    return (high, paths)
  }

  /// Each change tried costs a plan; periods of more intervals times variants than this are left as they are.
  private static let mostChanges = 256

  /// The plan after every single change of one interval's set that emits less was made, at most a few times over.
  private func improved(_ sets: [Int], price: Double, bound: Double) -> ResidencyPlan {
    var sets = sets
    var best = plan(sets, price: price, bound: bound)
    guard sets.count * variants.count <= Self.mostChanges else { return best }
    for _ in 0..<3 {
      let before = best.carbon
      for t in sets.indices {
        for bit in variants.indices {
          var other = sets
          other[t] ^= 1 << bit
          guard other[t] != 0 else { continue }
          let changed = plan(other, price: price, bound: bound)
          guard changed.isFeasible || !best.isFeasible, changed.carbon < best.carbon else { continue }
          (best, sets) = (changed, other)
        }
      }
      guard best.carbon < before else { break }
    }
    return best
  }

  private var variants: [Variant] { problem.ladder.variants }
  private var highest: Double { variants.map { $0.quality(on: problem.basis) }.max() ?? 0 }

  /// What keeping a set loaded costs in a second, at `rate` for a joule of each variant.
  private func keeping(_ set: Int, at rate: (Variant) -> Double) -> Double {
    guard isPlaced else { return rate(variants[0]) * powers[set] }
    return variants.indices.reduce(0) {
      set & 1 << $1 != 0 ? $0 + rate(variants[$1]) * (variants[$1].residentPower ?? .zero).watts : $0
    }
  }

  private struct Path {
    var sets: [Int]
    var value: Double
    var serving: [Int]
  }

  private func quality(_ path: Path) -> Double {
    let requests = problem.intervals.reduce(0) { $0 + $1.requests }
    guard requests > 0 else { return highest }
    return zip(problem.intervals, path.serving).reduce(0) {
      $0 + $1.0.requests * variants[$1.1].quality(on: problem.basis)
    } / requests
  }

  private func path(atPrice price: Double) -> Path {
    let count = variants.count
    var value = [Double](repeating: 0, count: 1 << count)
    var choices: [[Int]] = []
    var servers: [[Int]] = []
    for interval in problem.intervals.reversed() {
      let scores = variants.map { interval.cost(of: $0) * $0.energy.joules - price * $0.quality(on: problem.basis) }
      let order = variants.indices.filter { usable[$0] }.sorted {
        (scores[$0], variants[$0].energy.joules) < (scores[$1], variants[$1].energy.joules)
      }
      var server = [Int](repeating: -1, count: 1 << count)
      for set in value.indices {
        guard let serving = order.first(where: { set & 1 << $0 != 0 }) else {
          value[set] = .infinity
          continue
        }
        server[set] = serving
        let kept = keeping(set) { interval.cost(of: $0) } * interval.length.seconds
        value[set] += interval.requests * scores[serving] + kept
      }
      var choice = Array(value.indices)
      for (bit, variant) in variants.enumerated() {
        let load = interval.cost(of: variant) * variant.loadEnergy.joules
        for without in value.indices where without & 1 << bit == 0 {
          let with = without | 1 << bit
          let (plain, more) = ((value[without], choice[without]), (value[with], choice[with]))
          if plain.0 <= more.0 { (value[with], choice[with]) = plain }
          if more.0 + load < plain.0 { (value[without], choice[without]) = (more.0 + load, more.1) }
        }
      }
      choices.append(choice)
      servers.append(server)
    }
    var sets: [Int] = []
    var serving: [Int] = []
    var set = first
    for (choice, server) in zip(choices.reversed(), servers.reversed()) {
      set = choice[set]
      sets.append(set)
      serving.append(server[set])
    }
    return Path(sets: sets, value: value[first], serving: serving)
  }

  /// Serves as cheaply as the floor allows with the variants that a path keeps loaded.
  private func plan(_ sets: [Int], price: Double, bound: Double) -> ResidencyPlan {
    let (shares, isFeasible) = SubsetGreedy(problem: problem, usable: usable).solve(sets: sets)
    var (serving, kept, loading, points, requests) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var before = first
    for (t, interval) in problem.intervals.enumerated() {
      serving += interval.grams(sharing: shares[t], on: problem.ladder)
      kept += keeping(sets[t]) { interval.gramsPerJoule(of: $0) } * interval.length.seconds
      let fresh = sets[t] & ~before
      loading += variants.indices.reduce(0) {
        fresh & 1 << $1 != 0
          ? $0 + interval.gramsPerJoule(of: variants[$1]) * variants[$1].loadEnergy.joules : $0
      }
      before = sets[t]
      points += interval.requests * problem.ladder.quality(shares[t], on: problem.basis)
      requests += interval.requests
    }
    return ResidencyPlan(
      loaded: sets.map { set in variants.indices.filter { set & 1 << $0 != 0 }.map { variants[$0].name } },
      shares: shares, serving: .grams(serving), residency: .grams(kept), loading: .grams(loading),
      bound: .grams(bound / 3.6e6), price: price, quality: requests > 0 ? points / requests : nil,
      isFeasible: isFeasible && (problem.instantFloor ?? 0) <= highest + 1e-9)
  }
}

/// The greedy of ``GreedySolver`` where each interval has variants of its own.
struct SubsetGreedy {
  let problem: Problem
  let usable: [Bool]

  func solve(sets: [Int]) -> (shares: [[Double]], isFeasible: Bool) {
    let variants = problem.ladder.variants
    var rows = [[Double]](repeating: [Double](repeating: 0, count: variants.count), count: sets.count)
    var steps: [(price: Double, interval: Int, from: Int, to: Int, gain: Double)] = []
    var need = 0.0
    let isPlaced = problem.ladder.isPlaced
    for (t, interval) in problem.intervals.enumerated() {
      let own = variants.indices.filter { usable[$0] && sets[t] & 1 << $0 != 0 }
      guard let ladder = try? Ladder(own.map { variants[$0] }) else { continue }
      let hull = Hull(of: isPlaced ? interval.priced(ladder) : ladder, on: problem.basis)
      // A hull of costs has the cost in it.
      let cost = isPlaced ? 1 : interval.cost
      let places = hull.points.map { own[$0.index] }
      rows[t][places[0]] = 1
      need += interval.requests * (problem.floor - hull.lowestQuality)
      for (k, slope) in hull.slopes.enumerated() {
        let gain = interval.requests * (hull.points[k + 1].quality - hull.points[k].quality)
        steps.append((cost * slope, t, places[k], places[k + 1], gain))
      }
    }
    steps.sort { ($0.price, $0.interval, $0.gain) < ($1.price, $1.interval, $1.gain) }
    for step in steps where need > 0 && step.gain > 0 {
      let part = min(1, need / step.gain)
      rows[step.interval][step.to] += part
      rows[step.interval][step.from] = part == 1 ? 0 : rows[step.interval][step.from] - part
      need -= part * step.gain
    }
    let requests = problem.intervals.reduce(0) { $0 + $1.requests }
    return (rows, need <= 1e-9 * max(1, requests))
  }
}
