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
    for factors in common {
      let changes = factors.compactMap { factor -> Change? in
        guard let (from, to) = pair.both(factor), from.value != to.value else { return nil }
        return Change(factor: factor, from: from, to: to)
      }
      guard !changes.isEmpty else { continue }
      let forth = ratio(in: pair.first, changes, after: &replaced.forth)
      let back = ratio(in: pair.second, changes.map(\.reversed), after: &replaced.back)
      guard forth != nil || back != nil else {
        without += changes.map(\.factor)
        continue
      }
      steps.append(step(changes, forth: forth ?? 1 / (back ?? 1), back: back ?? 1 / (forth ?? 1)))
    }
    return (steps, without)
  }

  /// One number on its way from the first claim's value to the second's.
  private struct Change {
    let factor: ClaimFactor
    let from: Receipt
    let to: Receipt

    var reversed: Change { Change(factor: factor, from: to, to: from) }
  }

  /// The factors that both state, in the order of the waterfall; those that only make sense together are changed
  /// together: no model works with more parameters than it has. Energy is not among them: it is what the others leave.
  private var common: [[ClaimFactor]] {
    let stated = ClaimFactor.all.filter { $0 != .energy && pair.both($0) != nil }
    let size = stated.filter { $0 == .activeParameters || $0 == .parameters }
    var blocks: [[ClaimFactor]] = []
    for factor in stated where factor != size.last || size.count < 2 {
      blocks.append(factor == size.first ? size : [factor])
    }
    let own = Set(pair.firstNumbers.keys).intersection(pair.secondNumbers.keys).subtracting(ClaimFactor.all)
    return blocks + own.sorted { $0.key < $1.key }.map { [$0] }
  }

  /// By how much the claim's figure changes with some factors; `nil` when nothing says how it follows them.
  private func ratio(
    in claim: Claim, _ changes: [Change], after replaced: inout [ClaimFactor: Double]
  ) -> Double? {
    guard let formula = claim.formula else {
      var product = 1.0
      for change in changes {
        guard let exponent = change.factor.exponent, let old = change.from.value, let new = change.to.value, old > 0,
          new > 0
        else { return nil }
        product *= Logarithm.power(new / old, exponent)
      }
      return product
    }
    guard changes.allSatisfy({ formula.factors.contains($0.factor) }) else { return nil }
    var moved = replaced
    for change in changes { moved[change.factor] = change.to.value }
    guard let before = formula.evaluate(replaced, pair.quantity), before > 0,
      let after = formula.evaluate(moved, pair.quantity), after > 0
    else { return nil }
    replaced = moved
    return after / before
  }

  private func step(_ changes: [Change], forth: Double, back: Double) -> WaterfallStep {
    let name = changes.map(\.factor.name).joined(separator: " and ")
    let inputs = changes.flatMap { [$0.to, $0.from] }
    let isProduct = pair.first.formula == nil && pair.second.formula == nil
    var plain: Figure<Ratio>?
    if isProduct, changes.count == 1, let exponent = changes[0].factor.exponent {
      let exact = Receipt.stated("exponent", exponent, source: nil, note: "A figure follows \(name) in proportion.")
      plain = WhyMethods.change.figure("change by \(name)", of: inputs + [exact])
    }
    let note = "The formula was run again with it changed before the other inputs, and after them."
    let run = Estimate<Ratio>.exact(Ratio((forth / back).squareRoot()), origin: .modelled, method: WhyMethods.order.id)
    let factor = changes[0].factor
    let isNotCounted =
      (factor == .pue || factor == .node) && changes.contains { $0.from.value == 1 || $0.to.value == 1 }
    let reason =
      switch (isProduct, isNotCounted) {
      case (_, true): "one counts it, the other does not; its size is stated"
      case (true, _): "both state it, and the figure is in proportion to it"
      case (false, _): "both state it; the formula was run again with it changed"
      }
    return WaterfallStep(
      group: factor.group, key: factor.key, name: name, from: text(changes, \.from), to: text(changes, \.to),
      ratio: plain ?? Figure("change by \(name)", run, inputs: inputs, note: note), basis: .computed, reason: reason,
      sources: inputs.flatMap { $0.flattened.compactMap(\.source) })
  }

  private func text(_ changes: [Change], _ side: KeyPath<Change, Receipt>) -> String {
    let texts = changes.map { change -> String in
      guard let value = change[keyPath: side].value else { return "not stated" }
      if value == 1, change.factor == .pue || change.factor == .node { return "not counted" }
      return UnitText.plain(value, unit: change.factor.unit)
    }
    return texts.joined(separator: " and ")
  }
}

extension UnitText {
  /// A number with its unit, `Wh` and `kg` where it is one of Dimmer's base units.
  static func plain(_ value: Double, unit: String) -> String {
    unit == "h" ? "\(Decimals.significant(value, digits: 3)) h" : formatted(value, unit: unit)
  }
}
