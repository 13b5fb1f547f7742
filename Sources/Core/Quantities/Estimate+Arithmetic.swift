extension Estimate {
  /// The same numbers without their unit, for formulas of several inputs of different kinds.
  public var plain: Estimate<Ratio> {
    Estimate<Ratio>(
      Ratio(value.baseValue), origin: origin, method: method, deviations: deviations, additivity: additivity)
  }

  /// Applies `operation` to any number of estimates, moving every shared source in all of them at once.
  ///
  /// Where the formula has no finite value at the very end of a range (a divisor reaching zero), the end is taken a
  /// billionth short of it, so that an interval is always made of numbers and what cancels still cancels.
  ///
  /// - Parameters:
  ///   - inputs: the inputs' base values, see ``plain``.
  ///   - method: the method that the result is a figure of.
  ///   - operation: the formula on base values, given as many as there are inputs; must be pure.
  public static func evaluating(
    _ inputs: [Estimate<Ratio>], method: MethodID, _ operation: ([Double]) -> Double
  ) -> Estimate<Q> {
    let best = inputs.map(\.value.baseValue)
    let value = operation(best)
    let sources = Set(inputs.flatMap(\.deviations.keys))
    /// The result with `source` moved, in all inputs or in the one at `only`.
    func moved(_ source: UncertaintySource, _ end: KeyPath<Deviation, Double>, only: Int? = nil) -> Double {
      func result(reach: Double) -> Double {
        operation(
          inputs.indices.map { index in
            guard only == nil || only == index, let deviation = inputs[index].deviations[source] else {
              return best[index]
            }
            return best[index] + deviation[keyPath: end] * reach
          })
      }
      let atEnd = result(reach: 1)
      return atEnd.isFinite ? atEnd : result(reach: 1 - 1e-9)
    }
    var deviations: [UncertaintySource: Deviation] = [:]
    for source in sources {
      let deviation = Deviation(atLow: moved(source, \.atLow) - value, atHigh: moved(source, \.atHigh) - value)
      // What is left of a source that cancelled is rounding, and rounding is not uncertainty.
      let scale = inputs.indices.map { abs(moved(source, \.atHigh, only: $0)) }.filter(\.isFinite).max() ?? 0
      let rounding = 1e-12 * Swift.max(value.isFinite ? abs(value) : 0, scale)
      if abs(deviation.atLow) > rounding || abs(deviation.atHigh) > rounding { deviations[source] = deviation }
    }
    let additivity = Additivity.of(deviations, at: value) { chosen in
      operation(inputs.map { $0.value(with: chosen) })
    }
    return Estimate(
      Q(baseValue: value), origin: .of(inputs.map(\.origin)), method: method, deviations: deviations,
      additivity: additivity)
  }

  /// The base value when the named sources stand at those ends and all others at their best.
  func value(with ends: [UncertaintySource: KeyPath<Deviation, Double>]) -> Double {
    let changes = deviations.compactMap { source, deviation in ends[source].map { deviation[keyPath: $0] } }
    return Interval.moved(value.baseValue, by: changes.filter { $0 != 0 }, additivity ?? .product)
  }

  /// Applies `operation` to two estimates, moving every shared source in both at once.
  ///
  /// - Parameters:
  ///   - method: the method that the result is a figure of.
  ///   - operation: the formula on base values; must be pure.
  public static func combining<A: Quantity, B: Quantity>(
    _ a: Estimate<A>, _ b: Estimate<B>, method: MethodID, _ operation: (Double, Double) -> Double
  ) -> Estimate<Q> {
    evaluating([a.plain, b.plain], method: method) { operation($0[0], $0[1]) }
  }

  /// Applies `operation` to one estimate.
  public static func applying<A: Quantity>(
    _ a: Estimate<A>, method: MethodID, _ operation: (Double) -> Double
  ) -> Estimate<Q> {
    evaluating([a.plain], method: method) { operation($0[0]) }
  }

  /// The sum; shared sources add linearly, others by squares.
  public static func + (left: Self, right: Self) -> Self {
    .combining(left, right, method: left.method == right.method ? left.method : "sum@2", +)
  }

  /// The difference; `x - x` is exactly zero.
  public static func - (left: Self, right: Self) -> Self {
    .combining(left, right, method: left.method == right.method ? left.method : "difference@1", -)
  }

  /// The product with an exact number.
  public static func * (left: Self, right: Double) -> Self { .applying(left, method: left.method) { $0 * right } }

  /// The ratio of two estimates of one quantity; what they share cancels.
  public static func / (left: Self, right: Self) -> Estimate<Ratio> {
    .combining(left, right, method: "ratio@1", /)
  }
}

extension Sequence {
  /// The sum of estimates, or an exact zero of nothing; shared sources add linearly.
  public func total<Q: Quantity>(method: MethodID, origin: Origin = .measured) -> Estimate<Q>
  where Element == Estimate<Q> {
    var sum = 0.0
    var reach = 0.0
    var origins: Set<Origin> = []
    var deviations: [UncertaintySource: Deviation] = [:]
    for estimate in self {
      sum += estimate.value.baseValue
      reach += abs(estimate.value.baseValue)
      origins.insert(estimate.origin)
      for (source, deviation) in estimate.deviations {
        let before = deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
        deviations[source] = Deviation(
          atLow: before.atLow + deviation.atLow, atHigh: before.atHigh + deviation.atHigh)
      }
    }
    guard !origins.isEmpty else { return .exact(.zero, origin: origin, method: method) }
    // Sources that cancelled leave rounding, which is not uncertainty.
    let rounding = 1e-15 * reach
    deviations = deviations.filter { abs($0.value.atLow) > rounding || abs($0.value.atHigh) > rounding }
    let additivity = Additivity.of(deviations, at: sum) { ends in
      reduce(0) { $0 + $1.value(with: ends) }
    }
    return Estimate(
      Q(baseValue: sum), origin: .of(origins), method: method, deviations: deviations, additivity: additivity)
  }
}

extension Additivity {
  /// The scale on which sources add, by one look at the value with all of them at their low and at their high ends.
  ///
  /// - Parameter together: the value with the given sources at the given ends; must be pure.
  /// - Returns: `nil` for that of a product, and where an end reaches zero.
  fileprivate static func of(
    _ deviations: [UncertaintySource: Deviation], at value: Double,
    _ together: ([UncertaintySource: KeyPath<Deviation, Double>]) -> Double
  ) -> Additivity? {
    guard deviations.count > 1, value > 0, value.isFinite else { return nil }
    guard deviations.values.allSatisfy({ value + min($0.atLow, $0.atHigh) > 0 }) else { return nil }
    func power(_ isDown: Bool) -> Double {
      var ends: [UncertaintySource: KeyPath<Deviation, Double>] = [:]
      var ratios: [Double] = []
      for (source, deviation) in deviations {
        let change = isDown ? min(deviation.atLow, deviation.atHigh, 0) : max(deviation.atLow, deviation.atHigh, 0)
        guard change != 0 else { continue }
        ends[source] = change == deviation.atLow ? \.atLow : \.atHigh
        ratios.append((value + change) / value)
      }
      return ends.count > 1 ? Additivity.power(adding: ratios, to: together(ends) / value) : 0
    }
    let found = Additivity(down: power(true), up: power(false))
    return found == .product ? nil : found
  }
}
