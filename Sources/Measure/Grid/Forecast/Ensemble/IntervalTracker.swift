/// Ranges that hold: learned online from how a forecast's own past ranges did.
///
///     [c - d_h s, c + u_h s],   u_h <- max(0, u_h + g (1{truth above its range} - a)),   d_h alike
///
/// s is the usual size of errors for the band and the hour of the day; u and d are tracked for each hour ahead so
/// that in the long run a share `a` of truths lies above and as many below, whatever the errors' distribution and
/// however it drifts. Each truth is held against the range that was issued for it.
/// Source: quantile tracking of Angelopoulos, Candes and Tibshirani, "Conformal PID control for time series
/// prediction" (2023), arXiv 2307.16895; after Gibbs and Candes (2021), arXiv 2106.00170.
struct IntervalTracker: Hashable, Sendable, Codable {
  /// The share of truths on either side.
  private let tail: Double
  private var upper: Reals
  private var lower: Reals
  private var counts: [Int]
  private var bandScales: Reals
  private var hourScales: Reals

  /// The smallest step of the tracker; it begins with larger ones.
  private static var leastStep: Double { 0.02 }

  /// - Parameter level: the share of truths to hold, 0 to 1.
  init(level: Double) {
    tail = (1 - min(max(level, 0), 1)) / 2
    upper = Reals(repeating: 1.5, count: LeadBand.farthest)
    lower = Reals(repeating: 1.5, count: LeadBand.farthest)
    counts = [Int](repeating: 0, count: LeadBand.farthest)
    bandScales = Reals(repeating: .nan, count: 4)
    hourScales = Reals(repeating: .nan, count: 4 * 24)
  }

  /// Takes in the truths that one hour brought: for each distance the value forecast and the range then issued.
  mutating func learn(_ truth: Double, at hour: Int64, _ past: [(lead: Int, center: Double, low: Double, high: Double)])
  {
    var sums = [0.0, 0, 0, 0]
    var numbers = [0.0, 0, 0, 0]
    for one in past where one.center.isFinite {
      let band = LeadBand(lead: one.lead).index
      sums[band] += abs(truth - one.center)
      numbers[band] += 1
      guard one.low.isFinite, one.high.isFinite else { continue }
      let place = one.lead - 1
      let step = max(Self.leastStep, 0.1 / Double(counts[place] + 1).squareRoot())
      upper[place] = max(0, upper[place] + step * ((truth > one.high ? 1 : 0) - tail))
      lower[place] = max(0, lower[place] + step * ((truth < one.low ? 1 : 0) - tail))
      counts[place] += 1
    }
    let hourOfDay = hour.wrapped(24)
    for band in 0..<4 where numbers[band] > 0 {
      let size = sums[band] / numbers[band]
      bandScales[band] = Self.moved(bandScales[band], to: size, by: 0.01)
      hourScales[band * 24 + hourOfDay] = Self.moved(hourScales[band * 24 + hourOfDay], to: size, by: 0.1)
    }
  }

  /// How far the range reaches below and above; `nan` before the band has seen an error.
  func reach(lead: Int, at hour: Int64) -> (below: Double, above: Double) {
    let band = LeadBand(lead: lead).index
    let hourly = hourScales[band * 24 + hour.wrapped(24)]
    let scale = hourly.isNaN ? bandScales[band] : (hourly + bandScales[band]) / 2
    let place = min(lead, LeadBand.farthest) - 1
    return (lower[place] * scale, upper[place] * scale)
  }

  private static func moved(_ mean: Double, to value: Double, by share: Double) -> Double {
    mean.isNaN ? value : mean + share * (value - mean)
  }
}
