#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the issues of the last month did, by band, in the series' own unit.
struct SkillMemory: Hashable, Sendable, Codable {
  private enum Sum: Int, CaseIterable { case weight, error, persistence, weekMean, ranged, within, width }
  private var sums = Reals(repeating: 0, count: 4 * Sum.allCases.count)
  private var samples = [0, 0, 0, 0]

  /// The fading of 30 days, an hour.
  private static let fading = exp(-1.0 / (24 * 30))

  /// Lets what is known fade by an hour.
  mutating func age() { for index in sums.values.indices { sums[index] *= Self.fading } }

  /// Takes in one truth, the forecast for it, its range (`nan` without one) and what the simple rules said.
  mutating func learn(
    _ truth: Double, value: Double, low: Double, high: Double, persistence: Double, weekMean: Double, band: Int
  ) {
    guard value.isFinite, persistence.isFinite, weekMean.isFinite else { return }
    samples[band] += 1
    add(1, .weight, band)
    add(abs(truth - value), .error, band)
    add(abs(truth - persistence), .persistence, band)
    add(abs(truth - weekMean), .weekMean, band)
    guard low.isFinite, high.isFinite else { return }
    add(1, .ranged, band)
    add(low <= truth && truth <= high ? 1 : 0, .within, band)
    add(high - low, .width, band)
  }

  /// The skill of every band that has any.
  var skill: [ForecastSkill] {
    LeadBand.allCases.compactMap { band in
      let weight = sum(.weight, band.index)
      guard samples[band.index] > 0, weight > 0 else { return nil }
      let ranged = sum(.ranged, band.index)
      return ForecastSkill(
        band: band, samples: samples[band.index], meanAbsoluteError: sum(.error, band.index) / weight,
        persistenceError: sum(.persistence, band.index) / weight, weekMeanError: sum(.weekMean, band.index) / weight,
        coverage: ranged > 0 ? sum(.within, band.index) / ranged : nil,
        meanWidth: ranged > 0 ? sum(.width, band.index) / ranged : nil)
    }
  }

  private func sum(_ sum: Sum, _ band: Int) -> Double { sums[band * Sum.allCases.count + sum.rawValue] }
  private mutating func add(_ value: Double, _ sum: Sum, _ band: Int) {
    sums[band * Sum.allCases.count + sum.rawValue] += value
  }
}
