import ArgumentParser
import Estimation
import Methods
import Quantities

/// A number with a magnitude as models are described: `70B`, `15T`, `1.5e9`.
struct Magnitude: ExpressibleByArgument, Hashable {
  /// The number.
  let value: Double
  /// As it was written.
  let text: String

  init?(argument: String) {
    let letters: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12]
    let last = argument.last.flatMap { letters[$0] }
    guard let number = Double(last == nil ? argument : String(argument.dropLast())), number.isFinite else { return nil }
    value = number * (last ?? 1)
    text = argument
  }

  /// The number as a stated figure.
  func figure(_ label: String, option: String) -> Figure<Ratio> {
    Figure(
      label, .exact(Ratio(value), origin: .declared, method: "declared-value@1"), note: "Stated by \(option) \(text).")
  }
}

/// An amount with its unit, or `value:low:high`, as an option's value.
struct StatedAmount<Q: Quantity>: ExpressibleByArgument, Hashable {
  /// The amount.
  let range: StatedRange<Q>

  init?(argument: String) {
    guard let range = try? StatedRange<Q>(parsing: argument), range.low.baseValue.isFinite else { return nil }
    self.range = range
  }

  /// The amount as a stated figure.
  func figure(_ label: String, named name: UncertaintySource, option: String) -> Figure<Q> {
    range.figure(label, named: name, note: "by \(option)")
  }

  /// Ends with the range when the amount leaves it.
  func check(_ option: String, in bounds: ClosedRange<Double>, _ what: String) throws {
    guard bounds.contains(range.low.baseValue), bounds.contains(range.high.baseValue) else {
      throw ValidationError("\(option) \(range.value.formatted()) is out of range: \(what)")
    }
  }
}

/// Checks of plain numbers.
enum Plausible {
  /// Ends with the range when the number leaves it.
  static func check(_ option: String, _ number: Magnitude?, in bounds: ClosedRange<Double>, _ what: String) throws {
    guard let number, !bounds.contains(number.value) else { return }
    throw ValidationError("\(option) \(number.text) is out of range: \(what)")
  }
}
