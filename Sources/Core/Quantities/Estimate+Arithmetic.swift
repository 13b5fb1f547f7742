extension Estimate {
  /// Applies `operation` to two estimates, moving every shared source in both at once.
  ///
  /// - Parameters:
  ///   - method: the method that the result is a figure of.
  ///   - operation: the formula on base values; must be pure.
  public static func combining<A: Quantity, B: Quantity>(
    _ a: Estimate<A>, _ b: Estimate<B>, method: MethodID, _ operation: (Double, Double) -> Double
  ) -> Estimate<Q> {
    let x = a.value.baseValue
    let y = b.value.baseValue
    let value = operation(x, y)
    var deviations: [UncertaintySource: Deviation] = [:]
    for source in Set(a.deviations.keys).union(b.deviations.keys) {
      let inA = a.deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
      let inB = b.deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
      let atLow = operation(x + inA.atLow, y + inB.atLow) - value
      let atHigh = operation(x + inA.atHigh, y + inB.atHigh) - value
      // What is left of a source that cancelled is rounding, and rounding is not uncertainty.
      let rounding = 1e-12 * Swift.max(abs(value), abs(operation(x, y + inB.atHigh)))
      if abs(atLow) > rounding || abs(atHigh) > rounding {
        deviations[source] = Deviation(atLow: atLow, atHigh: atHigh)
      }
    }
    return Estimate(
      Q(baseValue: value), origin: .of([a.origin, b.origin]), method: method, deviations: deviations)
  }

  /// Applies `operation` to one estimate.
  public static func applying<A: Quantity>(
    _ a: Estimate<A>, method: MethodID, _ operation: (Double) -> Double
  ) -> Estimate<Q> {
    let unit = Estimate<Ratio>.exact(Ratio(1), origin: a.origin, method: method)
    return .combining(a, unit, method: method) { x, _ in operation(x) }
  }

  /// The sum; shared sources add linearly, others by squares.
  public static func + (left: Self, right: Self) -> Self {
    .combining(left, right, method: left.method == right.method ? left.method : "sum@1", +)
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
  /// The sum of estimates, or an exact zero of nothing.
  public func total<Q: Quantity>(method: MethodID, origin: Origin = .measured) -> Estimate<Q> where Element == Estimate<Q> {
    var result: Estimate<Q>?
    for estimate in self { result = result.map { $0 + estimate } ?? estimate }
    return result.map { $0.stated(by: method) } ?? .exact(.zero, origin: origin, method: method)
  }
}
