import Foundation

/// Least squares that outliers do not pull: far residuals count with their size and not its square.
struct RobustFit {
  /// The residuals at which a residual begins to count as far.
  var scale = 0.3

  /// The parameters that make the residuals of `model` smallest, from a start; Levenberg's and Marquardt's way.
  func solve(from start: [Double], _ model: ([Double]) -> [Double]) -> [Double] {
    var best = start
    var residuals = model(best)
    var cost = loss(residuals)
    var damping = 1e-3
    for _ in 0..<200 {
      let step = 1e-5
      let columns = best.indices.map { index -> [Double] in
        var moved = best
        moved[index] += step
        return zip(model(moved), residuals).map { ($0 - $1) / step }
      }
      let weights = residuals.map { 1 / (1 + ($0 / scale) * ($0 / scale)).squareRoot() }
      var matrix = columns.map { a in
        columns.map { b in zip(zip(a, b), weights).reduce(0) { $0 + $1.0.0 * $1.0.1 * $1.1 } }
      }
      let side = columns.map { a in -zip(zip(a, residuals), weights).reduce(0) { $0 + $1.0.0 * $1.0.1 * $1.1 } }
      for index in best.indices { matrix[index][index] *= 1 + damping }
      let change = eliminate(matrix, side)
      let next = zip(best, change).map { $0 + $1 }
      let nextResiduals = model(next)
      let nextCost = loss(nextResiduals)
      if nextCost < cost {
        best = next
        residuals = nextResiduals
        cost = nextCost
        damping = max(damping / 5, 1e-12)
        if change.allSatisfy({ abs($0) < 1e-9 }) { break }
      } else {
        damping *= 5
        if damping > 1e8 { break }
      }
    }
    return best
  }

  private func loss(_ residuals: [Double]) -> Double {
    residuals.reduce(0) { $0 + 2 * scale * scale * ((1 + ($1 / scale) * ($1 / scale)).squareRoot() - 1) }
  }

  /// Gauss's elimination with the largest pivot.
  private func eliminate(_ matrix: [[Double]], _ side: [Double]) -> [Double] {
    var rows = zip(matrix, side).map { $0 + [$1] }
    let count = rows.count
    for column in 0..<count {
      let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column...count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
  }
}
