import Accounting
import Factors
import Methods

/// Peers' methods as `dimmer calc` runs them.
enum Peer {
  static let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)

  static func run(_ method: String, _ inputs: [String: MethodValue]) throws -> [String: MethodValue] {
    try registry.method(named: method).calculate(inputs)
  }

  /// The error of a call that must fail; `nil` when it does not fail.
  static func error(_ method: String, _ inputs: [String: MethodValue]) -> MethodError? {
    do throws(MethodError) {
      _ = try registry.method(named: method).calculate(inputs)
      return nil
    } catch { return error }
  }
}

extension [String: MethodValue] {
  /// The lower and the upper end of an output; the same number twice when it is one.
  func ends(_ key: String) -> (low: Double, high: Double) {
    switch self[key] {
    case .number(let value): (value, value)
    case .numbers(let list) where list.count == 2: (list[0], list[1])
    default: (.nan, .nan)
    }
  }

  func number(_ key: String) -> Double { ends(key).low }

  func text(_ key: String) -> String { if case .text(let text) = self[key] { text } else { "" } }

  func with(_ key: String, _ value: MethodValue) -> [String: MethodValue] {
    merging([key: value]) { _, new in new }
  }
}
