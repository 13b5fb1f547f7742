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

  /// An axis of round numbers around `values`, with about `count` ticks; it need not hold zero.
  static func fitting(_ values: ClosedRange<Double>, pixels: (start: Double, end: Double), count: Int = 4) -> (
    scale: AxisScale, ticks: [Double]
  ) {
    let extent = values.upperBound - values.lowerBound
    // A single value gets an axis of a hundredth of itself.
    let raw = extent > 0 ? extent : max(abs(values.upperBound) / 100, 1e-6)
    let step = roundStep(raw / Double(count))
    let first = (values.lowerBound / step + 1e-9).rounded(.down)
    let last = max(first + 1, (values.upperBound / step - 1e-9).rounded(.up))
    let scale = AxisScale(domain: (first * step)...(last * step), pixels: pixels)
    return (scale, (0...Int(last - first)).map { (first + Double($0)) * step })
  }

  /// The digits behind the point that tell ticks of this distance apart.
  static func places(forStep step: Double) -> Int {
    var (places, scaled) = (0, abs(step))
    while places < 12, abs(scaled - scaled.rounded()) > 1e-6 * scaled {
      scaled *= 10
      places += 1
    }
    return places
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
