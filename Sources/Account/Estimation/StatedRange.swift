public import Methods
public import Quantities

/// An amount that a user states, with its interval where one is stated: `433MWh` or `433MWh:400MWh:470MWh`.
public struct StatedRange<Q: Quantity>: Hashable, Sendable {
  /// The best value.
  public let value: Q
  /// The low end of the 95 % interval; the value itself where none was stated.
  public let low: Q
  /// The high end.
  public let high: Q

  /// An amount between two ends; without ends it is exact.
  ///
  /// - Throws: ``Methods/Unknown`` when the ends do not stand around the value.
  public init(_ value: Q, low: Q? = nil, high: Q? = nil) throws(Unknown) {
    self.value = value
    self.low = low ?? value
    self.high = high ?? value
    guard self.low <= value, value <= self.high else {
      throw Unknown(
        "the interval \(self.low.formatted()) to \(self.high.formatted()) does not hold its value \(value.formatted()); "
          + "write value:low:high")
    }
  }

  /// Reads `value` or `value:low:high`, each with its unit.
  ///
  /// - Throws: ``Methods/Unknown`` with what was expected.
  public init(parsing text: String) throws(Unknown) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var amounts: [Q] = []
    for part in parts {
      do throws(QuantityParseError) { amounts.append(try Q(parsing: part)) } catch { throw Unknown(error.description) }
    }
    switch amounts.count {
    case 1: try self.init(amounts[0])
    case 3: try self.init(amounts[0], low: amounts[1], high: amounts[2])
    default: throw Unknown("'\(text)' is neither a value nor value:low:high")
    }
  }

  /// The amount as a figure that a user declared.
  ///
  /// - Parameters:
  ///   - label: what it is, for people.
  ///   - name: the name of the uncertain thing; the same thing has the same name everywhere.
  ///   - note: who stated it, and how: "stated by the user with --energy".
  public func figure(_ label: String, named name: UncertaintySource, note: String) -> Figure<Q> {
    Figure(
      label, Estimate(value, low: low, high: high, origin: .declared, method: "declared-value@1", source: name),
      note: "Stated \(note).")
  }
}
