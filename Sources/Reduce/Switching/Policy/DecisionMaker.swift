import Quantities

/// What every policy does the same way once it knows the shares it wants: guard the floor, say what is saved and why.
struct DecisionMaker {
  let policy: String
  let input: PolicyInput
  let outlook: Outlook
  /// The ladder to choose from: the input's own, or, where variants stand on different grids, with each energy as what it
  /// costs now: joules times g/kWh including PUE.
  let ladder: Ladder
  /// The hull of that ladder.
  let hull: Hull
  /// The current interval where variants stand on different grids; `nil` when the hour is not known or not looked at.
  let placed: Problem.Interval?

  /// Whether the current intensities count where places are compared.
  let looksAtTheHour: Bool

  init(policy: String, input: PolicyInput, looksAtTheHour: Bool = true) {
    self.policy = policy
    self.input = input
    self.looksAtTheHour = looksAtTheHour
    outlook = Outlook(input)
    if input.ladder.isPlaced {
      placed = looksAtTheHour ? outlook.now(input) : nil
      ladder = (placed ?? outlook.standing(input).interval).priced(input.ladder)
    } else {
      placed = nil
      ladder = input.ladder
    }
    hull = Hull(of: ladder, on: .lowerBound)
  }

  /// The cost of a unit of the ladder's energies now: of a joule, in g/kWh including PUE, or 1 where the ladder has it in it;
  /// `nil` when unknown.
  var cost: Double? {
    if input.ladder.isPlaced { return placed == nil ? nil : 1 }
    return outlook.current.map { max(0, $0.gramsPerKilowattHour) * input.pue }
  }

  /// Where the period stands.
  var position: FloorGuard.Position {
    FloorGuard.Position(
      floor: input.floor, best: hull.highestQuality, reserve: reserve, served: input.served,
      carriedDebt: input.carriedDebt, requestsNow: outlook.requests[0],
      requestsLater: outlook.requests.dropFirst().reduce(0, +))
  }

  /// The quality at which owed quality may be paid back: that of the next hull variant above the floor, as far as
  /// capacities let it serve what is expected.
  private var reserve: Double {
    let next = hull.points.first { $0.quality > input.floor + 1e-9 }?.quality ?? hull.highestQuality
    let later = outlook.requests.dropFirst()
    guard input.ladder.isCapacityLimited, later.contains(where: { $0 > 0 }) else { return next }
    let intervals = later.map { even($0, .gramsPerKilowattHour(1)) }
    let rows = CapacitySolver(ladder: ladder, basis: .lowerBound, intervals: intervals).solve(floor: next).shares
    let points = zip(intervals, rows).reduce(0) { $0 + $1.0.requests * quality($1.1) }
    return min(next, points / later.reduce(0, +))
  }

  /// An interval of one cost for all: that of places is in the ladder.
  private func even(_ requests: Double, _ intensity: CarbonIntensity, pue: Double = 1) -> Problem.Interval {
    let places = ladder.places.map { ($0, Problem.Elsewhere(intensity, pue: pue)) }
    return Problem.Interval(
      requests: requests, intensity: intensity, pue: pue, length: input.interval,
      elsewhere: places.isEmpty ? nil : Dictionary(uniqueKeysWithValues: places))
  }

  /// Least mean quality of the interval whatever the period has to spare, in points; 0 for none.
  var instantFloor: Double { input.instantFloor ?? 0 }

  /// Whether what the rest of the period needs is more than the best variant gives.
  var isInfeasible: Bool {
    let left = outlook.requests.reduce(0, +)
    // Quality served is a sum over many requests: its rounding weighs more the fewer are left.
    let tolerance = 1e-9 * max(1, left > 0 ? (input.served.requests + left) / left : 1)
    return max(outlook.requiredQuality(input), input.instantFloor ?? 0) > hull.highestQuality + tolerance
  }

  /// All requests on one hull variant.
  func only(_ point: Hull.Point) -> [Double] { only(point.index) }

  /// All requests on the variant at `index` of the ladder.
  func only(_ index: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: input.ladder.variants.count)
    shares[index] = 1
    return shares
  }

  /// All requests on the best variant, at home where one of that quality stands there.
  var best: [Double] { staying(reaching: .infinity) }

  /// The cheapest fixed mix that gives `quality` points, at home as far as variants there reach it.
  func staying(reaching quality: Double) -> [Double] {
    guard input.ladder.isPlaced else { return StaticMix(of: ladder, hull: hull, reaching: quality).shares }
    let interval = placed ?? outlook.standing(input).interval
    return FixedMixes(of: input.ladder, over: [interval], on: .lowerBound).staying(reaching: quality).shares
  }

  /// The cheapest fixed mix that gives `quality` points, within capacities.
  func mix(reaching quality: Double) -> [Double] {
    guard input.ladder.isCapacityLimited else {
      return StaticMix(of: ladder, hull: hull, reaching: quality).shares
    }
    let interval =
      ladder.isPlaced
      ? even(outlook.requests[0], .gramsPerKilowattHour(1))
      : even(outlook.requests[0], outlook.current ?? .gramsPerKilowattHour(1), pue: input.pue)
    return CapacitySolver(ladder: ladder, basis: .lowerBound, intervals: [interval]).solve(floor: quality).shares[0]
  }

  /// The decision for the shares that a policy wants, and the state after it.
  ///
  /// - Parameters:
  ///   - guardRule: the floor guard; `nil` for policies that do not keep the floor by design.
  ///   - isWhole: the guard may only raise to a single variant, not to a mix.
  func decide(
    _ wanted: [Double], mode: DecisionMode? = nil, price: Double?, guardRule: FloorGuard?, isWhole: Bool = false,
    state: PolicyState, why: Reason.Kind
  ) -> (PolicyState, Decision) {
    var shares = wanted
    var isGuarded = false
    var limit: Decision.Limit?
    let least = guardRule.map { max($0.leastQuality(at: position), min(instantFloor, hull.highestQuality)) }
    if let guardRule, let least {
      if quality(shares) < least - 1e-9 {
        isGuarded = true
        shares = isWhole ? only(cheapest(reaching: least)) : mix(reaching: least)
      }
      if let after = guardRule.requestLimit(serving: quality(shares), at: position) {
        limit = Decision.Limit(after: after, shares: named(mix(reaching: max(input.floor, instantFloor))))
      }
    }
    // A policy that keeps no floor serves what it likes; only one that keeps it can fail to.
    let mode = mode ?? (guardRule != nil && isInfeasible ? .infeasible : outlook.mode)
    let main = mainVariant(shares)
    let savings = savings(of: shares)
    let decision = Decision(
      policy: policy, mode: mode, shares: named(shares), main: main.name, price: price, quality: quality(shares),
      leastQuality: least, isGuarded: isGuarded, limit: limit,
      debtLimit: guardRule.map { $0.mostOwed(at: position) }, intensity: outlook.current,
      signalIssue: outlook.mode == .static ? nil : input.signal?.issue,
      expectedSavingAgainstBest: savings?.best, expectedSavingAgainstStatic: savings?.fixed, loaded: nil,
      elsewhere: input.ladder.isPlaced ? outlook.elsewhere.compactMapValues(\.current) : nil,
      reason: Reason(maker: self, shares: shares, main: main, mode: mode, isGuarded: isGuarded, price: price)
        .sentence(why))
    var next = state
    if state.current != main.name {
      next.intervalsSinceSwitch = state.current == nil ? nil : 1
    } else if let since = state.intervalsSinceSwitch {
      next.intervalsSinceSwitch = since + 1
    }
    next.current = main.name
    next.price = price
    next.decidedAt = input.now
    return (next, decision)
  }

  func quality(_ shares: [Double]) -> Double { input.ladder.quality(shares, on: .lowerBound) }

  private func cheapest(reaching quality: Double) -> Hull.Point {
    hull.points.first { $0.quality >= quality - 1e-9 } ?? hull.points[hull.points.count - 1]
  }

  private func named(_ shares: [Double]) -> [VariantShare] {
    zip(input.ladder.variants, shares).map { VariantShare($0.name, $1) }
  }

  private func mainVariant(_ shares: [Double]) -> Variant {
    let variants = input.ladder.variants
    let index = shares.indices.max {
      (shares[$0], variants[$0].qualityLow, -$0) < (shares[$1], variants[$1].qualityLow, -$1)
    }
    return variants[index ?? 0]
  }

  private func savings(of shares: [Double]) -> (best: Carbon, fixed: Carbon)? {
    guard !input.ladder.isPlaced else { return savingsElsewhere(of: shares) }
    guard let current = outlook.current, outlook.isDemandKnown else { return nil }
    let saved = { (instead: Double, joules: Double) in
      ExpectedSaving.carbon(
        requests: outlook.requests[0], pue: input.pue, at: current, instead: instead, joules: joules)
    }
    let joules = input.ladder.joulesPerRequest(shares)
    let fixed = StaticMix(of: input.ladder, hull: hull, reaching: input.floor).energy.joules
    let best = hull.points[hull.points.count - 1].energy.joules
    return (saved(best, joules), saved(fixed, joules))
  }

  /// The same where variants stand on different grids: known only when the grids of all that serve in it are.
  private func savingsElsewhere(of shares: [Double]) -> (best: Carbon, fixed: Carbon)? {
    guard let now = outlook.now(input), outlook.isDemandKnown else { return nil }
    let (best, fixed) = (self.best, staying(reaching: input.floor))
    let serving = zip(input.ladder.variants, zip(shares, zip(best, fixed))).filter {
      $1.0 > 0 || $1.1.0 > 0 || $1.1.1 > 0
    }
    guard serving.allSatisfy({ isKnown($0.0.place) }) else { return nil }
    let grams = { (row: [Double]) in now.grams(sharing: row, on: input.ladder) }
    return (.grams(grams(best) - grams(shares)), .grams(grams(fixed) - grams(shares)))
  }

  /// Whether the grid of a place, or the site's own, is known now.
  func isKnown(_ place: String?) -> Bool {
    place.map { outlook.elsewhere[$0]?.current != nil } ?? (outlook.current != nil)
  }
}
