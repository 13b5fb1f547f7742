import Quantities

/// A linear axis from data to pixels, with round tick values.
struct AxisScale {
  let domain: ClosedRange<Double>
  let pixels: (start: Double, end: Double)

  /// The pixel of `value`.
  func position(_ value: Double) -> Double {
    let extent = domain.upperBound - domain.lowerBound
    guard extent > 0 else { return pixels.start }
    return pixels.start + (value - domain.lowerBound) / extent * (pixels.end - pixels.start)
  }

  /// An axis from zero to a round number at or above `maximum`, with about `count` ticks.
  static func fromZero(to maximum: Double, pixels: (start: Double, end: Double), count: Int = 4) -> (
    scale: AxisScale, ticks: [Double]
  ) {
    let step = roundStep(max(maximum, 1e-12) / Double(count))
    let steps = max(1, Int((maximum / step).rounded(.up)))
    let scale = AxisScale(domain: 0...(Double(steps) * step), pixels: pixels)
    return (scale, (0...steps).map { Double($0) * step })
  }

  /// The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `raw`.
  static func roundStep(_ raw: Double) -> Double {
    var magnitude = 1.0
    while magnitude * 10 <= raw { magnitude *= 10 }
    while magnitude > raw { magnitude /= 10 }
    for factor in [1, 2, 2.5, 5, 10] where magnitude * factor >= raw * (1 - 1e-9) { return magnitude * factor }
    return magnitude * 10
  }
}

extension Double {
  /// A pixel coordinate, to a tenth.
  var pixel: String { Decimals.fixed(self, places: 1) }
}
