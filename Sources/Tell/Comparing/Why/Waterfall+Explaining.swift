import Accounting
public import Factors
import Methods
import Quantities
import Reporting

extension Waterfall {
  /// Why two claims differ.
  ///
  /// Pure: the same claims give the same steps, and the claims in the other order give the inverse of each.
  ///
  /// - Parameters:
  ///   - quantity: what to compare; without one what both print, energy before carbon before water.
  ///   - tables: the published factors that bound what only one claim counts.
  /// - Throws: ``WhyError`` for unlike things, and for figures that have no ratio.
  public init(
    from first: Claim, to second: Claim, in quantity: ClaimQuantity? = nil, bounds tables: FactorTables
  ) throws(WhyError) {
    guard FunctionalUnit.areComparable(first, second) else {
      throw .unlikeUnits(
        "\(first.id) (one \(first.unit?.description ?? "unit"))",
        "\(second.id) (one \(second.unit?.description ?? "unit"))")
    }
    let quantity = if let quantity { quantity } else { try ClaimQuantity.shared(by: first, second) }
    var (first, second) = (first.prepared(for: quantity), second.prepared(for: quantity))
    if first.name == second.name { (first.name, second.name) = ("\(first.name) (first)", "\(second.name) (second)") }
    let (start, end) = (try first.compared(in: quantity), try second.compared(in: quantity))
    let pair = ClaimPair(first, second, in: quantity, start: start, end: end, tables: tables)
    let ratio = try Waterfall.ratio(pair)
    var (steps, without) = Substitution(pair: pair).steps()
    if !pair.areComputed, without.contains(.batch), let (from, to) = pair.both(.batch), let from = from.value,
      let to = to.value, let step = WaterfallStep.batch(from: from, to: to)
    {
      steps.append(step)
      without.removeAll { $0 == .batch }
    }
    steps +=
      ComponentRule(pair: pair).steps + BoundaryRules(pair: pair).steps
      + [HardwareRule(pair: pair).step].compactMap(\.self)
      + CarbonRules(pair: pair).steps + WaterRules(pair: pair).steps
    if let energy = Waterfall.energy(pair, beside: steps) { steps.append(energy) }
    // What moves the figure by less than its printed digits is no step; it goes with what is left.
    steps = steps.filter { abs(Logarithm.natural($0.ratio.value.value)) > 5e-4 || $0.basis == .bounded }
    if let closing = Waterfall.closing(pair, ratio: ratio, after: steps),
      abs(Logarithm.natural(closing.ratio.value.value)) > 1e-12
    {
      steps.append(closing)
    }
    steps = ClaimFactor.Group.allCases.flatMap { group in steps.filter { $0.group == group } }
    let isClosed = steps.contains { Waterfall.closingKeys.contains($0.key) }
    let unused = without.map { factor in
      OpenDifference(factor.group, factor.key, "both state \(factor.name), but nothing says how the figure follows it")
    }
    let open =
      isClosed
      ? []
      : unused + BoundaryRules(pair: pair).open + WorkRules(pair: pair).open + CarbonRules(pair: pair).open
        + WaterRules(pair: pair).open
    let remainder = Waterfall.remainder(of: ratio, after: steps)
    self.init(
      from: first, to: second, quantity: quantity, start: start, end: end, ratio: ratio, steps: steps,
      remainder: remainder,
      open: ClaimFactor.Group.allCases.flatMap { group in open.filter { $0.group == group } },
      slips: UnitSlip.suspected(in: remainder.value.value))
  }

  private static func ratio(_ pair: ClaimPair) throws(WhyError) -> Figure<Ratio> {
    guard let end = pair.end.plain, let start = pair.start.plain else {
      throw .unlikeQuantities(pair.first.id, pair.second.id)
    }
    return Figure(
      "\(pair.second.id) over \(pair.first.id)", (end / start).stated(by: "ratio@1"), inputs: [pair.end, pair.start])
  }

  /// What is left of the energies that both state, when the steps that make energy are taken out.
  private static func energy(_ pair: ClaimPair, beside steps: [WaterfallStep]) -> WaterfallStep? {
    guard pair.quantity != .energy, let (from, to) = pair.both(.energy), let old = from.plain, let new = to.plain else {
      return nil
    }
    let parts = steps.filter { [.boundary, .batch, .tokens, .model, .hardware].contains($0.group) }
    let estimate = Estimate<Ratio>.evaluating([new, old] + parts.map(\.ratio.estimate), method: WhyMethods.rest.id) {
      $0.dropFirst(2).reduce($0[0] / $0[1], /)
    }
    let reason =
      parts.isEmpty ? "both state their energy" : "both state their energy; what the steps above it leave of that"
    return WaterfallStep(
      group: .hardware, key: ClaimFactor.energy.key, name: ClaimFactor.energy.name,
      from: UnitText.plain(old.value.value, unit: ClaimFactor.energy.unit),
      to: UnitText.plain(new.value.value, unit: ClaimFactor.energy.unit),
      ratio: Figure(
        "change by \(ClaimFactor.energy.name)", estimate, inputs: [to, from] + parts.map(\.ratio.receipt)),
      basis: parts.contains { $0.basis == .bounded } ? .bounded : .computed, reason: reason,
      sources: [from, to].flatMap { $0.flattened.compactMap(\.source) })
  }

  static let closingKeys: Set = ["edition", "formula", "inputs"]

  /// The step that takes all the rest, where one thing is known to make it: another formula, another edition.
  private static func closing(
    _ pair: ClaimPair, ratio: Figure<Ratio>, after steps: [WaterfallStep]
  ) -> WaterfallStep? {
    let rest = remainder(of: ratio, after: steps)
    func step(_ group: ClaimFactor.Group, _ key: String, _ name: String, _ from: String, _ to: String, _ reason: String)
      -> WaterfallStep
    {
      WaterfallStep(
        group: group, key: key, name: name, from: from, to: to, ratio: rest, basis: .computed, reason: reason,
        sources: pair.first.sources + pair.second.sources)
    }
    if let from = pair.first.formula, let to = pair.second.formula {
      if from.method == to.method {
        return step(
          .other, "inputs", "other inputs", pair.first.name, pair.second.name,
          "the same formula; the names, ranges and numbers among its inputs that only one of them has")
      }
      let own = { (formula: ClaimFormula, other: ClaimFormula) in
        formula.factors.subtracting(other.factors).filter { factor in
          factor.group != .other && !steps.contains { $0.key == factor.key }
        }.map(\.name).sorted()
      }
      let onlyOne = own(from, to) + own(to, from)
      let more = onlyOne.isEmpty ? "" : "; only one of them takes \(onlyOne.joined(separator: ", "))"
      return step(
        .version, "formula", from.tool == to.tool ? "version of \(from.tool)" : "formula", "\(from.method)",
        "\(to.method)", "the two formulas at the same inputs" + more)
    }
    guard let from = pair.first.edition, let to = pair.second.edition, from.work == to.work, from.name != to.name else {
      return nil
    }
    return step(
      .version, "edition", "edition of \(from.work)", from.name, to.name,
      "the same work in two editions: what the steps beside it leave is what was revised")
  }

  private static func remainder(of ratio: Figure<Ratio>, after steps: [WaterfallStep]) -> Figure<Ratio> {
    let estimate = Estimate<Ratio>.evaluating(
      [ratio.estimate] + steps.map(\.ratio.estimate), method: WhyMethods.rest.id
    ) { $0.dropFirst().reduce($0[0], /) }
    return Figure(
      "not explained by what is published", estimate, inputs: [ratio.receipt] + steps.map(\.ratio.receipt))
  }
}

extension Claim {
  /// The figure that is compared.
  fileprivate func compared(in quantity: ClaimQuantity) throws(WhyError) -> Receipt {
    guard let amount = amount(of: quantity), let value = amount.value else {
      throw .noAmount(quantity, of: id, has: quantities)
    }
    guard value > 0, value.isFinite else { throw .noRatio(of: id) }
    return amount
  }
}
