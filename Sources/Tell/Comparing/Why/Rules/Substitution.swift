import Accounting
import Methods
import Quantities
import Reporting

/// Steps of the numbers that both claims state: each is changed from the first claim's value to the second's, one after
/// the other, and the figure made again.
///
/// A claim that a formula made runs it again; any other is taken as a product of its factors. Changed one after the
/// other in either order, the steps multiply to the same whole; the step told is the mean of the two orders, so that
/// the way back is exactly the inverse of the way there.
struct Substitution {
  let pair: ClaimPair

  /// The steps, and the factors that both state without any formula that says how a figure follows them.
  func steps() -> (steps: [WaterfallStep], without: [ClaimFactor]) {
    var steps: [WaterfallStep] = []
    var without: [ClaimFactor] = []
    var replaced: (forth: [ClaimFactor: Double], back: [ClaimFactor: Double]) = ([:], [:])
    for factor in common {
      guard let (from, to) = pair.both(factor), let old = from.value, let new = to.value, old != new else { continue }
      let forth = change(in: pair.first, factor, from: old, to: new, after: &replaced.forth)
      let back = change(in: pair.second, factor, from: new, to: old, after: &replaced.back)
      guard forth != nil || back != nil else {
        without.append(factor)
        continue
      }
      steps.append(step(factor, from, to, forth: forth ?? 1 / (back ?? 1), back: back ?? 1 / (forth ?? 1)))
    }
    return (steps, without)
  }

  /// The factors that both state, in the order of the waterfall; energy comes last, as what the others leave of it.
  private var common: [ClaimFactor] {
    let named = ClaimFactor.all.filter { $0 != .energy && pair.both($0) != nil }
    let own = Set(pair.firstNumbers.keys).intersection(pair.secondNumbers.keys).subtracting(ClaimFactor.all)
    return named + own.sorted { $0.key < $1.key }
  }

  /// By how much the claim's figure changes with one factor; `nil` when nothing says how it follows it.
  private func change(
    in claim: Claim, _ factor: ClaimFactor, from old: Double, to new: Double,
    after replaced: inout [ClaimFactor: Double]
  ) -> Double? {
    guard let formula = claim.formula else {
      guard let exponent = factor.exponent, old > 0, new > 0 else { return nil }
      return Logarithm.power(new / old, exponent)
    }
    guard formula.factors.contains(factor) else { return nil }
    let before = formula.evaluate(replaced, pair.quantity)
    replaced[factor] = new
    guard let before, before > 0, let after = formula.evaluate(replaced, pair.quantity), after > 0 else {
      replaced[factor] = nil
      return nil
    }
    return after / before
  }

  private func step(
    _ factor: ClaimFactor, _ from: Receipt, _ to: Receipt, forth: Double, back: Double
  ) -> WaterfallStep {
    let isProduct = pair.first.formula == nil && pair.second.formula == nil
    let exponent = factor.exponent ?? 1
    let exact = Receipt.stated(
      "exponent", exponent, source: nil, note: "A figure follows \(factor.name) in proportion.")
    let plain: Figure<Ratio>? =
      isProduct ? WhyMethods.change.figure("change by \(factor.name)", of: [to, from, exact]) : nil
    let note = "The formula was run again with it changed before the other inputs, and after them."
    let run = Estimate<Ratio>.exact(Ratio((forth / back).squareRoot()), origin: .modelled, method: WhyMethods.order.id)
    let ratio = plain ?? Figure("change by \(factor.name)", run, inputs: [from, to], note: note)
    let isNotCounted = [from.value, to.value].contains(1) && (factor == .pue || factor == .node)
    let reason =
      switch (isProduct, isNotCounted) {
      case (_, true): "one counts it, the other does not; its size is stated"
      case (true, _): "both state it, and the figure is in proportion to it"
      case (false, _): "both state it; the formula was run again with it changed"
      }
    return WaterfallStep(
      group: factor.group, key: factor.key, name: factor.name, from: text(factor, from), to: text(factor, to),
      ratio: ratio, basis: .computed, reason: reason,
      sources: [from, to].flatMap { $0.flattened.compactMap(\.source) })
  }

  private func text(_ factor: ClaimFactor, _ receipt: Receipt) -> String {
    guard let value = receipt.value else { return "not stated" }
    if value == 1, factor == .pue || factor == .node { return "not counted" }
    return UnitText.plain(value, unit: factor.unit)
  }
}

extension UnitText {
  /// A number with its unit, `Wh` and `kg` where it is one of Dimmer's base units.
  static func plain(_ value: Double, unit: String) -> String {
    unit == "h" ? "\(Decimals.significant(value, digits: 3)) h" : formatted(value, unit: unit)
  }
}
