/// Weighted sums of a linear model's observations, and its non-negative least-squares solution.
///
/// With so few coefficients every subset of them is solved and the best without a negative one taken: exact, and the
/// same on every machine, where iterative solvers depend on their path.
struct NormalEquations: Hashable, Sendable, Codable {
  private let size: Int
  /// Sums of products of columns, row by row.
  private var products: [Double]
  /// Sums of columns times observed.
  private var targets: [Double]
  private var squares = 0.0
  private var total = 0.0
  private var weight = 0.0
  private var squaredWeight = 0.0

  init(size: Int) {
    self.size = size
    products = Array(repeating: 0, count: size * size)
    targets = Array(repeating: 0, count: size)
  }

  /// The weighted mean of what was observed.
  var mean: Double { weight > 0 ? total / weight : 0 }

  mutating func take(_ row: [Double], _ observed: Double, forgetting: Double) {
    for i in 0..<size {
      for j in 0..<size { products[i * size + j] = products[i * size + j] * forgetting + row[i] * row[j] }
      targets[i] = targets[i] * forgetting + row[i] * observed
    }
    squares = squares * forgetting + observed * observed
    total = total * forgetting + observed
    weight = weight * forgetting + 1
    squaredWeight = squaredWeight * forgetting * forgetting + 1
  }

  /// The best solution without a negative coefficient; `nil` while observations are too few for an error.
  func leastSquares() -> LeastSquares? {
    let seen = (0..<size).filter { products[$0 * size + $0] > 0 }
    var best: (columns: [Int], values: [Double], inverse: [[Double]], residual: Double)?
    // Fewer columns first: one that explains nothing more is left out.
    for mask in (1..<(1 << seen.count)).sorted(by: { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }) {
      let columns = seen.indices.filter { mask >> $0 & 1 == 1 }.map { seen[$0] }
      guard let inverse = inverse(columns) else { continue }
      let values = inverse.map { row in zip(row, columns).reduce(0) { $0 + $1.0 * targets[$1.1] } }
      guard values.allSatisfy({ $0 >= 0 }) else { continue }
      let explained = zip(values, columns).reduce(0) { $0 + $1.0 * targets[$1.1] }
      let residual = max(0, squares - explained)
      if residual < (best?.residual ?? .infinity) - 1e-12 * squares { best = (columns, values, inverse, residual) }
    }
    // As many equal weights as these amount to (Kish).
    let effective = weight * weight / squaredWeight
    guard let best, effective - Double(best.columns.count) >= 2 else { return nil }
    let freedom = effective - Double(best.columns.count)
    let variance = best.residual / weight * effective / freedom
    return LeastSquares(
      size: size, columns: best.columns, values: best.values, inverse: best.inverse, weightOfOne: effective / weight,
      variance: variance, quantile: StudentT.quantile975(freedom: freedom), seen: seen)
  }

  /// The inverse of the products of those columns by Gauss and Jordan on a unit diagonal; `nil` when they depend on each
  /// other.
  private func inverse(_ columns: [Int]) -> [[Double]]? {
    let count = columns.count
    let scale = columns.map { products[$0 * size + $0].squareRoot() }
    var rows = (0..<count).map { i in
      (0..<count).map { j in products[columns[i] * size + columns[j]] / (scale[i] * scale[j]) }
        + (0..<count).map { $0 == i ? 1 : 0 }
    }
    for pivot in 0..<count {
      // Symmetric and positive: the diagonal is the pivot; what is left of a dependent column is rounding.
      guard rows[pivot][pivot] > 1e-9 else { return nil }
      let factor = 1 / rows[pivot][pivot]
      for j in 0..<(2 * count) { rows[pivot][j] *= factor }
      for i in 0..<count where i != pivot {
        let amount = rows[i][pivot]
        for j in 0..<(2 * count) { rows[i][j] -= amount * rows[pivot][j] }
      }
    }
    return (0..<count).map { i in (0..<count).map { j in rows[i][count + j] / (scale[i] * scale[j]) } }
  }
}

/// A solution: coefficients with their intervals, and what is needed to foretell.
struct LeastSquares: Hashable, Sendable, Codable {
  /// One a column, 0 for those left out.
  let values: [Double]
  /// Low ends, at least 0.
  let low: [Double]
  /// High ends.
  let high: [Double]
  /// Whether any observation had something in the column.
  let isSeen: [Bool]
  /// The standard error of one observation.
  let standardError: Double
  private let columns: [Int]
  private let inverse: [[Double]]
  private let quantile: Double

  fileprivate init(
    size: Int, columns: [Int], values: [Double], inverse: [[Double]], weightOfOne: Double, variance: Double,
    quantile: Double, seen: [Int]
  ) {
    var all = Array(repeating: 0.0, count: size)
    var (low, high) = (all, all)
    let scaled = inverse.map { $0.map { $0 / weightOfOne } }
    for (place, column) in columns.enumerated() {
      let reach = quantile * (variance * scaled[place][place]).squareRoot()
      all[column] = values[place]
      low[column] = max(0, values[place] - reach)
      high[column] = values[place] + reach
    }
    self.values = all
    self.low = low
    self.high = high
    isSeen = (0..<size).map(seen.contains)
    standardError = variance.squareRoot()
    self.columns = columns
    self.inverse = scaled
    self.quantile = quantile
  }

  /// The value for a row, and how far one observation may be off at 95 %.
  func prediction(_ row: [Double]) -> (value: Double, reach: Double) {
    var value = 0.0
    var leverage = 0.0
    for (i, column) in columns.enumerated() {
      value += values[column] * row[column]
      for (j, other) in columns.enumerated() { leverage += row[column] * inverse[i][j] * row[other] }
    }
    return (value, quantile * standardError * (1 + max(0, leverage)).squareRoot())
  }
}

/// Student's t.
enum StudentT {
  /// The 97.5 % point by the expansion of Cornish and Fisher in 1/freedom (Abramowitz and Stegun 26.7.5): within 1 %
  /// from three degrees of freedom on, within 4 % at two.
  static func quantile975(freedom: Double) -> Double {
    let z = 1.959963984540054
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
    let v = max(freedom, 2)
    let first = (z3 + z) / (4 * v)
    let second = (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
    let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v)
    return z + first + second + third
  }
}
