import Methods
import Quantities

/// The one unit that a measure is printed in over a whole board, so that numbers can be compared by eye.
struct ColumnUnit {
  let measure: Measure
  /// The unit's symbol; empty for money, whose currency stands in the heading.
  let symbol: String
  private let scale: Double

  /// The unit in which the smallest value is at least 1, or else the middle one, where the largest would get more
  /// digits than can be read.
  init(_ measure: Measure, _ values: [Double]) {
    self.measure = measure
    let positive = values.filter { $0 > 0 }.sorted()
    let units = measure.displayUnits
    let reaching = { (value: Double) in units.last { value >= $0.scale } ?? units[0] }
    let smallest = reaching(positive.first ?? 1)
    let isReadable = (positive.last ?? 1) / smallest.scale < 10_000
    let unit = isReadable ? smallest : reaching(positive[positive.count / 2])
    // Money is told of a thousand: a single answer costs less than any coin.
    symbol = unit.symbol
    scale = measure == .cost ? 1 / ColumnUnit.costCount : unit.scale
  }

  /// Of how many pieces the cost is told.
  static let costCount = 1000.0

  /// A number without its unit, three digits.
  func number(_ value: Double) -> String { Decimals.significant(value / scale, digits: 3) }

  /// A number with its unit.
  func text(_ value: Double) -> String { symbol.isEmpty ? number(value) : "\(number(value)) \(symbol)" }

  /// The interval without its unit: `40 to 170`; nothing of an exact or unknown figure.
  func interval(_ receipt: Receipt) -> String? {
    guard let value = receipt.value, let low = receipt.low, let high = receipt.high, low < value || high > value else {
      return nil
    }
    let digits = { (value: Double) in Decimals.significant(value / scale, digits: 2) }
    return "\(digits(low)) to \(digits(high))"
  }
}

extension ColumnUnit {
  /// Of how many pieces a board's figure is: `one answer`, and of money `1000 answers, in EUR`.
  func count(_ board: Board) -> String {
    measure == .cost
      ? "\(Decimals.fixed(ColumnUnit.costCount, places: 0)) \(board.unitMany), in \(board.query.currency)"
      : "one \(board.unitOne)"
  }
}

extension Board {
  /// The unit of each measure.
  var units: [Measure: ColumnUnit] {
    var units: [Measure: ColumnUnit] = [:]
    for measure in Measure.allCases {
      units[measure] = ColumnUnit(measure, options.compactMap { $0.value(measure) })
    }
    return units
  }

  /// The heading of a measure's column, with what it is told of where that is not one piece.
  func heading(_ measure: Measure) -> String {
    measure == .cost
      ? "cost of \(Decimals.fixed(ColumnUnit.costCount, places: 0)) (\(query.currency))" : measure.word
  }
}
