public import Quantities

/// How much of the carbon that a static mix leaves could be removed by serving the better variant in the cleaner hours.
///
/// Method `timing-gain@1`: gain = (1 - cbar_f/cbar) * f*de / (e_lo + f*de), where cbar_f is the mean intensity of the
/// cleanest fraction f of requests. Exact when the optimum uses only the mix's two variants. It tells an operator
/// before deployment whether watching the grid is worth anything.
public enum TimingGain {
  /// The gain as a fraction of the static mix's carbon, 0 to 1.
  ///
  /// - Parameters:
  ///   - lower: energy per request of the cheaper variant.
  ///   - upper: energy per request of the better variant.
  ///   - upperShare: the better variant's share of requests.
  ///   - intensities: the intensity of each interval.
  ///   - requests: the requests in each interval, as many as intensities.
  /// - Returns: the gain, or `nil` when no requests, no carbon or lists of different lengths leave it undefined.
  public static func estimate(
    lower: Energy, upper: Energy, upperShare: Double, intensities: [CarbonIntensity], requests: [Double]
  ) -> Double? {
    let total = requests.reduce(0, +)
    guard intensities.count == requests.count, total > 0, (0...1).contains(upperShare) else { return nil }
    let mean = zip(intensities, requests).reduce(0) { $0 + $1.0.gramsPerKilowattHour * $1.1 } / total
    let extra = upperShare * (upper - lower).joules
    guard mean > 0, lower.joules + extra > 0 else { return nil }
    guard let cleanest = cleanestMean(fraction: upperShare, intensities, requests) else { return 0 }
    return (1 - cleanest.gramsPerKilowattHour / mean) * extra / (lower.joules + extra)
  }

  /// The mean intensity of the cleanest `fraction` of requests; `nil` for a fraction of none.
  public static func cleanestMean(
    fraction: Double, _ intensities: [CarbonIntensity], _ requests: [Double]
  ) -> CarbonIntensity? {
    var left = fraction * requests.reduce(0, +)
    guard left > 0 else { return nil }
    let wanted = left
    var sum = 0.0
    for (intensity, count) in zip(intensities, requests).sorted(by: { $0.0 < $1.0 }) where left > 0 {
      let taken = min(count, left)
      sum += taken * intensity.gramsPerKilowattHour
      left -= taken
    }
    return .gramsPerKilowattHour(sum / wanted)
  }
}
