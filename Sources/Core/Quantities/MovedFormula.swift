/// A formula with every uncertain thing of its inputs moved, alone and together.
struct MovedFormula {
  /// The best value.
  let value: Double
  /// What each uncertain thing does to it, without those that cancel.
  private(set) var deviations: [UncertaintySource: Deviation] = [:]

  private let inputs: [Estimate<Ratio>]
  private let operation: ([Double]) -> Double
  private let best: [Double]
  /// One uncertain thing: its name, the inputs it moves, and what it does to the result.
  private struct Thing {
    let name: UncertaintySource
    var touched: [(input: Int, response: Response)] = []
    var effect = Response(0, 0, 0, 0, 0)
  }
  private var things: [Thing]

  init(_ inputs: [Estimate<Ratio>], _ operation: @escaping ([Double]) -> Double) {
    self.inputs = inputs
    self.operation = operation
    best = inputs.map(\.value.baseValue)
    value = operation(best)
    things = Set(inputs.flatMap(\.deviations.keys)).sorted().map { Thing(name: $0) }
    let index = Dictionary(uniqueKeysWithValues: things.enumerated().map { ($1.name, $0) })
    for (number, input) in inputs.enumerated() {
      let isPositive = input.isPositive
      for (name, deviation) in input.deviations {
        guard let thing = index[name] else { continue }
        things[thing].touched.append((number, deviation.response(of: best[number], isPositive: isPositive)))
      }
    }
    move()
  }

  private mutating func move() {
    for index in things.indices {
      let thing = things[index]
      let ends = (moved(thing, to: -1) - value, moved(thing, to: 1) - value)
      // What is left of a source that cancelled is rounding, and rounding is not uncertainty.
      let scale = best.indices.map { abs(moved(thing, to: 1, only: $0)) }.filter(\.isFinite).max() ?? 0
      let rounding = 1e-12 * max(value.isFinite ? abs(value) : 0, scale)
      guard abs(ends.0) > rounding || abs(ends.1) > rounding else { continue }
      deviations[thing.name] = Deviation(
        atLow: ends.0, atHigh: ends.1, halfLow: moved(thing, to: -0.5) - value, halfHigh: moved(thing, to: 0.5) - value)
    }
    let isPositive = value > 0 && deviations.values.allSatisfy { value + min($0.atLow, $0.atHigh) > 0 }
    for (name, deviation) in deviations { deviations[name] = deviation.shortened(of: value, isPositive: isPositive) }
    things = things.compactMap { thing in
      guard let deviation = deviations[thing.name] else { return nil }
      var copy = thing
      copy.effect = deviation.response(of: value, isPositive: isPositive)
      return copy
    }
  }

  /// The result with one thing at a place, in all inputs or in the one at `only`.
  private func moved(_ thing: Thing, to place: Double, only: Int? = nil) -> Double {
    func result(reach: Double) -> Double {
      var values = best
      for (input, response) in thing.touched where only == nil || only == input {
        values[input] += response.change(at: place) * reach
      }
      return operation(values)
    }
    let there = result(reach: 1)
    return there.isFinite ? there : result(reach: 1 - 1e-9)
  }

  /// How the things act together; `nil` where they add on the logarithm, by squares.
  var additivity: Additivity? {
    guard things.count > 1, value.isFinite else { return nil }
    let isPositive = value > 0 && deviations.values.allSatisfy { value + min($0.atLow, $0.atHigh) > 0 }
    let all = Interplay(
      value: value, parts: things.map(\.effect), single: { moved(things[$0], to: $1) }, joint: { result($0) })
    var found = isPositive ? all.additivity(of: Array(things.indices)) : .product
    if !Interval.isBySquares(value, Array(deviations.values), isPositive ? found : .sum) { found.spread = spread }
    return found == .product ? nil : found
  }

  /// The result with several things at their places.
  private func result(_ places: [(part: Int, place: Double)]) -> Double {
    var changes = [[Double]](repeating: [], count: inputs.count)
    for (part, place) in places {
      for (input, response) in things[part].touched { changes[input].append(response.change(at: place)) }
    }
    return result(of: changes)
  }

  private func result(of changes: [[Double]]) -> Double {
    operation(
      inputs.indices.map { Interval.moved(best[$0], by: changes[$0], inputs[$0].additivity ?? .product) })
  }

  /// All things together, where what rests on one input alone goes by that input.
  private var spread: Spread? {
    let shared = things.indices.filter { things[$0].touched.count > 1 }
    var own = [Set<UncertaintySource>](repeating: [], count: inputs.count)
    for thing in things where thing.touched.count == 1 { own[thing.touched[0].input].insert(thing.name) }
    let alone = inputs.indices.filter { !own[$0].isEmpty }
    let within = alone.map { inputs[$0].response(of: own[$0]) }
    /// The result with one input alone moved to a place.
    func moved(_ part: Int, _ place: Double) -> Double {
      var values = best
      values[alone[part]] += within[part].change(at: place)
      return operation(values)
    }
    let parts = alone.indices.map { part in
      Response(
        moved(part, -1) - value, moved(part, -0.5) - value, moved(part, 0) - value, moved(part, 0.5) - value,
        moved(part, 1) - value)
    }
    let count = shared.count
    let interplay = Interplay(
      value: value, parts: shared.map { things[$0].effect } + parts,
      single: { part, place in
        part < count ? self.moved(things[shared[part]], to: place) : moved(part - count, place)
      },
      joint: { places in
        var changes = [[Double]](repeating: [], count: inputs.count)
        for (part, place) in places {
          if part < count {
            for (input, response) in things[shared[part]].touched { changes[input].append(response.change(at: place)) }
          } else {
            changes[alone[part - count]].append(within[part - count].change(at: place))
          }
        }
        return result(of: changes)
      })
    return interplay.spread(shared: Array(0..<count), own: Array(count..<(count + parts.count)))
  }
}

extension Estimate {
  /// Whether the value and all its ends are above zero.
  var isPositive: Bool {
    value.baseValue > 0 && deviations.values.allSatisfy { value.baseValue + min($0.atLow, $0.atHigh) > 0 }
  }

  /// What some of the uncertain things do together.
  ///
  /// What is known of all of them together (``Additivity/spread``) is kept in proportion for some.
  func response(of names: Set<UncertaintySource>) -> Response {
    let additivity = additivity ?? .product
    if names.count == deviations.count, let spread = additivity.spread { return spread.response }
    let scales = Additivity(down: additivity.down, up: additivity.up)
    let some = Interval.together(
      value.baseValue, deviations.filter { names.contains($0.key) }.map(\.value), scales,
      bySquares: additivity.spread == nil)
    guard names.count > 1, names.count < deviations.count, let spread = additivity.spread else { return some }
    let all = Interval.together(value.baseValue, deviations.map(\.value), scales, bySquares: false)
    func kept(_ part: KeyPath<Response, Double>) -> Double {
      let (known, flat) = (spread.response[keyPath: part], all[keyPath: part])
      return known * flat > 0 ? some[keyPath: part] * min(max(known / flat, 0.5), 2) : some[keyPath: part]
    }
    return Response(kept(\.low), kept(\.halfLow), kept(\.middle), kept(\.halfHigh), kept(\.high)).rising
  }
}

extension Deviation {
  /// Without the changes half-way where they are what is taken without them.
  func shortened(of value: Double, isPositive: Bool) -> Deviation {
    guard let halfLow, let halfHigh, halfLow.isFinite, halfHigh.isFinite else {
      return Deviation(atLow: atLow, atHigh: atHigh)
    }
    let bare = Deviation(atLow: atLow, atHigh: atHigh)
    let taken = bare.response(of: value, isPositive: isPositive)
    let slack = 1e-6 * max(abs(atLow), abs(atHigh))
    return abs(taken.halfLow - halfLow) <= slack && abs(taken.halfHigh - halfHigh) <= slack ? bare : self
  }
}
