import Accounting
import Methods
import Quantities

/// Figures of numbers that the user states or that Dimmer takes for want of better, each saying which.
enum DeclaredFigure {
  /// The method of both.
  static let method: MethodID = "declared-value@1"

  /// A stated number.
  static func make(_ label: String, _ value: Double, note: String) -> Figure<Ratio> {
    DeclaredValue.figure(label, Ratio(value), note: note)
  }

  /// A number that Dimmer takes because nobody stated it, with the range it may be in and the reason.
  static func assumed(
    _ label: String, _ value: Double, in range: ClosedRange<Double>, from source: UncertaintySource, note: String
  ) -> Figure<Ratio> {
    Figure(
      label,
      Estimate(
        Ratio(value), low: Ratio(range.lowerBound), high: Ratio(range.upperBound), origin: .assumed, method: method,
        source: source), note: "chosen by Dimmer: \(note)")
  }
}

extension Figure {
  /// The figure with one more thing that it is unsure about.
  func adding(_ deviation: Deviation, from source: UncertaintySource, note: String? = nil) -> Figure {
    let deviations = estimate.deviations.merging([source: deviation]) { first, second in
      Deviation(atLow: first.atLow + second.atLow, atHigh: first.atHigh + second.atHigh)
    }
    let origin = Origin.of([estimate.origin, .assumed])
    let notes = [receipt.note, note].compactMap(\.self)
    return Figure(
      receipt.label, Estimate(estimate.value, origin: origin, method: estimate.method, deviations: deviations),
      inputs: receipt.inputs, source: receipt.source, note: notes.isEmpty ? nil : notes.joined(separator: " "))
  }
}
