import GRDB
import Quantities

/// The conditions of a query with their values, in one order.
struct Conditions {
  private var terms: [String] = []
  private var values: [Value] = []

  mutating func add(_ term: String, _ values: (any DatabaseValueConvertible)...) {
    terms.append(term)
    self.values += values.map { $0 }
  }

  mutating func add(column: String, in list: [String]) {
    terms.append("\(column) IN (\(list.map { _ in "?" }.joined(separator: ", ")))")
    values += list.map { $0 }
  }

  mutating func add(column: String, in range: Range<Timestamp>) {
    add("\(column) >= ? AND \(column) < ?", range.lowerBound.milliseconds, range.upperBound.milliseconds)
  }

  var clause: String { terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ") }
  var arguments: StatementArguments { StatementArguments(values) }

  /// The values and a last one for `LIMIT`; a negative limit lists nothing instead of everything.
  func arguments(limit: Int) -> StatementArguments { StatementArguments(values + [max(0, limit)]) }
}
