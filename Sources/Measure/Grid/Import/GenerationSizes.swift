import Factors

/// Amounts of generation of another size than the rest of their file: kilowatt-hours among megawatt-hours.
///
/// A whole grid never makes a thousand times the energy from one hour to the next, so such a step is a slip of unit and
/// not an hour. Single fuels do (an oil plant that starts), so one fuel's step alone says nothing.
struct GenerationSizes {
  /// One row's amounts of fuels, in the order of the columns; `nil` for an empty cell.
  struct Row {
    let line: Int
    let amounts: [Double?]
  }

  /// A row that is of another size.
  struct Slip: Hashable {
    /// Its line in the file.
    let line: Int
    /// Which column shows it most.
    let column: Int
    /// How many times the usual its generation is.
    let factor: Double
  }

  /// What all rows' steps together must lie in to be taken for a slip of a thousand.
  private static let thousand = 300.0...3000.0

  /// The first row that is of another size; `nil` when there is none.
  ///
  /// Two signs, each enough on its own: every fuel is about a thousand times, or a thousandth, of what it was in the
  /// row before, and there are two fuels at least; or the row's sum is far above the median of all rows' sums, 20 times
  /// where a file has three fuels and more, 500 times where it has fewer.
  static func slip(in rows: [Row]) -> Slip? {
    let sums = rows.map { $0.amounts.reduce(0) { $0 + max($1 ?? 0, 0) } }
    let positive = sums.filter { $0 > 0 }.sorted()
    guard positive.count >= 3 else { return nil }
    let median = positive[positive.count / 2]
    // A step is told first: where half of a file is of the other size, no median tells which.
    for index in rows.indices.dropFirst() {
      guard let step = step(from: rows[index - 1], to: rows[index]) else { continue }
      return Slip(line: rows[index].line, column: largest(rows[index]), factor: step)
    }
    let limit = (rows.first?.amounts.count ?? 0) >= 3 ? 20.0 : 500
    for (index, row) in rows.enumerated() where sums[index] > limit * median {
      return Slip(line: row.line, column: largest(row), factor: sums[index] / median)
    }
    return nil
  }

  /// By how much all fuels changed, where that is about a thousand for each; `nil` where it is not.
  private static func step(from before: Row, to row: Row) -> Double? {
    var factors: [Double] = []
    for case (let old?, let new?) in zip(before.amounts, row.amounts) where old > 0 || new > 0 {
      guard old > 0, new > 0 else { return nil }
      factors.append(new / old)
    }
    guard factors.count >= 2 else { return nil }
    guard factors.allSatisfy(thousand.contains) || factors.allSatisfy({ thousand.contains(1 / $0) }) else { return nil }
    return factors.sorted()[factors.count / 2]
  }

  private static func largest(_ row: Row) -> Int {
    row.amounts.indices.max { (row.amounts[$0] ?? 0) < (row.amounts[$1] ?? 0) } ?? 0
  }
}
