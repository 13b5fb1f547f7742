extension Sequence {
  /// The sum of estimates, or an exact zero of nothing; shared sources add linearly.
  public func total<Q: Quantity>(method: MethodID, origin: Origin = .measured) -> Estimate<Q>
  where Element == Estimate<Q> {
    let sum = MovedSum(self)
    guard !sum.terms.isEmpty else { return .exact(.zero, origin: origin, method: method) }
    return Estimate(
      Q(baseValue: sum.value), origin: .of(sum.terms.map(\.origin)), method: method, deviations: sum.deviations,
      additivity: sum.additivity)
  }
}

/// A sum with every uncertain thing of its terms moved, in one pass over the terms however many they are.
struct MovedSum<Q: Quantity> {
  let terms: [Estimate<Q>]
  /// The best value.
  let value: Double
  /// What each uncertain thing does to it, without those that cancel.
  let deviations: [UncertaintySource: Deviation]
  private let names: [UncertaintySource]
  private let isPositive: Bool
  /// How many terms each thing moves.
  private let counts: [UncertaintySource: Int]

  init(_ terms: some Sequence<Estimate<Q>>) {
    self.terms = Array(terms)
    var sum = 0.0
    var reach = 0.0
    var found: [UncertaintySource: Deviation] = [:]
    var counts: [UncertaintySource: Int] = [:]
    for term in self.terms {
      let value = term.value.baseValue
      sum += value
      reach += abs(value)
      let isPositive = term.isPositive
      for (source, deviation) in term.deviations {
        let own = deviation.response(of: value, isPositive: isPositive)
        let before = found[source] ?? Deviation(atLow: 0, atHigh: 0, halfLow: 0, halfHigh: 0)
        found[source] = Deviation(
          atLow: before.atLow + own.low, atHigh: before.atHigh + own.high, halfLow: (before.halfLow ?? 0) + own.halfLow,
          halfHigh: (before.halfHigh ?? 0) + own.halfHigh)
        counts[source, default: 0] += 1
      }
    }
    // Sources that cancelled leave rounding, which is not uncertainty.
    let rounding = 1e-15 * reach
    found = found.filter { abs($0.value.atLow) > rounding || abs($0.value.atHigh) > rounding }
    let isPositive = sum > 0 && found.values.allSatisfy { sum + min($0.atLow, $0.atHigh) > 0 }
    value = sum
    self.isPositive = isPositive
    self.counts = counts
    deviations = found.mapValues { $0.shortened(of: sum, isPositive: isPositive) }
    names = deviations.keys.sorted()
  }

  private var effects: [Response] {
    names.map { (deviations[$0] ?? Deviation(atLow: 0, atHigh: 0)).response(of: value, isPositive: isPositive) }
  }

  /// How the things act together; `nil` where they add on the logarithm, by squares.
  var additivity: Additivity? {
    guard deviations.count > 1, value.isFinite else { return nil }
    let effects = effects
    let all = Interplay(
      value: value, parts: effects, single: { value + effects[$0].change(at: $1) },
      joint: { places in
        let chosen = Dictionary(uniqueKeysWithValues: places.map { (names[$0.part], $0.place) })
        return terms.reduce(0) { $0 + $1.moved(to: chosen) }
      })
    var found = isPositive ? all.additivity(of: Array(effects.indices)) : .product
    if !Interval.isBySquares(value, Array(deviations.values), isPositive ? found : .sum) {
      found.spread = spread(effects)
    }
    return found == .product ? nil : found
  }

  /// All things together, where what rests on one term alone goes by that term.
  private func spread(_ effects: [Response]) -> Spread? {
    let shared = names.indices.filter { counts[names[$0]] ?? 0 > 1 }
    let isShared = Set(shared.map { names[$0] })
    var alone: [Int: Response] = [:]
    for (number, term) in terms.enumerated() {
      let own = Set(term.deviations.keys.filter { !isShared.contains($0) && deviations[$0] != nil })
      if !own.isEmpty { alone[number] = term.response(of: own) }
    }
    let order = alone.keys.sorted()
    let within = order.compactMap { alone[$0] }
    let count = shared.count
    let interplay = Interplay(
      value: value, parts: shared.map { effects[$0] } + within,
      single: { part, place in
        value + (part < count ? effects[shared[part]] : within[part - count]).change(at: place)
      },
      joint: { places in
        var chosen: [UncertaintySource: Double] = [:]
        var changes: [Int: Double] = [:]
        for (part, place) in places {
          if part < count {
            chosen[names[shared[part]]] = place
          } else {
            changes[order[part - count]] = within[part - count].change(at: place)
          }
        }
        return terms.indices.reduce(0) { $0 + terms[$1].moved(to: chosen, changes[$1]) }
      })
    return interplay.spread(shared: Array(0..<count), own: Array(count..<(count + within.count)))
  }
}

extension Estimate {
  /// The base value with the named things at their places, and changed by something of its own.
  func moved(to places: [UncertaintySource: Double], _ own: Double? = nil) -> Double {
    var changes = own.map { [$0] } ?? []
    if !places.isEmpty, !deviations.isEmpty {
      let isPositive = isPositive
      for (name, deviation) in deviations {
        guard let place = places[name] else { continue }
        changes.append(deviation.response(of: value.baseValue, isPositive: isPositive).change(at: place))
      }
    }
    return Interval.moved(value.baseValue, by: changes.filter { $0 != 0 }, additivity ?? .product)
  }
}
