/// A mean over windows with the half-width of its 95 % interval (Student's t for few values).
struct WindowMean: Hashable, Sendable {
  let value: Double
  let halfWidth: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / max(count, 1)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
    // Two-sided 95 % quantiles for 1, 2, 3, ... degrees of freedom.
    let quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365]
    let quantile = values.count < 2 ? 0 : quantiles[min(values.count - 2, quantiles.count - 1)]
    value = mean
    halfWidth = quantile * (variance / max(count, 1)).squareRoot()
  }
}
