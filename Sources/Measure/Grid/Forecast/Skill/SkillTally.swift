/// Sums of one row of a skill table.
struct SkillTally {
  private var samples = 0
  private var missing = 0
  private var error = 0.0
  private var percent = 0.0
  private var zeros = 0
  private var ranged = 0
  private var within = 0
  private var width = 0.0

  mutating func add(_ slot: ForecastSlot, truth: Double) {
    guard let value = slot.value else {
      missing += 1
      return
    }
    samples += 1
    error += abs(value - truth)
    if truth == 0 { zeros += 1 } else { percent += abs(value - truth) / abs(truth) }
    guard let low = slot.low, let high = slot.high else { return }
    ranged += 1
    if low <= truth, truth <= high { within += 1 }
    width += high - low
  }

  mutating func add(_ other: SkillTally) {
    samples += other.samples
    missing += other.missing
    error += other.error
    percent += other.percent
    zeros += other.zeros
    ranged += other.ranged
    within += other.within
    width += other.width
  }

  /// The row; nothing when there was not one pair.
  func row(_ series: Series, _ name: String, _ band: LeadBand?) -> SkillRow? {
    guard samples > 0 else { return nil }
    let hasRatio = series.kind.hasMeaningfulRatio && zeros == 0
    return SkillRow(
      region: series.region, kind: series.kind, forecaster: name, band: band, samples: samples, missing: missing,
      meanAbsoluteError: error / Double(samples),
      meanAbsolutePercentError: hasRatio ? 100 * percent / Double(samples) : nil,
      coverage: ranged > 0 ? Double(within) / Double(ranged) : nil,
      meanWidth: ranged > 0 ? width / Double(ranged) : nil)
  }
}
