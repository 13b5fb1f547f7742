import Accounting
import Methods
import Quantities

/// Figures of numbers that the user states or that Dimmer takes for want of better, each saying which.
enum DeclaredFigure {
  /// The method of a stated number.
  static let method: MethodID = "declared-value@1"

  /// A stated number.
  static func make(_ label: String, _ value: Double, note: String) -> Figure<Ratio> {
    DeclaredValue.figure(label, Ratio(value), note: note)
  }

  /// A number that Dimmer takes because nobody stated it, with the range it may be in and the reason
  /// (`serving-prior@1`).
  static func assumed(
    _ label: String, _ value: Double, in range: ClosedRange<Double>, from source: UncertaintySource, note: String
  ) -> Figure<Ratio> {
    Figure(
      label,
      Estimate(
        Ratio(value), low: Ratio(range.lowerBound), high: Ratio(range.upperBound), origin: .assumed,
        method: prior.id, source: source), note: "Assumed by Dimmer: \(note).")
  }

  static let prior = Formula(
    id: "serving-prior@1", summary: "A number of served work that Dimmer assumes where nobody states it",
    formula: "value", citation: Source("Dimmer's choice, whose reason stands in the figure's note; docs/estimation.md"),
    inputs: [MethodParameter("value", "the assumed value")], output: MethodParameter("value", "the same value"),
    evaluate: { $0[0] })
}

extension Figure {
  /// The figure with one more thing that it may be off by, as a factor from below 1 to above it.
  ///
  /// - Parameter isAssumed: whether the range is Dimmer's choice and not measured.
  func widened(
    by factor: ClosedRange<Double>, from source: UncertaintySource, isAssumed: Bool = false, note: String? = nil
  ) -> Figure {
    let unsure = Estimate<Ratio>(
      Ratio(1), low: Ratio(factor.lowerBound), high: Ratio(factor.upperBound),
      origin: isAssumed ? .assumed : estimate.origin, method: estimate.method, source: source)
    let wide = Estimate<Q>.evaluating([estimate.plain, unsure], method: estimate.method) { $0[0] * $0[1] }
    let notes = [receipt.note, note].compactMap(\.self)
    return Figure(
      receipt.label, wide, inputs: receipt.inputs, source: receipt.source,
      note: notes.isEmpty ? nil : notes.joined(separator: " "))
  }

  /// The figure with an interval that reaches to what other choices would give.
  ///
  /// - Parameter others: the values of the same figure by the other choices.
  func reaching(_ others: [Figure], from source: UncertaintySource, note: String) -> Figure {
    let ratios = others.map { $0.value.baseValue / value.baseValue }.filter(\.isFinite)
    return widened(
      by: min(ratios.min() ?? 1, 1)...max(ratios.max() ?? 1, 1), from: source, isAssumed: true, note: note)
  }
}
