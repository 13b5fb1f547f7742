public import Methods
public import Quantities

/// Values that a user or an operator states.
public enum DeclaredValue {
  /// A stated value as a figure, without uncertainty of its own.
  ///
  /// - Parameters:
  ///   - label: what it is, for people: "PUE of this site".
  ///   - note: who stated it, and how: "stated by the user with --pue".
  public static func figure<Q: Quantity>(
    _ label: String, _ value: Q, note: String = "As stated by the user or the operator."
  ) -> Figure<Q> {
    Figure(label, .exact(value, origin: .declared, method: formula.id), note: note)
  }

  static let formula = Formula(
    id: "declared-value@1", summary: "A value stated by the user or the operator, taken as it is",
    formula: "value", citation: Source("The user or operator"),
    inputs: [MethodParameter("value", "the value")], output: MethodParameter("value", "the same value"),
    evaluate: { $0[0] })
}
