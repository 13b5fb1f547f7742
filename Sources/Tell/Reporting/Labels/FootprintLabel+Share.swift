import Accounting
public import Methods
import Quantities

extension FootprintLabel {
  /// `per-functional-unit@1`: a figure of all the work over how many functional units it is.
  static let share = Formula(
    id: "per-functional-unit@1", summary: "A figure of some work for each of its functional units",
    formula: "total / functional_units",
    citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) 1.1: the score is a rate, C per R"),
    inputs: [
      MethodParameter("total", "the figure of all the work, in any unit", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter(
        "functional_units", "how many functional units the work is", in: 1e-15...Double.greatestFiniteMagnitude),
    ],
    output: MethodParameter("share", "the same for each functional unit, in the figure's unit"),
    evaluate: { $0[0] / $0[1] })

  /// A figure per functional unit, which rests on the whole figure; without known work, and of an unknown, itself.
  public func perUnit(_ receipt: Receipt) -> Receipt {
    guard let work, let value = receipt.value else { return receipt }
    let divided = { (amount: Double) in Self.share.evaluate([amount, work.units]) }
    let counted = Receipt(
      label: "functional units of \(work.task.unit)", value: work.units, low: work.units, high: work.units,
      unit: Ratio.baseUnit, origin: .declared, method: "declared-value@1",
      note: "\(Decimals.significant(work.count, digits: 12)) \(work.task.counted(work.count)), as stated or recorded")
    return Receipt(
      label: "\(receipt.label) per \(work.task.unit)", value: divided(value), low: receipt.low.map(divided),
      high: receipt.high.map(divided), unit: receipt.unit, origin: receipt.origin, method: Self.share.id,
      inputs: [receipt, counted],
      deviations: receipt.deviations.mapValues {
        Deviation(atLow: divided($0.atLow), atHigh: divided($0.atHigh))
      })
  }
}
