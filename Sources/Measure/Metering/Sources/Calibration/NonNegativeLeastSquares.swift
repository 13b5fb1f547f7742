/// The numbers, none negative, whose combinations lie closest to what was observed, for a handful of unknowns: of all
/// choices of which are zero, the best one that leaves none negative (Lawson and Hanson, Solving Least Squares Problems,
/// 1974, chapter 23).
struct NonNegativeLeastSquares {
  private let size: Int
  private var products: [[Double]]
  private var targets: [Double]

  /// Nothing observed yet.
  init(size: Int) {
    self.size = size
    products = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    targets = [Double](repeating: 0, count: size)
  }

  /// Adds an observation: that `row` times the unknowns is `value`.
  mutating func add(_ row: [Double], _ value: Double, weight: Double) {
    for first in 0..<size {
      targets[first] += weight * row[first] * value
      for second in 0..<size { products[first][second] += weight * row[first] * row[second] }
    }
  }

  /// Adds to the sums of squares and products of one unknown.
  mutating func add(at index: Int, square: Double, product: Double) {
    products[index][index] += square
    targets[index] += product
  }

  /// The unknowns.
  var solution: [Double] {
    var best = (value: 0.0, unknowns: [Double](repeating: 0, count: size))
    for choice in 1..<(1 << size) {
      let free = (0..<size).filter { choice >> $0 & 1 == 1 }
      guard let part = solve(free), part.allSatisfy({ $0 >= 0 && $0.isFinite }) else { continue }
      // At its minimum the sum of squares, less what is the same for all, is minus targets times unknowns.
      let value = -zip(free, part).reduce(0) { $0 + targets[$1.0] * $1.1 }
      guard value < best.value else { continue }
      best = (value, [Double](repeating: 0, count: size))
      for (index, unknown) in zip(free, part) { best.unknowns[index] = unknown }
    }
    return best.unknowns
  }

  /// The unknowns in `free` when all others are zero, by elimination; `nil` when the observations do not tell.
  private func solve(_ free: [Int]) -> [Double]? {
    var rows = free.map { row in free.map { products[row][$0] } + [targets[row]] }
    for column in free.indices {
      guard let pivot = (column..<free.count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[pivot][column]) > 0
      else { return nil }
      rows.swapAt(column, pivot)
      for row in rows.indices where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column...free.count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return free.indices.map { rows[$0][free.count] / rows[$0][$0] }
  }
}
