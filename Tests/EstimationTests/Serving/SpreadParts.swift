import Foundation

@testable import Estimation

/// The parts of a fit's spread, found anew from what it is off by for models left out.
struct SpreadParts {
  /// Factors either way, as ``FitSpread`` has them.
  let all: Double
  let common: Double
  let server: Double

  /// - Parameters:
  ///   - residuals: log of estimate over measurement for each row, its model left out, by model.
  ///   - estimates: for each set of constants with one model left out, the log of the estimate of every row.
  init(residuals: [(model: String, log: Double)], estimates: [[Double]]) {
    all = exp(1.96 * residuals.map(\.log).deviation)
    let groups = Dictionary(grouping: residuals, by: \.model).values.map { $0.map(\.log) }
    let within = groups.map { $0.deviation * $0.deviation * Double($0.count) }.reduce(0, +)
    server = exp(1.96 * (within / Double(groups.map { $0.count - 1 }.reduce(0, +))).squareRoot())
    // The jackknife: how much the constants move an estimate when one model more or less is in the fit.
    let fits = Double(estimates.count)
    let variances = (estimates.first ?? []).indices.map { row -> Double in
      let spread = estimates.map { $0[row] }.deviation
      return (fits - 1) * spread * spread
    }
    common = exp(1.96 * (variances.reduce(0, +) / Double(variances.count)).squareRoot())
  }

  /// Whether shipped parts are these, each logarithm within a fiftieth of all.
  func agree(with shipped: FitSpread) -> Bool {
    zip([all, common, server], [shipped.all, shipped.common, shipped.server]).allSatisfy {
      abs(log($0) - log($1)) < 0.02
    }
  }
}
