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
    withoutActuallyEscaping(operation) { operation in
      let formula = MovedFormula(inputs, operation)
      return Estimate(
        Q(baseValue: formula.value), origin: .of(inputs.map(\.origin)), method: method,
        deviations: formula.deviations, additivity: formula.additivity)
    }
  }

  /// The estimate with one more uncertain thing, which moves the value by so much.
  public func adding(_ own: Deviation, from source: UncertaintySource) -> Estimate {
    let all = deviations.merging([source: own]) { first, second in
      Deviation(atLow: first.atLow + second.atLow, atHigh: first.atHigh + second.atHigh)
    }
    var together = additivity
    if let spread = additivity?.spread, let additivity {
      let base = value.baseValue
      let isPositive = base > 0 && all.values.allSatisfy { base + min($0.atLow, $0.atHigh) > 0 }
      let both = [spread.response, own.response(of: base, isPositive: isPositive)]
      together?.spread = Spread(Response.together(base, both, isPositive ? additivity : .sum))
    }
    return Estimate(value, origin: origin, method: method, deviations: all, additivity: together)
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
    .combining(left, right, method: left.method == right.method ? left.method : "sum@3", +)
  }

  /// The difference; `x - x` is exactly zero.
  public static func - (left: Self, right: Self) -> Self {
    .combining(left, right, method: left.method == right.method ? left.method : "difference@2", -)
  }

  /// The product with an exact number.
  public static func * (left: Self, right: Double) -> Self { .applying(left, method: left.method) { $0 * right } }

  /// The ratio of two estimates of one quantity; what they share cancels.
  public static func / (left: Self, right: Self) -> Estimate<Ratio> {
    .combining(left, right, method: "ratio@2", /)
  }
}
